"""Where a draft begins: the page with the schemes that come with the tool, and a place for a file.

What is refused comes back as it was sent, with a sentence that links to where it is mended.
"""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from lti_app.i18n import page_words
from lti_app.schemes.editor.beginning import DraftThere, begin_from_bundled, begin_from_yaml
from lti_app.schemes.editor.frame import Answer
from lti_app.schemes.editor.problems import own_words
from lti_app.schemes.editor.queries import drafted
from lti_app.schemes.editor.service import require_editing
from lti_app.schemes.messages import Message
from lti_app.schemes.models import SchemeVersion
from lti_app.schemes.nodes import FileProblem
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.reading import SchemeInvalid
from lti_app.web.context import current_actor, parts, reading, writing
from lti_app.web.frame import frame_blueprint
from lti_app.web.uploads import incoming_files

pages = frame_blueprint("beginning", __name__)
_MOST_BYTES = 1_000_000


@pages.get("/schemes/new")
def new() -> str:
    """Where a draft can begin: a scheme that comes with the tool, or a file."""
    require_editing(current_actor())
    return _page()


@pages.post("/schemes/new")
def begin() -> Answer:
    """Begin a draft from what was chosen."""
    require_editing(current_actor())
    is_file = request.form.get("from") == "file"
    text, problems = _text_sent() if is_file else ("", _unchosen())
    if problems:
        return _page(text, problems), 422
    try:
        with writing() as session:
            draft = _begun(session, text) if is_file else _begun_from_bundled(session)
            slug = str(draft.document["scheme"])
    except SchemeInvalid as invalid:
        return _page(text, invalid.problems), 422
    except DraftThere as there:
        return _page(text, there=there.scheme), 409
    return redirect(url_for("draft.overview", slug=slug), 303)


def _begun(session: Session, text: str) -> SchemeVersion:
    return begin_from_yaml(session, current_actor(), text, "file")


def _begun_from_bundled(session: Session) -> SchemeVersion:
    bundled, slug = request.form["bundled"], request.form.get("slug", "").strip()
    return begin_from_bundled(session, current_actor(), bundled, slug)


def _unchosen() -> tuple[FileProblem, ...]:
    if request.form.get("bundled") in bundled_schemes():
        return ()
    return (FileProblem(None, "bundled", Message("Choose a scheme.")),)


def _text_sent() -> tuple[str, tuple[FileProblem, ...]]:
    """The text of the file that was uploaded, else what was pasted."""
    uploaded = next(iter(incoming_files("file")), None)
    if uploaded is None:
        pasted = request.form.get("yaml", "").replace("\r\n", "\n")
        if not pasted.strip():
            return pasted, (FileProblem(None, "", Message("Choose a file, or paste one.")),)
        if len(pasted.encode()) > _MOST_BYTES:
            return pasted, (
                FileProblem(None, "", Message("The text is too long. A scheme is at most 1 MB.")),
            )
        return pasted, ()
    if not 0 < uploaded.size_bytes <= _MOST_BYTES:
        return "", (FileProblem(None, "", Message("The file is empty or far too large.")),)
    stored, storage = uploaded.finish(), parts().storage
    try:
        with storage.open(stored.key) as file:
            return file.read().decode("utf-8").replace("\r\n", "\n"), ()
    except UnicodeDecodeError:
        return "", (FileProblem(None, "", Message("The file is no text in UTF-8.")),)
    finally:
        storage.delete(stored.key)


def _page(text: str = "", problems: tuple[FileProblem, ...] = (), there: str = "") -> str:
    """The page, with what was sent; `there` is the short name of a scheme that has a draft already."""
    with reading() as session:
        drafts = drafted(session, current_actor().institution_id)
    return render_template(
        "schemes/editor/new.html",
        bundled=bundled_schemes(),
        drafts=drafts,
        text=text,
        is_file=request.form.get("from") == "file",
        problems=[(each, own_words(each, page_words())) for each in problems],
        there=there,
    )
