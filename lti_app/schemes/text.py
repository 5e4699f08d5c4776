"""A text in the two languages of the tool. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The same text in Swedish and English; both are always there."""

    sv: str
    en: str

    def in_(self, locale: str) -> str:
        """The text for a locale such as `sv`, `sv_SE` or `en-GB`; English for any other language."""
        return self.sv if locale.lower().replace("_", "-").split("-")[0] == "sv" else self.en
