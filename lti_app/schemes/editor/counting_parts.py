"""What the editor shows of how activities are counted: bundles, classes, points, exclusions, effort."""

from __future__ import annotations

from lti_app.errors import N_
from lti_app.schemes.editor.outline import NAMED, Block, Both, Codes, Kind, Leaf, Many, Part, Source, Table
from lti_app.schemes.editor.requirement_parts import MUST_OF

_POINTS = Leaf("", N_("Points"), Kind.AMOUNT, first=1)
_EFFORT = Leaf("", N_("Effort"), Kind.NUMBER, first=1)


def _for_each(value: Leaf) -> tuple[Part, ...]:
    """A value for each type, else for its setting, else for any other activity."""
    return (
        Table("types", N_("By type"), Source.TYPES_AND_BUNDLES, value, is_optional=True),
        Table("settings", N_("By setting"), Source.SETTINGS, value, is_optional=True),
        Leaf("other", N_("Any other"), value.kind, is_optional=True),
    )


BUNDLES = Many(
    "bundles",
    N_("Bundles"),
    N_("Add a bundle"),
    N_("New bundle"),
    (
        *NAMED,
        Codes("types", N_("Of these types"), Source.TYPES, is_optional=False),
        Leaf("size", N_("So many are one activity"), Kind.NUMBER, first=3),
        Leaf(
            "by_occasions",
            N_("Count the occasions that each tells"),
            Kind.YES_NO,
            is_optional=True,
            default=False,
        ),
        Leaf("distinct_days", N_("Count a day once"), Kind.YES_NO, is_optional=True, default=False),
    ),
    hint=N_("Small activities that count together as one."),
    is_optional=True,
)
CLASSES = Many(
    "classes",
    N_("Classes"),
    N_("Add a class"),
    N_("New class"),
    (Leaf("name", N_("Letter or short name"), Kind.NAME), Both("", N_("Name")), MUST_OF),
    hint=N_("An activity belongs to the first class that fits."),
    is_optional=True,
)
POINTS = Block(
    "points",
    N_("Points"),
    (
        *_for_each(_POINTS),
        Table("at_most", N_("A type gives at most"), Source.TYPES_AND_BUNDLES, _POINTS, is_optional=True),
    ),
    is_optional=True,
)
EXCLUSIONS = Many(
    "exclusions",
    N_("Exclusions"),
    N_("Add an exclusion"),
    N_("New exclusion"),
    (MUST_OF, Both("reason", N_("Why, for students"), is_long=True)),
    hint=N_("Activities that count nowhere."),
    is_optional=True,
)
EFFORT = Block(
    "effort",
    N_("Effort"),
    _for_each(_EFFORT),
    hint=N_("Whole numbers: of several next steps, students are shown the one with the least effort."),
    is_optional=True,
)
