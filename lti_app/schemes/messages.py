"""What the check of a scheme says: English as it stands, and another language when somebody asks for it.

Whoever writes a file reads the English on the command line; the editor says the same in the page's language.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Self


class Message(str):
    """A text with what is put into it, which may be messages, too: `Message("at most %(most)s", most=3)`."""

    template: str
    parts: dict[str, object]

    def __new__(cls, template: str, **parts: object) -> Self:
        """The text in English. Every template is a message id."""
        made = super().__new__(cls, template % parts if parts else template)
        made.template, made.parts = template, parts
        return made


def translated(message: object, gettext: Callable[[str], str]) -> str:
    """A message in gettext's language; anything else, such as a code or a number, as it is."""
    if not isinstance(message, Message):
        return str(message)
    parts = {name: translated(part, gettext) for name, part in message.parts.items()}
    template = gettext(message.template)
    return template % parts if parts else template
