"""The parts that a scheme's form is made of: what may stand under a key, and what it is called. Pure data.

Every label and hint is a message id. An optional part is left out of the document while it is empty or its
`default`; any other stays, and the reader of schemes says what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from lti_app.errors import N_
from lti_app.schemes.text import Text


class Kind(StrEnum):
    """What a single value is: words on a line, several lines, a name for machines, a number…"""

    LINE = "line"
    LONG = "long"
    NAME = "name"
    FIXED = "fixed"
    NUMBER = "number"
    AMOUNT = "amount"
    YES_NO = "yes_no"
    CHOICE = "choice"
    PICTURE = "picture"
    COLOUR = "colour"


class Source(StrEnum):
    """Where the codes come from that may be chosen."""

    TYPES = "types"
    TYPES_AND_BUNDLES = "types_and_bundles"
    PROGRAMMES = "programmes"
    SETTINGS = "settings"
    CLASSES = "classes"
    MEASURES = "measures"
    VARIETIES = "varieties"
    ATTRIBUTES = "attributes"
    ANSWERS = "answers"
    EVIDENCE = "evidence"
    ITEM_KINDS = "item_kinds"
    PHASES = "phases"
    LANGUAGES = "languages"
    APPROVERS = "approvers"
    ISSUERS = "issuers"
    ORIENTATIONS = "orientations"
    CERTIFICATE_PARTS = "certificate_parts"
    PICTURES = "pictures"
    LOGOS = "logos"
    SIGNATURES = "signatures"


@dataclass(frozen=True, slots=True)
class _Named:
    """What every part has: its key, what it is called, a hint below that, and whether it may be left out."""

    key: str
    label: str
    hint: str = field(default="", kw_only=True)
    is_optional: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Leaf(_Named):
    """One value. `first` is what it is in a block just added."""

    kind: Kind = Kind.LINE
    source: Source | None = None
    default: str | int | bool = ""
    first: str | int | bool = ""


@dataclass(frozen=True, slots=True)
class Both(_Named):
    """A text in both languages, under its key; without one, its languages are keys of the block around it.
    `default` is what stands for it where it is left out.
    """

    is_long: bool = False
    default: Text | None = None


@dataclass(frozen=True, slots=True)
class Codes(_Named):
    """A list of codes, which may be left out unless it says otherwise."""

    source: Source
    is_optional: bool = field(default=True, kw_only=True)


@dataclass(frozen=True, slots=True)
class Selection(_Named):
    """A list of codes and what it means: `{only: […]}`. `ways` are (key, label); "" means the bare list.
    `everything` is the label of the word `all`, if that is allowed; an optional selection leaves it out.
    """

    source: Source
    ways: tuple[tuple[str, str], ...]
    everything: str = ""


@dataclass(frozen=True, slots=True)
class Block(_Named):
    """Parts under one key."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Many(_Named):
    """A list of blocks of the same parts; `add` is what the button says that adds one, `new` what one is
    called that has no name yet. One begins with the `least` members that it may have.
    """

    add: str
    new: str
    parts: tuple[Part, ...]
    least: int = 0


@dataclass(frozen=True, slots=True)
class Table(_Named):
    """A value for each of some codes; with `is_single` for exactly one."""

    source: Source
    value: Leaf | Codes | Selection
    is_single: bool = False


@dataclass(frozen=True, slots=True)
class Tree(_Named):
    """A requirement, which may be made of others."""


@dataclass(frozen=True, slots=True)
class Way:
    """One kind of requirement: what stands beside it, and whether other requirements stand in it.

    `value` is what its own key holds; None for one that holds a list of requirements, of `children` kinds.
    """

    key: str
    label: str
    value: Part | None
    beside: tuple[Part, ...] = ()
    children: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the editor: parts of the document's top."""

    slug: str
    label: str
    parts: tuple[Part, ...]
    hint: str = ""


Part = Leaf | Both | Codes | Selection | Block | Many | Table | Tree

ID = Leaf("id", N_("Short name (stored, never shown)"), Kind.NAME)
NAMED: tuple[Part, ...] = (ID, Both("", N_("Name")))
