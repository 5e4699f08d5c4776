"""A form of the editor, as it was sent, back as the plain values of a document.

The reverse of showing.py. What was typed is kept even where it is wrong: a number that is none stays its
text, and two rows of one code stay two. What a form does not hold stays as it was, and so do keys that the
outline does not know; a form cut short is refused before it comes here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

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
    Table,
    Tree,
)
from lti_app.schemes.editor.requirement_parts import REQUIREMENT, WAYS, way_of
from lti_app.schemes.nodes import under
from lti_app.web.typed import clean_text

Form = Mapping[str, Sequence[str]]
MOST_MEMBERS = 200
_MOST_LEVELS = 8
_HEX = re.compile("[0-9a-f]{3}|[0-9a-f]{6}")
ABSENT: Any = object()


def parsed_section(section: Section, form: Form, document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with this section as the form has it."""
    changed = dict(document)
    for part in section.parts:
        value = _Parsing(form).part(part, part.key, document.get(part.key, ABSENT))
        if value is ABSENT:
            changed.pop(part.key, None)
        else:
            changed[part.key] = value
    return changed


class _Parsing:
    """Reads one form."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def part(self, part: Part, path: str, old: Any) -> Any:  # noqa: PLR0911 (one for each shape)
        """The part's value, or ABSENT if it is to be left out."""
        match part:
            case Leaf():
                return self._leaf(part, path, old)
            case Both():
                return self._both(part, path, old)
            case Codes():
                return self._codes(part, path, old)
            case Selection():
                return self._selection(part, path, old)
            case Block():
                value = self._block(part.parts, path, old)
                return ABSENT if part.is_optional and not value else value
            case Many():
                members = self._many(part, path, old)
                return ABSENT if part.is_optional and not members else members
            case Table():
                rows = self._table(part, path, old)
                return ABSENT if part.is_optional and not rows else rows
            case Tree():
                return self._requirement(path, old, 0)

    def _word(self, path: str) -> str | None:
        """What was typed; None if the form has no such control."""
        values = self.form.get(path)
        return clean_text(values[0]) if values else None

    def _length(self, path: str, old: Any) -> int:
        """How many members the form shows; as many as there were if it does not say."""
        word = self._word(f"{path}.len")
        if word is None or not word.isascii() or not word.isdigit():
            return len(old) if isinstance(old, list | dict) else 0
        return min(int(word[:6]), MOST_MEMBERS)

    def _leaf(self, part: Leaf, path: str, old: Any) -> Any:
        if part.kind is Kind.YES_NO:
            value: Any = path in self.form
            return ABSENT if part.is_optional and value == part.default else value
        word = self._word(path)
        if part.kind is Kind.FIXED or word is None or (isinstance(old, str) and word == clean_text(old)):
            return old
        if part.kind is Kind.COLOUR:
            word = _colour(word)
        if part.is_optional and word in {"", str(part.default)}:
            return ABSENT
        if part.kind in {Kind.NUMBER, Kind.AMOUNT}:
            return _number(word.replace(",", ".") if part.kind is Kind.AMOUNT else word)
        return word if part.kind is Kind.LONG else " ".join(word.split("\n"))

    def _both(self, part: Both, path: str, old: Any) -> Any:
        held = old if isinstance(old, Mapping) else {}
        texts = {}
        for name in ("sv", "en"):
            before = held.get(name, "")
            word = self._word(f"{path}.{name}")
            is_same = word is None or (isinstance(before, str) and word == clean_text(before))
            texts[name] = before if is_same else word
        return ABSENT if part.is_optional and not any(texts.values()) else texts

    def _codes(self, part: Codes, path: str, old: Any) -> Any:
        codes = [code for value in self.form.get(path, ()) for code in clean_text(value).split()]
        codes = list(dict.fromkeys(codes))
        if isinstance(old, list) and sorted(map(str, old)) == sorted(codes):
            return old
        return ABSENT if part.is_optional and not codes else codes

    def _selection(self, part: Selection, path: str, old: Any) -> Any:
        way = self._word(f"{path}.way")
        known = {key or "list": key for key, _ in part.ways}
        if way == "all" and part.everything:
            return ABSENT if part.is_optional else "all"
        if way not in known:
            return old
        before = old.get(known[way], ABSENT) if isinstance(old, Mapping) else old
        codes = self._codes(Codes("", "", part.source, is_optional=False), f"{path}.codes", before)
        return {known[way]: codes} if known[way] else codes

    def _block(self, parts: Sequence[Part], path: str, old: Any) -> dict[str, Any]:
        held = old if isinstance(old, Mapping) else {}
        own = _keys(parts)
        value: dict[str, Any] = {}
        for part in parts:
            if isinstance(part, Both) and not part.key:
                value |= self._both(part, path, held)
                continue
            found = self.part(part, under(path, part.key), held.get(part.key, ABSENT))
            if found is not ABSENT:
                value[part.key] = found
        return value | {key: each for key, each in held.items() if key not in own}

    def _many(self, part: Many, path: str, old: Any) -> list[Any]:
        members = old if isinstance(old, list) else []
        return [
            self._block(part.parts, f"{path}.{n}", members[n] if n < len(members) else {})
            for n in range(self._length(path, members))
        ]

    def _table(self, part: Table, path: str, old: Any) -> dict[str, Any]:
        entries = list(old.items()) if isinstance(old, Mapping) else []
        rows: dict[str, Any] = {}
        for n in range(self._length(path, entries)):
            before, held = entries[n] if n < len(entries) else ("", ABSENT)
            key = self._word(f"{path}.{n}.key")
            value = self.part(part.value, f"{path}.{n}.value", held)
            name = before if key is None else key
            while name in rows:
                name = f"{name}?"
            rows[name] = "" if value is ABSENT else value
        return {} if part.is_single and rows == {"": ""} else rows

    def _requirement(self, path: str, old: Any, level: int) -> dict[str, Any]:
        held = old if isinstance(old, Mapping) else {}
        was = WAYS.get(self._word(f"{path}.was") or "") or way_of(held)
        parts: tuple[Part, ...] = REQUIREMENT
        if was is not None:
            parts = (*parts, *((was.value,) if was.value else ()), *was.beside)
        others = _EVERY_WAY - _keys(parts)
        value = self._block(parts, path, {key: each for key, each in held.items() if key not in others})
        if was is not None and was.children and level < _MOST_LEVELS:
            members = held.get(was.key)
            members = members if isinstance(members, list) else []
            inner = f"{path}.{was.key}"
            value[was.key] = [
                self._requirement(f"{inner}.{n}", members[n] if n < len(members) else {}, level + 1)
                for n in range(self._length(inner, members))
            ]
        return value


def _keys(parts: Sequence[Part]) -> set[str]:
    keys = {part.key for part in parts}
    return keys | {"sv", "en"} if "" in keys else keys


_EVERY_WAY = {key for way in WAYS.values() for key in (way.key, *(part.key for part in way.beside))}


def _colour(word: str) -> str:
    """A colour as a layout writes it, if it is one in any of the ways of the web: ABC, #abc, AABBCC."""
    digits = word.strip().removeprefix("#").lower()
    if not _HEX.fullmatch(digits):
        return word
    return "#" + (digits if len(digits) == 6 else "".join(2 * each for each in digits))


def _number(word: str) -> int | str:
    """A whole number as one, anything else as it was typed."""
    is_whole = word.isascii() and word.isdigit() and len(word) <= 9
    return int(word) if is_whole else word
