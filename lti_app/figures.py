"""Numbers as each language writes them, by CLDR: `12 500,5` in Swedish, `12,500.5` in English. Pure."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_decimal


@lru_cache(maxsize=2048)  # a list of types says the same few numbers a hundred times
def in_figures(number: Decimal | float, language: str) -> str:
    """All of a number's decimals but final noughts, in the figures of `sv` or `en`."""
    return str(format_decimal(number, locale=language, decimal_quantization=False))
