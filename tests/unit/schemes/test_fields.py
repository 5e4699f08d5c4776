"""Typed fields: what may be written, how it is stored and shown, and the words when it is wrong."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from gettext import NullTranslations

import pytest
from babel.numbers import parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from lti_app.alphabet import sorting_key
from lti_app.i18n import catalogue
from lti_app.schemes import money
from lti_app.schemes.catalogue import activity_types, fields_for
from lti_app.schemes.document import EvidenceKind, EvidenceRule, Question
from lti_app.schemes.fields import Choice, Fault, Field, FieldInvalid, FieldKind, unanswered
from lti_app.schemes.form_wording import answer_sentence, evidence_sentence, field_sentence
from lti_app.schemes.places import countries, currencies, languages
from lti_app.schemes.text import Text

ENGLISH = NullTranslations()
LABEL = Text("Fält", "Field")
WEEKS = Field("weeks", FieldKind.DECIMAL, LABEL, minimum=Decimal("0.2"), maximum=Decimal("260"))
TIMES = Field("times", FieldKind.INTEGER, LABEL, minimum=Decimal(1), maximum=Decimal(300))
NAME = Field("name", FieldKind.TEXT, LABEL, max_chars=20)
LINK = Field("link", FieldKind.URL, LABEL, max_chars=40)
LAND = Field("land", FieldKind.COUNTRY, LABEL)
TONGUE = Field("tongue", FieldKind.LANGUAGE, LABEL)
TAGS = Field(
    "tags", FieldKind.SEVERAL, LABEL, choices=(Choice("a", Text("Å", "A")), Choice("b", Text("B, c", "B, c")))
)
GRANT = Field("grant", FieldKind.MONEY, LABEL, maximum=Decimal(1_000_000))
ROLE = Field("role", FieldKind.CHOICE, LABEL, choices=(Choice("host", Text("Värd", "Host")),))


@pytest.mark.parametrize(
    ("field", "written", "stored"),
    [
        (WEEKS, "7,5", "7.5"),
        (WEEKS, " 7.50 ", "7.5"),
        (WEEKS, "012", "12"),
        (WEEKS, "0.2", "0.2"),
        (WEEKS, "260", "260"),
        (TIMES, "3", "3"),
        (TIMES, "3,0", "3"),
        (NAME, "  Göteborg \x00 🎓 ", "Göteborg  🎓"),
        (NAME, "   ", ""),
        (NAME, "x" * 20, "x" * 20),
        (LINK, "https://exempel.se/å?q=1", "https://exempel.se/å?q=1"),
        (LAND, "SE", "SE"),
        (TONGUE, "sv", "sv"),
        (ROLE, "host", "host"),
        (TAGS, "b a b", "a b"),
        (TAGS, "  ", ""),
        (ROLE, "", ""),
        (GRANT, "12\xa0500,50 SEK", "12500.5 SEK"),
        (GRANT, "12 500 JPY", "12500 JPY"),
        (GRANT, "0,125KWD", "0.125 KWD"),
        (GRANT, " SEK", ""),
    ],
)
def test_a_value_is_stored_in_one_form(field: Field, written: str, stored: str) -> None:
    assert field.read(written) == stored


@pytest.mark.parametrize(
    ("field", "written", "fault", "sentence"),
    [
        (WEEKS, "seven", Fault.NOT_A_NUMBER, "Write a number in digits, such as 7.5."),
        (WEEKS, "1e9", Fault.NOT_A_NUMBER, "Write a number in digits, such as 7.5."),
        (WEEKS, "-1", Fault.TOO_SMALL, "The number must be at least 0.2."),
        (WEEKS, "NaN", Fault.NOT_A_NUMBER, "Write a number in digits, such as 7.5."),
        (WEEKS, "٣", Fault.NOT_A_NUMBER, "Write a number in digits, such as 7.5."),
        (WEEKS, "9" * 400, Fault.NOT_A_NUMBER, "Write a number in digits, such as 7.5."),
        (WEEKS, "0.1", Fault.TOO_SMALL, "The number must be at least 0.2."),
        (WEEKS, "260.1", Fault.TOO_LARGE, "The number can be at most 260."),
        (TIMES, "1.5", Fault.NOT_WHOLE, "Write a whole number."),
        (TIMES, "0", Fault.TOO_SMALL, "The number must be at least 1."),
        (NAME, "x" * 21, Fault.TOO_LONG, "Write at most 20 characters."),
        (
            LINK,
            "javascript:alert(1)",
            Fault.NOT_A_URL,
            "Write a web address that starts with https:// or http://.",
        ),
        (LINK, "https://", Fault.NOT_A_URL, "Write a web address that starts with https:// or http://."),
        (LINK, "http://[", Fault.NOT_A_URL, "Write a web address that starts with https:// or http://."),
        (
            LINK,
            "https://a b.se",
            Fault.NOT_A_URL,
            "Write a web address that starts with https:// or http://.",
        ),
        (LINK, "https://exempel.se/" + "x" * 40, Fault.TOO_LONG, "Write at most 40 characters."),
        (LAND, "Sverige", Fault.NOT_OFFERED, "Choose one of the answers in the list."),
        (TAGS, "a c", Fault.NOT_OFFERED, "Choose one of the answers in the list."),
        (LAND, "ZZ", Fault.NOT_OFFERED, "Choose one of the answers in the list."),
        (TONGUE, "tlh-x", Fault.NOT_OFFERED, "Choose one of the answers in the list."),
        (ROLE, "guest", Fault.NOT_OFFERED, "Choose one of the answers in the list."),
        (GRANT, "-5 SEK", Fault.TOO_SMALL, "The number must be at least 0."),
        (GRANT, "1000000,01 SEK", Fault.TOO_LARGE, "The number can be at most 1\xa0000\xa0000."),
        (GRANT, "a lot SEK", Fault.NOT_AN_AMOUNT, "Write the amount in digits, such as 12500 or 99.50."),
        (GRANT, "12,500.00 SEK", Fault.NOT_AN_AMOUNT, "Write the amount in digits, such as 12500 or 99.50."),
        (GRANT, "12500 SEK EUR", Fault.NOT_AN_AMOUNT, "Write the amount in digits, such as 12500 or 99.50."),
        (GRANT, "12500 ", Fault.NO_CURRENCY, "Choose the currency, too."),
        (GRANT, "12500 DEM", Fault.NOT_OFFERED, "Choose one of the answers in the list."),
        (
            GRANT,
            "12,500 SEK",
            Fault.TOO_MANY_DECIMALS,
            "Write at most 2 decimals for SEK. Between thousands write a space or nothing.",
        ),
        (
            GRANT,
            "12.500 JPY",
            Fault.TOO_MANY_DECIMALS,
            "JPY has no decimals. Between thousands write a space or nothing.",
        ),
    ],
)
def test_a_wrong_value_is_refused_in_clear_words(
    field: Field, written: str, fault: Fault, sentence: str
) -> None:
    with pytest.raises(FieldInvalid) as refused:
        field.read(written)

    assert refused.value.fault is fault
    assert field_sentence(refused.value, ENGLISH) == sentence


@given(st.sampled_from(sorted(activity_types())), st.text(max_size=40))
def test_reading_any_text_is_stable_or_refused(code: str, written: str) -> None:
    for field in fields_for(code):
        try:
            stored = field.read(written)
        except FieldInvalid:
            continue
        assert field.read(stored) == stored


def test_limits_and_usual_amounts_have_the_decimal_sign_of_the_language() -> None:
    with pytest.raises(FieldInvalid) as refused:
        WEEKS.read("0.1")
    assert field_sentence(refused.value, catalogue("sv")) == "Talet måste vara minst 0,2."
    with pytest.raises(FieldInvalid) as refused:
        GRANT.read("1000000,01 SEK")
    assert field_sentence(refused.value, catalogue("sv")) == "Talet får vara högst 1\xa0000\xa0000."
    credits = replace(WEEKS, typical="4.5–7.5")
    assert (credits.usual("sv"), credits.usual("en")) == ("4,5–7,5", "4.5–7.5")


def test_a_value_is_shown_in_the_readers_language() -> None:
    assert (WEEKS.shown("7.5", "sv"), WEEKS.shown("7.5", "en")) == ("7,5", "7.5")
    assert (LAND.shown("DE", "sv"), LAND.shown("DE", "en")) == ("Tyskland", "Germany")
    assert (TONGUE.shown("de", "sv"), TONGUE.shown("de", "en")) == ("Tyska", "German")
    assert (ROLE.shown("host", "sv"), ROLE.shown("gone", "sv")) == ("Värd", "gone")
    assert NAME.shown("Umeå", "sv") == "Umeå"
    assert (TAGS.shown("a b", "sv"), TAGS.shown("gone b", "en")) == ("Å; B, c", "gone; B, c")


@given(
    st.sampled_from([code for code, _ in currencies("en")]),
    st.integers(0, 10**9 - 1),
    st.sampled_from(["sv", "en"]),
)
def test_an_amount_comes_back_from_its_storing_its_form_and_its_page(
    code: str, smallest_units: int, language: str
) -> None:
    amount = Decimal(smallest_units).scaleb(-money.decimals(code))
    field = Field("grant", FieldKind.MONEY, LABEL)
    stored = field.read(f"{amount:f} {code}")

    assert Decimal(stored.removesuffix(f" {code}")) == amount
    assert field.read(stored) == stored
    assert field.read(" ".join(money.written(stored, language))) == stored
    shown = field.shown(stored, language)
    assert parse_decimal(shown.replace(code, "").strip("\xa0"), locale=language, strict=True) == amount
    assert code in shown


def test_however_many_blanks_stand_in_an_amount_it_is_read_in_one_go() -> None:
    with pytest.raises(FieldInvalid) as refused:
        GRANT.read("1" + " " * 900_000 + "x SEK")  # tried at each blank anew, it would take hours
    assert refused.value.fault is Fault.NOT_AN_AMOUNT


def test_an_amount_is_shown_with_the_code_of_its_currency() -> None:
    assert GRANT.shown("12500.5 SEK", "sv") == "12\xa0500,50\xa0SEK"
    assert GRANT.shown("12500.5 SEK", "en") == "SEK\xa012,500.50"
    assert [GRANT.shown(each, "sv") for each in ("500 JPY", "", "much SEK")] == ["500\xa0JPY", "", "much SEK"]


def test_currencies_are_those_in_use_and_the_krona_comes_first() -> None:
    swedish, english = currencies("sv"), currencies("en")

    assert swedish[0] == ("SEK", "Svensk krona (SEK)")
    assert english[0] == ("SEK", "Swedish Krona (SEK)")
    assert {code for code, _ in swedish} == {code for code, _ in english} > {"EUR", "NOK", "KES", "XOF"}
    assert not {"DEM", "HRK", "XAU", "XXX", "CHE"} & {code for code, _ in swedish}
    assert [name for _, name in swedish[1:]] == sorted(
        (name for _, name in swedish[1:]), key=lambda name: sorting_key(name, "sv")
    )


def test_required_fields_left_blank_are_named() -> None:
    fields = fields_for("exchange_studies")

    assert [each.name for each in unanswered(fields, {})] == ["duration_weeks", "country", "host"]
    assert [each.name for each in unanswered(fields, {"country": "SE", "host": " "})] == [
        "duration_weeks",
        "host",
    ]


@pytest.mark.parametrize(
    ("locale", "first", "last"), [("sv", "Afghanistan", "Östtimor"), ("en", "Afghanistan", "Zimbabwe")]
)
def test_countries_come_by_name_in_the_readers_alphabet(locale: str, first: str, last: str) -> None:
    names = [name for _, name in countries(locale)]

    assert (names[0], names[-1]) == (first, last)
    assert {"SE", "XK", "TW", "GL", "AX"} <= {code for code, _ in countries(locale)}
    assert not {"EU", "UN", "ZZ", "150"} & {code for code, _ in countries(locale)}


def test_both_languages_offer_the_same_countries_and_languages() -> None:
    assert {code for code, _ in countries("sv")} == {code for code, _ in countries("en-GB")}
    assert {code for code, _ in languages("sv_SE")} == {code for code, _ in languages("de")}
    assert {"sv", "en", "se", "ckb"} <= {code for code, _ in languages("sv")}


def test_an_answer_within_its_limits_will_do_and_others_say_why_not() -> None:
    question = Question("q", LABEL, None, required=True, min_words=3, max_chars=100)
    voluntary = Question("q", LABEL, None, required=False, min_words=1, max_chars=100)
    answers = ["", " \n ", "two words", "three small words", "word " * 30]
    faults = [question.fault(each) for each in answers]

    assert [answer_sentence(question, fault, ENGLISH) if fault else None for fault in faults] == [
        "Answer this question.",
        "Answer this question.",
        "Write at least 3 words.",
        None,
        "Write at most 100 characters.",
    ]
    assert voluntary.fault("") is None


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            EvidenceRule(tuple(EvidenceKind)),
            "Add a certificate of attendance, or write a reflection instead.",
        ),
        (EvidenceRule(tuple(EvidenceKind), True), "Add a certificate of attendance and write a reflection."),
        (EvidenceRule((EvidenceKind.REFLECTION,)), "Write a reflection."),
        (EvidenceRule((EvidenceKind.ATTENDANCE_CERTIFICATE,)), "Add a certificate of attendance."),
    ],
)
def test_the_evidence_asked_for_is_said_in_words(rule: EvidenceRule, sentence: str) -> None:
    assert evidence_sentence(rule, ENGLISH) == sentence
