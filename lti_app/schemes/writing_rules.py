"""A scheme's rules as the plain values that reading_rules.py and reading_counting.py read."""

from __future__ import annotations

from collections.abc import Mapping, Set
from decimal import Decimal
from typing import Any, assert_never

from lti_app.schemes.counting import ActivityClass, Bundle, Effort, PointsTable, SchemeRules, TypeList
from lti_app.schemes.requirements import (
    EVERY,
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
    Setting,
    Settings,
    Substitute,
    Variety,
)


def rules_sections(rules: SchemeRules) -> dict[str, Any]:
    """The sections of the file that say which activities count, and how."""
    sections = {
        "activity_types_per_programme": {code: _types(own) for code, own in rules.per_programme.items()},
        "bundles": [_bundle(each) for each in rules.bundles],
        "classes": [_class(each) for each in rules.classes],
        "points": _points(rules.points),
        "exclusions": [
            {"of": _filter(each.of), "reason": {"sv": each.reason.sv, "en": each.reason.en}}
            for each in rules.exclusions
        ],
        "effort": _effort(rules.effort),
    }
    accepted = {"activity_types": _types(TypeList(rules.accepted, rules.refused))}
    return accepted | {key: section for key, section in sections.items() if section}


def requirement_block(requirement: Requirement) -> dict[str, Any]:
    """A requirement as the block that reading it back makes it of."""
    label = requirement.label
    return {
        "id": requirement.id,
        **({"label": {"sv": label.sv, "en": label.en}} if label else {}),
        **_kind(requirement),
    }


def without_positions(block: dict[str, Any], position: str) -> dict[str, Any]:
    """The block of a requirement without the ids that it would be given anyway where it stands."""
    found: dict[str, Any] = {}
    for key, value in block.items():
        if key in {"all_of", "any_of", "ordered", "separate"}:
            found[key] = [without_positions(each, f"{position}-{n}") for n, each in enumerate(value, 1)]
        elif key != "id" or value != position:
            found[key] = value
    return found


def _kind(requirement: Requirement) -> dict[str, Any]:  # noqa: PLR0911 (one for each kind)
    match requirement:
        case Count(need, of=of):
            return {"count": need, **_of(of)}
        case Distinct(need, variety=variety, of=of):
            kind = {"distinct_types": need} if variety is Variety.TYPE else {"distinct": {str(variety): need}}
            return {**kind, **_of(of)}
        case Settings(minimum):
            return {"settings": {str(setting): need for setting, need in minimum}}
        case Amount(measure, amount, of=of):
            return {str(measure): _number(amount), **_of(of)}
        case Classes(minimum, substitutes):
            given = {"substitutes": [_substitute(each) for each in substitutes]} if substitutes else {}
            return {"classes": dict(minimum), **given}
        case Separate(parts, distinct_types):
            once = {"distinct_types": True} if distinct_types else {}
            return {"separate": [requirement_block(part) for part in parts], **once}
        case AllOf(parts):
            return {"all_of": [requirement_block(part) for part in parts]}
        case AnyOf(parts, need=need):
            least = {"need": need} if need > 1 else {}
            return {"any_of": [requirement_block(part) for part in parts], **least}
        case Ordered(parts):
            return {"ordered": [requirement_block(part) for part in parts]}
        case _:
            assert_never(requirement)


def _of(of: Filter) -> dict[str, Any]:
    return {} if of == EVERY else {"of": _filter(of)}


def _filter(of: Filter) -> dict[str, Any]:
    sections = {
        "types": sorted(of.types),
        "settings": _in_order(of.settings),
        "classes": sorted(of.classes),
        "at_least": {str(measure): _number(least) for measure, least in of.least},
        "attributes": {name: sorted(values) for name, values in of.attributes},
    }
    return {key: section for key, section in sections.items() if section}


def _substitute(each: Substitute) -> dict[str, Any]:
    return {"give": each.give, "number": each.number, "serve_as": each.serve_as}


def _types(types: TypeList) -> str | dict[str, list[str]]:
    if types.accepted is not None:
        return {"only": sorted(types.accepted)}
    return {"all_but": sorted(types.refused)} if types.refused else "all"


def _bundle(bundle: Bundle) -> dict[str, Any]:
    return {
        "id": bundle.id,
        "sv": bundle.label.sv,
        "en": bundle.label.en,
        "types": sorted(bundle.types),
        "size": bundle.size,
        **({"by_occasions": True} if bundle.by_occasions else {}),
        **({"distinct_days": True} if bundle.distinct_days else {}),
    }


def _class(each: ActivityClass) -> dict[str, Any]:
    return {"name": each.name, "sv": each.label.sv, "en": each.label.en, "of": _filter(each.of)}


def _points(points: PointsTable) -> dict[str, Any]:
    sections = {
        "types": _amounts(points.types),
        "settings": {
            str(each): _number(points.settings[each]) for each in Setting if each in points.settings
        },
        "other": _number(points.other),
        "at_most": _amounts(points.at_most),
    }
    return {key: section for key, section in sections.items() if section}


def _effort(effort: Effort) -> dict[str, Any]:
    sections = {
        "types": dict(effort.types),
        "settings": {str(each): effort.settings[each] for each in Setting if each in effort.settings},
        "other": effort.other if effort.other != 1 else None,
    }
    return {key: section for key, section in sections.items() if section}


def _amounts(per_type: Mapping[str, Decimal]) -> dict[str, int | str]:
    return {code: _number(amount) for code, amount in per_type.items()}


def _in_order(settings: Set[Setting]) -> list[str]:
    return [str(each) for each in Setting if each in settings]


def _number(amount: Decimal) -> int | str:
    """A whole number as one, any other as its text, which neither JSON nor YAML can round."""
    whole = amount.to_integral_value()
    return int(whole) if amount == whole else format(amount.normalize(), "f")
