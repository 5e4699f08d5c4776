"""An amount of money as it is stored, `12500.5 SEK`: its parts, its decimals, and how it is read. Pure.

How many decimals a currency has, and how each language writes numbers, is CLDR's knowledge.
"""

from __future__ import annotations

import re
from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision

# The code, not the sign: there are many dollars and four kronor.
_PATTERNS = {"sv": "#,##0.00\xa0¤¤", "en": "¤¤\xa0#,##0.00"}
_AMOUNT = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_CODE = re.compile(r"[A-Z]{3}")


def parts(written: str) -> tuple[str, str]:
    """The amount and the code of the currency after it, each empty where it is missing."""
    amount, code = written[:-3], written[-3:]
    return (amount.strip(), code) if _CODE.fullmatch(code) else (written.strip(), "")


def decimals(currency: str) -> int:
    """How many decimals amounts in this currency have: 2 for SEK, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)


def written(stored: str, locale: str) -> tuple[str, str]:
    """A stored amount as somebody writes it in a form, with a decimal comma in Swedish, and its currency."""
    amount, currency = parts(stored)
    return amount.replace(".", ",") if _language(locale) == "sv" else amount, currency


def shown(stored: str, locale: str) -> str:
    """A stored amount as read: `12 500,50 SEK` in Swedish, `SEK 12,500.50` in English. Another text stays."""
    amount, currency = parts(stored)
    if not currency or not _AMOUNT.fullmatch(amount):
        return stored
    language = _language(locale)
    return format_currency(Decimal(amount), currency, _PATTERNS[language], language)


def _language(locale: str) -> str:
    return "sv" if locale.lower().startswith("sv") else "en"
