"""A form of a page as a browser would send it: every control that counts, by its name, with its values."""

from __future__ import annotations

from tests.inspect_page import Node, Page

Sent = dict[str, list[str]]


def sent_by(page: Page, action: str, *, button: tuple[str, str] | None = None) -> Sent:
    """The fields of the one form whose action, without its query, ends so; `button` is the one pressed."""
    forms = [
        form
        for form in page.root.all("form")
        if form.attributes.get("action", "").partition("?")[0].endswith(action)
    ]
    assert len(forms) == 1, f"{len(forms)} forms on {page.path} lead to …{action}"
    found: Sent = {}
    for node in forms[0].all("input", "textarea", "select"):
        if (name := node.attributes.get("name")) and (values := _values(node)):
            found.setdefault(name, []).extend(values)
    if button:
        assert any(each.attributes.get("value") == button[1] for each in forms[0].all("button")), button
        found[button[0]] = [button[1]]
    return found


def _values(node: Node) -> list[str]:
    if node.tag == "textarea":
        # A browser drops the newline that the tag may begin with, and sends newlines as two signs.
        return ["".join(node.texts).removeprefix("\n").replace("\n", "\r\n")]
    if node.tag == "select":
        options = node.all("option")
        chosen = [each for each in options if "selected" in each.attributes] or options[:1]
        return [each.attributes.get("value", each.text) for each in chosen]
    if node.attributes.get("type") in {"checkbox", "radio"}:
        return [node.attributes.get("value", "on")] if "checked" in node.attributes else []
    return [node.attributes.get("value", "")]
