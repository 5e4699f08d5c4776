"""Posting one score, whatever the platform answers and whenever the worker dies.

Grade, attempt and file arrive exactly once although the service has no idempotency key: a repeated post
carries the same timestamp and the same `submittedAt`, which the platform takes for the same. A comment has
no such mark: once its fate is unknown it is left out of every repetition, and the delivery ends as
uncertain for staff.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_app.errors import N_
from lti_app.jobs import Failed, Retry, Uncertain, Work
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti import gradebook
from lti_app.lti.models import LineItem
from lti_app.lti.outbound import NoAnswer
from lti_app.lti.scores import SCORE_TYPE, Grading, Score, body_of, scores_url, written
from lti_app.lti.services import SCORE_SCOPE, Access, ServiceClient, TokenRefused
from lti_app.lti.verdicts import NO_ACCESS, NOBODY, UNREACHABLE, Answered, Verdict, verdict
from lti_app.people.models import Course, Person, Platform
from lti_app.web.signed import sign_file

_FILE_LIFETIME = timedelta(hours=1)  # Canvas fetches in a job of its own, which may wait
_MOST_TIMESTAMPS = 3

_NOT_CONNECTED = N_("The assignment is not connected to the platform yet.")
_COMMENT_UNCERTAIN = N_("Nobody knows whether the comment arrived; all else did. Look in the gradebook.")


@dataclass(frozen=True)
class _Posting:
    """A score on its way. `later` is what was told after it of the same person on the same line item, the
    latest first; `was_graded`: something told before or after was a grade."""

    score: Score
    url: str
    user_id: str
    platform: Platform
    later: Sequence[Score]
    was_graded: bool


def post_score(work: Work) -> None:
    """Post one score. Safe to repeat after a kill at any point."""
    score = Score.from_payload(work.payload)
    with work.db.reading() as session:
        posting = _posting(session, work, score)
    left = _left_to_tell(posting)
    if left is None:
        return
    posting = replace(posting, score=left)
    if not posting.url:
        raise Retry(_NOT_CONNECTED)
    if work.delivery.is_in_doubt:
        posting = replace(posting, score=replace(posting.score, comment=""))
    with ServiceClient(work.settings, work.db, Access.to(posting.platform)) as client:
        _post(work, client, posting)
    if work.delivery.is_in_doubt:
        raise Uncertain(_COMMENT_UNCERTAIN)


def _posting(session: Session, work: Work, score: Score) -> _Posting:
    row = session.execute(
        select(LineItem.url, Person.sub, Platform)
        .join(Course, Course.id == LineItem.course_id)
        .join(Platform, Platform.id == Course.platform_id)
        .join(Person, Person.platform_id == Platform.id)
        .where(LineItem.id == score.line_item_id, Person.id == score.person_id)
    ).one_or_none()
    if row is None:
        raise Failed(NOBODY)
    told = session.execute(
        select(Delivery.sequence, Delivery.payload)
        .where(
            Delivery.order_key == work.delivery.order_key,
            Delivery.kind == gradebook.SCORE,
            Delivery.state.in_((DeliveryState.SENT, DeliveryState.UNCERTAIN)),
        )
        .order_by(Delivery.sequence.desc())
    ).all()
    later = [Score.from_payload(payload) for sequence, payload in told if sequence > work.delivery.sequence]
    return _Posting(
        score=score,
        url=row.url,
        user_id=row.sub,
        platform=row.Platform,
        later=later,
        was_graded=any(payload["grading"] == Grading.FULLY_GRADED for _, payload in told),
    )


def _left_to_tell(posting: _Posting) -> Score | None:
    """What of this score is still to be told; None when nothing is.

    One that was put in again after later ones had arrived must not bring back an old grade: it goes with
    the grade as it stands now (its own, when no later one said anything of the grade), and without its
    attempt if there is a later one. Other platforms than Canvas erase a grade on a score that is not final,
    so there a mere submission is not told once something was graded.
    """
    score = posting.score
    if posting.later:
        has_later_attempt = any(each.handed_in for each in posting.later)
        latest = posting.later[0]
        is_news = score.says_grade and not any(each.says_grade for each in posting.later)
        if is_news:
            latest = replace(score, submitted_at=latest.submitted_at or score.submitted_at)
        if has_later_attempt or score.handed_in is None:
            latest = replace(latest, handed_in=None)
        else:
            latest = replace(latest, handed_in=score.handed_in, submitted_at=score.submitted_at)
        if latest.handed_in is None and not score.comment and not is_news:
            return None
        score = replace(latest, comment=score.comment, timestamp=score.timestamp)
    is_canvas = posting.platform.product_family == "canvas"
    is_final = score.grading is Grading.FULLY_GRADED or score.takes_back
    if not is_canvas and posting.was_graded and not is_final:
        return None
    return score


def _post(work: Work, client: ServiceClient, posting: _Posting) -> None:
    """Post, with newer timestamps as often as the platform asks for them; return when it was taken."""
    try:
        client.prepare(SCORE_SCOPE)
        if posting.score.comment:
            work.mark_in_doubt()
        for _ in range(_MOST_TIMESTAMPS):
            answer = client.call(
                "POST",
                scores_url(posting.url),
                scopes=(SCORE_SCOPE,),
                accept=SCORE_TYPE,
                content_type=SCORE_TYPE,
                body=_body(work, posting),
            )
            found = verdict(answer.status, answer.headers, answer.body, posting.score.timestamp)
            if found.answered is not Answered.NEWER_NEEDED:
                break
            posting = replace(posting, score=_stamped_anew(work, posting.score, found))
    except NoAnswer as error:
        raise Retry(UNREACHABLE, detail=error.detail, is_known=not error.was_sent) from error
    except TokenRefused as error:
        raise Retry(NO_ACCESS, detail=str(error)) from error
    _conclude(found)


def _conclude(found: Verdict) -> None:
    if found.answered is Answered.REFUSED:
        raise Failed(found.reason, detail=found.detail)
    if found.answered is not Answered.TAKEN:
        is_known = found.answered is not Answered.UNKNOWN
        raise Retry(found.reason, found.after_seconds, detail=found.detail, is_known=is_known)


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
        user_id=posting.user_id,
        is_canvas=posting.platform.product_family == "canvas",
        launch_url=launch_url,
        file_url=file_url,
    )


def _stamped_anew(work: Work, score: Score, found: Verdict) -> Score:
    """The score with a newer timestamp, which is kept before it is used: a repetition carries the same."""
    with work.db.writing() as session:
        timestamp = gradebook.fresh_timestamp(
            session, score.line_item_id, score.person_id, found.newer_than or score.timestamp
        )
        session.execute(
            update(Delivery)
            .where(Delivery.id == work.delivery.id, Delivery.lease_count == work.delivery.lease_count)
            .values(payload={**work.payload, "timestamp": written(timestamp)})
        )
    return replace(score, timestamp=timestamp)
