"""The room's blueprint, and what several of its views share."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_app.errors import Conflict
from lti_app.i18n import page_language, page_words
from lti_app.portfolio.completeness import Missing, Task, Want
from lti_app.portfolio.forms import ANSWER, FIELD
from lti_app.portfolio.item_page import ItemPage, item_page
from lti_app.portfolio.printed import TITLE
from lti_app.portfolio.wording import item_name, missing_sentence
from lti_app.schemes.document import EvidenceKind
from lti_app.schemes.form_wording import evidence_sentence
from lti_app.web.context import current_actor, reading
from lti_app.web.frame import frame_blueprint

pages = frame_blueprint("portfolio", __name__)

Answer = str | Response | tuple[str, int]
STALE = "changed-meanwhile"
_PLACES = {
    Task.DETAILS: "portfolio.details",
    Task.EVIDENCE: "portfolio.files",
    Task.REFLECTION: "portfolio.answers",
    Task.REPORT: "portfolio.answers",
    Task.NAME: "portfolio.name",
    Task.PRESENTATION: "portfolio.presentation",
}
_ANCHORS = {Want.TITLE: "title", Want.START: "starts_on", Want.FORM: "form-0", Want.EVIDENCE: "files"}


def own_page(item_id: uuid.UUID) -> ItemPage:
    """The reader's own item. Raises NotFound, NotAllowed."""
    with reading() as session:
        return item_page(session, current_actor(), item_id)


def version_read(page: ItemPage) -> int:
    """The version that a form was filled in from: the one sent with it, also when it is shown again."""
    return request.form.get("version", 0, type=int) if request.method == "POST" else page.row.version


def to_item(item_id: uuid.UUID, done: str = "") -> Response:
    """On to the item's task list, which says what was `done`."""
    return redirect(url_for("portfolio.item", item_id=item_id, done=done or None), 303)


def evidence_words(page: ItemPage) -> str:
    """What backs an activity of this type under the scheme, with the reflection that belongs to every one."""
    rule = page.document.evidence_for(page.row.type_code)
    needs_reflection = rule.missing({EvidenceKind.ATTENDANCE_CERTIFICATE}) != ()
    sentences = [evidence_sentence(rule, page_words())]
    if page.document.reflection.required and page.questions and not needs_reflection:
        sentences.append(page_words().gettext("A reflection belongs to every activity."))
    return " ".join(sentences)


def is_reflection_voluntary(page: ItemPage) -> bool:
    """Whether a certificate of attendance would be enough."""
    rule = page.document.evidence_for(page.row.type_code)
    return not page.document.reflection.required and rule.met_by({EvidenceKind.ATTENDANCE_CERTIFICATE})


def name_of(page: ItemPage) -> str:
    """What the item is called; empty for a closing step."""
    return item_name(page.row, page_language())


def lacking(page: ItemPage) -> list[tuple[str, str]]:
    """(address, sentence) of everything that is missing."""
    return [
        (
            _place(page, lack),
            missing_sentence(lack, page.document, page.row.type_code, page_words(), page_language()),
        )
        for lack in page.lacks
    ]


def conflict_page(
    error: Conflict, page: ItemPage, theirs: dict[str, str], mine: dict[str, tuple[str, str]]
) -> Answer:
    """Two tabs wrote at once: both texts, to choose. Any other conflict goes on to its own page.

    `mine` is (label, text) by the name of the control, `theirs` what is kept by the same name.
    """
    if error.slug != STALE or not page.may_change:
        raise error
    differing = {name: each for name, each in mine.items() if each[1] != theirs.get(name, "")}
    shown = render_template(
        "portfolio/conflict.html",
        page=page,
        name=name_of(page),
        differing=differing,
        theirs=theirs,
        is_text=all(name.startswith(ANSWER) for name in mine),
        sent=[(key, value) for key, value in request.form.items(multi=True) if key not in _OWN],
    )
    return shown, 409


_OWN = {"csrf_token", "version"}


def _place(page: ItemPage, lack: Missing) -> str:
    anchors = {Want.FIELD: FIELD + lack.name, Want.ANSWER: ANSWER + lack.name} | _ANCHORS
    anchors[Want.CHARACTERS] = lack.name if lack.name == TITLE else FIELD + lack.name
    if lack.task is Task.NAME:
        return url_for("portfolio.name", item_id=page.row.id)
    if lack.want is Want.ACCEPTED_TYPE:
        return url_for("portfolio.new_type", item_id=page.row.id)
    anchor = "held_on" if lack.task is Task.PRESENTATION and lack.want is Want.START else anchors[lack.want]
    return url_for(_PLACES[lack.task], item_id=page.row.id, _anchor=anchor)
