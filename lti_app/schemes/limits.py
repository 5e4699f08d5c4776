"""What the rules' language can say but is not judged exactly, or not in time: `scheme check` refuses it.

Everything else that requirements.py can hold is judged exactly. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from lti_app.schemes.counting import Bundle, SchemeRules
from lti_app.schemes.messages import Message
from lti_app.schemes.requirements import (
    AllOf,
    Amount,
    AnyOf,
    Classes,
    Count,
    Distinct,
    Filter,
    Ordered,
    Requirement,
    Separate,
    Settings,
    Variety,
)

MOST_REQUIREMENTS = 60
DEEPEST = 6
MOST_PARTS = 12
MOST_NEEDED = 100
MOST = Decimal(1_000_000)
PLACES = 5
_HOW_MANY = {
    Variety.COUNTRY: 249,
    Variety.GOAL: 17,
    Variety.TYPE: MOST_NEEDED,
    Variety.COMPETENCE: MOST_NEEDED,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is refused and why; `requirement_id` is empty where it is about the scheme as a whole."""

    requirement_id: str
    reason: str


def unsupported(rules: SchemeRules) -> tuple[Refusal, ...]:
    """Every reason for which this scheme could not be judged exactly; empty for one that can."""
    found = [*_of_the_whole(rules), *_in(rules, rules.requirement, 1)]
    number = sum(1 for _ in _every(rules.requirement))
    if number > MOST_REQUIREMENTS:
        found.append(
            Refusal(
                "",
                Message(
                    "has %(number)s requirements; at most %(most)s are judged",
                    number=number,
                    most=MOST_REQUIREMENTS,
                ),
            )
        )
    return tuple(dict.fromkeys(found))


def _of_the_whole(rules: SchemeRules) -> Iterator[Refusal]:
    for each in rules.classes:
        if each.of.classes:
            yield Refusal(
                "",
                Message(
                    "class %(name)s is defined by classes; say what its activities are instead",
                    name=each.name,
                ),
            )
    table = rules.points
    for number in (*table.types.values(), *table.settings.values(), table.other, *table.at_most.values()):
        if why := _unfit(number, Message("points")):
            yield Refusal("", why)
    if min([*rules.effort.types.values(), *rules.effort.settings.values(), rules.effort.other]) < 0:
        yield Refusal("", Message("an effort is below 0"))
    for bundle in rules.bundles:
        if bundle.size > MOST_NEEDED:
            yield Refusal(
                "",
                Message(
                    "bundle %(name)s takes %(number)s activities; at most %(most)s",
                    name=bundle.id,
                    number=bundle.size,
                    most=MOST_NEEDED,
                ),
            )
    for of in (*(each.of for each in rules.classes), *(each.of for each in rules.exclusions)):
        yield from _least(of, "")


def _in(rules: SchemeRules, wanted: Requirement, depth: int) -> Iterator[Refusal]:
    if depth > DEEPEST:
        yield Refusal(wanted.id, Message("lies more than %(most)s levels deep", most=DEEPEST))
        return
    match wanted:
        case Separate(parts):
            yield from _separate(rules, wanted)
            for part in parts:
                yield from _in(rules, part, depth)
        case AllOf(parts) | AnyOf(parts) | Ordered(parts):
            for each in parts:
                yield from _in(rules, each, depth + 1)
        case Count(need):
            yield from _needs(wanted.id, need)
            yield from _least(wanted.of, wanted.id)
        case Distinct(need):
            yield from _needs(wanted.id, need, _HOW_MANY.get(wanted.variety, MOST_NEEDED))
            yield from _least(wanted.of, wanted.id)
        case Amount():
            if why := _unfit(wanted.need, Message("an amount")):
                yield Refusal(wanted.id, why)
            yield from _least(wanted.of, wanted.id)
        case Settings(minimum):
            yield from _needs(wanted.id, max(need for _, need in minimum))
        case Classes(minimum, substitutes):
            numbers = [need for _, need in minimum] + [step.number for step in substitutes]
            yield from _needs(wanted.id, max(numbers))


def _separate(rules: SchemeRules, wanted: Separate) -> Iterator[Refusal]:
    if len(wanted.parts) > MOST_PARTS:
        yield Refusal(
            wanted.id,
            Message(
                "has %(number)s parts; at most %(most)s are shared out",
                number=len(wanted.parts),
                most=MOST_PARTS,
            ),
        )
    for part in wanted.parts:
        for bundle in rules.bundles:
            if _tells_apart(part.of, bundle):
                yield Refusal(
                    part.id or wanted.id,
                    Message(
                        "tells activities of bundle %(name)s apart, by type, class, least or answers; "
                        "parts that do not share take whole bundles only",
                        name=bundle.id,
                    ),
                )


def _tells_apart(of: Filter, bundle: Bundle) -> bool:
    """Whether one member of a bundle can pass and another of the same setting not."""
    if of.types and of.types.isdisjoint(bundle.types):
        return False
    by_type = bool(of.types) and not bundle.types <= of.types
    return by_type or bool(of.least or of.attributes or of.classes)


def _needs(name: str, need: int, most: int = MOST_NEEDED) -> Iterator[Refusal]:
    if need > most:
        yield Refusal(
            name, Message("asks for %(number)s; at most %(most)s can be asked for", number=need, most=most)
        )


def _least(of: Filter, name: str) -> Iterator[Refusal]:
    for measure, least in of.least:
        if why := _unfit(least, Message("the least of %(measure)s", measure=str(measure))):
            yield Refusal(name, why)


def _unfit(number: Decimal, what: Message) -> str:
    if not number.is_finite():
        return Message("%(what)s must be a number", what=what)
    if number < 0:
        return Message("%(what)s must not be below 0, as %(number)s is", what=what, number=number)
    if number > MOST:
        return Message(
            "%(what)s must be at most %(most)s, not %(number)s", what=what, most=MOST, number=number
        )
    if number != round(number, PLACES):
        return Message(
            "%(what)s must have at most %(most)s decimals, unlike %(number)s",
            what=what,
            most=PLACES,
            number=number,
        )
    return ""


def _every(wanted: Requirement) -> Iterator[Requirement]:
    yield wanted
    if isinstance(wanted, Separate | AllOf | AnyOf | Ordered):
        for part in wanted.parts:
            yield from _every(part)
