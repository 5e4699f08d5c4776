"""The language of a scheme's file, described once for the editor: its sections, in their order.

What stands in the larger ones is in the modules beside this, `*_parts.py`. Tests hold the description to the
keys that the reader knows.
"""

from __future__ import annotations

from lti_app.errors import N_
from lti_app.schemes.editor.closing_parts import CERTIFICATE, PRESENTATION, RUBRIC
from lti_app.schemes.editor.counting_parts import BUNDLES, CLASSES, EFFORT, EXCLUSIONS, POINTS
from lti_app.schemes.editor.outline import (
    ID,
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
)

_TYPE_LIST = (("only", N_("Only these")), ("all_but", N_("All but these")))
_EVIDENCE = (("any_of", N_("One of these is enough")), ("all_of", N_("All of these")))

_LANGUAGE = Leaf("language", N_("Language of the answers"), Kind.CHOICE, Source.LANGUAGES, is_optional=True)
_QUESTION: tuple[Part, ...] = (
    ID,
    Both("", N_("Question"), is_long=True),
    Both("help", N_("Help below it"), is_long=True, is_optional=True),
    Leaf("required", N_("Must be answered"), Kind.YES_NO, first=True),
    Leaf("min_words", N_("Fewest words"), Kind.NUMBER, first=0, hint=N_("0 for any length")),
    Leaf("max_chars", N_("Most characters"), Kind.NUMBER, first=5000),
)


def _questions(*more: Part) -> Many:
    return Many("questions", N_("Questions"), N_("Add a question"), N_("New question"), (*_QUESTION, *more))


_REFLECTION = Block(
    "reflection",
    N_("Questions to each activity"),
    (
        Leaf("required", N_("Every activity needs one"), Kind.YES_NO),
        _LANGUAGE,
        _questions(
            Leaf(
                "phase", N_("When it is put"), Kind.CHOICE, Source.PHASES, is_optional=True, default="after"
            ),
            Codes(
                "types",
                N_("Only for these types"),
                Source.TYPES,
                hint=N_("Choose none to ask it for every type"),
            ),
        ),
    ),
)
_REPORT = Block("final_report", N_("Questions of the final report"), (_LANGUAGE, _questions()))

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
            Selection("activity_types", N_("Types that count"), Source.TYPES, _TYPE_LIST, N_("All types")),
            Table(
                "activity_types_per_programme",
                N_("Programmes with a list of their own"),
                Source.PROGRAMMES,
                Selection("", N_("Types that count"), Source.TYPES, _TYPE_LIST, N_("All types")),
                is_optional=True,
            ),
        ),
    ),
    Section("counting", N_("Bundles, classes, points"), (BUNDLES, CLASSES, POINTS, EXCLUSIONS, EFFORT)),
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
    Section("reflection", N_("Reflection"), (_REFLECTION,)),
    Section("report", N_("Final report"), (_REPORT,)),
    Section("rubric", N_("Rubric"), (RUBRIC,)),
    Section("presentation", N_("Presentation"), (PRESENTATION,)),
    Section("certificate", N_("Certificate"), (CERTIFICATE,)),
)


def section_named(slug: str) -> Section | None:
    """The section with this slug."""
    return next((each for each in SECTIONS if each.slug == slug), None)


def section_of(field: str) -> Section | None:
    """The section in which a field of the document is edited, such as `reflection.questions[0].sv`."""
    top = field.split(".", 1)[0].split("[", 1)[0]
    return next((each for each in SECTIONS if any(part.key == top for part in each.parts)), None)
