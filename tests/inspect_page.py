"""What every page must be, whoever wrote it: `page(response)` asserts it and returns the page for reading.

One h1 and a title; a language; every field labelled, every link and button named; no id twice and no
reference to an id that is missing; nothing that the content security policy would block; a CSRF token in each
form of the frame; no message left untranslated or unformatted; news that come by themselves in a status that
stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from babel.messages.pofile import read_po
from werkzeug.test import TestResponse

import lti_app

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_NO_LABEL = {"hidden", "submit", "button", "reset", "image"}
_REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-errormessage")
_LEFTOVERS = ("{{", "}}", "{%", "%(", "%s", "Undefined")


@dataclass
class Node:
    """An element with what is inside it."""

    tag: str
    attributes: dict[str, str]
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All words inside, with single spaces."""
        return " ".join(" ".join(self._words()).split())

    def _words(self) -> list[str]:
        return [*self.texts, *(word for child in self.children for word in child._words())]

    def all(self, *tags: str) -> list[Node]:
        """Every element inside with one of these names, in order of the document."""
        found: list[Node] = []
        for child in self.children:
            if child.tag in tags:
                found.append(child)
            found.extend(child.all(*tags))
        return found

    def every(self) -> list[Node]:
        """Every element inside."""
        return [node for child in self.children for node in (child, *child.every())]

    def inside(self, tag: str) -> Node | None:
        """The nearest element of that name around this one."""
        node = self.parent
        while node is not None and node.tag != tag:
            node = node.parent
        return node


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self._now = Node("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self._now)
        self._now.children.append(node)
        if tag not in _VOID:
            self._now = node

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        assert self._now.tag == tag, f"</{tag}> closes <{self._now.tag}>"
        assert self._now.parent is not None
        self._now = self._now.parent

    def handle_data(self, data: str) -> None:
        self._now.texts.append(data)


@dataclass(frozen=True)
class Page:
    """A page that passed inspection."""

    root: Node
    path: str
    language: str
    title: str
    h1: str

    @property
    def main(self) -> Node:
        """The page's main element."""
        return self.root.all("main")[0]

    @property
    def text(self) -> str:
        """All words of the page's main element."""
        return self.main.text

    @property
    def links(self) -> dict[str, str]:
        """Addresses by the links' words."""
        return {
            link.text: link.attributes["href"] for link in self.root.all("a") if "href" in link.attributes
        }

    @property
    def fetched_again(self) -> dict[str, str]:
        """From which address each part, by its id, is fetched again by itself."""
        parts = [each.attributes for each in self.main.every() if "hx-get" in each.attributes]
        return {each["id"]: each["hx-get"] for each in parts}

    @property
    def watched(self) -> dict[str, str]:
        """The parts by their ids into which news are put, with the role of each."""
        told = ",".join(each.attributes.get("hx-select-oob", "") for each in self.main.every())
        names = [part.split(":")[0].removeprefix("#") for part in told.split(",") if part]
        return {name: self.part(name).attributes.get("role", "") for name in names}

    def part(self, name: str) -> Node:
        """The one element with this id."""
        (found,) = (each for each in self.root.every() if each.attributes.get("id") == name)
        return found

    def form(self, action: str) -> dict[str, str]:
        """Field names and values of the one form whose action ends so."""
        found = [form for form in self.root.all("form") if form.attributes.get("action", "").endswith(action)]
        assert len(found) == 1, f"{len(found)} forms on {self.path} lead to …{action}"
        fields = found[0].all("input", "textarea", "select")
        return {node.attributes["name"]: _value(node) for node in fields if "name" in node.attributes}


def page(response: TestResponse) -> Page:
    """Inspect an answer of the test client."""
    assert response.mimetype == "text/html", f"{response.request.path} is {response.mimetype}"
    return inspect(response.get_data(as_text=True), response.request.path)


def fragment(response: TestResponse) -> Node:
    """The part of a page that a script asked for, inspected as far as a part can be."""
    root, path = _read(response.get_data(as_text=True)), response.request.path
    assert not root.all("html", "main"), f"{path}: a whole page"
    _check_names(root, path)
    _check_policy(root, path)
    return root


def _read(html: str) -> Node:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


def inspect(html: str, path: str) -> Page:
    """Inspect a page's source that came from `path`. Raises AssertionError that says what is wrong."""
    root = _read(html)
    titles = [node.text for node in root.all("title") if node.inside("svg") is None]
    headings = [node.text for node in root.all("h1")]
    language = root.all("html")[0].attributes.get("lang", "")
    assert len(titles) == 1, f"{path}: {len(titles)} titles"
    assert titles[0].strip(" –"), f"{path}: no title"
    assert not titles[0].startswith("–"), f"{path}: the title's own part is empty"
    assert len(headings) == 1, f"{path}: {len(headings)} h1"
    assert headings[0], f"{path}: the h1 is empty"
    assert language in {"sv", "en"}, f"{path}: html lang is {language!r}"
    assert len(root.all("main")) == 1, f"{path}: not exactly one main"
    _check_ids(root, path)
    _check_names(root, path)
    _check_policy(root, path)
    _check_forms(root, path)
    _check_watched(root, path)
    _check_words(root, path, language)
    return Page(root, path, language, titles[0], headings[0])


def _check_ids(root: Node, path: str) -> None:
    ids = [node.attributes["id"] for node in root.every() if "id" in node.attributes]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    assert not twice, f"{path}: ids used twice: {twice}"
    for node in root.every():
        wanted = " ".join(node.attributes.get(name, "") for name in _REFERENCES).split()
        if node.tag == "label" and "for" in node.attributes:
            wanted.append(node.attributes["for"])
        missing = sorted(set(wanted) - set(ids))
        assert not missing, f"{path}: <{node.tag}> refers to missing ids {missing}"


def _check_names(root: Node, path: str) -> None:
    labelled = {node.attributes.get("for") for node in root.all("label") if node.text}
    for node in root.all("input", "select", "textarea"):
        if node.attributes.get("type") in _NO_LABEL:
            continue
        around = node.inside("label")
        has_label = (around is not None and around.text) or node.attributes.get("id", "-") in labelled
        name = node.attributes.get("name", "?")
        assert has_label or _aria_name(node), f"{path}: the field {name!r} has no label"
    for node in root.all("a", "button", "summary"):
        images = " ".join(image.attributes.get("alt", "") for image in node.all("img")).strip()
        assert node.text or images or _aria_name(node), f"{path}: a <{node.tag}> without words"
    for node in root.all("img"):
        assert "alt" in node.attributes, f"{path}: an image without alt"
    for node in root.all("iframe"):
        assert node.attributes.get("title"), f"{path}: a frame without title"


def _aria_name(node: Node) -> bool:
    return bool(node.attributes.get("aria-label") or node.attributes.get("aria-labelledby"))


def _check_policy(root: Node, path: str) -> None:
    for node in root.every():
        assert "style" not in node.attributes, f"{path}: <{node.tag}> has a style attribute"
        handlers = [name for name in node.attributes if name.startswith("on")]
        assert not handlers, f"{path}: <{node.tag}> has {handlers}"
        address = node.attributes.get("href", "") + node.attributes.get("action", "")
        assert not address.lower().startswith("javascript:"), f"{path}: a javascript: address"
        if path.startswith("/l/") and node.attributes.get("target") == "_blank":
            split = urlsplit(address)  # what leads out is public and framed by nobody, or on another site
            is_elsewhere = bool(split.netloc) and not split.path.startswith("/l/")
            leads_out = split.path.startswith("/verify/") or is_elsewhere
            assert leads_out, f"{path}: a new tab has no launch cookie"
    for node in root.all("style", "script"):
        assert node.attributes.get("src") or node.attributes.get("nonce"), f"{path}: inline <{node.tag}>"


def _check_forms(root: Node, path: str) -> None:
    for form in root.all("form"):
        assert form.inside("form") is None, f"{path}: a form inside a form"
        action = form.attributes.get("action") or path
        is_post = form.attributes.get("method", "get").lower() == "post"
        names = {node.attributes.get("name") for node in form.all("input")}
        to = urlsplit(action).path
        if is_post and to.startswith(("/l/", "/admin/")) and not to.startswith("/admin/enter/"):
            assert "csrf_token" in names, f"{path}: the form to {action} has no CSRF token"


def _check_watched(root: Node, path: str) -> None:
    roles = {node.attributes.get("id"): node.attributes.get("role") for node in root.every()}
    for node in root.every():
        parts = node.attributes.get("hx-select-oob", "")
        if not parts or not node.attributes["hx-trigger"].startswith("every"):
            continue
        told = dict(part.removeprefix("#").split(":") for part in parts.split(","))
        assert set(told) <= set(roles), f"{path}: news for parts that are missing: {parts}"
        assert set(told.values()) == {"innerHTML"}, f"{path}: parts that are replaced whole: {parts}"
        assert "status" in {roles[name] for name in told}, f"{path}: news that nothing reads out"


def _check_words(root: Node, path: str, language: str) -> None:
    for node in root.every():
        if node.tag in {"script", "style"}:
            continue
        for raw in node.texts:
            words = " ".join(raw.split())
            left = [mark for mark in _LEFTOVERS if mark in words]
            assert not left, f"{path}: unformatted text {words!r}"
            if language == "sv" and _spoken(node) == "sv":
                assert words not in _english_only(), f"{path}: {words!r} is not translated"


def _spoken(node: Node) -> str:
    """The language that the nearest `lang` around the element declares."""
    around: Node | None = node
    while around is not None:
        if declared := around.attributes.get("lang"):
            return declared
        around = around.parent
    return ""


@cache
def _english_only() -> frozenset[str]:
    """The messages whose Swedish differs from their English."""
    with (Path(lti_app.__file__).parent / "translations" / "sv.po").open("rb") as source:
        messages = read_po(source, locale="sv")
    return frozenset(
        message.id
        for message in messages
        if isinstance(message.id, str) and len(message.id) > 3 and message.string not in {"", message.id}
    )


def _value(node: Node) -> str:
    if node.tag == "textarea":
        return "".join(node.texts)
    if node.tag == "select":
        options = node.all("option")
        chosen = [option for option in options if "selected" in option.attributes] or options[:1]
        return chosen[0].attributes.get("value", chosen[0].text) if chosen else ""
    return node.attributes.get("value", "")
