"""Which questions an item is asked, under a scheme and at this moment of its life. Pure.

A plan is asked what the scheme asks before the activity; a scheme that asks nothing then is taken to ask what
and why. Once the plan is approved, every question that the type is asked stands open.
"""

from __future__ import annotations

from lti_app.portfolio.states import ItemKind
from lti_app.schemes.document import Phase, Question, SchemeDocument
from lti_app.schemes.text import Text

PLAN = Question(
    id="plan",
    text=Text(
        sv="Vad vill du göra, och varför? Vad hoppas du lära dig?",
        en="What do you want to do, and why? What do you hope to learn?",
    ),
    help=Text(
        sv="Så att din lärare kan säga om det skulle räknas innan du börjar.",
        en="So that your teacher can say whether it would count before you begin.",
    ),
    required=True,
    min_words=0,
    max_chars=5000,
    phase=Phase.BEFORE,
)


def questions_of(
    document: SchemeDocument, kind: ItemKind, type_code: str = "", *, is_plan: bool = False
) -> tuple[Question, ...]:
    """The questions to this item, in the order in which they are met: before, during, after."""
    match kind:
        case ItemKind.ACTIVITY if is_plan:
            before = (each for each in document.reflection.asked_of(type_code) if each.phase is Phase.BEFORE)
            return tuple(before) or (PLAN,)
        case ItemKind.ACTIVITY:
            order = list(Phase)
            return tuple(
                sorted(document.reflection.asked_of(type_code), key=lambda each: order.index(each.phase))
            )
        case ItemKind.FINAL_REPORT:
            return document.final_report
        case ItemKind.PRESENTATION:
            return ()


def language_of(document: SchemeDocument, kind: ItemKind) -> str:
    """The language that the answers must be written in, sv or en; empty for either."""
    is_activity = kind is ItemKind.ACTIVITY
    return document.reflection.language if is_activity else document.final_report_language
