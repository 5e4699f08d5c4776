"""Days as each language writes them in Sweden: `2 mars 2026`, `2 March 2026`, `17–19 January 2025`. Pure.

Not CLDR's own spans (`format_interval`): they shorten the months, and the month comes first in its English.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from babel.dates import format_date

# In CLDR's letters.
DAY = "d MMMM y"
_DAY_OF_A_YEAR = "d MMMM"
_UNTIL = {"sv": "–", "en": " – "}  # between more than figures


def day_in(day: date, language: str) -> str:
    """A day in words of `sv` or `en`: 3 juni 2026, 3 June 2026."""
    return _spelled(day, DAY, language)


def span_in(first: date | None, last: date | None, language: str) -> str:
    """From one day to another without saying anything twice: 17–19 januari 2025.

    One of them, or both the same, is a day; neither is empty.
    """
    if first is None or last is None or first == last:
        only = first or last
        return "" if only is None else day_in(only, language)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_in(last, language)}"
    began = _spelled(first, _DAY_OF_A_YEAR if first.year == last.year else DAY, language)
    return f"{began}{_UNTIL[language]}{day_in(last, language)}"


@lru_cache(maxsize=2048)  # a list says the same few days many times
def _spelled(day: date, pattern: str, language: str) -> str:
    return str(format_date(day, pattern, locale=language))
