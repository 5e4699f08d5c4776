"""A draft's section as the controls of a form: what each is called, holds, offers, and what is wrong.

A draft may be wrong: what is not as described is shown as if it were not there. Longer than most: every
shape of the description (outline.py) is shown here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lti_app.schemes.editor.choices import Choice, Choices
from lti_app.schemes.editor.controls import Shown
from lti_app.schemes.editor.outline import (
    Block,
    Both,
    Codes,
    Kind,
    Leaf,
    Many,
    Part,
    Section,
    Selection,
    Source,
    Table,
    Tree,
)
from lti_app.schemes.editor.requirement_parts import REQUIREMENT, WAYS, way_of
from lti_app.schemes.nodes import under

Problems = Mapping[str, tuple[str, ...]]


class Showing:
    """Shows parts of one draft."""

    def __init__(
        self, document: Mapping[str, Any], choices: Choices, problems: Problems | None = None
    ) -> None:
        self.document, self.choices, self.problems = document, choices, problems or {}

    def section(self, section: Section) -> tuple[Shown, ...]:
        """The parts of a section."""
        return self._parts(section.parts, self.document, "", "")

    def _parts(self, parts: tuple[Part, ...], block: object, path: str, field: str) -> tuple[Shown, ...]:
        held = block if isinstance(block, Mapping) else {}
        return tuple(
            self.part(
                part,
                held if isinstance(part, Both) and not part.key else held.get(part.key),
                under(path, part.key) if part.key else path,
                under(field, part.key) if part.key else field,
            )
            for part in parts
        )

    def part(  # noqa: PLR0911 (one for each shape)
        self, part: Part, value: object, path: str, field: str, key: str = ""
    ) -> Shown:
        """A part with what it holds; `key` is that of the table's row it stands in."""
        match part:
            case Leaf():
                return self._leaf(part, value, path, field)
            case Both():
                return self._both(part, value, path, field)
            case Codes():
                return self._codes(part, value, path, field, key)
            case Selection():
                return self._selection(part, value, path, field)
            case Block():
                children = self._parts(part.parts, value, path, field)
                return self._made("block", part, path, field, children=children)
            case Many():
                return self._many(part, value, path, field)
            case Table():
                return self._table(part, value, path, field)
            case Tree():
                return self._requirement(part, value, path, field, ("*",))

    def _made(self, shape: str, part: Part, path: str, field: str, **more: Any) -> Shown:
        gettext = self.choices.words.gettext
        if isinstance(part, Many):
            more["add"] = gettext(part.add)
        hint = gettext(part.hint) if part.hint else ""
        if isinstance(part, Both) and part.default:
            usual = gettext("Leave empty for “%(sv)s” and “%(en)s”.")
            hint = f"{hint} {usual % {'sv': part.default.sv, 'en': part.default.en}}".strip()
        return Shown(
            shape=shape,
            path=path,
            field=field,
            label=gettext(part.label) if part.label else "",
            hint=hint,
            is_optional=part.is_optional,
            problems=self.problems.get(field, ()),
            part=part,
            **more,
        )

    def _leaf(self, part: Leaf, value: object, path: str, field: str) -> Shown:
        held = part.default if value is None else value
        if part.kind is Kind.YES_NO:
            return self._made(
                "leaf", part, path, field, kind=str(part.kind), value="1" if held is True else ""
            )
        choices = self.choices.of(part.source) if part.source else ()
        words = _plain(held)
        if part.kind is Kind.AMOUNT and self.choices.language == "sv":
            words = words.replace(".", ",")  # parsing.py takes both
        if part.kind is Kind.PICTURE and words not in {"", *(each.value for each in choices)}:
            unknown = self.choices.words.gettext("A picture that is not here (%(name)s)")
            others = {each.value: each for each in self.choices.of(Source.PICTURES)}
            choices = (*choices, others.get(words) or Choice(words, unknown % {"name": words[:8]}))
        elif part.kind is Kind.CHOICE:
            choices = _with(choices, words)
        kind = "long" if part.kind is Kind.LINE and "\n" in words else str(part.kind)
        return self._made("leaf", part, path, field, kind=kind, value=words, choices=choices)

    def _both(self, part: Both, value: object, path: str, field: str) -> Shown:
        held = value if isinstance(value, Mapping) else {}
        texts = {name: _plain(held.get(name)) for name in ("sv", "en")}
        is_long = part.is_long or any("\n" in each for each in texts.values())
        children = tuple(
            Shown(
                "language",
                f"{path}.{name}",
                under(field, name),
                self.choices.name(Source.LANGUAGES, name),
                kind="long" if is_long else "line",
                value=text,
                way=name,
                problems=self.problems.get(under(field, name), ()),
            )
            for name, text in texts.items()
        )
        return self._made("both", part, path, field, children=children)

    def _codes(self, part: Codes, value: object, path: str, field: str, key: str) -> Shown:
        held = tuple(_plain(each) for each in value) if isinstance(value, list) else ()
        choices = _with(self.choices.of(part.source, key), *held)
        return self._made("codes", part, path, field, value=held, choices=choices)

    def _selection(self, part: Selection, value: object, path: str, field: str) -> Shown:
        way, codes, inner = "?", value, field
        if part.everything and (value == "all" or (value is None and part.is_optional)):
            way, codes = "all", []
        elif isinstance(value, list):
            way = "list"
        elif isinstance(value, Mapping):
            way = next((key for key, _ in part.ways if key in value), "?")
            codes, inner = value.get(way), under(field, way)
        gettext = self.choices.words.gettext
        ways = [(key or "list", gettext(label)) for key, label in part.ways]
        if part.everything:
            ways.insert(0, ("all", gettext(part.everything)))
        children = (self._codes(Codes("", part.label, part.source), codes, f"{path}.codes", inner, ""),)
        return self._made("selection", part, path, field, ways=tuple(ways), way=way, children=children)

    def _many(self, part: Many, value: object, path: str, field: str) -> Shown:
        members = value if isinstance(value, list) else []
        children = tuple(
            Shown(
                "item",
                f"{path}.{n}",
                f"{field}[{n}]",
                "",
                children=self._parts(part.parts, each, f"{path}.{n}", f"{field}[{n}]"),
                title=self.title(each) or self.choices.words.gettext(part.new),
                problems=self.problems.get(f"{field}[{n}]", ()),
            )
            for n, each in enumerate(members)
        )
        return self._made("many", part, path, field, children=children, add_to=path)

    def _table(self, part: Table, value: object, path: str, field: str) -> Shown:
        entries = list(value.items()) if isinstance(value, Mapping) else []
        if part.is_single:
            entries = entries[:1] or [("", "")]
        choices = self.choices.of(part.source)
        children = tuple(
            Shown(
                "row",
                f"{path}.{n}",
                under(field, key),
                self.choices.words.gettext(part.label),
                value=key,
                choices=_with(choices, key),
                children=(self.part(part.value, held, f"{path}.{n}.value", under(field, key), key),),
                title=self.choices.name(part.source, key),
                kind="single" if part.is_single else "",
            )
            for n, (key, held) in enumerate(entries)
        )
        add = "" if part.is_single else self.choices.words.gettext("Add a row")
        return self._made("table", part, path, field, children=children, add=add, add_to=path)

    def _requirement(
        self, part: Tree, value: object, path: str, field: str, allowed: tuple[str, ...]
    ) -> Shown:
        held = value if isinstance(value, Mapping) else {}
        way = way_of(held)
        gettext = self.choices.words.gettext
        ways = tuple(
            (key, gettext(each.label)) for key, each in WAYS.items() if allowed == ("*",) or key in allowed
        )
        children = list(self._parts(REQUIREMENT, held, path, field))
        if way is not None:
            own = (way.value,) if way.value else ()
            children += self._parts((*own, *way.beside), held, path, field)
        parts: list[Shown] = []
        if way is not None and way.children:
            members = held.get(way.key)
            inner, within = f"{path}.{way.key}", under(field, way.key)
            for n, each in enumerate(members if isinstance(members, list) else []):
                parts.append(
                    self._requirement(
                        Tree("", part.label), each, f"{inner}.{n}", f"{within}[{n}]", way.children
                    )
                )
        return self._made(
            "requirement",
            part,
            path,
            field,
            ways=ways,
            way=way.key if way else "",
            children=(*children, *parts),
            title=self.title(held) if held.get("label") else gettext(way.label) if way else "",
            add=gettext("Add a part") if way and way.children else "",
            add_to=f"{path}.{way.key}" if way else "",
        )

    def title(self, block: object) -> str:
        """What a block of a list calls itself, in the reader's language or the other; perhaps nothing."""
        held = block if isinstance(block, Mapping) else {}
        for language in sorted(("sv", "en"), key=lambda each: each != self.choices.language):
            for source in (held, held.get("label"), held.get("role"), held.get("reason")):
                if isinstance(source, Mapping) and (words := _plain(source.get(language))):
                    if source is held.get("role") and (name := _plain(held.get("name"))):
                        words = f"{name}, {words}"
                    return words if len(words) <= 60 else f"{words[:59]}…"
        return _plain(held.get("name"))


def _plain(value: object) -> str:
    """A single value as it stands in a control."""
    if isinstance(value, bool) or value is None:
        return ""
    return str(value) if isinstance(value, str | int | float) else ""


def _with(choices: tuple[Choice, ...], *held: str) -> tuple[Choice, ...]:
    """The choices, and whatever is held although nobody offers it."""
    known = {each.value for each in choices}
    return (*choices, *(Choice(each, each) for each in held if each not in known and each))
