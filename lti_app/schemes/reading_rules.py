"""The requirements of a scheme's file.

A requirement is a block with exactly one kind, as `distinct_types: 3` or `all_of: [...]`, with what belongs
to that kind beside it, and perhaps an id and a label. An id not given is the requirement's position.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from lti_app.schemes.messages import Message
from lti_app.schemes.nodes import Node
from lti_app.schemes.reader import Reader
from lti_app.schemes.reading_filters import (
    MOST_AMOUNT,
    Known,
    key_node,
    read_class,
    read_filter,
)
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

# Each kind, and the keys that may stand beside it. `distinct_types` also stands beside `separate`.
KINDS: Mapping[str, tuple[str, ...]] = {
    "count": ("of",),
    "distinct_types": ("of",),
    "distinct": ("of",),
    "settings": (),
    **{str(measure): ("of",) for measure in Measure},
    "classes": ("substitutes",),
    "separate": ("distinct_types",),
    "all_of": (),
    "any_of": ("need",),
    "ordered": (),
}
_MOST_NEEDED = 100

Part = TypeVar("Part", bound=Requirement)


def read_requirement(
    reader: Reader, node: Node, known: Known
) -> tuple[Requirement | None, Mapping[str, Node]]:
    """The requirement in this node, or None after reporting why not; and where each id stands."""
    reading = _Requirements(reader, known)
    requirement = reading.requirement(node, "r")
    reader.unlike(reading.ids, Message("the id"))
    return requirement, reading.places


class _Requirements:
    """Reads requirements inside one another, and keeps the ids they have."""

    def __init__(self, reader: Reader, known: Known) -> None:
        self.reader = reader
        self.known = known
        self.ids: list[tuple[Node, str]] = []
        self.places: dict[str, Node] = {}

    def requirement(self, node: Node, position: str) -> Requirement | None:
        """The requirement of any kind at this position, which is its id if it names none."""
        kind = self._kind(node)
        if kind is None:
            return None
        keys = self.reader.keys(node, {kind: ""}, ("id", "label", *KINDS[kind]))
        name = self.reader.name_of(keys["id"]) if "id" in keys else position
        self.ids.append((keys.get("id", node), name))
        self.places[name] = node
        label = self.reader.text(keys["label"], max_chars=200) if "label" in keys else None
        return self._of_kind(kind, keys, position, (name, label))

    def _kind(self, node: Node) -> str | None:
        """The one kind that the block has, or None after reporting."""
        if not isinstance(node.value, Mapping):
            self.reader.keys(node, {}, ("id", "label", *KINDS))
            return None
        kinds = [kind for kind in KINDS if kind in node.value]
        if "separate" in kinds and "distinct_types" in kinds:
            kinds.remove("distinct_types")
        if len(kinds) == 1:
            return kinds[0]
        every = {key for beside in KINDS.values() for key in beside}
        if not kinds:
            self.reader.keys(node, {}, ("id", "label", *KINDS, *sorted(every)))
        keys = ", ".join(KINDS)
        if kinds:
            found = ", ".join(kinds)
            said = Message("expected exactly one of %(keys)s; found %(found)s", keys=keys, found=found)
        else:
            said = Message("expected exactly one of %(keys)s; found none", keys=keys)
        self.reader.report(node, said)
        return None

    def _of_kind(
        self, kind: str, keys: Mapping[str, Node], position: str, named: tuple[str, Text | None]
    ) -> Requirement | None:
        name, label = named
        match kind:
            case "settings":
                minimum = self._settings(keys[kind])
                return Settings(minimum, name, label) if minimum else None
            case "classes":
                return self._classes(keys, name, label)
            case "separate" | "all_of" | "any_of" | "ordered":
                return self._of_parts(kind, keys, self._parts(keys[kind], position), named)
            case _:
                return self._of_activities(kind, keys, named)

    def _of_activities(
        self, kind: str, keys: Mapping[str, Node], named: tuple[str, Text | None]
    ) -> Requirement | None:
        """A kind that may say of which activities."""
        reader, inner, (name, label) = self.reader, keys[kind], named
        of = read_filter(reader, keys["of"], self.known) if "of" in keys else EVERY
        match kind:
            case "count":
                return Count(reader.number(inner, 1, _MOST_NEEDED), name, of, label)
            case "distinct_types":
                return Distinct(reader.number(inner, 1, _MOST_NEEDED), name, Variety.TYPE, of, label)
            case "distinct":
                return self._distinct(inner, name, of, label)
            case _:
                return Amount(Measure(kind), reader.decimal(inner, MOST_AMOUNT), name, of, label)

    def _of_parts(
        self,
        kind: str,
        keys: Mapping[str, Node],
        parts: tuple[Requirement, ...],
        named: tuple[str, Text | None],
    ) -> Requirement | None:
        """A kind that is made of others; None if any of those will not do."""
        name, label = named
        once = "distinct_types" in keys and self.reader.flag(keys["distinct_types"])
        need = self.reader.number(keys["need"], 1, max(1, len(parts))) if "need" in keys else 1
        if not parts:
            return None
        match kind:
            case "separate":
                return self._separate(keys[kind], parts, once, named)
            case "all_of":
                return AllOf(parts, name, label)
            case "any_of":
                return AnyOf(parts, name, need, label)
            case _:
                return Ordered(parts, name, label)

    def _separate(
        self, node: Node, parts: tuple[Requirement, ...], once: bool, named: tuple[str, Text | None]
    ) -> Separate | None:
        counts = tuple(part for part in parts if isinstance(part, Count))
        for each, part in zip(self.reader.items(node), parts, strict=True):
            if not isinstance(part, Count):
                self.reader.report(
                    each, Message("expected a count; the parts of `separate` can be of no other kind")
                )
        return Separate(counts, once, *named) if len(counts) == len(parts) else None

    def _distinct(self, node: Node, name: str, of: Filter, label: Text | None) -> Distinct | None:
        keys = self.reader.keys(node, {}, list(Variety))
        named = [variety for variety in Variety if variety in keys]
        if len(named) != 1:
            if isinstance(node.value, Mapping):
                self.reader.report(
                    node,
                    Message("expected exactly one of %(keys)s, such as goal: 3", keys=", ".join(Variety)),
                )
            return None
        return Distinct(self.reader.number(keys[named[0]], 1, _MOST_NEEDED), name, named[0], of, label)

    def _settings(self, node: Node) -> tuple[tuple[Setting, int], ...]:
        keys = self.reader.keys(node, {}, list(Setting))
        if isinstance(node.value, Mapping) and not node.value:
            self.reader.report(
                node, Message("expected at least one setting with its minimum, such as abroad: 1")
            )
        named = [setting for setting in Setting if setting in keys]
        return tuple((setting, self.reader.number(keys[setting], 1, _MOST_NEEDED)) for setting in named)

    def _classes(self, keys: Mapping[str, Node], name: str, label: Text | None) -> Classes | None:
        reader = self.reader
        entries = reader.entries(keys["classes"], Message("a number for each class, such as {A: 1, B: 2}"))
        minimum = tuple(
            (read_class(reader, key_node(key, node), self.known), reader.number(node, 1, _MOST_NEEDED))
            for key, node in entries.items()
        )
        substitutes: tuple[Substitute | None, ...] = ()
        if "substitutes" in keys:
            members = reader.items(keys["substitutes"], Message("a list of substitutes"))
            substitutes = tuple(self._substitute(each) for each in members)
        good = tuple(each for each in substitutes if each is not None)
        if not minimum or len(good) < len(substitutes):
            return None
        return reader.made(keys["classes"], lambda: Classes(minimum, good, name, label))

    def _substitute(self, node: Node) -> Substitute | None:
        expected = {
            "give": Message("the class that gives"),
            "number": Message("how many of it"),
            "serve_as": Message("the class that one of is served"),
        }
        keys = self.reader.keys(node, expected)
        give = read_class(self.reader, keys["give"], self.known)
        number = self.reader.number(keys["number"], 1, _MOST_NEEDED)
        serve_as = read_class(self.reader, keys["serve_as"], self.known)
        return self.reader.made(node, lambda: Substitute(give, number, serve_as))

    def _parts(self, node: Node, position: str) -> tuple[Requirement, ...]:
        """The requirements of a list, or nothing if any of them will not do."""
        members = self.reader.items(node, Message("a list of requirements"))
        parts = [self.requirement(each, f"{position}-{n}") for n, each in enumerate(members, 1)]
        good = tuple(part for part in parts if part is not None)
        return good if len(good) == len(parts) else ()
