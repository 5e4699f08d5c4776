"""The language of a scheme's file, described once for the editor: sections, parts, what they are called.

A test holds it to the keys that reading.py knows. Long: it is one description.
"""

from __future__ import annotations

from collections.abc import Mapping

from lti_app.errors import N_
from lti_app.schemes.editor.outline import (
    Block,
    Both,
    Codes,
    Kind,
    Leaf,
    Many,
    Part,
    Section,
    Selection,
    Source,
    Table,
    Tree,
    Way,
)
from lti_app.schemes.requirements import Measure

_ID = Leaf("id", N_("Short name (stored, never shown)"), Kind.NAME)
_NAMED = (_ID, Both("", N_("Name")))
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
    N_("Everything said here must hold. Empty: every activity."),
    is_optional=True,
)
_MUST_OF = Block("of", N_("Which activities"), _FILTER, N_("Everything said here must hold."))
_NEED = N_("How many")

REQUIREMENT: tuple[Part, ...] = (
    _ID,
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

_LANGUAGE = Leaf("language", N_("Language of the answers"), Kind.CHOICE, Source.LANGUAGES, is_optional=True)
_QUESTION: tuple[Part, ...] = (
    _ID,
    Both("", N_("Question"), is_long=True),
    Both("help", N_("Help below it"), is_long=True, is_optional=True),
    Leaf("required", N_("Must be answered"), Kind.YES_NO, first=True),
    Leaf("min_words", N_("Fewest words"), Kind.NUMBER, first=0, hint=N_("0 for any length")),
    Leaf("max_chars", N_("Most characters"), Kind.NUMBER, first=5000),
)
_TYPE_LIST = (("only", N_("Only these")), ("all_but", N_("All but these")))
_EVIDENCE = (("any_of", N_("One of these is enough")), ("all_of", N_("All of these")))
_POINTS = Leaf("", N_("Points"), Kind.AMOUNT, first=1)
_EFFORT = Leaf("", N_("Effort"), Kind.NUMBER, first=1)

_LAYOUT = Block(
    "layout",
    N_("How it looks"),
    (
        Leaf(
            "orientation",
            N_("How the page lies"),
            Kind.CHOICE,
            Source.ORIENTATIONS,
            is_optional=True,
            default="portrait",
        ),
        Leaf("ink", N_("Colour of the text, such as #1c1c21"), is_optional=True),
        Leaf("accent", N_("Colour of headings"), is_optional=True),
        Leaf("ornament", N_("Colour of lines and frame"), is_optional=True),
        Leaf(
            "logo",
            N_("Logo or crest"),
            Kind.PICTURE,
            Source.PICTURES,
            hint=N_("Without one there is a globe."),
            is_optional=True,
        ),
        Selection(
            "shows",
            N_("What is shown beside the merits"),
            Source.CERTIFICATE_PARTS,
            (("", N_("Only these")),),
            N_("Everything"),
            is_optional=True,
        ),
        Both("certifies", N_("Words above the name"), is_optional=True),
        Both("annex", N_("Heading of the annex"), is_optional=True),
        Both("verify", N_("Words beside the code"), is_optional=True),
    ),
    is_optional=True,
)

SECTIONS: tuple[Section, ...] = (
    Section(
        "about",
        N_("About the scheme"),
        (
            Leaf("scheme", N_("Short name of the scheme"), Kind.FIXED),
            Both("name", N_("Name")),
            Both("description", N_("Description"), is_long=True),
            Leaf("source", N_("Where the rules come from"), Kind.LONG),
            Selection(
                "programmes",
                N_("Programmes"),
                Source.PROGRAMMES,
                (("", N_("Only these")),),
                N_("Every programme"),
            ),
        ),
    ),
    Section(
        "requirements",
        N_("Requirements"),
        (Tree("requirements", N_("What is asked for")),),
        N_("One requirement, which may be made of others: choose “All of these”, and add the parts."),
    ),
    Section(
        "types",
        N_("Activity types"),
        (
            Selection(
                "activity_types",
                N_("Types that count"),
                Source.TYPES,
                _TYPE_LIST,
                N_("All types"),
            ),
            Table(
                "activity_types_per_programme",
                N_("Programmes with a list of their own"),
                Source.PROGRAMMES,
                Selection("", N_("Types that count"), Source.TYPES, _TYPE_LIST, N_("All types")),
                is_optional=True,
            ),
        ),
    ),
    Section(
        "counting",
        N_("Bundles, classes, points"),
        (
            Many(
                "bundles",
                N_("Bundles"),
                N_("Add a bundle"),
                (
                    *_NAMED,
                    Codes("types", N_("Of these types"), Source.TYPES, is_optional=False),
                    Leaf("size", N_("So many are one activity"), Kind.NUMBER, first=3),
                    Leaf(
                        "by_occasions",
                        N_("Count the occasions that each tells"),
                        Kind.YES_NO,
                        is_optional=True,
                        default=False,
                    ),
                    Leaf(
                        "distinct_days",
                        N_("Count a day once"),
                        Kind.YES_NO,
                        is_optional=True,
                        default=False,
                    ),
                ),
                N_("Small activities that count together as one."),
                is_optional=True,
            ),
            Many(
                "classes",
                N_("Classes"),
                N_("Add a class"),
                (Leaf("name", N_("Letter or short name"), Kind.NAME), Both("", N_("Name")), _MUST_OF),
                N_("An activity belongs to the first class that fits."),
                is_optional=True,
            ),
            Block(
                "points",
                N_("Points"),
                (
                    Table("types", N_("By type"), Source.TYPES_AND_BUNDLES, _POINTS, is_optional=True),
                    Table("settings", N_("By setting"), Source.SETTINGS, _POINTS, is_optional=True),
                    Leaf("other", N_("Any other"), Kind.AMOUNT, is_optional=True),
                    Table(
                        "at_most",
                        N_("A type gives at most"),
                        Source.TYPES_AND_BUNDLES,
                        _POINTS,
                        is_optional=True,
                    ),
                ),
                is_optional=True,
            ),
            Many(
                "exclusions",
                N_("Exclusions"),
                N_("Add an exclusion"),
                (_MUST_OF, Both("reason", N_("Why, for students"), is_long=True)),
                N_("Activities that count nowhere."),
                is_optional=True,
            ),
            Block(
                "effort",
                N_("Effort"),
                (
                    Table("types", N_("By type"), Source.TYPES_AND_BUNDLES, _EFFORT, is_optional=True),
                    Table("settings", N_("By setting"), Source.SETTINGS, _EFFORT, is_optional=True),
                    Leaf("other", N_("Any other"), Kind.NUMBER, is_optional=True),
                ),
                N_("Whole numbers: of several next steps, students are shown the one with the least effort."),
                is_optional=True,
            ),
        ),
    ),
    Section(
        "evidence",
        N_("Evidence and approval"),
        (
            Selection("evidence", N_("What backs an activity"), Source.EVIDENCE, _EVIDENCE),
            Table(
                "evidence_per_type",
                N_("Types with a rule of their own"),
                Source.TYPES,
                Selection("", N_("What backs it"), Source.EVIDENCE, _EVIDENCE),
                is_optional=True,
            ),
            Block(
                "plans",
                N_("Plan approved first"),
                (
                    Codes("types", N_("For these types"), Source.TYPES),
                    Codes("settings", N_("In these settings"), Source.SETTINGS),
                ),
                is_optional=True,
            ),
            Leaf(
                "approver",
                N_("Who approves"),
                Kind.CHOICE,
                Source.APPROVERS,
                is_optional=True,
                default="teacher",
            ),
        ),
    ),
    Section(
        "reflection",
        N_("Reflection"),
        (
            Block(
                "reflection",
                N_("Questions to each activity"),
                (
                    Leaf("required", N_("Every activity needs one"), Kind.YES_NO),
                    _LANGUAGE,
                    Many(
                        "questions",
                        N_("Questions"),
                        N_("Add a question"),
                        (
                            *_QUESTION,
                            Leaf(
                                "phase",
                                N_("When it is put"),
                                Kind.CHOICE,
                                Source.PHASES,
                                is_optional=True,
                                default="after",
                            ),
                            Codes(
                                "types",
                                N_("Only for these types"),
                                Source.TYPES,
                                hint=N_("Choose none to ask it for every type"),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    ),
    Section(
        "report",
        N_("Final report"),
        (
            Block(
                "final_report",
                N_("Questions of the final report"),
                (_LANGUAGE, Many("questions", N_("Questions"), N_("Add a question"), _QUESTION)),
            ),
        ),
    ),
    Section(
        "rubric",
        N_("Rubric"),
        (
            Many(
                "rubric",
                N_("Criteria"),
                N_("Add a criterion"),
                (
                    *_NAMED,
                    Codes(
                        "kinds",
                        N_("Asked of"),
                        Source.ITEM_KINDS,
                        hint=N_("None ticked: everything that is submitted."),
                    ),
                    Many(
                        "levels",
                        N_("Levels, the lowest first"),
                        N_("Add a level"),
                        (*_NAMED, Both("description", N_("What it takes"), is_long=True, is_optional=True)),
                    ),
                ),
                N_("What a reviewer looks at. A scheme may have none."),
                is_optional=True,
            ),
        ),
    ),
    Section(
        "presentation",
        N_("Presentation"),
        (
            Block(
                "presentation",
                N_("Presenting the merits"),
                (
                    Leaf("required", N_("Everybody presents"), Kind.YES_NO),
                    Many("forms", N_("Forms"), N_("Add a form"), _NAMED),
                ),
            ),
        ),
    ),
    Section(
        "certificate",
        N_("Certificate"),
        (
            Block(
                "certificate",
                N_("What the certificate says"),
                (
                    Both("title", N_("Heading")),
                    Both("issuer", N_("Issued by")),
                    Both("faculty", N_("Faculty"), is_optional=True),
                    Both("statement", N_("What the holder has done"), is_long=True),
                    Many(
                        "signatories",
                        N_("Who signs"),
                        N_("Add somebody"),
                        (
                            Both("role", N_("Role")),
                            Leaf("name", N_("Name of the person"), is_optional=True),
                            Leaf(
                                "picture",
                                N_("Picture of the signature"),
                                Kind.PICTURE,
                                Source.PICTURES,
                                is_optional=True,
                            ),
                        ),
                    ),
                    Leaf(
                        "issued_by",
                        N_("When it is issued"),
                        Kind.CHOICE,
                        Source.ISSUERS,
                        is_optional=True,
                        default="tool",
                    ),
                    _LAYOUT,
                ),
            ),
        ),
    ),
)


def section_named(slug: str) -> Section | None:
    """The section with this slug."""
    return next((each for each in SECTIONS if each.slug == slug), None)


def section_of(field: str) -> Section | None:
    """The section in which a field of the document is edited, such as `reflection.questions[0].sv`."""
    top = field.split(".", 1)[0].split("[", 1)[0]
    return next((each for each in SECTIONS if any(part.key == top for part in each.parts)), None)


def way_of(requirement: Mapping[str, object]) -> Way | None:
    """The kind of this requirement, if it has one that is known."""
    kinds = [key for key in WAYS if key in requirement]
    if "separate" in kinds and "distinct_types" in kinds:
        kinds.remove("distinct_types")
    return WAYS[kinds[0]] if kinds else None
