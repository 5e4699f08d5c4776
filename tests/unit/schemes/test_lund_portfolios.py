"""Lund, Medicine: portfolios judged by hand, and the words they give."""

from __future__ import annotations

from gettext import NullTranslations

import pytest

from lti_app.schemes.document import EvidenceKind, SchemeDocument
from lti_app.schemes.reading import from_yaml
from lti_app.schemes.reason_wording import not_counted_sentence
from lti_app.schemes.result_wording import result_sentence
from lti_app.schemes.rules import CountedActivity, Kind, NotCounted, progress
from lti_app.schemes.step_wording import step_sentence
from lti_app.settings import data_path

from .portfolios import activity, approved

ENGLISH = NullTranslations()


@pytest.fixture(scope="module")
def lund() -> SchemeDocument:
    path = data_path("config") / "schemes" / "lund-medicine.yaml"
    return from_yaml(path.read_text("utf-8"), path.name)


PORTFOLIOS = [
    ("nothing yet", [], 0, False),
    ("one", approved("language_cafe"), 1, False),
    ("just not met", approved("language_cafe", "journal_club"), 2, False),
    ("three types at home only", approved("language_cafe", "journal_club", "book_club"), 3, True),
    ("three of the same type", approved("language_cafe", "language_cafe", "language_cafe"), 1, False),
    ("two of one type and one other", approved("language_cafe", "language_cafe", "journal_club"), 2, False),
    ("one type twice among three", approved("journal_club", "book_club", "journal_club", "mooc"), 3, True),
    ("the third not approved", [*approved("mooc", "book_club"), activity("imex", approved=False)], 2, False),
    ("unapproved only", [activity(code, approved=False) for code in ("a", "b", "c")], 0, False),
    (
        "one in each setting but home",
        [activity("mooc", "virtual"), activity("freemover", "own"), activity("conference_abroad", "abroad")],
        3,
        True,
    ),
    ("more than enough", approved("mooc", "book_club", "journal_club", "language_cafe"), 4, True),
    ("a type the catalogue no longer has", approved("mooc", "book_club", "withdrawn_type"), 3, True),
]


@pytest.mark.parametrize(
    ("portfolio", "types", "met"), [each[1:] for each in PORTFOLIOS], ids=[p[0] for p in PORTFOLIOS]
)
def test_a_portfolio_is_judged_as_by_hand(
    lund: SchemeDocument, portfolio: list[CountedActivity], types: int, met: bool
) -> None:
    found = progress(lund.rules, portfolio)

    assert (found.result.kind, found.result.have, found.result.need) == (Kind.DISTINCT_TYPES, types, 3)
    assert found.met is met
    assert (found.achieved_total, found.required_total) == (min(types, 3), 3)
    assert len(found.result.counted) == types
    assert (found.next_step.activities if found.next_step else 0) == max(0, 3 - types)


def test_each_activity_says_where_it_counted_or_why_not(lund: SchemeDocument) -> None:
    first, second = activity("language_cafe"), activity("language_cafe")
    waiting, other = activity("mooc", approved=False), activity("journal_club")

    found = progress(lund.rules, [second, other, waiting, first])

    assert found.result.counted == (first.id, other.id)
    assert {each: reason.why for each, reason in found.not_counted.items()} == {
        second.id: NotCounted.SAME_TYPE,
        waiting.id: NotCounted.NOT_APPROVED,
    }
    assert [not_counted_sentence(reason, ENGLISH) for reason in found.not_counted.values()] == [
        "Another activity of this type counts already; a type counts once.",
        "Counts when it has been approved.",
    ]


@pytest.mark.parametrize(
    ("types", "sentence", "step"),
    [
        (
            ("mooc", "book_club"),
            "2 of 3 different types of activity approved; 1 more is needed.",
            "Still needed: 1 approved activity, of a type not used yet.",
        ),
        (
            ("mooc",),
            "1 of 3 different types of activity approved; 2 more are needed.",
            "Still needed: 2 approved activities, each of a type not used yet.",
        ),
        (
            ("mooc", "book_club", "imex", "joint_symposium"),
            "Approved activities of 3 different types are needed; so far 4.",
            None,
        ),
    ],
)
def test_progress_is_said_in_words(
    lund: SchemeDocument, types: tuple[str, ...], sentence: str, step: str | None
) -> None:
    found = progress(lund.rules, approved(*types))

    assert [result_sentence(line, ENGLISH) for line in found.lines] == [sentence]
    assert (step_sentence(found.next_step, ENGLISH) if found.next_step else None) == step


def test_the_final_report_asks_lunds_two_questions_word_for_word(lund: SchemeDocument) -> None:
    assert [(each.text.sv, each.text.en) for each in lund.final_report] == [
        (
            "Hur har deltagandet bidragit till att du fått ett ökat globalt perspektiv i relation till din "
            "utbildning? Vad har du lärt dig kopplat till din utbildning och framtida yrke?",
            "How has your participation contributed to giving you a wider global perspective in relation to "
            "your education? What have you learned that relates to your education and future profession?",
        ),
        (
            "Hur kan erfarenheterna appliceras i olika interkulturella situationer?",
            "How can the experiences be applied in different intercultural situations?",
        ),
    ]
    assert all(each.required for each in lund.final_report)


@pytest.mark.parametrize(
    ("present", "met"),
    [
        (set(), False),
        ({EvidenceKind.ATTENDANCE_CERTIFICATE}, True),
        ({EvidenceKind.REFLECTION}, True),
        (set(EvidenceKind), True),
    ],
)
def test_an_activity_needs_a_certificate_of_attendance_or_a_reflection(
    lund: SchemeDocument, present: set[EvidenceKind], met: bool
) -> None:
    assert lund.evidence.met_by(present) is met
    assert set(lund.evidence.missing(present)) == (set() if met else set(EvidenceKind))


def test_a_reflection_is_voluntary_but_counts_only_when_answered(lund: SchemeDocument) -> None:
    assert lund.reflection.required is False
    assert [each.fault("") for each in lund.reflection.questions] == ["unanswered", "unanswered"]
    assert [each.fault("too few words") for each in lund.reflection.questions] == ["too_short", "too_short"]
    assert [each.fault("ord " * each.min_words) for each in lund.reflection.questions] == [None, None]


def test_the_closing_steps_are_a_report_then_a_talk_film_or_poster(lund: SchemeDocument) -> None:
    assert lund.presentation.required
    assert [form.id for form in lund.presentation.forms] == ["talk", "film", "poster"]
    assert lund.presentation.form("film") is lund.presentation.forms[1]
    assert lund.presentation.form("opera") is None


def test_the_scheme_is_open_to_every_programme_and_type(lund: SchemeDocument) -> None:
    assert lund.name.in_("en") == "Lund, Medicine"
    assert lund.is_for("lakare")
    assert lund.is_for("tandlakare")
    assert lund.accepts("language_cafe")
