"""Days and spans of days as people in Sweden write them, in both languages."""

from __future__ import annotations

from datetime import date

import pytest

from lti_app.days import day_in, span_in


def test_a_day_is_written_day_month_year_in_both_languages() -> None:
    assert day_in(date(2026, 3, 2), "sv") == "2 mars 2026"
    assert day_in(date(2026, 3, 2), "en") == "2 March 2026"


@pytest.mark.parametrize(
    ("first", "last", "sv", "en"),
    [
        (date(2025, 1, 17), None, "17 januari 2025", "17 January 2025"),
        (None, date(2025, 1, 17), "17 januari 2025", "17 January 2025"),
        (date(2025, 1, 17), date(2025, 1, 17), "17 januari 2025", "17 January 2025"),
        (date(2025, 1, 17), date(2025, 1, 19), "17–19 januari 2025", "17–19 January 2025"),
        (date(2025, 1, 17), date(2025, 6, 5), "17 januari–5 juni 2025", "17 January – 5 June 2025"),
        (
            date(2024, 1, 17),
            date(2025, 1, 5),
            "17 januari 2024–5 januari 2025",
            "17 January 2024 – 5 January 2025",
        ),
        (None, None, "", ""),
    ],
)
def test_a_span_is_spelled_out_without_repeating_itself(
    first: date | None, last: date | None, sv: str, en: str
) -> None:
    assert (span_in(first, last, "sv"), span_in(first, last, "en")) == (sv, en)
