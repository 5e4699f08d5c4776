"""Countries, languages and currencies by name, from the CLDR data that Babel carries.

Values are ISO 3166 two-letter country codes, ISO 639 language codes and ISO 4217 currency codes.
"""

from __future__ import annotations

from functools import cache

from babel import Locale
from babel.numbers import get_territory_currencies

from lti_app.alphabet import sorting_key

# Codes CLDR names that are no countries: groupings, test regions, parts of other countries.
_NO_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
)
# Withdrawn in favour of others that are there.
_WITHDRAWN_LANGUAGES = frozenset({"mo", "sh", "tl"})
# Languages with three letters that are spoken or taught in Sweden; all two-letter codes are offered anyway.
_THREE_LETTER_LANGUAGES = frozenset({"ckb", "fil", "rom", "sma", "smj", "yue"})
_HOME_CURRENCY = "SEK"


def countries(locale: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of every country, in the alphabet of the locale (`sv`, otherwise English)."""
    return _countries(_language(locale))


def languages(locale: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of every language offered, in the alphabet of the locale (`sv`, otherwise English)."""
    return _languages(_language(locale))


def currencies(locale: str) -> tuple[tuple[str, str], ...]:
    """(code, name with the code) of every currency that is money somewhere today, the Swedish krona first."""
    return _currencies(_language(locale))


def _language(locale: str) -> str:
    return "sv" if locale.lower().startswith("sv") else "en"


@cache
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    named = Locale(language).territories.items()
    return _in_order(
        {
            code: name
            for code, name in named
            if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
        },
        language,
    )


@cache
def _languages(language: str) -> tuple[tuple[str, str], ...]:
    named = Locale(language).languages.items()
    return _in_order(
        {
            code: name[:1].upper() + name[1:]
            for code, name in named
            if (len(code) == 2 and code not in _WITHDRAWN_LANGUAGES) or code in _THREE_LETTER_LANGUAGES
        },
        language,
    )


@cache
def _currencies(language: str) -> tuple[tuple[str, str], ...]:
    named = Locale(language).currencies
    in_use = {code for country, _ in countries(language) for code in get_territory_currencies(country)}
    names = {code: _with_code(named.get(code, code), code) for code in in_use}
    home = (_HOME_CURRENCY, names.pop(_HOME_CURRENCY))
    return (home, *_in_order(names, language))


def _with_code(name: str, code: str) -> str:
    return code if name == code else f"{name[:1].upper()}{name[1:]} ({code})"


def _in_order(names: dict[str, str], language: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(names.items(), key=lambda each: sorting_key(each[1], language)))
