"""A version in words, line by line, and the differences between two. Pure but for the names of codes.

What stands in a list is the same in two versions when its short name is; a list that was only put into
another order says so. What is new or gone as a whole is told as one. The short names are not told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lti_app.schemes.assets import AssetView
from lti_app.schemes.certificate_layout import is_colour
from lti_app.schemes.editor.choices import Choices
from lti_app.schemes.editor.controls import Shown
from lti_app.schemes.editor.outline import ID, Kind
from lti_app.schemes.editor.sections import SECTIONS
from lti_app.schemes.editor.showing import Showing
from lti_app.schemes.wording import Translations

Identity = tuple[str, ...]
_HEADINGS = {"item", "requirement", "row"}


class Change(StrEnum):
    """What became of a line."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a version says. A heading has no words of its own; `language` is that of its words.
    `is_colour` is whether they are a colour that can be shown.
    """

    identity: Identity
    label: str
    words: str = ""
    depth: int = 0
    is_heading: bool = False
    language: str = ""
    is_colour: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A section in words."""

    slug: str
    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which two versions differ."""

    change: Change
    label: str
    before: str = ""
    after: str = ""
    language: str = ""
    is_colour: bool = False


@dataclass(frozen=True, slots=True)
class Differing:
    """A section in which two versions differ."""

    slug: str
    label: str
    differences: tuple[Difference, ...]


def told(
    document: Mapping[str, Any],
    language: str,
    words: Translations,
    pictures: Sequence[AssetView] = (),
) -> tuple[Told, ...]:
    """Every section of the document in words; sections that say nothing have no lines."""
    showing = Showing(document, Choices(document, language, words, pictures))
    return tuple(
        Told(
            section.slug,
            words.gettext(section.label),
            tuple(line for shown in showing.section(section) for line in _lines(shown, (), 0, words)),
        )
        for section in SECTIONS
    )


def differences(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    language: str,
    words: Translations,
    pictures: Sequence[AssetView] = (),
) -> tuple[Differing, ...]:
    """The sections in which these documents differ, and how."""
    old_and_new = (told(each, language, words, pictures) for each in (before, after))
    pairs = zip(*old_and_new, strict=True)
    found = (Differing(new.slug, new.label, tuple(_compared(old.lines, new.lines))) for old, new in pairs)
    return tuple(each for each in found if each.differences)


def _lines(shown: Shown, around: Identity, depth: int, words: Translations) -> Iterator[Line]:
    name = _name(shown)
    identity = (*around, name)
    match shown.shape:
        case "leaf" | "codes" | "language" | "selection":
            if (said := _words(shown, words)) and shown.part != ID:
                yield Line(
                    identity,
                    shown.label,
                    said,
                    depth,
                    language=shown.way if shown.shape == "language" else "",
                    is_colour=shown.kind == Kind.COLOUR and is_colour(said),
                )
        case "both":
            for child in shown.children:
                if child.value:
                    label = f"{shown.label} ({child.label})"
                    yield Line((*identity, child.way), label, str(child.value), depth, language=child.way)
        case _:
            inner = [line for child in shown.children for line in _lines(child, identity, depth + 1, words)]
            if shown.shape in _HEADINGS or inner:
                label = shown.title if shown.shape in _HEADINGS and shown.title else shown.label
                yield Line(identity, label or name, "", depth, is_heading=True)
            yield from inner


def _name(shown: Shown) -> str:
    """What tells this from its neighbours, whatever its place."""
    if shown.shape == "row":
        return f"row {shown.value}"
    if shown.shape in {"item", "requirement"}:
        names = [child.value for child in shown.children if child.kind == "name" and child.value]
        return f"the {names[0]}" if names else shown.path.rpartition(".")[2]
    return shown.path.rpartition(".")[2] or shown.label


def _words(shown: Shown, words: Translations) -> str:
    if shown.shape == "selection":
        way = dict(shown.ways).get(shown.way, "")
        names = ", ".join(shown.children[0].names)
        return f"{way}: {names}" if names else way
    if shown.shape == "codes":
        return ", ".join(shown.names)
    if shown.kind == "yes_no":
        return words.gettext("Yes") if shown.value else words.gettext("No")
    if shown.kind in {"choice", "picture"}:
        return next((each.label for each in shown.choices if each.value == shown.value), str(shown.value))
    return str(shown.value)


def _compared(before: Iterable[Line], after: Iterable[Line]) -> Iterator[Difference]:
    old, new = {each.identity: each for each in before}, {each.identity: each for each in after}
    for identity, line in old.items():
        if identity not in new and not _is_inside(identity, old, new):
            yield Difference(Change.REMOVED, _trail(line, old), before=line.words, language=line.language)
    for identity, line in new.items():
        was = old.get(identity)
        if was is None:
            if not _is_inside(identity, new, old):
                yield Difference(Change.ADDED, _trail(line, new), after=line.words, language=line.language)
        elif was.words != line.words:
            are_colours = was.is_colour and line.is_colour
            yield Difference(
                Change.CHANGED, _trail(line, new), was.words, line.words, line.language, are_colours
            )
    for parent in dict.fromkeys(identity[:-1] for identity, line in new.items() if line.is_heading):
        orders = [
            [key for key in lines if key[:-1] == parent and key in other]
            for lines, other in ((old, new), (new, old))
        ]
        if orders[0] != orders[1]:
            head = new.get(parent)
            yield Difference(Change.MOVED, _trail(head, new) if head else "")


def _is_inside(identity: Identity, lines: Mapping[Identity, Line], others: Mapping[Identity, Line]) -> bool:
    """Whether what is around it is new or gone as well, and says so."""
    return any(identity[:n] in lines and identity[:n] not in others for n in range(1, len(identity)))


def _trail(line: Line, lines: Mapping[Identity, Line]) -> str:
    around = [
        lines[line.identity[:n]].label for n in range(1, len(line.identity)) if line.identity[:n] in lines
    ]
    return " › ".join(dict.fromkeys([*around, line.label]))
