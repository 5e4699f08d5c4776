"""What people type, made fit to keep."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.web.typed import clean_file_name, clean_line, clean_text, is_blank


def test_newlines_become_one_sign_and_controls_go() -> None:
    assert clean_text(" Hej\r\n\x00då\rnu\x07 ") == "Hej\ndå\nnu"


def test_emoji_and_their_joiners_stay() -> None:
    assert clean_line("Språkcafé 👩‍🎓 🎉") == "Språkcafé 👩‍🎓 🎉"


def test_direction_marks_cannot_turn_a_name_around() -> None:
    assert clean_line("ab\u202efdp.exe") == "abfdp.exe"


def test_letters_are_kept_in_one_normal_form() -> None:
    assert clean_line("A\u030ase") == "Åse"


UNSEEN = [
    "",
    " \n\t",
    "\u200d",
    "\u200c \u200d",
    "\u200b\u2060",
    "\u0301",
    "\ufe0f",
    "\u3164",
    "\u2800\u115f",
]


@pytest.mark.parametrize("raw", UNSEEN)
def test_what_nobody_could_see_is_nothing(raw: str) -> None:
    assert is_blank(raw)
    assert (clean_line(raw), clean_text(raw)) == ("", "")


@pytest.mark.parametrize("raw", ["Ö", "Li", "王", "👩‍🎓", "…", "7", "क\u094d\u200dष"])
def test_what_can_be_seen_stays(raw: str) -> None:
    assert not is_blank(raw)
    assert clean_line(raw) == raw


@given(st.text())
def test_cleaning_twice_changes_nothing_more(raw: str) -> None:
    assert clean_text(clean_text(raw)) == clean_text(raw)
    assert "\x00" not in clean_text(raw)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("intyg.pdf", "intyg.pdf"),
        ("INTYG.PDF", "INTYG.PDF"),
        ("virus.exe", "virus.exe.pdf"),
        (r"C:\Users\me\intyg.pdf", "intyg.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("", "file.pdf"),
        (".pdf", "file.pdf"),
        ("..", "file.pdf"),
        ("tax\x00\n1.pdf", "tax 1.pdf"),
        ("a" * 400 + ".pdf", "a" * 251 + ".pdf"),
        ("🎓" * 300, "🎓" * 251 + ".pdf"),
    ],
)
def test_a_file_name_loses_folders_and_gains_its_true_suffix(raw: str, kept: str) -> None:
    assert clean_file_name(raw, suffixes=(".pdf",)) == kept
