"""Whether any portfolio could meet a scheme with the activity types there are: an upper bound, never a guess.

Owns the reasons why not. Each requirement is asked alone, of the most that students could ever do; what is
said here is certain, while a scheme about which nothing is said may still be hard to meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, assert_never

from lti_app.schemes.catalogue import attributes
from lti_app.schemes.catalogue_files import ActivityType
from lti_app.schemes.counting import SchemeRules
from lti_app.schemes.messages import Message
from lti_app.schemes.places import countries
from lti_app.schemes.possible import Possible
from lti_app.schemes.requirements import (
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
    Settings,
    Variety,
)

GOALS = 17


class Unreachable(NamedTuple):
    """A requirement that no portfolio could meet, and why."""

    requirement_id: str
    why: str


def unreachable(rules: SchemeRules, types: Mapping[str, ActivityType]) -> tuple[Unreachable, ...]:
    """Why no portfolio could meet this with these activity types; empty when one could.

    Asked of the scheme's own list of types, and of each programme's.
    """
    everywhere = list(_missing(rules.requirement, Possible(rules, types)))
    found = [*everywhere]
    for code in rules.per_programme:
        own = Possible(rules.for_programme(code), types)
        found.extend(
            Unreachable(
                each.requirement_id,
                Message("for the programme %(code)s, it %(why)s", code=code, why=each.why),
            )
            for each in _missing(rules.requirement, own)
            if each not in everywhere
        )
    return tuple(found)


def _missing(requirement: Requirement, possible: Possible) -> Iterator[Unreachable]:
    match requirement:
        case AllOf(parts) | Ordered(parts):
            for part in parts:
                yield from _missing(part, possible)
        case AnyOf(parts, _, need):
            reasons = [list(_missing(part, possible)) for part in parts]
            if sum(not each for each in reasons) < need:
                yield from next(each for each in reasons if each)
        case Separate(parts):
            alone = [each for part in parts for each in _missing(part, possible)]
            yield from alone or _with(requirement.id, _separate(requirement, possible))
        case _:
            yield from _with(requirement.id, _reasons(requirement, possible))


def _with(requirement_id: str, reasons: Iterator[str]) -> list[Unreachable]:
    return [Unreachable(requirement_id, why) for why in reasons]


def _reasons(
    requirement: Count | Distinct | Settings | Amount | Classes, possible: Possible
) -> Iterator[str]:
    match requirement:
        case Count(of=of):
            if not possible.among(of):
                yield _nothing(Message("activities"), of, possible)
        case Distinct():
            yield from _distinct(requirement, possible)
        case Settings(minimum):
            there = {each.setting for each in possible.activities}
            for setting, _ in minimum:
                if setting not in there:
                    yield Message(
                        "asks for activities with setting %(setting)s, but no accepted type has it",
                        setting=str(setting),
                    )
        case Amount():
            yield from _amount(requirement, possible)
        case Classes():
            yield from _classes(requirement, possible)
        case _:
            assert_never(requirement)


def _distinct(asked: Distinct, possible: Possible) -> Iterator[str]:
    among = possible.among(asked.of)
    competences = attributes().get("competences")
    limits = {
        Variety.COMPETENCE: (
            len(competences.options("en")) if competences else asked.need,
            Message("competences"),
        ),
        Variety.TYPE: (len({each.counts_as for each in among}), Message("types")),
        Variety.COUNTRY: (len(countries("en")), Message("countries")),
        Variety.GOAL: (GOALS, Message("goals")),
    }
    most, what = limits[asked.variety]
    if not among:
        yield _nothing(Message("activities"), asked.of, possible)
    elif asked.need > most:
        asks = {"number": asked.need, "what": what}
        if most == 1:
            yield Message("asks for %(number)s different %(what)s, but only 1 is accepted", **asks)
        else:
            yield Message(
                "asks for %(number)s different %(what)s, but only %(most)s are accepted", **asks, most=most
            )


def _amount(asked: Amount, possible: Possible) -> Iterator[str]:
    among = [each for each in possible.among(asked.of) if possible.tells(each, asked.measure)]
    caps = possible.rules.points.at_most
    if not among:
        yield _nothing(str(asked.measure), asked.of, possible)
    elif asked.measure is Measure.POINTS and all(each.code in caps for each in among):
        most = sum((caps[each.code] for each in among), Decimal(0))
        if most < asked.need:
            yield Message(
                "asks for %(number)s points, but at_most allows only %(most)s of the types accepted",
                number=asked.need,
                most=most,
            )


def _classes(asked: Classes, possible: Possible) -> Iterator[str]:
    """A class is reachable if an activity could be of it, or of one that may stand for it."""
    serving: dict[str, list[str]] = {}
    for each in asked.substitutes:
        serving.setdefault(each.serve_as, []).append(each.give)
    there = {name for each in possible.activities for name in possible.classes_of(each)}
    for name, _ in asked.minimum:
        wanted, seen = [name], set[str]()
        while wanted:
            seen.add(at := wanted.pop())
            wanted.extend(each for each in serving.get(at, []) if each not in seen)
        if not there & seen:
            yield Message("asks for class %(name)s, but no accepted type can be of it", name=name)


def _separate(asked: Separate, possible: Possible) -> Iterator[str]:
    if not asked.distinct_types:
        return
    among = [{each.counts_as for each in possible.among(part.of)} for part in asked.parts]
    places = [types for part, types in zip(asked.parts, among, strict=True) for _ in range(part.need)]
    if (most := _matched(places)) < len(places):
        yield Message(
            "asks for %(number)s activities of different types, but the types accepted give only %(most)s",
            number=len(places),
            most=most,
        )


def _nothing(what: str, of: Filter, possible: Possible) -> str:
    if not possible.activities:
        return Message("asks for activities, but no activity type is accepted, so nothing can count")
    if of.is_open:
        return Message("asks for %(what)s, but no accepted type can give any", what=what)
    return Message("asks for %(what)s, but no accepted type that passes `of` can give any", what=what)


def _matched(places: Sequence[set[str]]) -> int:
    """How many places can have a type of their own: the largest matching, by augmenting paths."""
    taken: dict[str, int] = {}

    def find(place: int, tried: set[str]) -> bool:
        for code in sorted(places[place] - tried):
            tried.add(code)
            if code not in taken or find(taken[code], tried):
                taken[code] = place
                return True
        return False

    return sum(find(place, set()) for place in range(len(places)))
