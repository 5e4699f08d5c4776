"""Which activities are meant: the `of` block of a scheme's file, and the lists of codes it is made of.

Owns the keys of the block and what they may refer to: types of the catalogue, the scheme's classes,
attributes with fixed answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from lti_app.schemes.catalogue import activity_types, attributes, programmes
from lti_app.schemes.fields import Field
from lti_app.schemes.messages import Message
from lti_app.schemes.nodes import Node
from lti_app.schemes.reader import Reader
from lti_app.schemes.requirements import EVERY, Filter, Measure, Setting

FILTER_KEYS = ("types", "settings", "classes", "at_least", "attributes")
MOST_AMOUNT = 100_000


@dataclass(frozen=True, slots=True)
class Known:
    """What a scheme may refer to; None where a stored version is read, which no catalogue can refuse."""

    types: frozenset[str] | None = None
    programmes: frozenset[str] | None = None
    attributes: Mapping[str, Field] | None = None
    classes: tuple[str, ...] = ()


def known_today() -> Known:
    """What a file may refer to: the whole catalogue."""
    return Known(frozenset(activity_types()), frozenset(programmes()), attributes())


def read_filter(reader: Reader, node: Node, known: Known) -> Filter:
    """The activities that an `of` block means."""
    keys = reader.keys(node, {}, FILTER_KEYS)
    if isinstance(node.value, Mapping) and not node.value:
        reader.report(
            node,
            Message(
                "expected at least one of %(keys)s; leave `of` out for every one", keys=", ".join(FILTER_KEYS)
            ),
        )
    return Filter(
        types=frozenset(read_types(reader, keys["types"], known)) if "types" in keys else EVERY.types,
        settings=frozenset(read_settings(reader, keys["settings"])) if "settings" in keys else EVERY.settings,
        classes=frozenset(read_class_names(reader, keys["classes"], known))
        if "classes" in keys
        else EVERY.classes,
        least=_least(reader, keys["at_least"]) if "at_least" in keys else EVERY.least,
        attributes=_attributes(reader, keys["attributes"], known)
        if "attributes" in keys
        else EVERY.attributes,
    )


def read_types(reader: Reader, node: Node, known: Known) -> tuple[str, ...]:
    """A list of type codes, each once."""
    return read_codes(reader, node, known.types, Message("a list of type codes"))


def read_type(reader: Reader, node: Node, known: Known) -> str:
    """One type code."""
    return _code(reader, node, known.types)


def read_codes(reader: Reader, node: Node, known: Iterable[str] | None, expected: str) -> tuple[str, ...]:
    """A list of codes that are known, each once."""
    members = reader.items(node, expected)
    allowed = None if known is None else sorted(known)
    codes = tuple(_code(reader, each, allowed) for each in members)
    reader.unlike(zip(members, codes, strict=True), Message("the code"))
    return codes


def read_settings(reader: Reader, node: Node) -> tuple[Setting, ...]:
    """A list of settings, each once."""
    members = reader.items(node, Message("a list of settings"))
    found = tuple(Setting(reader.one_of(each, list(Setting), Message("a setting"))) for each in members)
    reader.unlike(zip(members, found, strict=True), Message("the setting"))
    return found


def read_class_names(reader: Reader, node: Node, known: Known) -> tuple[str, ...]:
    """A list of names of the scheme's classes, each once."""
    members = reader.items(node, Message("a list of class names"))
    names = tuple(read_class(reader, each, known) for each in members)
    reader.unlike(zip(members, names, strict=True), Message("the class"))
    return names


def read_class(reader: Reader, node: Node, known: Known) -> str:
    """The name of one of the scheme's classes."""
    if not known.classes:
        reader.report(node, Message("the scheme has no classes; add them under `classes:` at the top"))
        return ""
    name = Node(str(node.value), node.field, node.line) if type(node.value) is int else node
    return reader.one_of(name, known.classes, Message("a class of this scheme"))


def key_node(key: str, value: Node) -> Node:
    """The key of an entry as a value of its own, to be asked what it is."""
    return Node(key, value.field, value.line)


def _code(reader: Reader, node: Node, known: Iterable[str] | None) -> str:
    if known is None:
        return reader.name_of(node)
    return reader.one_of(node, known, Message("a code of the catalogue"))


def _least(reader: Reader, node: Node) -> tuple[tuple[Measure, Decimal], ...]:
    keys = reader.keys(node, {}, list(Measure))
    if isinstance(node.value, Mapping) and not node.value:
        reader.report(node, Message("expected at least one measure with its minimum, such as weeks: 8"))
    return tuple((each, reader.decimal(keys[each], MOST_AMOUNT)) for each in Measure if each in keys)


def _attributes(reader: Reader, node: Node, known: Known) -> tuple[tuple[str, frozenset[str]], ...]:
    entries = reader.entries(
        node, Message("attributes with the answers that will do, such as contribution: [oral]")
    )
    return tuple((name, _answers(reader, name, value, known)) for name, value in sorted(entries.items()))


def _answers(reader: Reader, name: str, node: Node, known: Known) -> frozenset[str]:
    members = reader.items(node, Message("a list of answers"))
    if known.attributes is None:
        return frozenset(reader.words(each, max_chars=60) for each in members)
    fixed = {each.name: each for each in known.attributes.values() if each.options("en")}
    if name not in fixed:
        reader.one_of(key_node(name, node), sorted(fixed), Message("an attribute with fixed answers"))
        return frozenset()
    values = [value for value, _ in fixed[name].options("en")]
    found = tuple(
        reader.one_of(each, values, Message("an answer to %(name)s", name=name)) for each in members
    )
    reader.unlike(zip(members, found, strict=True), Message("the answer"))
    return frozenset(found)
