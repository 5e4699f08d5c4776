"""Asking the values of a file for what they should be, with every problem collected for one report.

Owns the plain shapes: keys, lists, texts in both languages, numbers, names. What it says is English, which
messages.py can translate.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from lti_app.schemes.messages import Message
from lti_app.schemes.nodes import FileInvalid, FileProblem, Node, under
from lti_app.schemes.text import Text
from lti_app.web.typed import is_blank

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_CLASS_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,19}")
_NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")

Made = TypeVar("Made")


class Reader:
    """Asks nodes for what they should be; else notes a problem and gives a harmless value back."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[FileProblem] = []

    def report(self, node: Node, message: str) -> None:
        """Note a problem at this node, unless the node itself was reported missing."""
        if not node.is_absent:
            self.problems.append(FileProblem(node.line, node.field, message))

    def finish(self) -> None:
        """Raise FileInvalid if anything was wrong."""
        if self.problems:
            raise FileInvalid(self.name, self.problems)

    def keys(
        self, node: Node, required: Mapping[str, str], optional: Iterable[str] = ()
    ) -> Mapping[str, Node]:
        """The node's values by key. `required` maps a key to what is expected there; other keys are errors.

        A required key that is missing is reported and comes back absent; an optional one is simply not there.
        """
        if not isinstance(node.value, Mapping):
            self._expected(node, Message("a block of keys: %(keys)s", keys=", ".join([*required, *optional])))
            return {key: Node(None, is_absent=True) for key in required}
        known = [str(key) for key in (*required, *optional)]
        for key, value in node.value.items():
            if key not in known:
                close = difflib.get_close_matches(key, known, n=1)
                self.report(value, _unknown(close, known))
        found = {key: value for key, value in node.value.items() if key in known}
        for key, expected in required.items():
            if key not in found:
                self.problems.append(
                    FileProblem(
                        node.line,
                        under(node.field, key),
                        Message("missing; expected %(what)s", what=expected),
                    )
                )
                found[key] = Node(None, is_absent=True)
        return found

    def items(self, node: Node, expected: str = Message("a list")) -> tuple[Node, ...]:
        """The members of a list that must not be empty."""
        if not isinstance(node.value, tuple) or not node.value:
            self._expected(node, Message("%(list)s with at least one entry", list=expected))
            return ()
        return node.value

    def entries(self, node: Node, expected: str) -> Mapping[str, Node]:
        """A block of keys of the writer's own choice that must not be empty, such as {language_cafe: 5}."""
        if not isinstance(node.value, Mapping) or not node.value:
            self._expected(node, expected)
            return {}
        return node.value

    def words(self, node: Node, *, max_chars: int = 500) -> str:
        """A text that is not blank, without surrounding blanks."""
        if not isinstance(node.value, str) or is_blank(node.value):
            if isinstance(node.value, int):
                self._expected(node, Message("a text; put it in quotes"))
            else:
                self._expected(node, Message("a text"))
            return ""
        words = node.value.strip()
        if len(words) > max_chars:
            self.report(
                node,
                Message(
                    "expected at most %(most)s characters, found %(found)s", most=max_chars, found=len(words)
                ),
            )
        return words

    def text(self, node: Node, *, max_chars: int = 500) -> Text:
        """A text in both languages: {sv: …, en: …}."""
        if isinstance(node.value, str):
            self._expected(node, Message("the text in both languages, as {sv: …, en: …}"))
            return Text("", "")
        both = self.keys(node, {"sv": Message("the Swedish text"), "en": Message("the English text")})
        return Text(self.words(both["sv"], max_chars=max_chars), self.words(both["en"], max_chars=max_chars))

    def number(self, node: Node, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        if isinstance(node.value, bool) or not isinstance(node.value, int) or not least <= node.value <= most:
            self._expected(node, Message("a whole number from %(least)s to %(most)s", least=least, most=most))
            return least
        return node.value

    def decimal(self, node: Node, most: int) -> Decimal:
        """A number above 0 and at most `most`, with a point and three decimals at most: 3, or 4.5."""
        written = str(node.value) if isinstance(node.value, str | int) else ""
        if isinstance(node.value, bool) or not _NUMBER.fullmatch(written) or not 0 < Decimal(written) <= most:
            comma = re.fullmatch(r"([0-9]+),([0-9]+)", written)
            mend = Message("write %(number)s", number=f"{comma[1]}.{comma[2]}") if comma else ""
            what = Message("a number above 0 and at most %(most)s, such as 3 or 4.5", most=most)
            self._expected(node, what, mend)
            return Decimal(1)
        return Decimal(written)

    def flag(self, node: Node) -> bool:
        """true or false."""
        if not isinstance(node.value, bool):
            self._expected(node, Message("true or false"))
            return False
        return node.value

    def one_of(self, node: Node, allowed: Iterable[str], what: str) -> str:
        """One of the words allowed; `what` says what they are."""
        allowed = [str(each) for each in allowed]
        if not isinstance(node.value, str) or node.value not in allowed:
            close = difflib.get_close_matches(str(node.value), allowed, n=1)
            few = ", ".join(allowed) if len(allowed) <= 12 else ""
            mend: str = Message("did you mean %(word)s?", word=repr(close[0])) if close else ""
            if isinstance(node.value, bool):  # NO is Norway, and a no
                mend = Message("put it in quotes")
            self._expected(node, Message("%(what)s: %(codes)s", what=what, codes=few) if few else what, mend)
            return allowed[0]
        return node.value

    def name_of(self, node: Node) -> str:
        """A name that is stored and never shown: lower-case letters, digits, - and _, at most 60."""
        if not isinstance(node.value, str) or not _NAME.fullmatch(node.value):
            self._expected(
                node, Message("a name of lower-case letters a-z, digits, - and _, at most 60 characters")
            )
            return ""
        return node.value

    def class_name(self, node: Node) -> str:
        """The name of a class of activities, such as A: letters, digits, - and _, at most 20."""
        name = str(node.value) if type(node.value) is int else node.value
        if not isinstance(name, str) or not _CLASS_NAME.fullmatch(name):
            self._expected(
                node, Message("a class name such as A: letters a-z, digits, - and _, at most 20 characters")
            )
            return ""
        return name

    def made(self, node: Node, make: Callable[[], Made]) -> Made | None:
        """What `make` gives, or None after reporting the ValueError by which a value refuses to be made."""
        try:
            return make()
        except ValueError as error:
            self.report(node, error.args[0])
            return None

    def unlike(self, nodes: Iterable[tuple[Node, str]], what: str) -> None:
        """Report every name that stands twice among these."""
        seen: set[str] = set()
        for node, name in nodes:
            if name and name in seen:
                self.report(node, Message("%(what)s %(name)s is used twice", what=what, name=repr(name)))
            seen.add(name)

    def _expected(self, node: Node, what: str, hint: str = "") -> None:
        said = Message("expected %(what)s, found %(found)s", what=what, found=node.found)
        self.report(node, Message("%(said)s; %(hint)s", said=said, hint=hint) if hint else said)


def _unknown(close: Sequence[str], known: Sequence[str]) -> Message:
    if close:
        return Message("unknown key; did you mean %(word)s?", word=repr(close[0]))
    return Message("unknown key; known here: %(keys)s", keys=", ".join(known))
