"""The levels that a reviewer chose in a scheme's rubric, as they are kept with the decision. Pure.

The words of the day are kept beside the ids, in both languages, because a scheme moves on and a decision does
not. A level chosen is never a grade: what it is worth is the reviewer's word, read by the student.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lti_app.portfolio.states import ItemKind
from lti_app.schemes.document import Criterion, SchemeDocument
from lti_app.schemes.text import Text


@dataclass(frozen=True)
class ChosenLevel:
    """One criterion and the level that was chosen of it."""

    criterion_id: str
    criterion: Text
    level_id: str
    level: Text


def criteria_for(document: SchemeDocument, kind: ItemKind, *, is_plan: bool = False) -> tuple[Criterion, ...]:
    """The criteria that a reviewer looks at in an item of this kind; a plan has none."""
    return () if is_plan else tuple(each for each in document.rubric if kind.value in each.kinds)


def chosen(criteria: Iterable[Criterion], levels: Mapping[str, str]) -> tuple[ChosenLevel, ...]:
    """The levels with these ids, by criterion, in the scheme's order; blank ones are left out.

    Raises ValueError for a criterion or a level that is not there.
    """
    by_id = {each.id: each for each in criteria}
    wanted = {key: level for key, level in levels.items() if level}
    if not set(wanted) <= set(by_id):
        raise ValueError(f"no such criterion among {sorted(wanted)}")
    return tuple(_chosen(each, wanted[key]) for key, each in by_id.items() if key in wanted)


def chosen_to_json(levels: Iterable[ChosenLevel]) -> list[dict[str, Any]]:
    """The levels as plain values."""
    return [
        {
            "criterion_id": each.criterion_id,
            "criterion": {"sv": each.criterion.sv, "en": each.criterion.en},
            "level_id": each.level_id,
            "level": {"sv": each.level.sv, "en": each.level.en},
        }
        for each in levels
    ]


def chosen_from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[ChosenLevel, ...]:
    """The levels back."""
    return tuple(
        ChosenLevel(each["criterion_id"], Text(**each["criterion"]), each["level_id"], Text(**each["level"]))
        for each in stored
    )


def _chosen(criterion: Criterion, level_id: str) -> ChosenLevel:
    level = next((each for each in criterion.levels if each.id == level_id), None)
    if level is None:
        raise ValueError(f"no level {level_id!r} of {criterion.id}")
    return ChosenLevel(criterion.id, criterion.name, level.id, level.name)
