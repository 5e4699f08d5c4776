"""Evidence: adding files and links, removing them, and looking at a file."""

from __future__ import annotations

import uuid

from flask import Response as FileResponse
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lti_app.errors import NotFound, Problem
from lti_app.i18n import page_words
from lti_app.people.actors import require
from lti_app.portfolio import service
from lti_app.portfolio.evidence_access import evidence_file
from lti_app.portfolio.forms import LinkForm
from lti_app.portfolio.inspection import Unfit, UnfitFile, inspect
from lti_app.portfolio.item_page import ItemPage
from lti_app.portfolio.permissions import PERMISSIONS
from lti_app.portfolio.states import ItemKind
from lti_app.portfolio.views.frame import Answer, evidence_words, name_of, own_page, pages, to_item
from lti_app.portfolio.wording import megabytes, unfit_sentence
from lti_app.web.context import current_actor, parts, reading, writing
from lti_app.web.files import serve_stored
from lti_app.web.typed import clean_file_name, clean_line
from lti_app.web.uploads import IncomingFile, incoming_files


@pages.get("/items/<uuid:item_id>/evidence")
def files(item_id: uuid.UUID) -> Answer:
    """The files and links, and the forms to add more."""
    page = _page(item_id)
    return _files_page(page, LinkForm(), []) if page.may_change else to_item(item_id)


@pages.post("/items/<uuid:item_id>/evidence")
def add_files(item_id: uuid.UUID) -> Answer:
    """Keep every file that is fit; say of each other one why it is not."""
    page = _page(item_id)
    incoming = incoming_files("files")
    refused = [sentence for each in incoming if (sentence := _keep(item_id, each))]
    if not incoming:
        refused.append(page_words().gettext("Choose a file first."))
    if refused:
        return _files_page(_page(item_id), LinkForm(), refused), 422
    return redirect(url_for("portfolio.files", item_id=page.row.id, done="added"), 303)


@pages.post("/items/<uuid:item_id>/links")
def add_link(item_id: uuid.UUID) -> Answer:
    """Keep a link."""
    page, form = _page(item_id), LinkForm(request.form)
    if not form.validate():
        return _files_page(page, form, []), 422
    with writing() as session:
        service.add_link_evidence(session, current_actor(), item_id, url=form.url.data, name=form.name.data)
    return redirect(url_for("portfolio.files", item_id=item_id, done="added"), 303)


@pages.post("/items/<uuid:item_id>/evidence/<uuid:evidence_id>/remove")
def remove(item_id: uuid.UUID, evidence_id: uuid.UUID) -> Response:
    """Take a file or link away."""
    with writing() as session:
        service.remove_evidence(session, parts().storage, current_actor(), item_id, evidence_id)
    return redirect(url_for("portfolio.files", item_id=item_id, done="removed"), 303)


@pages.get("/evidence/<uuid:evidence_id>")
def evidence(evidence_id: uuid.UUID) -> FileResponse:
    """The bytes: to their owner, and to the staff of a course where they were submitted."""
    with reading() as session:
        found = evidence_file(session, current_actor(), evidence_id)
        require(PERMISSIONS, "submission.see", current_actor(), found.owned)
    return serve_stored(found.stored, found.name, inline="download" not in request.args)


def _keep(item_id: uuid.UUID, incoming: IncomingFile) -> str:
    """Store, inspect and record one file; the sentence that says why not, or the empty one."""
    storage, shown = parts().storage, clean_line(incoming.file_name)
    try:
        if not incoming.size_bytes or incoming.is_too_large:
            raise UnfitFile(Unfit.TOO_LARGE if incoming.is_too_large else Unfit.EMPTY)
        stored = incoming.finish()
        try:
            file_type = inspect(storage, stored)
            name = clean_file_name(incoming.file_name, suffixes=file_type.suffixes)
            with writing() as session:
                service.add_file_evidence(
                    session, storage, current_actor(), item_id, stored=stored, file_type=file_type, name=name
                )
        except (UnfitFile, Problem):
            # Nothing refers to these bytes. After any other failure something might, so they stay.
            storage.delete(stored.key)
            raise
    except UnfitFile as error:
        return unfit_sentence(error.unfit, shown, parts().settings.max_upload_bytes, page_words())
    except Problem as error:
        if error.slug != "too-many-files":
            raise
        return page_words().gettext("There are too many files. Remove one before you add another.")
    return ""


def _page(item_id: uuid.UUID) -> ItemPage:
    page = own_page(item_id)
    if page.row.kind is ItemKind.FINAL_REPORT:
        raise NotFound("evidence of a report")
    return page


def _files_page(page: ItemPage, link: LinkForm, refused: list[str]) -> str:
    limit_bytes = parts().settings.max_upload_bytes
    return render_template(
        "portfolio/evidence.html",
        page=page,
        name=name_of(page),
        link=link,
        refused=refused,
        limit_bytes=limit_bytes,
        limit=megabytes(limit_bytes),
        evidence_rule=evidence_words(page),
        done=request.args.get("done", ""),
    )
