"""The requirements of a scheme's file: reading them, and whether any portfolio could meet them.

A requirement is a block with exactly one kind, as `distinct_types: 3` or `all_of: [...]`, and perhaps an id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import assert_never

from lti_app.schemes.catalogue_files import ActivityType
from lti_app.schemes.nodes import Node
from lti_app.schemes.reader import Reader
from lti_app.schemes.requirements import (
    AllOf,
    AnyOf,
    Count,
    Distinct,
    Requirement,
    SchemeRules,
    Setting,
    Settings,
)

_KINDS = ("count", "distinct_types", "settings", "all_of", "any_of")
_MOST_NEEDED = 100


def read_requirement(reader: Reader, node: Node) -> Requirement | None:
    """The requirement in this node, or None after reporting why not; an id not given is its position."""
    ids: list[tuple[Node, str]] = []
    requirement = _requirement(reader, node, "r", ids)
    reader.unlike(ids, "the id")
    return requirement


def unreachable(rules: SchemeRules, types: Mapping[str, ActivityType]) -> tuple[str, ...]:
    """Why no portfolio could meet this with the activity types there are; empty when one could."""
    counts = Counter(str(each.setting) for each in types.values() if rules.accepts(each.code))
    return tuple(_unreachable(rules.requirement, counts))


def _requirement(
    reader: Reader, node: Node, position: str, ids: list[tuple[Node, str]]
) -> Requirement | None:
    keys = reader.keys(node, {}, (*_KINDS, "id"))
    kinds = [kind for kind in _KINDS if kind in keys]
    if len(kinds) != 1:
        found = " and ".join(kinds) or "none"
        if isinstance(node.value, Mapping):
            reader.report(node, f"expected exactly one of {', '.join(_KINDS)}; found {found}")
        return None
    name = reader.name_of(keys["id"]) if "id" in keys else position
    ids.append((keys.get("id", node), name))
    kind, inner = kinds[0], keys[kinds[0]]
    match kind:
        case "count":
            return Count(reader.number(inner, 1, _MOST_NEEDED), name)
        case "distinct_types":
            return Distinct(reader.number(inner, 1, _MOST_NEEDED), name)
        case "settings":
            return _settings(reader, inner, name)
        case _:
            members = reader.items(inner, "a list of requirements")
            parts = tuple(_requirement(reader, each, f"{name}-{n}", ids) for n, each in enumerate(members, 1))
            good = tuple(part for part in parts if part is not None)
            if not good or len(good) < len(parts):
                return None
            return AllOf(good, name) if kind == "all_of" else AnyOf(good, name)


def _settings(reader: Reader, node: Node, name: str) -> Settings | None:
    keys = reader.keys(node, {}, list(Setting))
    named = [setting for setting in Setting if setting in keys]
    minimum = tuple((setting, reader.number(keys[setting], 1, _MOST_NEEDED)) for setting in named)
    if not minimum and isinstance(node.value, Mapping) and not node.value:
        reader.report(node, "expected at least one setting with its minimum, such as abroad: 1")
    return Settings(minimum, name) if minimum else None


def _unreachable(requirement: Requirement, counts: Counter[str]) -> Iterator[str]:
    match requirement:
        case Count():
            if not counts:
                yield "no activity type is accepted, so nothing can count"
        case Distinct(need):
            if need > counts.total():
                yield f"asks for {need} different types, but only {counts.total()} are accepted"
        case Settings(minimum):
            for setting, _ in minimum:
                if not counts[setting]:
                    yield f"asks for activities with setting {setting}, but no accepted type has it"
        case AllOf(parts):
            for part in parts:
                yield from _unreachable(part, counts)
        case AnyOf(parts):
            reasons = [list(_unreachable(part, counts)) for part in parts]
            if all(reasons):
                yield from reasons[0]
        case _:
            assert_never(requirement)
