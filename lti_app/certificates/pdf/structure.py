"""What a page says to whoever does not see it: elements with a role, and the pieces drawn for them.

The canvas notes these while it draws; `tree.py` writes them into the file. Reading order is the order of the
children (ISO 32000-1 §14.7).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

Box = tuple[float, float, float, float]  # left, bottom, right, top in points


@dataclass(frozen=True)
class Piece:
    """One stretch of marked content: page counted from 0, its number on that page, its language."""

    page: int
    mcid: int
    lang: str | None


@dataclass(frozen=True)
class Target:
    """Where a link can be clicked, a box for each line, and where it leads."""

    page: int
    address: str
    said: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Field:
    """Where the signature goes: it paints nothing."""

    page: int


@dataclass
class Element:
    """A structure element; `alternative` and `box` belong to figures and links."""

    role: str
    lang: str | None = None
    alternative: str | None = None
    box: Box | None = None
    kids: list[Element | Piece | Target | Field] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """This element and all below it, in reading order."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.walk()

    def pieces(self) -> Iterator[Piece]:
        """Every piece of this element and of all below it, in reading order."""
        for each in self.walk():
            yield from (kid for kid in each.kids if isinstance(kid, Piece))


@dataclass(frozen=True)
class Placed:
    """A picture on a page, by its name in the page's resources and its asset id."""

    page: int
    name: str
    asset_id: str
