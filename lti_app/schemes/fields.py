"""A typed field of an activity's form: what may be written in it, and how it is stored.

Attributes are stored as text: numbers with a point (`7.5`), money with the code of its currency
(`12500.5 SEK`), countries and languages as codes, choices by their value, several with spaces between.
Whether a field is required matters when an activity is sent for review, not in a draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from unicodedata import category
from urllib.parse import urlsplit

from lti_app.figures import in_figures
from lti_app.schemes import money
from lti_app.schemes.places import countries, currencies, languages
from lti_app.schemes.text import Text

_NUMBER = re.compile(r"([-−]?)([0-9]{1,30})(?:[.,]([0-9]{1,6}))?")
_LEAST, _MOST = Decimal(0), Decimal(999_999_999)  # where a field sets no limits of its own


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    CHOICE = "choice"
    SEVERAL = "several"
    COUNTRY = "country"
    LANGUAGE = "language"
    URL = "url"


class Fault(StrEnum):
    """Why a value cannot stand in a field."""

    NOT_WHOLE = "not_whole"
    NOT_A_NUMBER = "not_a_number"
    NOT_AN_AMOUNT = "not_an_amount"
    TOO_MANY_DECIMALS = "too_many_decimals"
    NO_CURRENCY = "no_currency"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    NOT_OFFERED = "not_offered"
    NOT_A_URL = "not_a_url"


class FieldInvalid(ValueError):  # noqa: N818 (says what the field is)
    """A value that cannot stand in the field; `currency` is the one that an amount was written in."""

    def __init__(self, field: Field, fault: Fault, currency: str = "") -> None:
        super().__init__(f"{field.name}: {fault}")
        self.field = field
        self.fault = fault
        self.currency = currency


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer that is offered."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Field:
    """One field. Limits are inclusive; `typical` is a hint for the reader, such as `1–2`.

    `choices` are the answers of a choice, or of several; `only` narrows a country field to some codes.
    """

    name: str
    kind: FieldKind
    label: Text
    help: Text | None = None
    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_chars: int = 500
    choices: tuple[Choice, ...] = ()
    only: tuple[str, ...] = ()
    typical: str = ""

    @property
    def least(self) -> Decimal:
        """The smallest number that may stand here."""
        return _LEAST if self.minimum is None else self.minimum

    @property
    def most(self) -> Decimal:
        """The largest number that may stand here."""
        return _MOST if self.maximum is None else self.maximum

    def options(self, locale: str) -> tuple[tuple[str, str], ...]:
        """(value, label) of every answer offered; empty for a field that is written freely."""
        match self.kind:
            case FieldKind.CHOICE | FieldKind.SEVERAL:
                return tuple((choice.value, choice.label.in_(locale)) for choice in self.choices)
            case FieldKind.COUNTRY:
                return tuple(each for each in countries(locale) if not self.only or each[0] in self.only)
            case FieldKind.LANGUAGE:
                return languages(locale)
            case _:
                return ()

    def read(self, raw: str) -> str:
        """The value to store for what a person wrote; blank gives the empty text.

        Raises FieldInvalid. Control characters are dropped, a decimal comma becomes a point.
        """
        written = "".join(each for each in raw if each in "\n\t" or category(each) not in {"Cc", "Cs"})
        written = written.strip()
        if not written:
            return ""
        match self.kind:
            case FieldKind.INTEGER | FieldKind.DECIMAL:
                return self._number(written, Fault.NOT_A_NUMBER)
            case FieldKind.MONEY:
                return self._money(written)
            case FieldKind.SEVERAL:
                return self._several(written)
            case FieldKind.CHOICE | FieldKind.COUNTRY | FieldKind.LANGUAGE:
                if written not in {value for value, _ in self.options("en")}:
                    raise FieldInvalid(self, Fault.NOT_OFFERED)
            case FieldKind.URL if not _is_web_address(written):
                raise FieldInvalid(self, Fault.NOT_A_URL)
        if len(written) > self.max_chars:
            raise FieldInvalid(self, Fault.TOO_LONG)
        return written

    def shown(self, value: str, locale: str) -> str:
        """A stored value as read: the label of a choice, a country's name, a decimal comma in Swedish."""
        if self.kind is FieldKind.MONEY:
            return money.shown(value, locale)
        if self.kind is FieldKind.DECIMAL and locale.lower().startswith("sv"):
            return value.replace(".", ",")
        labels = dict(self.options(locale))
        if self.kind is FieldKind.SEVERAL:
            return "; ".join(labels.get(each, each) for each in value.split())
        return labels.get(value, value)

    def usual(self, locale: str) -> str:
        """`typical` as read: its decimals as the language writes them."""
        return re.sub(r"[0-9]+\.[0-9]+", lambda found: in_figures(Decimal(found[0]), locale), self.typical)

    def _several(self, written: str) -> str:
        """The values written, each once and in the order in which they are offered."""
        values = set(written.split())
        offered = [choice.value for choice in self.choices]
        if not values <= set(offered):
            raise FieldInvalid(self, Fault.NOT_OFFERED)
        return " ".join(each for each in offered if each in values)

    def _money(self, written: str) -> str:
        """A currency without an amount is blank."""
        amount, currency = money.parts(written)
        if not amount:
            return ""
        number = self._number(amount, Fault.NOT_AN_AMOUNT)
        if not currency:
            raise FieldInvalid(self, Fault.NO_CURRENCY)
        if currency not in dict(currencies("en")):
            raise FieldInvalid(self, Fault.NOT_OFFERED)
        decimals = "".join(amount.split()).replace(",", ".").partition(".")[2]
        if len(decimals) > money.decimals(currency):  # zeros, too: whoever writes 12,500 may mean thousands
            raise FieldInvalid(self, Fault.TOO_MANY_DECIMALS, currency)
        return f"{number} {currency}"

    def _number(self, written: str, otherwise: Fault) -> str:
        found = _NUMBER.fullmatch("".join(written.split()))
        if found is None:
            raise FieldInvalid(self, otherwise)
        minus, whole, fraction = found[1], found[2].lstrip("0") or "0", (found[3] or "").rstrip("0")
        if fraction and self.kind is FieldKind.INTEGER:
            raise FieldInvalid(self, Fault.NOT_WHOLE)
        stored = f"{whole}.{fraction}" if fraction else whole
        if minus or Decimal(stored) < self.least:
            raise FieldInvalid(self, Fault.TOO_SMALL)
        if Decimal(stored) > self.most:
            raise FieldInvalid(self, Fault.TOO_LARGE)
        return stored


def unanswered(fields: Iterable[Field], attributes: Mapping[str, str]) -> tuple[Field, ...]:
    """The required fields that these attributes leave blank."""
    return tuple(each for each in fields if each.required and not attributes.get(each.name, "").strip())


def _is_web_address(written: str) -> bool:
    try:
        parts = urlsplit(written)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not re.search(r"\s", written)
