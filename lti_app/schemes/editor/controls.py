"""What stands in a section's form: a control or a group of them, as templates draw it.

`path` is the control's name in the form, `field` the place in the document as problems name it: rows of a
table differ in the two. `showing.py` makes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lti_app.schemes.editor.choices import MOST_BESIDE, Choice
from lti_app.schemes.editor.outline import Both, Part


@dataclass(frozen=True, slots=True)
class Shown:
    """A control or a group of them. `value` is a word or a list's words, `way` what is chosen of several."""

    shape: str
    path: str
    field: str
    label: str
    hint: str = ""
    kind: str = ""
    value: str | tuple[str, ...] = ""
    choices: tuple[Choice, ...] = ()
    ways: tuple[tuple[str, str], ...] = ()
    way: str = ""
    children: tuple[Shown, ...] = ()
    title: str = ""
    add: str = ""
    add_to: str = ""
    is_optional: bool = False
    problems: tuple[str, ...] = ()
    part: Part | None = None

    @property
    def id(self) -> str:
        """The id of the control, or of the group. A text without a key of its own shares its block's path."""
        shares = isinstance(self.part, Both) and not self.part.key
        return f"f-{self.path}-text" if shares else f"f-{self.path}"

    @property
    def is_beside(self) -> bool:
        """Whether a list is short enough to be ticked on the page itself."""
        return len(self.choices) <= MOST_BESIDE

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the codes that a list holds."""
        known = {each.value: each.label for each in self.choices}
        return tuple(known.get(each, each) for each in self.value) if self.value else ()

    @property
    def is_filled(self) -> bool:
        """Whether anything is said in here, or wrong."""
        return bool(self.value or self.problems) or any(each.is_filled for each in self.children)

    def every(self) -> Iterator[Shown]:
        """This and everything in it."""
        yield self
        for child in self.children:
            yield from child.every()
