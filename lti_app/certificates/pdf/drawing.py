"""From facts to the bytes of an unsigned PDF: glyphs checked, pages drawn, one document at a time."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.pdf import diploma, wording
from lti_app.certificates.pdf.canvas import Mark, TaggedCanvas
from lti_app.certificates.pdf.typeface import MissingGlyphs, clean, missing

_ONE_AT_A_TIME = Lock()  # ReportLab's fonts keep the state of the document being written


@dataclass(frozen=True)
class Drawing:
    """A drawn file and the marks in it, in reading order, for whoever builds its structure tree."""

    pdf: bytes
    marks: tuple[Mark, ...]


def check_glyphs(facts: CertificateFacts) -> None:
    """Raise MissingGlyphs when a text of the certificate holds a character that the typeface cannot draw."""
    if lacking := missing(wording.printed_texts(facts)):
        raise MissingGlyphs(lacking)


def draw(facts: CertificateFacts) -> bytes:
    """Draw a certificate; the same facts give the same bytes. Raises MissingGlyphs and DoesNotFit."""
    return compose(facts).pdf


def compose(facts: CertificateFacts) -> Drawing:
    """Draw a certificate and keep its marks. Raises MissingGlyphs and DoesNotFit."""
    check_glyphs(facts)
    holder = clean(facts.holder_name)
    with _ONE_AT_A_TIME:
        canvas = TaggedCanvas(
            title=f"{clean(facts.title.en)} – {holder}",
            author=clean(facts.issuer.en),
            subject=facts.number,
        )
        diploma.pages(canvas, facts)
        return Drawing(canvas.finished(), tuple(canvas.marks))
