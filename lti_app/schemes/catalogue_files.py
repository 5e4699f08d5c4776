"""The form of the catalogue's files: attributes.yaml, activity_types.yaml, programmes.yaml.

Owns their values and how they are read and checked; each file's head explains its keys. Raises FileInvalid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from lti_app.schemes.fields import Choice, Field, FieldKind
from lti_app.schemes.nodes import Node, from_yaml
from lti_app.schemes.places import countries
from lti_app.schemes.reader import Reader
from lti_app.schemes.requirements import Setting
from lti_app.schemes.text import Text

AUDIENCES = (
    "student",
    "incoming_student",
    "doctoral",
    "teacher",
    "incoming_teacher",
    "staff",
    "clinical_staff",
    "admin_staff",
)
_STUDENTS = frozenset({"student", "incoming_student", "doctoral"})


@dataclass(frozen=True, slots=True)
class ActivityType:
    """A kind of activity; `facts` are what the sources say of the type itself, `source` where."""

    code: str
    setting: Setting
    label: Text
    audience: tuple[str, ...]
    fields: tuple[Field, ...]
    facts: Mapping[str, str]
    not_asked: tuple[str, ...]
    source: str

    @property
    def is_for_students(self) -> bool:
        """Whether the sources say that students do it, not staff alone."""
        return bool(_STUDENTS & set(self.audience))


@dataclass(frozen=True, slots=True)
class Programme:
    """A study programme; `succeeded_by` the code of the programme whose former name this is, else empty.

    `institution_names` are those of the institution whose it is; `is_common` says that others have it, too.
    """

    code: str
    label: Text
    level: str
    level_name: Text
    succeeded_by: str
    institution_names: tuple[str, ...]
    is_common: bool
    note: str
    source: str

    @property
    def institution(self) -> Text | None:
        """Whose it is, by name; None for one that many have."""
        swedish, english, *_ = self.institution_names
        return None if self.is_common else Text(swedish, english)


def read_activity_types(attributes: str, types: str) -> tuple[ActivityType, ...]:
    """The activity types of a file, their fields filled in from the attributes' file."""
    vocabulary = {each.name: each for each in read_attributes(attributes)}
    reader = Reader("activity_types.yaml")
    top = reader.keys(from_yaml(types, reader.name), {"activity_types": "the list of activity types"})
    nodes = reader.items(top["activity_types"])
    found = tuple(_activity_type(reader, node, vocabulary) for node in nodes)
    reader.unlike(zip(nodes, (each.code for each in found), strict=True), "the code")
    reader.finish()
    return found


def read_programmes(text: str) -> tuple[Programme, ...]:
    """The programmes of a file."""
    reader = Reader("programmes.yaml")
    expected = {
        "institutions": "the names of the institutions",
        "levels": "the names of the levels",
        "programmes": "the list of programmes",
    }
    top = reader.keys(from_yaml(text, reader.name), expected)
    names = {key: _names(reader, node) for key, node in _entries(reader, top["institutions"]).items()}
    levels = {key: reader.text(node) for key, node in _entries(reader, top["levels"]).items()}
    nodes = reader.items(top["programmes"])
    found = tuple(_programme(reader, node, names, levels) for node in nodes)
    reader.unlike(zip(nodes, (each.code for each in found), strict=True), "the code")
    codes = {each.code for each in found}
    for node, each in zip(nodes, found, strict=True):
        if each.succeeded_by and each.succeeded_by not in codes:
            reader.report(node, f"succeeded_by {each.succeeded_by!r} is no programme of this file")
    reader.finish()
    return found


def read_attributes(text: str) -> tuple[Field, ...]:
    """The attributes of a file."""
    reader = Reader("attributes.yaml")
    top = reader.keys(from_yaml(text, reader.name), {"attributes": "the list of attributes"})
    nodes = reader.items(top["attributes"])
    found = tuple(_field(reader, node) for node in nodes)
    reader.unlike(zip(nodes, (each.name for each in found), strict=True), "the name")
    reader.finish()
    return found


def _field(reader: Reader, node: Node) -> Field:
    optional = ("required", "minimum", "maximum", "max_chars", "choices", "help")
    keys = reader.keys(node, {"name": "a name", "kind": "a kind of field", "label": "a label"}, optional)
    kind = FieldKind(reader.one_of(keys["kind"], list(FieldKind), "a kind of field"))
    choices = _entries(reader, keys["choices"]) if "choices" in keys else {}
    if (kind in {FieldKind.CHOICE, FieldKind.SEVERAL}) != bool(choices):
        reader.report(node, "choices belong to the kinds choice and several, and only there")
    return Field(
        name=reader.name_of(keys["name"]),
        kind=kind,
        label=reader.text(keys["label"]),
        help=reader.text(keys["help"]) if "help" in keys else None,
        required="required" in keys and reader.flag(keys["required"]),
        minimum=_decimal(reader, keys["minimum"]) if "minimum" in keys else None,
        maximum=_decimal(reader, keys["maximum"]) if "maximum" in keys else None,
        max_chars=reader.number(keys["max_chars"], 1, 20_000) if "max_chars" in keys else 500,
        choices=tuple(Choice(value, reader.text(label)) for value, label in choices.items()),
    )


def _activity_type(reader: Reader, node: Node, vocabulary: Mapping[str, Field]) -> ActivityType:
    expected = {
        "code": "a code",
        "setting": "a setting",
        "sv": "the Swedish name",
        "en": "the English name",
        "audience": "who does it",
        "fields": "a list of attributes",
        "source": "where it is described",
    }
    keys = reader.keys(node, expected, ("facts", "not_asked"))
    asked = keys["fields"].value if isinstance(keys["fields"].value, tuple) else reader.items(keys["fields"])
    fields = tuple(_narrowed(reader, each, vocabulary) for each in asked)
    reader.unlike(zip(asked, (each.name for each in fields), strict=True), "the field")
    facts = _entries(reader, keys["facts"]) if "facts" in keys else {}
    return ActivityType(
        code=reader.name_of(keys["code"]),
        setting=Setting(reader.one_of(keys["setting"], list(Setting), "a setting")),
        label=Text(reader.words(keys["sv"]), reader.words(keys["en"])),
        audience=tuple(
            reader.one_of(each, AUDIENCES, "an audience") for each in reader.items(keys["audience"])
        ),
        fields=fields,
        facts={key: reader.words(value) for key, value in facts.items()},
        not_asked=tuple(reader.name_of(each) for each in reader.items(keys["not_asked"]))
        if "not_asked" in keys
        else (),
        source=reader.words(keys["source"]),
    )


def _narrowed(reader: Reader, node: Node, vocabulary: Mapping[str, Field]) -> Field:
    """A field by its name, or {name: {what differs here}}."""
    if not isinstance(node.value, Mapping):
        return vocabulary[reader.one_of(node, vocabulary, "an attribute of attributes.yaml")]
    ((name, inner), *more) = node.value.items()
    if more or name not in vocabulary:
        reader.report(node, "expected one attribute of attributes.yaml with what differs here")
        return next(iter(vocabulary.values()))
    field = vocabulary[name]
    keys = reader.keys(inner, {}, ("choices", "typical", "required"))
    if "required" in keys:
        field = replace(field, required=reader.flag(keys["required"]))
    if "typical" in keys:
        field = replace(field, typical=reader.words(keys["typical"]))
    if "choices" in keys:
        known = [value for value, _ in countries("en")] if field.kind is FieldKind.COUNTRY else _values(field)
        only = [reader.one_of(each, known, f"a value of {name}") for each in reader.items(keys["choices"])]
        if field.kind is FieldKind.COUNTRY:
            field = replace(field, only=tuple(only))
        else:
            field = replace(field, choices=tuple(choice for choice in field.choices if choice.value in only))
    return field


def _values(field: Field) -> list[str]:
    return [choice.value for choice in field.choices] or ["(this field has no choices)"]


def _names(reader: Reader, node: Node) -> tuple[str, ...]:
    """The names that an institution goes by."""
    keys = reader.keys(node, {"sv": "the Swedish name", "en": "the English name"}, ("also",))
    also = reader.items(keys["also"]) if "also" in keys else ()
    return tuple(reader.words(each) for each in (keys["sv"], keys["en"], *also))


def _programme(
    reader: Reader, node: Node, institutions: Mapping[str, tuple[str, ...]], levels: Mapping[str, Text]
) -> Programme:
    expected = {
        "code": "a code",
        "sv": "the Swedish name",
        "en": "the English name",
        "level": "a level",
        "institution": "whose it is",
        "source": "where it is named",
    }
    keys = reader.keys(node, expected, ("common", "succeeded_by", "note"))
    institution = reader.one_of(
        keys["institution"], institutions or ["(no institutions)"], "one of `institutions`"
    )
    level = reader.one_of(keys["level"], levels or ["(no levels)"], "a level")
    return Programme(
        code=reader.name_of(keys["code"]),
        label=Text(reader.words(keys["sv"], max_chars=150), reader.words(keys["en"], max_chars=150)),
        level=level,
        level_name=levels.get(level, Text("", "")),
        succeeded_by=reader.name_of(keys["succeeded_by"]) if "succeeded_by" in keys else "",
        institution_names=institutions.get(institution, ("", "")),
        is_common="common" in keys and reader.flag(keys["common"]),
        note=reader.words(keys["note"]) if "note" in keys else "",
        source=reader.words(keys["source"]),
    )


def _entries(reader: Reader, node: Node) -> Mapping[str, Node]:
    if isinstance(node.value, Mapping) and node.value:
        return node.value
    reader.report(node, f"expected a block of key: value lines, found {node.found}")
    return {}


def _decimal(reader: Reader, node: Node) -> Decimal:
    words = reader.words(node)
    return Decimal(words) if words.replace(".", "", 1).isdecimal() else Decimal(0)
