"""What whoever makes a layout should know before a student does: what is set smaller, or does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from lti_app.certificates.facts import CertificateFacts, Text
from lti_app.certificates.pdf import diploma, front, wording
from lti_app.certificates.pdf.pictures import Drawable, PictureInvalid, PictureMissing, drawables
from lti_app.certificates.pdf.setting import fitted
from lti_app.certificates.shown import as_shown
from lti_app.glyphs import listed, missing

_NONE: Mapping[str, bytes] = {}
_NOTICEABLE = 0.8
_ORDINARY = 120  # letters of a statement that nobody need shorten
_NOT_CROWDED = (False, False, -diploma.HARDLY_CLOSER, -1)


class Concern(StrEnum):
    """What a warning is about. Only the last three stop a certificate."""

    SMALLER = "smaller"  # a text is set smaller than the design has it
    CLOSER = "closer"  # the whole first page is set closer
    SHORTEN = "shorten"  # a statement because of which it is, or because of which there is an annex
    ANNEX = "annex"  # the merits go on pages of their own
    TOO_LONG = "too_long"
    GLYPHS = "glyphs"
    PICTURE = "picture"


@dataclass(frozen=True)
class LayoutWarning:
    """One thing to know: about which text, and how much, in words for whoever edits the layout.

    `what` is title_sv, title_en, holder_name, statement_sv, statement_en, statement for both, or what a page
    or a picture is called.
    """

    concern: Concern
    what: str
    detail: str = ""

    @property
    def stops(self) -> bool:
        """Whether no certificate could be issued so."""
        return self.concern in {Concern.TOO_LONG, Concern.GLYPHS, Concern.PICTURE}


def measure(facts: CertificateFacts, pictures: Mapping[str, bytes] = _NONE) -> tuple[LayoutWarning, ...]:
    """Measure a certificate without drawing it. Raises nothing for what a person can write or upload."""
    facts = as_shown(facts)
    if lacking := missing(wording.printed_texts(facts)):
        return (LayoutWarning(Concern.GLYPHS, "text", listed(lacking)),)
    found: list[LayoutWarning] = []
    ready = _ready(facts, pictures, found)
    planned = diploma.plan(facts, ready)
    closeness = planned.closeness
    for what, text, style, sizes in (
        ("title_sv", facts.title.sv, front.TITLE, front.TITLE_SIZES),
        ("title_en", facts.title.en, front.TITLE_EN, front.TITLE_EN_SIZES),
        ("holder_name", facts.holder_name, front.NAME, front.name_sizes(closeness)),
    ):
        texts = planned.first.texts
        share = fitted(texts, text, style, sizes).size / style.size
        share /= front.IN_COLUMN if texts.is_narrow else 1
        if share < _NOTICEABLE:
            found.append(LayoutWarning(Concern.SMALLER, what, f"{share:.0%}"))
    if closeness.statement < 1:
        found.append(LayoutWarning(Concern.SMALLER, "statement", f"{closeness.statement:.0%}"))
    if closeness.room < diploma.HARDLY_CLOSER:
        found.append(LayoutWarning(Concern.CLOSER, "first_page", f"{closeness.room:.0%}"))
    blamed = _blamed(facts, ready, planned)
    if blamed and not planned.too_long:
        found.append(LayoutWarning(Concern.SHORTEN, blamed))
    if planned.annex:
        found.append(LayoutWarning(Concern.ANNEX, "merits", str(len(planned.annex.sheets))))
    for what, by in planned.too_long:
        named = blamed if blamed and what == diploma.FIRST_PAGE else what
        found.append(LayoutWarning(Concern.TOO_LONG, named, f"{by * 25.4 / 72:.0f} mm"))
    return tuple(found)


def _blamed(facts: CertificateFacts, ready: Mapping[str, Drawable], planned: diploma.Plan) -> str:
    """Name the statement, in one language or both, if the page would be less crowded with a shorter one."""
    said, crowded = facts.statement, _crowded(planned)
    if said is None or crowded == _NOT_CROWDED:
        return ""

    def helps(sv: str, en: str) -> bool:
        shorter = Text(sv, en)
        with_it = replace(facts, statement=shorter)
        return shorter != said and _crowded(diploma.plan(with_it, ready)) < crowded

    sv, en = said.sv[:_ORDINARY], said.en[:_ORDINARY]
    in_sv, in_en = helps(sv, said.en), helps(said.sv, en)
    if in_sv != in_en:
        return "statement_sv" if in_sv else "statement_en"
    return "statement" if in_sv or helps(sv, en) else ""


def _crowded(planned: diploma.Plan) -> tuple[bool, bool, float, float]:
    """How crowded the first page is, to compare: what hardly anybody notices is not counted."""
    closeness = planned.closeness
    room = min(closeness.room, diploma.HARDLY_CLOSER)
    return bool(planned.too_long), planned.annex is not None, -room, -closeness.statement


def _ready(
    facts: CertificateFacts, pictures: Mapping[str, bytes], found: list[LayoutWarning]
) -> dict[str, Drawable]:
    """The pictures that can be used; a warning for each of the others."""
    ready: dict[str, Drawable] = {}
    for asset_id in facts.layout.assets():
        try:
            ready |= drawables((asset_id,), pictures)
        except (PictureMissing, PictureInvalid) as error:
            found.append(LayoutWarning(Concern.PICTURE, asset_id, str(error)))
    return ready
