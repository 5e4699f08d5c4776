"""What counts as one: an activity, or so many small ones of a bundle together. Pure.

A requirement's filter picks the activities first, and what passes is bundled, within each setting; so one
more activity can complete a bundle and never break one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lti_app.schemes.counting import Bundle, SchemeRules
from lti_app.schemes.facts import MOST_OCCASIONS, Facts, in_time, occasions

# The type of a bundle is none of the catalogue's; a code of the catalogue has no colon.
_OWN_TYPE = "bundle:"


@dataclass(frozen=True, slots=True)
class Unit:
    """One that counts, and the activities in it."""

    type_code: str
    setting: str
    members: tuple[Facts, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """One bundle's activities in one setting: what is bundled, and what an incomplete one still lacks."""

    bundle: Bundle
    units: tuple[Unit, ...]
    left: tuple[Facts, ...]
    missing: int
    unusable: tuple[Facts, ...]


def bundles_by_type(rules: SchemeRules) -> Mapping[str, Bundle]:
    """The bundle of each type that counts only in one."""
    return {code: bundle for bundle in rules.bundles for code in bundle.types}


def own_type(bundle: Bundle) -> str:
    """The type that a complete bundle has."""
    return f"{_OWN_TYPE}{bundle.id}"


def units_of(activities: Iterable[Facts], bundles: Mapping[str, Bundle]) -> list[Unit]:
    """What these activities count as: each by itself, then complete bundles."""
    if not bundles:
        return [Unit(each.activity.type_code, each.activity.setting, (each,)) for each in activities]
    given = list(activities)
    alone = [
        Unit(each.activity.type_code, each.activity.setting, (each,))
        for each in given
        if each.activity.type_code not in bundles
    ]
    return alone + [unit for pool in pools_of(given, bundles) for unit in pool.units]


def pools_of(activities: Iterable[Facts], bundles: Mapping[str, Bundle]) -> list[Pool]:
    """The activities that count only in bundles, by bundle and setting."""
    members: dict[tuple[str, str], list[Facts]] = {}
    by_id = {bundle.id: bundle for bundle in bundles.values()}
    for each in activities:
        bundle = bundles.get(each.activity.type_code)
        if bundle is not None:
            members.setdefault((bundle.id, each.activity.setting), []).append(each)
    return [_pool(by_id[key[0]], key[1], in_time(members[key])) for key in sorted(members)]


def _pool(bundle: Bundle, setting: str, members: list[Facts]) -> Pool:
    usable = _one_a_day(members) if bundle.distinct_days else members
    worth = [(each, occasions(each.activity) if bundle.by_occasions else 1) for each in usable]
    ones = [each for each, number in worth for _ in range(number)]
    complete = min(len(ones) // bundle.size, MOST_OCCASIONS)
    units = tuple(
        Unit(own_type(bundle), setting, tuple(dict.fromkeys(ones[n * bundle.size : (n + 1) * bundle.size])))
        for n in range(complete)
    )
    used = {each.id for unit in units for each in unit.members}
    left = tuple(each for each in usable if each.id not in used)
    days = {each.id for each in usable}
    unusable = tuple(each for each in members if each.id not in days)
    return Pool(bundle, units, left, bundle.size - len(ones) % bundle.size, unusable)


def _one_a_day(members: list[Facts]) -> list[Facts]:
    first = {each.began_on: each for each in reversed(members) if each.began_on is not None}
    return in_time(first.values())
