"""What a button of a section's form asks for, beside saving: add, remove, move, choose from a list. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lti_app.schemes.editor.changing import added, inserted, moved, of_kind, removed
from lti_app.schemes.editor.choices import Choices
from lti_app.schemes.editor.controls import Shown
from lti_app.schemes.editor.outline import Section
from lti_app.schemes.editor.parsing import Form, parsed_section
from lti_app.schemes.editor.showing import Showing
from lti_app.schemes.question_sets import question_sets
from lti_app.schemes.wording import Translations
from lti_app.schemes.writing import question_block

_MOST_CHARS = 300


@dataclass(frozen=True, slots=True)
class Done:
    """The document after the act, what to say, where on the page to go on, and which list is to be chosen."""

    document: dict[str, Any]
    said: str = "saved"
    anchor: str = ""
    picks: str = ""


def act(  # noqa: PLR0911 (one for each verb)
    document: dict[str, Any], section: Section, form: Form, words: Translations
) -> Done:
    """Do what the form's button says; one that says nothing known only saves."""
    document = _kinds(document, form)
    asked = (form.get("do") or [""])[0]
    verb, _, path = asked.partition(":")
    if len(path) > _MOST_CHARS or path.split(".", 1)[0] not in {part.key for part in section.parts}:
        return Done(document)
    match verb:
        case "add":
            holder = _add_to(document, section, path, words)
            if holder is None or holder.part is None:
                return Done(document)
            changed = added(document, path, holder.part)
            last = _add_to(changed, section, path, words)
            members = [each for each in last.children if each.shape in _MEMBERS] if last else []
            return Done(changed, "added", members[-1].id if members else "")
        case "insert" if chosen := question_sets().get((form.get("set") or [""])[0]):
            blocks = [question_block(each) for each in chosen.questions]
            return Done(inserted(document, path, blocks), "added", f"f-{path}")
        case "remove":
            changed = _as_sent(removed(document, path), section, words)
            return Done(changed, "removed", f"f-{path.rpartition('.')[0]}")
        case "up" | "down":
            by = -1 if verb == "up" else 1
            stem, _, last_step = path.rpartition(".")
            at = f"{stem}.{int(last_step) + by}" if last_step.isdigit() and len(last_step) < 6 else path
            return Done(moved(document, path, by), "moved", f"f-{at}")
        case "pick":
            return Done(document, picks=path)
        case _:
            return Done(document)


def form_of(shown: Sequence[Shown]) -> dict[str, list[str]]:
    """What a browser would send of these controls if nobody touched them."""
    form: dict[str, list[str]] = {}
    for top in shown:
        for each in top.every():
            for name, values in _sent(each):
                form[name] = values
    return form


def _as_sent(document: Mapping[str, Any], section: Section, words: Translations) -> dict[str, Any]:
    """The document as its form would be read: a list that may be left out is, once it is empty."""
    shown = Showing(document, Choices(document, "en", words)).section(section)
    return parsed_section(section, form_of(shown), document)


def named_control(
    section: Section, document: Mapping[str, Any], path: str, values: Sequence[str], words: Translations
) -> dict[str, list[str]]:
    """The section's form as it stands, but for one list."""
    shown = Showing(document, Choices(document, "en", words)).section(section)
    return form_of(shown) | {path: list(values)}


_MEMBERS = {"item", "row", "requirement"}


def _sent(shown: Shown) -> Iterator[tuple[str, list[str]]]:
    match shown.shape:
        case "leaf" | "language":
            if shown.kind != "fixed" and (shown.kind != "yes_no" or shown.value):
                yield shown.path, [str(shown.value)]
        case "codes":
            yield shown.path, list(shown.value)
        case "selection":
            yield f"{shown.path}.way", [shown.way]
        case "many" | "table":
            yield f"{shown.path}.len", [str(len(shown.children))]
        case "row":
            yield f"{shown.path}.key", [str(shown.value)]
        case "requirement":
            yield f"{shown.path}.was", [shown.way]
            yield f"{shown.path}.kind", [shown.way]
            if shown.add:
                members = [each for each in shown.children if each.shape == "requirement"]
                yield f"{shown.add_to}.len", [str(len(members))]


def _kinds(document: dict[str, Any], form: Form) -> dict[str, Any]:
    """With each requirement made the kind that was chosen for it, the innermost first."""
    chosen = [name.removesuffix(".kind") for name in form if name.endswith(".kind")]
    for path in sorted(chosen, key=len, reverse=True):
        kind = (form.get(f"{path}.kind") or [""])[0]
        if kind != (form.get(f"{path}.was") or [""])[0] and len(path) <= _MOST_CHARS:
            document = of_kind(document, path, kind)
    return document


def _add_to(document: Mapping[str, Any], section: Section, path: str, words: Translations) -> Shown | None:
    """What has the button that adds at this path."""
    showing = Showing(document, Choices(document, "en", words))
    for top in showing.section(section):
        for shown in top.every():
            if shown.add and shown.add_to == path:
                return shown
    return None
