"""What the editor's views share: the draft they are about, the page's language, and a document as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from lti_app.errors import NotFound
from lti_app.i18n import page_language, page_words
from lti_app.schemes.editor import service
from lti_app.schemes.editor.choices import Choices
from lti_app.schemes.editor.problems import Problem, problems_of
from lti_app.schemes.editor.queries import Draft, draft_named
from lti_app.schemes.writing import plain_yaml
from lti_app.web.context import current_actor, reading

Answer = str | AnyResponse | tuple[str, int]


def the_draft(slug: str) -> Draft:
    """The scheme's draft, for a coordinator. Raises NotFound, NotAllowed."""
    actor = current_actor()
    service.require_editing(actor)
    with reading() as session:
        found = draft_named(session, actor.institution_id, slug)
    if found is None:
        raise NotFound("draft")
    return found


def problems_in(draft: Draft) -> tuple[Problem, ...]:
    """What keeps the draft from being published, in the page's language."""
    return problems_of(draft.document, page_language(), page_words(), draft.pictures)


def choices_in(draft: Draft) -> Choices:
    """What may be chosen in the draft, in the page's language."""
    return Choices(draft.document, page_language(), page_words(), draft.pictures)


def sent_revision() -> int:
    """The revision that the form was made from; -1, which no draft has, where it names none."""
    sent = request.form.get("revision", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 9 else -1


def as_file(document: Mapping[str, Any], name: str) -> Response:
    """A document as a YAML file to keep, whole or not."""
    response = Response(plain_yaml(document), mimetype="application/yaml")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.yaml")
    return response
