"""What of a student's words about an activity a certificate prints, and what of it none can show. Pure.

A certificate takes its merits from what was frozen (certificates/snapshot.py). A draft is asked the same
before it is sent, and a reviewer is told, so that nobody hears of it only from an approval that is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lti_app.glyphs import missing
from lti_app.portfolio.snapshots import FrozenField, frozen_fields
from lti_app.schemes.catalogue import form_fields
from lti_app.schemes.certificate_layout import Shown
from lti_app.schemes.document import SchemeDocument

NAME, TITLE = "name", "title"
# Of these the first that the type asked for and the student filled in says where it was, with a country.
_WHERE = ("host", "event", "organisation", "organiser", "partners")
_COUNTRY = ("country", "countries")
_LONGEST_WHERE = 120


def places(fields: Iterable[FrozenField]) -> dict[str, str]:
    """Where it was, by the fields that say so: University of Nairobi, then Kenya. A country with two names
    gets both: `Norge / Norway`.
    """
    filled = {each.name: each.shown for each in fields if each.value}
    found = {}
    if (where := next((name for name in _WHERE if name in filled), None)) is not None:
        text = filled[where].sv
        found[where] = text if len(text) <= _LONGEST_WHERE else text[: _LONGEST_WHERE - 1].rstrip() + "…"
    if (country := next((name for name in _COUNTRY if name in filled), None)) is not None:
        named = filled[country]
        found[country] = named.sv if named.sv == named.en else f"{named.sv} / {named.en}"
    return found


def unprintable(
    document: SchemeDocument, title: str, fields: Iterable[FrozenField]
) -> dict[str, tuple[str, ...]]:
    """The characters of an activity that the scheme's certificate would print and cannot, by what they stand
    in: its title, or a field.
    """
    shows_places = Shown.PLACES in document.certificate.layout.shows
    printed = {TITLE: title} | (places(fields) if shows_places else {})
    return {name: lacking for name, text in printed.items() if (lacking := missing([text]))}


def unprintable_of(
    document: SchemeDocument, title: str, type_code: str, attributes: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """The same of an activity as it is being written."""
    asked = (each for each in form_fields(type_code) if each.name in {*_WHERE, *_COUNTRY})
    return unprintable(document, title, frozen_fields(asked, attributes))
