"""The queue and the review page: look, decide, undo, reopen. Deliveries are in delivery_views.py."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lti_app.certificates.earned import left_to_staff
from lti_app.certificates.lists import corrections_open
from lti_app.certificates.permissions import scope_of as certificates_of
from lti_app.clock import now
from lti_app.errors import Conflict, NotFound
from lti_app.glyphs import listed
from lti_app.i18n import page_language, page_words
from lti_app.people.actors import require
from lti_app.portfolio.models import Decision
from lti_app.portfolio.questions import language_of
from lti_app.portfolio.records import DecisionView
from lti_app.portfolio.states import ItemState
from lti_app.portfolio.wording import printed_label
from lti_app.review import service
from lti_app.review.changes import changes
from lti_app.review.delivery_views import pages as deliveries
from lti_app.review.forms import LEVEL, DecisionForm, ReopenForm, decision_form
from lti_app.review.permissions import PERMISSIONS, may_decide_under, scope_of
from lti_app.review.queries import Kind, next_in_queue, queue_for
from lti_app.review.submission_queries import (
    SubmissionPage,
    Verdict,
    standing_verdict,
    submission_page,
    undone_words,
)
from lti_app.schemes.catalogue import activity_types
from lti_app.schemes.form_wording import language_sentence
from lti_app.schemes.queries import document_of, setup_of
from lti_app.schemes.wording import setting_name
from lti_app.web.context import current_actor, parts, reading, writing
from lti_app.web.frame import frame_blueprint
from lti_app.web.paging import Place
from lti_app.web.problems import problem_page

pages = frame_blueprint("review", __name__)

blueprints: tuple[Blueprint, ...] = (pages, deliveries)

Answer = str | Response | tuple[str, int]


@pages.get("/queue")
def queue() -> str:
    """What waits for review, oldest first."""
    actor, kind, after = current_actor(), _kind(), request.args.get("after", "")
    require(PERMISSIONS, "see_queue", actor, scope_of(actor))
    with reading() as session:
        page = queue_for(
            session,
            scope_of(actor),
            not_of=actor.person_id,
            kind=kind,
            after=Place.from_cursor(after) if after else None,
        )
        corrections = corrections_open(session, certificates_of(actor), not_of=actor.person_id)
        left = left_to_staff(session, certificates_of(actor))
        decided = _decided(session)
        setup = setup_of(session, actor.course_id) if actor.course_id else None
        document = document_of(session, setup.scheme_version_id) if setup else None
        only_looks = document is not None and not may_decide_under(actor, document)
    return render_template(
        "review/queue.html",
        page=page,
        kind=kind,
        after=after,
        decided=decided,
        corrections=corrections,
        left_to_staff=left,
        now=now(),
        undo_for=_undo_for(),
        types=activity_types(),
        only_looks=only_looks,
    )


@pages.get("/review/<uuid:submission_id>")
def submission(submission_id: uuid.UUID) -> str:
    """One submission, to be looked at and decided on. A reviewer's first look is noted."""
    with reading() as session:
        page = _page(session, submission_id)
        decided, undone = _decided(session), _undone(session, submission_id)
    if request.method == "GET" and page.is_waiting and page.opened_at is None:
        with writing() as session:
            still_waits = service.open_submission(session, current_actor(), submission_id)
        if not still_waits:
            with reading() as session:
                page = _page(session, submission_id)
    comment, levels = undone or ("", {})
    form = _decision_form(
        page, data={"comment": comment} | {LEVEL + key: each for key, each in levels.items()}
    )
    return _rendered(page, form, ReopenForm(), decided, is_undone=undone is not None)


@pages.post("/review/<uuid:submission_id>/decide")
def decide(submission_id: uuid.UUID) -> Answer:
    """Approve, return or decline; then on to the next one."""
    with reading() as session:
        page = _page(session, submission_id)
    form = _decision_form(page, request.form)
    if not form.validate():
        return _rendered(page, form, ReopenForm(), None), 422
    try:
        with writing() as session:
            decision = _decided_by(form, session, submission_id)
            following = next_in_queue(
                session,
                scope_of(current_actor()),
                not_of=current_actor().person_id,
                kind=_kind(),
                after=page.place,
            )
    except Conflict as conflict:
        return _conflict(page, conflict, form.comment.data)
    if following is None:
        return redirect(url_for("review.queue", kind=_kind(), decided=decision.id), 303)
    return redirect(
        url_for("review.submission", submission_id=following, kind=_kind(), decided=decision.id), 303
    )


@pages.post("/review/<uuid:submission_id>/reopen")
def reopen(submission_id: uuid.UUID) -> Answer:
    """Open something decided again."""
    form = ReopenForm(request.form)
    with reading() as session:
        page = _page(session, submission_id)
    if not form.validate():
        return _rendered(page, _decision_form(page), form, None), 422
    try:
        with writing() as session:
            decision = service.reopen(
                session, current_actor(), submission_id, undo_for=_undo_for(), reason=form.reason.data
            )
    except Conflict as conflict:
        return _conflict(page, conflict, form.reason.data)
    return redirect(url_for("review.submission", submission_id=submission_id, decided=decision.id), 303)


@pages.post("/decisions/<uuid:decision_id>/undo")
def undo(decision_id: uuid.UUID) -> Response:
    """Take a decision back while that is possible, and show its submission again."""
    try:
        with writing() as session:
            decision = service.undo(session, current_actor(), decision_id, undo_for=_undo_for())
    except Conflict as conflict:
        with reading() as session:
            page = _page(session, session.get_one(Decision, decision_id).submission_id)
        return _conflict(page, conflict, "", is_undo=True)
    place = url_for(
        "review.submission", submission_id=decision.submission_id, kind=_kind(), undone=decision.id
    )
    return redirect(place, 303)


def _page(session: Session, submission_id: uuid.UUID) -> SubmissionPage:
    """The submission, if the actor may review it."""
    page = submission_page(session, current_actor().institution_id, submission_id)
    if page is None:
        raise NotFound("submission")
    require(PERMISSIONS, "look", current_actor(), page.subject)
    return page


def _decided_by(form: DecisionForm, session: Session, submission_id: uuid.UUID) -> Decision:
    actor, undo_for, comment = current_actor(), _undo_for(), form.comment.data
    levels = form.levels()
    if form.decision.data == "approve":
        shown = form.printed_name.data or None
        return service.approve(
            session,
            actor,
            submission_id,
            undo_for=undo_for,
            comment=comment,
            levels=levels,
            printed_name=shown,
        )
    verb = service.return_ if form.decision.data == "return" else service.decline
    return verb(session, actor, submission_id, undo_for=undo_for, comment=comment, levels=levels)


def _decision_form(page: SubmissionPage, *args: Any, **data: Any) -> DecisionForm:
    return decision_form(page.criteria, page_language(), *args, **data)


def _rendered(
    page: SubmissionPage,
    form: DecisionForm,
    reopening: ReopenForm,
    decided: Verdict | None,
    *,
    is_undone: bool = False,
) -> str:
    """The review page with these forms; `decided` is the decision that led here and can still be undone."""
    language = page_language()
    before = page.compared_with
    with reading() as session:
        confirms_name = service.confirms_name(session, page.kind, page.scheme_version_id)
        is_rested_on = page.may_be_reopened and _is_rested_on(session, page)
    return render_template(
        "review/submission.html",
        page=page,
        form=form,
        reopening=reopening,
        decided=decided,
        is_undone=is_undone,
        undoable=_undoable(page),
        confirms_name=confirms_name,
        is_rested_on=is_rested_on,
        unprintable=_unprintable(page, confirms_name, language),
        changes=changes(before.snapshot, page.this.snapshot, language) if before else (),
        setting=setting_name(page.this.snapshot.setting, page_words()),
        kind=_kind(),
        now=now(),
        undo_for=_undo_for(),
        may_decide=may_decide_under(current_actor(), page.document),
        written_in=language_sentence(language_of(page.document, page.kind), page_words()),
        is_own_look=page.opened_by_id in {None, current_actor().person_id},
    )


def _unprintable(page: SubmissionPage, confirms_name: bool, language: str) -> list[tuple[str, str]]:
    """(what it is called, the characters in it) of what no certificate could show."""
    found, type_code = page.unprintable(with_name=confirms_name), page.this.snapshot.type_code
    return [
        (printed_label(name, type_code, page_words(), language), listed(characters))
        for name, characters in found.items()
    ]


def _undoable(page: SubmissionPage) -> DecisionView | None:
    """The last decision on this submission while it can still be undone."""
    last = page.this.decisions[-1] if page.this.decisions and page.is_newest else None
    return last if last and now() <= last.decided_at + _undo_for() else None


def _decided(session: Session) -> Verdict | None:
    """The reviewer's own decision that led to this page, while it can still be undone."""
    if (decision_id := request.args.get("decided", type=uuid.UUID)) is None:
        return None
    found = standing_verdict(session, current_actor().institution_id, decision_id)
    if found is None or found.reviewer_id != current_actor().person_id:
        return None
    return found if now() <= found.decided_at + _undo_for() else None


def _undone(session: Session, submission_id: uuid.UUID) -> tuple[str, Mapping[str, str]] | None:
    """The words of the reviewer's own decision that was undone on the way here, to be sent again."""
    if (decision_id := request.args.get("undone", type=uuid.UUID)) is None:
        return None
    return undone_words(session, submission_id, current_actor().person_id, decision_id)


def _is_rested_on(session: Session, page: SubmissionPage) -> bool:
    """Whether a certificate keeps what was approved from being reopened."""
    return page.item_state is ItemState.APPROVED and service.has_certificate(session, page.portfolio_id)


def _conflict(page: SubmissionPage, conflict: Conflict, comment: str, *, is_undo: bool = False) -> Response:
    """What happened meanwhile, with the words typed, so that nothing is lost."""
    with reading() as session:
        current = _page(session, page.submission_id)
        is_rested_on = _is_rested_on(session, current)
    return problem_page(
        conflict.slug,
        conflict.detail,
        template="review/conflict.html",
        page=current,
        comment=comment,
        is_undo=is_undo,
        is_rested_on=is_rested_on and conflict.slug in {"certificate-stands", "undo-too-late"},
        characters=conflict.detail if conflict.slug == "cannot-be-printed" else "",
    )


def _kind() -> Kind | None:
    """The filter in the address; one that is not known filters nothing."""
    word = request.args.get("kind", "")
    return Kind(word) if word in set(Kind) else None


def _undo_for() -> timedelta:
    return timedelta(seconds=parts().settings.undo_seconds)
