"""Adding, removing and moving what stands in a draft's lists, and making a requirement another kind. Pure.

A path is that of a control: keys and positions with points between, where a row of a table goes by its
position. Whatever does not lead anywhere leaves the document as it is.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lti_app.schemes.editor.outline import (
    Block,
    Both,
    Codes,
    Kind,
    Leaf,
    Many,
    Part,
    Selection,
    Table,
    Tree,
    Way,
)
from lti_app.schemes.editor.requirement_parts import WAYS, way_of

_BESIDE = ("id", "label", "of")


def added(document: Mapping[str, Any], path: str, part: Part) -> dict[str, Any]:
    """With a new member at the end of the list, table or group of requirements at this path."""
    changed = copy.deepcopy(dict(document))
    if isinstance(part, Tree):
        new: Any = {"id": _free_name(changed.get("requirements"), "r"), "count": 1}
    elif isinstance(part, Many):
        new = fresh(part.parts)
    elif isinstance(part, Table):
        new = _fresh(part.value)
    else:
        return changed
    holder, last = _holder(changed, path, makes=True)
    if holder is None:
        return changed
    if isinstance(part, Table):
        rows = holder.setdefault(last, {})
        if isinstance(rows, dict):
            rows.setdefault("", new)
        return changed
    members = holder.setdefault(last, [])
    if isinstance(members, list):
        if isinstance(new, dict) and new.get("id") == "":
            new["id"] = _free_name(members, last.rstrip("s")[:20] or "x")
        members.append(new)
    return changed


def inserted(document: Mapping[str, Any], path: str, blocks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """With these blocks at the end of the list at this path, under names that nothing there has."""
    changed = copy.deepcopy(dict(document))
    holder, last = _holder(changed, path)
    members = holder.get(last) if isinstance(holder, dict) else None
    if isinstance(members, list):
        for block in blocks:
            taken = set(_names(members))
            name = str(block.get("id", ""))
            members.append(block | {"id": name if name not in taken else _free_name(members, name[:50])})
    return changed


def removed(document: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Without what stands at this path."""
    changed = copy.deepcopy(dict(document))
    holder, last = _holder(changed, path)
    if isinstance(holder, list) and last.isdigit() and int(last) < len(holder):
        del holder[int(last)]
    elif isinstance(holder, dict) and last.isdigit() and int(last) < len(holder):
        del holder[list(holder)[int(last)]]
    return changed


def moved(document: Mapping[str, Any], path: str, by: int) -> dict[str, Any]:
    """With the member of a list at this path one place earlier (-1) or later (1)."""
    changed = copy.deepcopy(dict(document))
    holder, last = _holder(changed, path)
    if isinstance(holder, list) and last.isdigit():
        here, there = int(last), int(last) + by
        if here < len(holder) and 0 <= there < len(holder):
            holder[here], holder[there] = holder[there], holder[here]
    return changed


def of_kind(document: Mapping[str, Any], path: str, kind: str) -> dict[str, Any]:
    """With the requirement at this path made another kind: what both have stays; one that becomes a group
    becomes its first part.
    """
    changed = copy.deepcopy(dict(document))
    holder, last = _holder(changed, path)
    way = WAYS.get(kind)
    where: Any = (
        int(last) if isinstance(holder, list) and last.isdigit() and int(last) < len(holder) else last
    )
    held = holder[where] if isinstance(holder, list) and isinstance(where, int) else None
    if isinstance(holder, dict):
        held = holder.get(last)
    if way is None or not isinstance(held, dict) or (was := way_of(held)) is way:
        return changed
    assert holder is not None
    holder[where] = _as(held, was, way, changed.get("requirements"))
    return changed


def fresh(parts: tuple[Part, ...]) -> dict[str, Any]:
    """A block just added."""
    block: dict[str, Any] = {}
    for part in parts:
        if isinstance(part, Both) and not part.key:
            block |= {"sv": "", "en": ""}
        elif not part.is_optional:
            block[part.key] = _fresh(part)
    return block


def _fresh(part: Part) -> Any:  # noqa: PLR0911 (one for each shape)
    match part:
        case Leaf():
            return bool(part.first) if part.kind is Kind.YES_NO else part.first
        case Both():
            return {"sv": "", "en": ""}
        case Codes():
            return []
        case Many():
            return _fresh_members(part)
        case Selection():
            return "all" if part.everything else {part.ways[0][0]: []}
        case Block():
            return fresh(part.parts)
        case Table():
            return {}
        case Tree():
            return {}


def _fresh_members(part: Many) -> list[dict[str, Any]]:
    members: list[dict[str, Any]] = []
    for _ in range(part.least):
        member = fresh(part.parts)
        if member.get("id") == "":
            member["id"] = _free_name(members, part.key.rstrip("s"))
        members.append(member)
    return members


def _as(held: dict[str, Any], was: Way | None, way: Way, tree: Any) -> dict[str, Any]:
    if way.children and not (was and was.children):
        part = held if way.children == ("*",) else _as(held, was, WAYS["count"], tree)
        return {"id": _free_name(tree, "r"), way.key: [part]}
    kept = {key: held[key] for key in _BESIDE if key in held and (key != "of" or _has_filter(way))}
    if way.children and was is not None:
        members = held.get(was.key, [])
        if way.children != ("*",):
            members = [_as(each, way_of(each), WAYS["count"], tree) for each in members]
        return kept | {way.key: members}
    before = held.get(was.key) if was is not None else None
    is_number = isinstance(way.value, Leaf) and isinstance(before, int | str)
    return kept | {way.key: before if is_number else _first(way)}


def _first(way: Way) -> Any:
    return _fresh(way.value) if way.value is not None else []


def _has_filter(way: Way) -> bool:
    return any(part.key == "of" for part in way.beside)


def _holder(document: dict[str, Any], path: str, *, makes: bool = False) -> tuple[Any, str]:
    """What the path's last step stands in, and that step; None where the path leads nowhere."""
    *steps, last = path.split(".")
    at: Any = document
    for step in steps:
        if isinstance(at, dict) and step in at:
            at = at[step]
        elif isinstance(at, dict) and step.isdigit() and int(step) < len(at):
            at = at[list(at)[int(step)]]
        elif isinstance(at, list) and step.isdigit() and int(step) < len(at):
            at = at[int(step)]
        elif isinstance(at, dict) and step == "value":
            continue
        elif isinstance(at, dict) and makes and re.fullmatch("[a-z_]{1,40}", step):
            at = at.setdefault(step, {})
        else:
            return None, last
    return (at if isinstance(at, dict | list) else None), last


def _free_name(tree: Any, stem: str) -> str:
    """A short name that nothing in there has."""
    taken = set(_names(tree))
    return next(name for n in range(1, len(taken) + 2) if (name := f"{stem}{n}") not in taken)


def _names(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        yield str(tree.get("id", ""))
        for each in tree.values():
            yield from _names(each)
    elif isinstance(tree, list):
        for each in tree:
            yield from _names(each)
