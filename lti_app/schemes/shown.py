"""Progress as pages show it: a requirement under its name, with its sentence and what is in it.

The student's home, the class table, the teacher's and the observer's page all take it from here, so that they
say the same, and so do the pages that show what a change would do. What is merely "all of these" is not shown
as a level of its own: its parts are. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from lti_app.schemes.requirements import EVERY
from lti_app.schemes.result_wording import heading_of, result_sentence
from lti_app.schemes.rules import Kind, Progress, Result
from lti_app.schemes.wording import Translations, said

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
class Cell:
    """What stands in a column for one portfolio, in the requirement's own figures."""

    have: int | Decimal
    need: int | Decimal
    is_met: bool


@dataclass(frozen=True)
class Column:
    """A requirement as a column of the class table; `stands_for` are the requirements in it."""

    heading: str
    stands_for: tuple[Result, ...]

    def of(self, progress: Progress) -> Cell | None:
        """How far this portfolio is: with the requirement, or how many of several are met; None where what it
        follows has no such ones, of the same id and sort.
        """
        wanted = {_sort_of(each) for each in self.stands_for}
        found = [each for each in every(progress.result) if _sort_of(each) in wanted]
        if not found:
            return None
        if len(self.stands_for) == 1:
            return Cell(found[0].have, found[0].need, found[0].met)
        met = sum(each.met for each in found)
        return Cell(met, len(found), met == len(found))


@dataclass(frozen=True)
class Line:
    """A requirement's sentence before and after a change; empty where one of them has no such requirement."""

    requirement_id: str
    before: str
    after: str
    is_lost: bool


def shown(progress: Progress, words: Translations, names: Mapping[str, str]) -> tuple[Shown, ...]:
    """The requirements of a portfolio, from the outermost that say something; `names` are the types'."""
    return tuple(_shown(each, words, names) for each in _spread(progress.result))


def before_and_after(
    before: Progress, after: Progress, lost: Collection[str], words: Translations
) -> tuple[Line, ...]:
    """Each innermost requirement as it stands and as it would; `lost` as comparing.lost gives it."""
    old, new = _sentences(before, words), _sentences(after, words)
    return tuple(
        Line(each, old.get(each, ""), new.get(each, ""), each in lost) for each in dict.fromkeys((*old, *new))
    )


def columns(progress: Progress, words: Translations) -> tuple[Column, ...]:
    """At most MOST_COLUMNS columns: the innermost requirements if so few, else the outer ones, and what is
    too many for the table counted together in the last.
    """
    inner, outer = list(progress.lines), list(_spread(progress.result))
    wanted = inner if len(inner) <= MOST_COLUMNS else outer
    own = wanted if len(wanted) <= MOST_COLUMNS else wanted[: MOST_COLUMNS - 1]
    found = [Column(heading_of(each, words), (each,)) for each in own]
    rest = wanted[len(own) :]
    if rest:
        found.append(Column(words.gettext("Other requirements"), tuple(rest)))
    return tuple(found)


def every(result: Result) -> Iterator[Result]:
    """The result and everything in it."""
    yield result
    for part in result.parts:
        yield from every(part)


def _sort_of(result: Result) -> tuple[object, ...]:
    return (result.requirement_id, result.kind, result.setting, result.measure, result.variety)


def _sentences(progress: Progress, words: Translations) -> dict[str, str]:
    return {line.requirement_id: result_sentence(line, words) for line in progress.lines}


def _spread(result: Result) -> Iterator[Result]:
    if result.kind in _WHOLES and result.label is None:
        for part in result.parts:
            yield from _spread(part)
    else:
        yield result


def _shown(result: Result, words: Translations, names: Mapping[str, str]) -> Shown:
    parts = (each for part in result.parts for each in _spread(part))
    label = said(result.label, words) if result.label else ""
    # The label stands beside the sentence, and alternatives below it: the sentence need not repeat them.
    bare = replace(result, label=None, of=EVERY) if result.label else result
    bare = replace(bare, parts=()) if result.kind is Kind.ANY_OF else bare
    sentence = result_sentence(bare, words, names)
    return Shown(result, label, sentence, tuple(_shown(each, words, names) for each in parts))
