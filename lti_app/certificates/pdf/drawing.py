"""From facts to the bytes of a whole certificate that only lacks its signature: glyphs checked, pages drawn,
one document at a time, then finished.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.pdf import diploma, wording
from lti_app.certificates.pdf.canvas import TaggedCanvas
from lti_app.certificates.pdf.finishing import finish
from lti_app.certificates.pdf.metadata import About
from lti_app.certificates.pdf.page import page_of, palette_of
from lti_app.certificates.pdf.pictures import Drawable, drawables
from lti_app.certificates.pdf.structure import Element, Placed
from lti_app.certificates.pdf.typeface import MissingGlyphs, NothingToSee
from lti_app.certificates.shown import as_shown
from lti_app.glyphs import clean, missing
from lti_app.web.typed import is_blank

_ONE_AT_A_TIME = Lock()  # ReportLab's fonts keep the state of the document being written
_NONE: Mapping[str, bytes] = {}


@dataclass(frozen=True)
class Drawing:
    """Drawn pages, what was marked on them, and the pictures whose places they hold."""

    pdf: bytes
    about: About
    document: Element
    placed: tuple[Placed, ...]
    pictures: Mapping[str, Drawable]


def check_glyphs(facts: CertificateFacts) -> None:
    """Raise MissingGlyphs when a text that the certificate shows has a character that the typeface lacks."""
    texts = wording.printed_texts(as_shown(facts))
    if missing(texts):
        raise MissingGlyphs(texts)


def check_visible(facts: CertificateFacts) -> None:
    """Raise NothingToSee when whose certificate it is, for what, or by whom, would be an empty line."""
    seen = {
        "the holder's name": [facts.holder_name],
        "the title": [facts.title.sv, facts.title.en],
        "the issuer": [facts.issuer.sv, facts.issuer.en],
        "the title of a merit": [merit.title for merit in facts.merits],
    }
    for what, texts in seen.items():
        if any(map(is_blank, texts)):
            raise NothingToSee(what)


def draw(
    facts: CertificateFacts,
    *,
    pictures: Mapping[str, bytes] = _NONE,
    credential: bytes | None = None,
    development: bool = False,
) -> bytes:
    """Draw a certificate, tagged, archivable, with its credential inside and room for one signature.

    `pictures` holds the bytes of those that the layout names; `development` says on each page that the key
    it will be signed with proves nothing. The same arguments give the same bytes. Raises MissingGlyphs,
    NothingToSee, DoesNotFit, PictureMissing and PictureInvalid.
    """
    drawing = compose(facts, pictures=pictures, development=development)
    return finish(
        drawing.pdf, drawing.about, drawing.document, drawing.placed, drawing.pictures, credential=credential
    )


def compose(
    facts: CertificateFacts, *, pictures: Mapping[str, bytes] = _NONE, development: bool = False
) -> Drawing:
    """Draw the pages and keep what was marked. Raises as `draw` does."""
    check_glyphs(facts)
    facts = as_shown(facts)
    check_visible(facts)
    ready = drawables(facts.layout.assets(), pictures)
    about = About(
        title=f"{clean(facts.title.en)} – {clean(facts.holder_name)}",
        author=clean(facts.issuer.en),
        subject=facts.number,
        issued_on=facts.issued_on,
    )
    with _ONE_AT_A_TIME:
        planned = diploma.plan(facts, ready)
        canvas = TaggedCanvas(page_of(facts.layout), palette_of(facts.layout), title=about.title)
        diploma.pages(canvas, facts, planned, development=development)
        return Drawing(canvas.finished(), about, canvas.document, tuple(canvas.placed), ready)
