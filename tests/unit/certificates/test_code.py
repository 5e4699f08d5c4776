"""Verify codes, certificate numbers and masked names."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.certificates.code import (
    ALPHABET,
    DOT,
    LONGEST_TYPED,
    certificate_number,
    grouped,
    in_address,
    is_number,
    length_of,
    masked_name,
    new_code,
    normalised,
    numbers_meant,
)

codes = st.text(ALPHABET, min_size=12, max_size=12)


def test_new_codes_are_twelve_characters_of_the_alphabet_and_differ() -> None:
    drawn = {new_code() for _ in range(500)}
    assert len(drawn) == 500
    assert all(len(code) == 12 and set(code) <= set(ALPHABET) for code in drawn)


def test_every_character_of_the_alphabet_turns_up_at_every_place() -> None:
    drawn = [new_code() for _ in range(2000)]
    assert all({code[place] for code in drawn} == set(ALPHABET) for place in range(12))


def test_a_code_is_printed_in_groups_of_four() -> None:
    assert grouped("7K3MQ9ZX4TBA") == "7K3M-Q9ZX-4TBA"


@given(codes)
def test_what_is_printed_can_be_typed_back(code: str) -> None:
    assert normalised(grouped(code)) == code
    assert normalised(f"  {grouped(code).lower().replace('-', ' – ')}\n") == code


@given(codes, st.data())
def test_lookalikes_are_read_as_the_digit_that_was_printed(code: str, data: st.DataObject) -> None:
    written = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(data.draw(st.sampled_from(written.get(char, char))) for char in code)
    assert normalised(typed) == code


@given(st.text(max_size=80))
def test_whatever_is_typed_gives_a_code_or_none(typed: str) -> None:
    code = normalised(typed)
    assert code is None or (len(code) == 12 and set(code) <= set(ALPHABET))


@pytest.mark.parametrize(
    "typed", ["", "7K3M-Q9ZX-4TB", "7K3M-Q9ZX-4TBAA", "7K3M-Q9ZX-4TBU", "7K3M/Q9ZX/4TBA", "-" * 500]
)
def test_what_can_be_no_code_is_none(typed: str) -> None:
    assert normalised(typed) is None


@pytest.mark.parametrize(
    "pasted",
    [
        "(7K3M-Q9ZX-4TBA)",
        "[ 7K3M-Q9ZX-4TBA ]",
        "”7K3M-Q9ZX-4TBA”",
        "'7k3m q9zx 4tba'.",
        "7K3M\u200b-Q9ZX\u2060-4T\u00adBA\ufeff",
        "\u20667K3M\u2011Q9ZX\u20114TBA\u2069",
        "Kod · Code: 7K3M-Q9ZX-4TBA",
        "Code: 7k3m q9zx 4tba,",
        "kod:7K3MQ9ZX4TBA:",
        "CIM-2026-000001 Kod · Code: 7K3M-Q9ZX-4TBA",
        "Kod · Code: 7K3M-Q9ZX-4TBA\nUtfärdat den 1 maj 2026\nIssued on 1 May 2026\nCIM-2026-000001",
        "https://cim.example/verify/7K3M-Q9ZX-4TBA\nKod · Code: 7K3M-Q9ZX-4TBA",
    ],
)
def test_a_code_is_read_with_what_stands_around_it(pasted: str) -> None:
    assert normalised(pasted) == "7K3MQ9ZX4TBA"


@pytest.mark.parametrize(
    "pasted",
    [
        "7K3M-Q9ZX-4TBA 7K3M-Q9ZX-4TBB",
        "A-7K3M-Q9ZX-4TBA",
        "7K3M-Q9ZX-4TBA-1",
        "å7K3M-Q9ZX-4TBA",
        "7K3M\0-Q9ZX-4TBA",
        "CIM-2026-000001",
        "Kod · Code: CIM-2026-000001",
        f"{'x' * 300} 7K3M-Q9ZX-4TBA",
    ],
)
def test_what_could_be_several_codes_or_a_part_of_something_is_none(pasted: str) -> None:
    assert normalised(pasted) is None


def test_a_code_is_counted_without_what_stands_before_it() -> None:
    assert length_of("Kod · Code: “7K3M-Q9ZX-4TB”") == 11
    assert length_of("-" * 2 * LONGEST_TYPED) == LONGEST_TYPED, (
        "of whatever else somebody sends, only the beginning"
    )
    assert length_of("A" * 60_000) == 60_000


def test_full_width_characters_are_understood() -> None:
    assert normalised("7K3M-Q9ZX-4TBA") == "7K3MQ9ZX4TBA"


def test_a_certificate_number_has_prefix_year_and_six_digits() -> None:
    assert certificate_number("CIM", 2026, 123) == "CIM-2026-000123"
    assert certificate_number("CIM", 2026, 1_234_567) == "CIM-2026-1234567"


@pytest.mark.parametrize(("prefix", "sequence"), [("CIM", 0), ("cim", 1), ("", 1), ("C-M", 1), ("ÅÄÖ", 1)])
def test_a_certificate_number_that_makes_no_sense_is_refused(prefix: str, sequence: int) -> None:
    with pytest.raises(ValueError, match="certificate number"):
        certificate_number(prefix, 2026, sequence)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Åsa Maria Öberg", "Å•• M•••• Ö••••"),
        ("A\u030asa", "Å••"),
        ("Anna-Karin  af Geijerstam", "A•••-K•••• a• G•••••••••"),
        ("X", "X•"),
        ("王小明", "王••"),
        ("李 明", "李• 明•"),
        ("👩🏽‍⚕️ Ek", "👩🏽‍⚕️• E•"),
        ("🇸🇪🇫🇮", "🇸🇪•"),
        ("E\u0303\u0301va", "Ẽ\u0301••"),
        ("- Bo -", "B•"),
        ("", ""),
    ],
)
def test_a_masked_name_keeps_the_first_character_of_each_part(name: str, masked: str) -> None:
    assert masked_name(name) == masked


@given(st.text(max_size=40))
def test_a_masked_name_never_shows_a_second_letter_of_a_part(name: str) -> None:
    for part in masked_name(name).replace("-", " ").split():
        shown = part.replace(DOT, "")
        letters = [char for char in shown if unicodedata.category(char).startswith("L")]
        assert len(letters) <= 1
        assert part.endswith(DOT)


@pytest.mark.parametrize(
    ("pasted", "found"),
    [
        ("https://cim.example/verify/7K3M-Q9ZX-4TBA", ("7K3M-Q9ZX-4TBA", "")),
        (" cim.example/verify/7K3M-Q9ZX-4TBA/?lang=en ", ("7K3M-Q9ZX-4TBA", "")),
        ("https://cim.example/verify/7K3M-Q9ZX-4TBA/token#x", ("7K3M-Q9ZX-4TBA", "token")),
        ("https://cim.example/verify/", None),
        ("7K3M-Q9ZX-4TBA", None),
    ],
)
def test_a_code_is_found_in_its_address(pasted: str, found: tuple[str, str] | None) -> None:
    assert in_address(pasted) == found


def test_a_number_is_told_from_a_code() -> None:
    assert is_number(" cim-2026-000123 ")
    assert is_number("(CIM-2026-000123)")
    assert not any(is_number(each) for each in ("7K3M-Q9ZX-4TBA", "CIM-26-1", "", "x" * 3000))


@pytest.mark.parametrize("typed", ["CIM-2026-000123", " cim-2026-123 ", "2026-000123", "2026-123"])
def test_a_number_is_understood_whole_and_in_part(typed: str) -> None:
    assert numbers_meant(typed, 2031) == ("CIM-2026-000123",)


def test_a_number_without_its_year_is_meant_of_every_year() -> None:
    assert numbers_meant("00123", 2022) == ("CIM-2020-000123", "CIM-2021-000123", "CIM-2022-000123")


@pytest.mark.parametrize("typed", ["", "0", "CIM", "2026-", "Åsa 3", "12-3", "1" * 10, "2026-0", "٣"])
def test_what_is_no_number_means_none(typed: str) -> None:
    assert numbers_meant(typed, 2026) == ()
