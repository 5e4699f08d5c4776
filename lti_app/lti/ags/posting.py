"""Posting one score, whatever the platform answers and whenever the worker dies.

Grade, attempt and file arrive exactly once although the service has no idempotency key: a repeated post
carries the same timestamp and the same `submittedAt`, which the platform takes for the same. A comment has
no such mark: once its fate is unknown it is left out of every repetition, and the delivery ends as
uncertain for staff. Before a grade follows anything that was told before, the platform is asked what it shows
now: what somebody entered there is not overwritten (`lti/ags/results.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.errors import N_
from lti_app.jobs import Busy, Failed, Retry, Uncertain, Work
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags.client import Gradebook
from lti_app.lti.ags.gradebook import SCORE, may_read_results
from lti_app.lti.ags.grades import Grade, means_same
from lti_app.lti.ags.models import LineItem
from lti_app.lti.ags.results import HELD, forget, grade_of, graded_by, is_since, note, shown_by
from lti_app.lti.ags.scores import Score, body_of, still_to_tell, written
from lti_app.lti.ags.subjects import fresh_timestamp
from lti_app.lti.answers import as_outcomes
from lti_app.lti.services import SCORE_SCOPE, Access, ServiceClient
from lti_app.lti.verdicts import GONE, NOBODY, Answered, Verdict, verdict
from lti_app.people.models import Course, Person, Platform
from lti_app.storage.models import StoredFile
from lti_app.web.signed import sign_file

_FILE_LIFETIME = timedelta(hours=1)  # Canvas fetches in a job of its own, which may wait
_MOST_TIMESTAMPS = 3

_NOT_CONNECTED = N_("The assignment is not connected to the platform yet.")
_NO_FILE = N_("The file is not in the store.")
_COMMENT_UNCERTAIN = N_("Nobody knows whether the comment arrived; all else did. Look in the gradebook.")


@dataclass(frozen=True)
class _Posting:
    """A score on its way. `later` is what was told after it of the same person on the same line item; `told`
    what was told at all to the line item that the platform has now; `before` what was told to one that took
    its place for a time, or to itself earlier. Each has the latest first.
    """

    score: Score
    line_item: LineItem
    course: Course
    person: Person
    platform: Platform
    later: Sequence[Score]
    told: Sequence[Score]
    before: Sequence[Score]

    @property
    def is_canvas(self) -> bool:
        """Whether the platform knows Canvas's extension."""
        return self.platform.product_family == "canvas"

    @property
    def told_grades(self) -> list[Grade | None]:
        """The grades that are ours if the platform shows them: the last; where none was told yet to this line
        item, any of before.
        """
        last = [graded_by(each) for each in self.told if each.says_grade][:1]
        return last or [None, *(graded_by(each) for each in self.before if each.says_grade)]


def post_score(work: Work) -> None:
    """Post one score. Safe to repeat after a kill at any point."""
    with work.db.reading() as session:
        posting = _posting(session, work, Score.from_payload(work.payload))
    was_graded = any(each.is_final for each in posting.told)
    left = still_to_tell(posting.score, posting.later, is_canvas=posting.is_canvas, was_graded=was_graded)
    if left is None:
        return
    if not posting.line_item.url:
        raise Retry(_NOT_CONNECTED)
    if work.delivery.is_in_doubt:
        left = replace(left, comment="")
    if posting.is_canvas:
        _require_file(work, left)
    posting = replace(posting, score=left)
    with ServiceClient(work.settings, work.db, Access.to(posting.platform)) as client:
        remote = Gradebook(client, posting.course.lineitems_url)
        if not _may_follow(work, remote, posting):
            return
        _post(work, client, remote, posting)
    if work.delivery.is_in_doubt:
        raise Uncertain(_COMMENT_UNCERTAIN)


def _require_file(work: Work, score: Score) -> None:
    """Raises Retry while the store lacks the file that Canvas is to fetch. Of an erased certificate the score
    names none any more.
    """
    file_id = score.handed_in.stored_file_id if score.handed_in is not None else None
    if file_id is None:
        return
    with work.db.reading() as session:
        stored = session.get(StoredFile, file_id)
    if stored is None:
        raise Retry(_NO_FILE)
    try:
        work.storage.open(stored.key).close()
    except FileNotFoundError as error:
        raise Retry(_NO_FILE) from error


def _posting(session: Session, work: Work, score: Score) -> _Posting:
    row = session.execute(
        select(LineItem, Course, Person, Platform)
        .join(Course, Course.id == LineItem.course_id)
        .join(Platform, Platform.id == Course.platform_id)
        .join(Person, Person.platform_id == Platform.id)
        .where(
            LineItem.id == score.line_item_id,
            Person.id == score.person_id,
            Person.institution_id == LineItem.institution_id,
        )
    ).one_or_none()
    if row is None:
        raise Failed(NOBODY)
    rows = session.execute(
        select(Delivery.sequence, Delivery.payload, Delivery.finished_at)
        .where(
            Delivery.order_key == work.delivery.order_key,
            Delivery.kind == SCORE,
            Delivery.state.in_((DeliveryState.SENT, DeliveryState.UNCERTAIN)),
        )
        .order_by(Delivery.sequence.desc())
    ).all()
    told = [each for each in rows if is_since(row.LineItem.connected_at, each.finished_at)]
    before = [each for each in rows if each not in told]
    return _Posting(
        score,
        row.LineItem,
        row.Course,
        row.Person,
        row.Platform,
        later=[Score.from_payload(each.payload) for each in told if each.sequence > work.delivery.sequence],
        told=[Score.from_payload(each.payload) for each in told],
        before=[Score.from_payload(each.payload) for each in before],
    )


def _may_follow(work: Work, remote: Gradebook, posting: _Posting) -> bool:
    """Whether the score may be posted over what the platform shows; Failed(HELD) if staff have to say so.

    Asked only where something was told before. Other platforms than Canvas erase a grade by a score that is
    not final, so there such a one is not told at all once there is a grade.
    """
    score = posting.score
    is_risky = score.says_grade or not posting.is_canvas
    if score.overwrites or not posting.told or not is_risky or not may_read_results(posting.course):
        return True
    shown = shown_by(remote, posting.line_item.url, posting.person.sub)
    if shown is None:
        return True
    grade = grade_of(shown)
    if not score.says_grade:
        return grade is None
    if any(means_same(grade, each) for each in (*posting.told_grades, graded_by(score))):
        return True
    with work.db.writing() as session:
        note(session, posting.line_item.id, posting.person, shown)
    raise Failed(HELD)


def _post(work: Work, client: ServiceClient, remote: Gradebook, posting: _Posting) -> None:
    """Post, with newer timestamps as often as the platform asks for them; return when it was taken."""
    with as_outcomes():
        client.prepare(SCORE_SCOPE)
        if posting.score.comment:
            work.mark_in_doubt()
        for _ in range(_MOST_TIMESTAMPS):
            answer = remote.post_score(posting.line_item.url, _body(work, posting))
            found = verdict(answer.status, answer.headers, answer.body, posting.score.timestamp)
            if found.answered is not Answered.NEWER_NEEDED:
                break
            posting = replace(posting, score=_stamped_anew(work, posting.score, found))
    if found.answered is Answered.TAKEN:
        _note_taken(work, posting)
    else:
        _note_gone(work, posting, found)
        _conclude(found)


def _conclude(found: Verdict) -> None:
    if found.answered is Answered.REFUSED:
        raise Failed(found.reason, detail=found.detail)
    if found.answered is Answered.BUSY:
        raise Busy(found.reason, found.after_seconds, detail=found.detail)
    is_known = found.answered is not Answered.UNKNOWN
    raise Retry(found.reason, found.after_seconds, detail=found.detail, is_known=is_known)


def _note_taken(work: Work, posting: _Posting) -> None:
    """The line item is there; and a grade that arrived is what the platform shows now."""
    if posting.line_item.gone_at is None and not posting.score.says_grade:
        return
    with work.db.writing() as session:
        if posting.line_item.gone_at is not None:
            _note(session, posting, gone=False)
        if posting.score.says_grade:
            forget(session, posting.line_item.id, [posting.person.id])


def _note_gone(work: Work, posting: _Posting, found: Verdict) -> None:
    if found.reason == GONE:
        with work.db.writing() as session:
            _note(session, posting, gone=True)


def _note(session: Session, posting: _Posting, *, gone: bool) -> None:
    """Whether the platform has anything at the address, unless it has another address by now."""
    session.execute(
        update(LineItem)
        .where(LineItem.id == posting.line_item.id, LineItem.url == posting.line_item.url)
        .values(gone_at=now() if gone else None)
    )


def _body(work: Work, posting: _Posting) -> dict[str, Any]:
    handed_in = posting.score.handed_in
    launch_url = file_url = ""
    if handed_in is not None and handed_in.submission_id is not None:
        launch_url = f"{work.settings.public_url}/lti/launch/submission/{handed_in.submission_id}"
    if handed_in is not None and handed_in.stored_file_id is not None:
        file_url = sign_file(
            work.settings, handed_in.stored_file_id, handed_in.file_title, lifetime=_FILE_LIFETIME
        )
    return body_of(
        posting.score,
        user_id=posting.person.sub,
        is_canvas=posting.is_canvas,
        launch_url=launch_url,
        file_url=file_url,
    )


def _stamped_anew(work: Work, score: Score, found: Verdict) -> Score:
    """The score with a newer timestamp, which is kept before it is used: a repetition carries the same.

    What was taken out of the delivery meanwhile stays out.
    """
    with work.db.writing() as session:
        held = session.scalars(
            select(Delivery)
            .where(Delivery.id == work.delivery.id, Delivery.lease_count == work.delivery.lease_count)
            .with_for_update()
        ).one_or_none()
        timestamp = fresh_timestamp(
            session, score.line_item_id, score.person_id, found.newer_than or score.timestamp
        )
        if held is not None:
            held.payload = {**held.payload, "timestamp": written(timestamp)}
    return replace(score, timestamp=timestamp)
