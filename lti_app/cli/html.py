"""Reading a page as the demo's own visitor does: elements, their words, and what a form would send."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_NOT_SENT = {"submit", "button", "reset", "image", "file"}


@dataclass
class Element:
    """An element and what is inside it; words are those of the page, in order."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    inside: list[Element | str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """All words inside, with single spaces."""
        parts = (part if isinstance(part, str) else part.words for part in self.inside)
        return " ".join(" ".join(parts).split())

    def all(self, *tags: str) -> Iterator[Element]:
        """Every element inside that has one of these names."""
        for part in self.inside:
            if isinstance(part, Element):
                if part.tag in tags:
                    yield part
                yield from part.all(*tags)

    def first(self, *tags: str) -> Element | None:
        """The first of them."""
        return next(self.all(*tags), None)

    def around(self, tag: str) -> Element | None:
        """The nearest element of that name around this one."""
        found = self.parent
        while found is not None and found.tag != tag:
            found = found.parent
        return found

    def get(self, name: str) -> str:
        """An attribute, empty when it is not there."""
        return self.attributes.get(name, "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self._open = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self._open)
        self._open.inside.append(element)
        if tag not in _VOID:
            self._open = element

    def handle_endtag(self, tag: str) -> None:
        """Close the nearest element of this name, and whatever was left open in it."""
        closing: Element | None = self._open
        while closing is not None and closing.tag != tag:
            closing = closing.parent
        if closing is not None and closing.parent is not None:
            self._open = closing.parent

    def handle_data(self, data: str) -> None:
        if self._open.tag not in {"script", "style"}:
            self._open.inside.append(data)


def read(source: str) -> Element:
    """The page."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.root


def field_labelled(form: Element, words: str) -> Element | None:
    """The first field of the form whose label begins so; of a choice it is the one to mark."""
    for label in form.all("label"):
        if label.words.startswith(words):
            fields = form.all("input", "textarea", "select")
            named = (each for each in fields if each.get("id") and each.get("id") == label.get("for"))
            return next(named, None) or label.first("input", "textarea", "select")
    return None


def fields_of(form: Element) -> list[tuple[str, str]]:
    """Names and values that the form would send as it stands, without any button."""
    sent: list[tuple[str, str]] = []
    for each in form.all("input", "textarea", "select"):
        name, kind = each.get("name"), each.get("type").lower()
        if not name or "disabled" in each.attributes or kind in _NOT_SENT:
            continue
        if kind in {"checkbox", "radio"} and "checked" not in each.attributes:
            continue
        sent += [(name, value) for value in _values(each)]
    return sent


def _values(control: Element) -> list[str]:
    if control.tag == "textarea":
        return ["".join(part for part in control.inside if isinstance(part, str)).removeprefix("\n")]
    if control.tag == "select":
        options = list(control.all("option"))
        chosen = [each for each in options if "selected" in each.attributes]
        if not chosen and "multiple" not in control.attributes:
            chosen = options[:1]
        return [each.attributes.get("value", each.words) for each in chosen]
    return [control.attributes.get("value", "on" if control.get("type") == "checkbox" else "")]
