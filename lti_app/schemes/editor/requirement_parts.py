"""What the editor shows of a requirement: which kinds there are, and of which activities each asks."""

from __future__ import annotations

from collections.abc import Mapping

from lti_app.errors import N_
from lti_app.schemes.editor.outline import ID, Block, Both, Codes, Kind, Leaf, Many, Part, Source, Table, Way
from lti_app.schemes.requirements import Measure

_FILTER: tuple[Part, ...] = (
    Codes("types", N_("Only these activity types"), Source.TYPES_AND_BUNDLES),
    Codes("settings", N_("Only in these settings"), Source.SETTINGS),
    Codes("classes", N_("Only of these classes"), Source.CLASSES),
    Table(
        "at_least",
        N_("Each at least so much"),
        Source.MEASURES,
        Leaf("", N_("At least"), Kind.AMOUNT),
        is_optional=True,
    ),
    Table(
        "attributes",
        N_("Only with these answers"),
        Source.ATTRIBUTES,
        Codes("", N_("Answers that will do"), Source.ANSWERS, is_optional=False),
        is_optional=True,
    ),
)
_OF = Block(
    "of",
    N_("Which activities"),
    _FILTER,
    hint=N_("Everything said here must hold. Empty: every activity."),
    is_optional=True,
)
MUST_OF = Block("of", N_("Which activities"), _FILTER, hint=N_("Everything said here must hold."))
_NEED = N_("How many")

REQUIREMENT: tuple[Part, ...] = (
    ID,
    Both("label", N_("What students read above it"), is_optional=True),
)
WAYS: Mapping[str, Way] = {
    way.key: way
    for way in (
        Way("count", N_("A number of activities"), Leaf("count", _NEED, Kind.NUMBER, first=1), (_OF,)),
        Way(
            "distinct_types",
            N_("Different types of activity"),
            Leaf("distinct_types", _NEED, Kind.NUMBER, first=1),
            (_OF,),
        ),
        Way(
            "distinct",
            N_("Different countries, UN goals or competences"),
            Table(
                "distinct",
                N_("Different what"),
                Source.VARIETIES,
                Leaf("", _NEED, Kind.NUMBER, first=1),
                is_single=True,
            ),
            (_OF,),
        ),
        Way(
            "settings",
            N_("A number in each setting"),
            Table("settings", N_("Settings"), Source.SETTINGS, Leaf("", _NEED, Kind.NUMBER, first=1)),
        ),
        *(
            Way(str(measure), label, Leaf(str(measure), N_("How much"), Kind.AMOUNT, first=1), (_OF,))
            for measure, label in (
                (Measure.WEEKS, N_("Weeks in all")),
                (Measure.HOURS, N_("Hours in all")),
                (Measure.CREDITS, N_("ECTS credits in all")),
                (Measure.OCCASIONS, N_("Occasions in all")),
                (Measure.POINTS, N_("Points in all")),
            )
        ),
        Way(
            "classes",
            N_("A number of each class"),
            Table("classes", N_("Classes"), Source.CLASSES, Leaf("", _NEED, Kind.NUMBER, first=1)),
            (
                Many(
                    "substitutes",
                    N_("What may stand for another"),
                    N_("Add a substitution"),
                    N_("A substitution"),
                    (
                        Leaf("number", N_("So many"), Kind.NUMBER, first=2),
                        Leaf("give", N_("of class"), Kind.CHOICE, Source.CLASSES),
                        Leaf("serve_as", N_("stand for one of class"), Kind.CHOICE, Source.CLASSES),
                    ),
                    is_optional=True,
                ),
            ),
        ),
        Way(
            "separate",
            N_("Parts that share no activity"),
            None,
            (
                Leaf(
                    "distinct_types",
                    N_("No type serves twice"),
                    Kind.YES_NO,
                    is_optional=True,
                    default=False,
                ),
            ),
            ("count",),
        ),
        Way("all_of", N_("All of these"), None, children=("*",)),
        Way(
            "any_of",
            N_("Some of these"),
            None,
            (Leaf("need", N_("How many of them"), Kind.NUMBER, is_optional=True, default=1),),
            ("*",),
        ),
        Way("ordered", N_("These, one after the other"), None, children=("*",)),
    )
}


def way_of(requirement: Mapping[str, object]) -> Way | None:
    """The kind of this requirement, if it has one that is known."""
    kinds = [key for key in WAYS if key in requirement]
    if "separate" in kinds and "distinct_types" in kinds:
        kinds.remove("distinct_types")
    return WAYS[kinds[0]] if kinds else None
