"""Random schemes of every kind and random small portfolios, from a seed: made for comparing with brute.py."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from lti_app.schemes.counting import ActivityClass, Bundle, Effort, Exclusion, PointsTable, SchemeRules
from lti_app.schemes.facts import CountedActivity
from lti_app.schemes.requirements import (
    EVERY,
    AllOf,
    Amount,
    AnyOf,
    Classes,
    Count,
    Distinct,
    Filter,
    Measure,
    Ordered,
    Requirement,
    Separate,
    Setting,
    Settings,
    Substitute,
    Variety,
)
from lti_app.schemes.text import Text

TYPES = {"a": "abroad", "b": "abroad", "c": "home", "d": "home", "e": "virtual", "f": "own"}
FIRST = date(2025, 1, 1)
_TEXT = Text("sv", "en")


def scheme(random: Random) -> SchemeRules:
    """A scheme whose requirement has up to three levels."""
    bundles = _bundles(random)
    has_classes = random.random() < 0.5
    classes = _classes(random) if has_classes else ()
    names = [each.name for each in classes]
    return SchemeRules(
        requirement(random, names, 2, bundles),
        accepted=frozenset(random.sample("abcdef", 4)) if random.random() < 0.15 else None,
        refused=frozenset(random.sample("abcdef", 1)) if random.random() < 0.2 else frozenset(),
        bundles=bundles,
        classes=classes,
        points=PointsTable(
            {"a": Decimal(3), "c": Decimal("1.5")},
            {Setting.HOME: Decimal(1)},
            Decimal(random.randint(0, 2)),
            {"c": Decimal(2)} if random.random() < 0.5 else {},
        ),
        exclusions=_exclusions(random),
        effort=Effort({"a": 5}, {Setting.HOME: 1, Setting.ABROAD: 3}, 2)
        if random.random() < 0.5
        else Effort(),
    )


def requirement(  # noqa: PLR0911 (one for each kind)
    random: Random, names: list[str], depth: int, bundles: tuple[Bundle, ...] = ()
) -> Requirement:
    """A requirement of any kind."""
    if depth and random.random() < 0.5:
        number = random.choice((1, 2, 2, 3))
        parts = tuple(requirement(random, names, depth - 1, bundles) for _ in range(number))
        made: list[Requirement] = [AllOf(parts), AnyOf(parts, need=random.randint(1, number)), Ordered(parts)]
        return random.choice(made)
    need = random.choice((1, 1, 2, 3))
    kind = random.randrange(7 if names else 6)
    if kind == 0:
        return Count(need, of=_filter(random, names))
    if kind == 1:
        return Distinct(need, of=_filter(random, names))
    if kind == 2:
        return Distinct(need, variety=Variety.GOAL, of=_filter(random, names))
    if kind == 3:
        chosen = random.sample(list(Setting), random.randint(1, 2))
        return Settings(tuple((setting, random.randint(1, 2)) for setting in chosen))
    if kind == 4:
        measure = random.choice((Measure.WEEKS, Measure.POINTS, Measure.POINTS, Measure.CREDITS))
        return Amount(measure, Decimal(random.choice(("1.5", "3", "5", "6"))), of=_filter(random, names))
    if kind == 5:
        parts_ = tuple(
            Count(random.randint(1, 2), of=_plain_filter(random, bundles))
            for _ in range(random.randint(1, 3))
        )
        return Separate(parts_, distinct_types=random.random() < 0.5)
    wanted = random.sample(names, random.randint(1, len(names)))
    substitutes = _substitutes(random, names)
    return Classes(tuple((name, random.randint(1, 2)) for name in wanted), substitutes)


def portfolio(random: Random, most: int = 7) -> list[CountedActivity]:
    """Some activities, most of them approved, in the setting of their type, and dated."""
    return [_activity(random, n) for n in range(random.randint(0, most))]


def _activity(random: Random, n: int) -> CountedActivity:
    code = random.choice("aabbcdef")
    setting = TYPES[code] if random.random() < 0.8 else random.choice([*map(str, Setting), "elsewhere"])
    attributes = {
        name: value
        for name, value in {
            "duration_weeks": random.choice(("0", "1", "2.5", "4")),
            "duration_days": random.choice(("7", "10")),
            "credits": random.choice(("1.5", "3")),
            "occasions": random.choice(("1", "2", "3", "5")),
            "goals": random.choice(("1", "2", "1 3")),
            "mode": random.choice(("physical", "virtual")),
        }.items()
        if random.random() < 0.6
    }
    starts = FIRST + timedelta(days=random.randint(0, 6))
    is_dated = random.random() < 0.85
    return CountedActivity(
        UUID(int=random.getrandbits(120) + n),
        code,
        setting,
        attributes,
        random.random() < 0.9,
        starts if is_dated else None,
        starts + timedelta(days=random.randint(0, 3)) if is_dated and random.random() < 0.9 else None,
    )


def _filter(random: Random, names: list[str] | tuple[()]) -> Filter:
    chosen = random.randrange(8)
    if chosen < 3:
        return EVERY
    if chosen == 3:
        return Filter(types=frozenset(random.sample("abcdef", random.randint(1, 3))))
    if chosen == 4:
        return Filter(settings=frozenset(random.sample(list(Setting), random.randint(1, 2))))
    if chosen == 5:
        return Filter(least=((Measure.WEEKS, Decimal(random.choice(("1", "2", "4")))),))
    if chosen == 6 and names:
        return Filter(classes=frozenset(random.sample(list(names), 1)))
    return Filter(attributes=(("mode", frozenset({random.choice(("physical", "virtual"))})),))


def _plain_filter(random: Random, bundles: tuple[Bundle, ...]) -> Filter:
    """One that tells no members of a bundle apart, if there are bundles."""
    if not bundles:
        return _filter(random, [])
    if random.random() < 0.5:
        return Filter(settings=frozenset(random.sample(list(Setting), random.randint(1, 2))))
    types = set(random.sample("abcdef", 2))
    for bundle in bundles:
        types = types | bundle.types if types & bundle.types else types
    return random.choice((EVERY, Filter(types=frozenset(types))))


def _exclusions(random: Random) -> tuple[Exclusion, ...]:
    of = _filter(random, [])
    return () if of.is_open or random.random() < 0.75 else (Exclusion(of, _TEXT),)


def _bundles(random: Random) -> tuple[Bundle, ...]:
    if random.random() < 0.6:
        return ()
    how = random.randrange(3)
    types = frozenset(random.sample("abcde", random.randint(1, 2)))
    return (Bundle("z", types, random.randint(2, 3), _TEXT, by_occasions=how == 1, distinct_days=how == 2),)


def _classes(random: Random) -> tuple[ActivityClass, ...]:
    number = random.randint(1, 3)
    return tuple(ActivityClass(name, _filter(random, []), _TEXT) for name in "ABC"[:number])


def _substitutes(random: Random, names: list[str]) -> tuple[Substitute, ...]:
    """A forest: a class gives to one that comes before it."""
    found = []
    for n in range(1, len(names)):
        if random.random() < 0.7:
            found.append(Substitute(names[n], random.randint(1, 3), names[random.randrange(n)]))
    random.shuffle(found)
    return tuple(found)
