"""Progress as pages show it: a requirement under its name, with its sentence and what is in it.

The student's home, the class table, the teacher's and the observer's page all take it from here, so that they
say the same. What is merely "all of these" is not shown as a level of its own: its parts are. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.requirements import AllOf, AnyOf, Ordered, Requirement, Separate
from lti_app.schemes.rules import Kind, Progress, Result
from lti_app.schemes.text import Text
from lti_app.schemes.wording import Translations, result_sentence, setting_name

MOST_COLUMNS = 5
_WHOLES = frozenset({Kind.ALL_OF, Kind.SETTINGS})


@dataclass(frozen=True)
class Shown:
    """One requirement on a page. `label` is the scheme's own name for it, or empty."""

    result: Result
    label: str
    sentence: str
    parts: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class Column:
    """A requirement as a column of the class table; `ids` are those that it stands for."""

    heading: str
    ids: tuple[str, ...]

    def of(self, progress: Progress) -> tuple[int, int] | None:
        """(have, need) in this portfolio: of the requirement, or how many of several are met; None where the
        portfolio's version of the scheme has no such ones.
        """
        found = [each for each in every(progress.result) if each.requirement_id in self.ids]
        if len(self.ids) == 1:
            return (int(found[0].have), int(found[0].need)) if found else None
        return (sum(each.met for each in found), len(found)) if found else None


def shown(
    document: SchemeDocument, progress: Progress, words: Translations, language: str
) -> tuple[Shown, ...]:
    """The requirements of a portfolio, from the outermost that say something."""
    labels = labels_of(document.rules.requirement)
    return tuple(_shown(each, labels, words, language) for each in _spread(progress.result, labels))


def columns(
    document: SchemeDocument, progress: Progress, words: Translations, language: str
) -> tuple[Column, ...]:
    """At most MOST_COLUMNS columns: the innermost requirements if so few, else the outer ones, and what is
    too many for the table counted together in the last.
    """
    labels = labels_of(document.rules.requirement)
    inner, outer = list(progress.lines), list(_spread(progress.result, labels))
    wanted = inner if len(inner) <= MOST_COLUMNS else outer
    own = wanted if len(wanted) <= MOST_COLUMNS else wanted[: MOST_COLUMNS - 1]
    found = [
        Column(_name(each, labels, language) or heading(each, words), (each.requirement_id,)) for each in own
    ]
    rest = wanted[len(own) :]
    if rest:
        found.append(Column(words.gettext("Other requirements"), tuple(each.requirement_id for each in rest)))
    return tuple(found)


def labels_of(requirement: Requirement) -> Mapping[str, Text]:
    """The scheme's own names, by requirement; those without one are left out."""
    found = {requirement.id: requirement.label} if requirement.label else {}
    if isinstance(requirement, AllOf | AnyOf | Ordered | Separate):
        for part in requirement.parts:
            found |= labels_of(part)
    return found


def heading(result: Result, words: Translations) -> str:
    """A requirement that the scheme has no name for, as the heading of a column."""
    if result.setting is not None:
        return setting_name(result.setting, words)
    headings = {
        Kind.DISTINCT_TYPES: words.gettext("Different types"),
        Kind.ANY_OF: words.gettext("One of several"),
    }
    return headings.get(result.kind, words.gettext("Activities"))


def every(result: Result) -> Iterator[Result]:
    """The result and everything in it."""
    yield result
    for part in result.parts:
        yield from every(part)


def _spread(result: Result, labels: Mapping[str, Text]) -> Iterator[Result]:
    if result.kind in _WHOLES and result.requirement_id not in labels:
        for part in result.parts:
            yield from _spread(part, labels)
    else:
        yield result


def _shown(result: Result, labels: Mapping[str, Text], words: Translations, language: str) -> Shown:
    parts = (each for part in result.parts for each in _spread(part, labels))
    return Shown(
        result,
        _name(result, labels, language),
        result_sentence(result, words),
        tuple(_shown(each, labels, words, language) for each in parts),
    )


def _name(result: Result, labels: Mapping[str, Text], language: str) -> str:
    label = labels.get(result.requirement_id)
    return label.in_(language) if label else ""
