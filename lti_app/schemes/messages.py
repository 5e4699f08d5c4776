"""What the check of a scheme says: English as it stands, and another language when somebody asks for it.

Whoever writes a file reads the English on the command line; the editor says the same in the page's language.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Protocol, Self

from lti_app.figures import in_figures


class Translations(Protocol):
    """What a message needs of gettext; wording.py has the whole."""

    def gettext(self, message: str, /) -> str:
        """The message in the reader's language."""

    def info(self) -> dict[str, Any]:
        """The catalogue's headers, of which `language` is one; none mean English."""


class Message(str):
    """A text with what is put into it, which may be messages, too: `Message("at most %(most)s", most=3)`."""

    template: str
    parts: dict[str, object]

    def __new__(cls, template: str, **parts: object) -> Self:
        """The text in English. Every template is a message id."""
        made = super().__new__(cls, template % parts if parts else template)
        made.template, made.parts = template, parts
        return made


def translated(message: object, words: Translations) -> str:
    """A message in the reader's language, with decimals as it writes them; anything else as it is."""
    if isinstance(message, Decimal | float):
        return in_figures(message, str(words.info().get("language", "en")))
    if not isinstance(message, Message):
        return str(message)
    parts = {name: translated(part, words) for name, part in message.parts.items()}
    template = words.gettext(message.template)
    return template % parts if parts else template
