"""A reason with its values and what was said, as a row keeps it and as the log does."""

from __future__ import annotations

import pytest

from lti_app.jobs.reasons import Reason

WHY = "No certificate can show these characters: %(characters)s. They stand in: %(texts)s."


@pytest.mark.parametrize(
    "reason",
    [
        Reason(""),
        Reason("It was refused."),
        Reason("It was refused.", detail="422\nconcluded\t{}"),
        Reason(WHY, {"characters": '茶 "', "texts": "a\nb\tc\\"}),
        Reason(WHY, {"characters": "茶", "texts": "x"}, "422"),
    ],
)
def test_what_was_written_is_read_again(reason: Reason) -> None:
    assert Reason.read(reason.written) == reason


def test_however_much_there_is_the_values_are_whole_and_all_fits_the_column() -> None:
    written = Reason(WHY, {"characters": '"' * 999, "texts": "\\" * 999}, "x" * 999).written
    assert len(written) == 1000
    read = Reason.read(written)
    assert (read.message, set(map(len, read.values.values()))) == (WHY, {150})
    assert read.values["texts"].endswith("\\…")


def test_the_log_gets_no_values() -> None:
    assert Reason(WHY, {"characters": "茶", "texts": "Åsa"}, "422").logged == f"{WHY}\n422"
