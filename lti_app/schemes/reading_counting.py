"""How a scheme's file sorts and counts activities: type lists, bundles, classes, points, exclusions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

from lti_app.schemes.counting import ActivityClass, Bundle, Effort, Exclusion, PointsTable, TypeList
from lti_app.schemes.messages import Message
from lti_app.schemes.nodes import Node
from lti_app.schemes.reader import Reader
from lti_app.schemes.reading_filters import (
    MOST_AMOUNT,
    Known,
    key_node,
    read_filter,
    read_type,
    read_types,
)
from lti_app.schemes.requirements import Setting
from lti_app.schemes.text import Text

TYPE_LIST = Message("all, {only: [codes]} or {all_but: [codes]}")
BUNDLE_KEYS = {
    "id": Message("a name"),
    "sv": Message("the Swedish name"),
    "en": Message("the English name"),
    "types": Message("a list of type codes"),
    "size": Message("how many make one activity"),
}
CLASS_KEYS = {
    "name": Message("a class name"),
    "sv": Message("the Swedish name"),
    "en": Message("the English name"),
    "of": Message("which activities"),
}
EXCLUSION_KEYS = {"of": Message("which activities"), "reason": Message("why, in both languages")}
_MOST_EFFORT = 1000

Value = TypeVar("Value")


def read_type_list(reader: Reader, node: Node, known: Known) -> TypeList:
    """Which types can count."""
    if node.value == "all":
        return TypeList()
    keys = reader.keys(node, {}, ("only", "all_but")) if isinstance(node.value, Mapping) else {}
    if len(keys) != 1:
        reader.report(node, Message("expected %(what)s", what=TYPE_LIST))
        return TypeList()
    ((key, inner),) = keys.items()
    codes = frozenset(read_types(reader, inner, known))
    return TypeList(accepted=codes) if key == "only" else TypeList(refused=codes)


def read_per_programme(reader: Reader, node: Node, known: Known) -> Mapping[str, TypeList]:
    """The programmes that have a list of their own."""
    found: dict[str, TypeList] = {}
    for key, value in reader.entries(node, Message("programme codes, each with its list of types")).items():
        name = key_node(key, value)
        if known.programmes is None:
            code = reader.name_of(name)
        else:
            code = reader.one_of(name, sorted(known.programmes), Message("a programme of the catalogue"))
        found[code] = read_type_list(reader, value, known)
    return found


def class_names(node: Node | None) -> tuple[str, ...]:
    """The names that the scheme's classes have, before anything else of them is read."""
    members = node.value if node is not None and isinstance(node.value, tuple) else ()
    names = [
        each.value["name"].value
        for each in members
        if isinstance(each.value, Mapping) and "name" in each.value
    ]
    return tuple(str(name) for name in names if type(name) in {str, int})


def read_bundles(reader: Reader, node: Node, known: Known) -> tuple[Bundle, ...]:
    """The small activities that count together."""
    members = reader.items(node, Message("a list of bundles"))
    found = tuple(_bundle(reader, each, known) for each in members)
    good = tuple(each for each in found if each is not None)
    if len(good) == len(found):
        reader.unlike(zip(members, (each.id for each in good), strict=True), Message("the bundle id"))
        types = [(member, code) for member, each in zip(members, good, strict=True) for code in each.types]
        reader.unlike(types, Message("each type can be in one bundle only;"))
    return good


def _bundle(reader: Reader, node: Node, known: Known) -> Bundle | None:
    keys = reader.keys(node, BUNDLE_KEYS, ("by_occasions", "distinct_days"))
    name = reader.name_of(keys["id"])
    label = Text(reader.words(keys["sv"], max_chars=150), reader.words(keys["en"], max_chars=150))
    types = frozenset(read_types(reader, keys["types"], known))
    size = reader.number(keys["size"], 2, 100)
    by_occasions = "by_occasions" in keys and reader.flag(keys["by_occasions"])
    distinct_days = "distinct_days" in keys and reader.flag(keys["distinct_days"])
    if not types:
        return None
    return reader.made(node, lambda: Bundle(name, types, size, label, by_occasions, distinct_days))


def read_classes(reader: Reader, node: Node, known: Known) -> tuple[ActivityClass, ...]:
    """The classes, in the order in which they are tried."""
    members = reader.items(node, Message("a list of classes"))
    classes = tuple(_class(reader, each, known) for each in members)
    reader.unlike(zip(members, (each.name for each in classes), strict=True), Message("the class"))
    return classes


def _class(reader: Reader, node: Node, known: Known) -> ActivityClass:
    keys = reader.keys(node, CLASS_KEYS)
    of = read_filter(reader, keys["of"], known)
    if of.classes:
        reader.report(
            keys["of"], Message("a class cannot be made out of classes; name types, settings or attributes")
        )
    return ActivityClass(
        name=reader.class_name(keys["name"]),
        of=of,
        label=Text(reader.words(keys["sv"], max_chars=150), reader.words(keys["en"], max_chars=150)),
    )


def read_points(reader: Reader, node: Node, known: Known) -> PointsTable:
    """What an activity gives."""
    keys = reader.keys(node, {}, ("types", "settings", "other", "at_most"))
    if isinstance(node.value, Mapping) and not node.value:
        reader.report(node, Message("expected at least one of %(keys)s", keys="types, settings, other"))

    def points(value: Node) -> Decimal:
        return Decimal(0) if type(value.value) is int and value.value == 0 else cap(value)

    def cap(value: Node) -> Decimal:
        return reader.decimal(value, MOST_AMOUNT)

    return PointsTable(
        types=_per_type(reader, keys["types"], known, points) if "types" in keys else {},
        settings=_per_setting(reader, keys["settings"], points) if "settings" in keys else {},
        other=points(keys["other"]) if "other" in keys else Decimal(0),
        at_most=_per_type(reader, keys["at_most"], known, cap) if "at_most" in keys else {},
    )


def read_exclusions(reader: Reader, node: Node, known: Known) -> tuple[Exclusion, ...]:
    """Which activities count nowhere."""
    members = reader.items(node, Message("a list of exclusions"))
    found = tuple(_exclusion(reader, each, known) for each in members)
    return tuple(each for each in found if each is not None)


def _exclusion(reader: Reader, node: Node, known: Known) -> Exclusion | None:
    keys = reader.keys(node, EXCLUSION_KEYS)
    of = read_filter(reader, keys["of"], known)
    reason = reader.text(keys["reason"], max_chars=500)
    return None if of.is_open else Exclusion(of, reason)


def read_effort(reader: Reader, node: Node, known: Known) -> Effort:
    """How much work activities are."""
    keys = reader.keys(node, {}, ("types", "settings", "other"))
    if isinstance(node.value, Mapping) and not node.value:
        reader.report(node, Message("expected at least one of %(keys)s", keys="types, settings, other"))

    def effort(value: Node) -> int:
        return reader.number(value, 1, _MOST_EFFORT)

    return Effort(
        types=_per_type(reader, keys["types"], known, effort) if "types" in keys else {},
        settings=_per_setting(reader, keys["settings"], effort) if "settings" in keys else {},
        other=effort(keys["other"]) if "other" in keys else 1,
    )


def _per_type(reader: Reader, node: Node, known: Known, read: Callable[[Node], Value]) -> dict[str, Value]:
    entries = reader.entries(node, Message("type codes, each with a number, such as {language_cafe: 5}"))
    return {read_type(reader, key_node(key, value), known): read(value) for key, value in entries.items()}


def _per_setting(reader: Reader, node: Node, read: Callable[[Node], Value]) -> dict[Setting, Value]:
    keys = reader.keys(node, {}, list(Setting))
    if isinstance(node.value, Mapping) and not node.value:
        reader.report(node, Message("expected at least one setting with a number, such as {abroad: 20}"))
    return {setting: read(keys[setting]) for setting in Setting if setting in keys}
