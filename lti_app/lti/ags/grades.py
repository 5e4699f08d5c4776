"""A grade as two sides see it, and whether they mean the same. Pure.

Platforms keep a grade in points of their own maximum, so grades are compared as shares, with room for their
rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

_ROOM = Decimal("0.0005")


@dataclass(frozen=True)
class Grade:
    """Points of a maximum; without a maximum they can only be compared as they stand."""

    points: Decimal
    maximum: Decimal | None


def means_same(one: Grade | None, other: Grade | None) -> bool:
    """Whether two grades agree; no grade agrees with no grade only."""
    if one is None or other is None:
        return one is other
    if not one.maximum or not other.maximum:
        return abs(one.points - other.points) <= _ROOM
    return abs(one.points / one.maximum - other.points / other.maximum) <= _ROOM
