"""What is wrong with a draft, in words and with the place to mend it.

The reader of schemes finds the problems, in the words of whoever writes a file. The plain ones – something is
missing, or missing in one language – are told here as a form puts them; the others in the reader's words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lti_app.schemes.assets import AssetView
from lti_app.schemes.certificate_layout import is_colour
from lti_app.schemes.editor.choices import Choices
from lti_app.schemes.editor.controls import Shown
from lti_app.schemes.editor.outline import Kind, Section
from lti_app.schemes.editor.sections import SECTIONS, section_of
from lti_app.schemes.editor.showing import Showing
from lti_app.schemes.messages import Message, translated
from lti_app.schemes.nodes import FileProblem
from lti_app.schemes.picture_places import named_pictures
from lti_app.schemes.reading import SchemeInvalid, check_plain
from lti_app.schemes.wording import Translations

_ABSENT = Message(
    "This picture is not among the pictures of the institution. Add it there, or choose another."
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: where it is edited, what it is called, and what is wrong; a gap is where nothing
    stands yet.
    """

    section: str
    anchor: str
    field: str
    label: str
    sentence: str
    is_gap: bool = False

    def is_inside(self, anchor: str) -> bool:
        """Whether it is about the control or group with this id, or about something in it."""
        return bool(anchor) and f"{self.anchor}.".startswith((f"{anchor}.", f"{anchor}-"))

    @property
    def short_label(self) -> str:
        """What it is called within the block it stands in."""
        return " › ".join(self.label.split(" › ")[-2:])


def problems_of(
    document: Mapping[str, Any], language: str, words: Translations, pictures: Sequence[AssetView] = ()
) -> tuple[Problem, ...]:
    """Everything that keeps this draft from being published, in the order of the sections."""
    found: list[FileProblem] = []
    try:
        check_plain(document)
    except SchemeInvalid as invalid:
        found.extend(invalid.problems)
    there, told_of = {each.sha256 for each in pictures}, {each.field for each in found}
    found.extend(
        FileProblem(None, field, _ABSENT)
        for field, name in named_pictures(document).items()
        if name not in there and field not in told_of
    )
    if not found:
        return ()
    places = _places(document, language, words)
    told = [_told(each, places, words) for each in found]
    order = [section.slug for section in SECTIONS]
    return tuple(sorted(dict.fromkeys(told), key=lambda each: order.index(each.section)))


def too_large(document: Mapping[str, Any], section: Section, language: str, words: Translations) -> Problem:
    """What is said of a section with which the scheme is too large to be kept: at its longest text."""
    texts = [
        (shown, label)
        for slug, shown, label in _places(document, language, words).values()
        if slug == section.slug and shown.shape in {"leaf", "language"}
    ]
    longest, label = max(texts, key=lambda each: len(each[0].value))
    sentence = words.gettext("The scheme becomes too large with this. Shorten it.")
    return Problem(section.slug, longest.id, longest.field, label, sentence)


def by_field(problems: tuple[Problem, ...]) -> dict[str, tuple[str, ...]]:
    """The sentences by the field that they are about."""
    found: dict[str, tuple[str, ...]] = {}
    for each in problems:
        found[each.field] = (*found.get(each.field, ()), each.sentence)
    return found


def _places(
    document: Mapping[str, Any], language: str, words: Translations
) -> dict[str, tuple[str, Shown, str]]:
    """(section, control, what it is called with what is around it) by the field of the document."""
    showing = Showing(document, Choices(document, language, words))
    places: dict[str, tuple[str, Shown, str]] = {}

    def walk(slug: str, shown: Shown, around: str) -> None:
        own = shown.title or shown.label
        label = (
            f"{around} › {own}" if around and own and own != around.rpartition(" › ")[2] else own or around
        )
        places.setdefault(shown.field, (slug, shown, label))
        for child in shown.children:
            walk(slug, child, label)

    for section in SECTIONS:
        for shown in showing.section(section):
            walk(section.slug, shown, "")
    return places


def _told(problem: FileProblem, places: Mapping[str, tuple[str, Shown, str]], words: Translations) -> Problem:
    field = problem.field
    while field and field not in places:
        field = re.sub(r"(\.[^.\[\]]+|\[\d+\]|^[^.\[]+)$", "", field)
    if not field:
        section = section_of(problem.field) or SECTIONS[0]
        return Problem(
            section.slug,
            "",
            problem.field,
            words.gettext(section.label),
            _sentence(None, problem, words),
        )
    slug, shown, label = places[field]
    sentence = _sentence(shown if field == problem.field else None, problem, words)
    is_gap = field == problem.field and not shown.is_filled
    return Problem(slug, shown.id, field, label, sentence, is_gap)


def split(problems: Sequence[Problem], new: str) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """What is wrong, and what is only not there yet in the block with this id, which was just added."""
    gaps = tuple(each for each in problems if each.is_gap and each.is_inside(new))
    return tuple(each for each in problems if each not in gaps), gaps


def _sentence(  # noqa: PLR0911 (one for each sentence)
    shown: Shown | None, problem: FileProblem, words: Translations
) -> str:
    is_group = shown is None or shown.shape not in {"language", "leaf"}
    if is_group and problem.message.startswith("missing"):
        return words.gettext("Something is missing here.")
    if shown is None:
        return own_words(problem, words)
    if shown.shape == "language" and not shown.value:
        if shown.way == "sv":
            return words.gettext("The Swedish text is missing.")
        return words.gettext("The English text is missing.")
    if shown.shape in {"codes", "selection"} and not shown.value:
        return words.gettext("Choose at least one.")
    if shown.shape in {"many", "table"} and not shown.children:
        return words.gettext("Add at least one.")
    if shown.shape == "leaf" and not shown.value:
        return words.gettext("This is empty.")
    if shown.kind == Kind.COLOUR and not is_colour(str(shown.value)):
        return words.gettext("A colour is # and six characters of 0–9 and a–f.")
    return own_words(problem, words)


def own_words(problem: FileProblem, words: Translations) -> str:
    """What the reader says, as a sentence."""
    said = translated(problem.message, words)
    return f"{said[:1].upper()}{said[1:]}" + ("" if said.endswith((".", "?")) else ".")
