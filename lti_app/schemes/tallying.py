"""What was found for a requirement, as its Result: the figures, and which activity counted. Pure.

judging.py finds it; here nothing is chosen any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from uuid import UUID

from lti_app.schemes.facts import Facts, tags
from lti_app.schemes.requirements import (
    AllOf,
    AnyOf,
    Classes,
    Count,
    Distinct,
    Ordered,
    Separate,
    Setting,
    Settings,
    Variety,
)
from lti_app.schemes.results import Kind, Result
from lti_app.schemes.units import Unit


def in_setting(name: str, need: int, units: Sequence[Unit], setting: Setting) -> Result:
    """So many of the units in one setting."""
    have = len(units)
    return Result(name, Kind.SETTING, have, need, need, min(have, need), _ids_of_units(units), setting)


def counted(wanted: Count, units: Sequence[Unit]) -> Result:
    """So many of the units."""
    have = len(units)
    return Result(
        wanted.id,
        Kind.COUNT,
        have,
        wanted.need,
        wanted.need,
        min(have, wanted.need),
        _ids_of_units(units),
        label=wanted.label,
        of=wanted.of,
    )


def distinct_types(wanted: Distinct, units: Sequence[Unit]) -> Result:
    """So many types among the units; the first of each counts."""
    first = {unit.type_code: unit for unit in reversed(units)}
    have = len(first)
    return Result(
        wanted.id,
        Kind.DISTINCT_TYPES,
        have,
        wanted.need,
        wanted.need,
        min(have, wanted.need),
        ids_of(each for unit in units if first[unit.type_code] is unit for each in unit.members),
        label=wanted.label,
        of=wanted.of,
        variety=Variety.TYPE,
    )


def distinct_tags(wanted: Distinct, given: Sequence[Facts]) -> Result:
    """So many tags among the activities; each that brings a new one counts."""
    seen: set[str] = set()
    bringing = []
    for each in given:
        found = tags(each.activity, wanted.variety)
        if not found <= seen:
            bringing.append(each.id)
            seen |= found
    return Result(
        wanted.id,
        Kind.DISTINCT_TAGS,
        len(seen),
        wanted.need,
        wanted.need,
        min(len(seen), wanted.need),
        tuple(bringing),
        label=wanted.label,
        of=wanted.of,
        variety=wanted.variety,
    )


def whole(
    wanted: Settings | Classes | Separate | AllOf | Ordered, kind: Kind, parts: tuple[Result, ...]
) -> Result:
    """A requirement all of whose parts have to be met."""
    return Result(
        wanted.id,
        kind,
        sum(part.met for part in parts),
        len(parts),
        sum(part.required for part in parts),
        sum(part.achieved for part in parts),
        _together(parts),
        parts=parts,
        label=wanted.label,
    )


def choice(wanted: AnyOf, parts: tuple[Result, ...]) -> Result:
    """Some parts are enough: worth the largest ones' steps, filled by those that have come furthest.

    Each of the parts that came furthest fills an equal share, so it is full only when all of them are met.
    """
    required = sum(sorted((part.required for part in parts), reverse=True)[: wanted.need])
    done = sorted((Fraction(part.achieved, part.required) for part in parts), reverse=True)[: wanted.need]
    return Result(
        wanted.id,
        Kind.ANY_OF,
        sum(part.met for part in parts),
        wanted.need,
        required,
        int(required * sum(done) / wanted.need),
        _together(parts),
        parts=parts,
        label=wanted.label,
    )


def ids_of(given: Iterable[Facts]) -> tuple[UUID, ...]:
    """The activities, each once."""
    return tuple(dict.fromkeys(each.id for each in given))


def _ids_of_units(units: Iterable[Unit]) -> tuple[UUID, ...]:
    return ids_of(each for unit in units for each in unit.members)


def _together(parts: Iterable[Result]) -> tuple[UUID, ...]:
    return tuple(sorted({each for part in parts for each in part.counted}))
