"""Which tools a course's menu shows: a placement says whether it is on at first, a teacher changes that."""

from __future__ import annotations

from dataclasses import dataclass

from .store import Store
from .tools import Tool, Tools


@dataclass(frozen=True, slots=True)
class Entry:
    """A tool that could be in a course's menu, by the name that it would have there."""

    tool: Tool
    text: str
    is_shown: bool


class Navigation:
    """The tools' part of the course menus."""

    def __init__(self, store: Store, tools: Tools) -> None:
        self._store = store
        self._tools = tools

    def entries(self, course_id: int) -> list[Entry]:
        """The tools that are available in this course and made for its menu."""
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT tool_id, is_shown FROM course_navigation WHERE course_id = ?", (course_id,)
            ).fetchall()
        chosen = {row["tool_id"]: bool(row["is_shown"]) for row in rows}
        found = []
        for tool in self._tools.all():
            key = self._tools.key(tool.client_id)
            placement = key.placement("course_navigation") if key and key.is_active else None
            if placement and tool.is_available and tool.course_id in (None, course_id):
                at_first = placement.get("default") != "disabled"
                text = str(placement.get("text", tool.name))
                found.append(Entry(tool, text, chosen.get(tool.id, at_first)))
        return found

    def show(self, course_id: int, tool_id: int, *, is_shown: bool) -> None:
        """Put a tool into the course's menu, or take it out."""
        with self._store.writing() as db:
            db.execute(
                "INSERT INTO course_navigation (course_id, tool_id, is_shown) VALUES (?, ?, ?) "
                "ON CONFLICT (course_id, tool_id) DO UPDATE SET is_shown = excluded.is_shown",
                (course_id, tool_id, is_shown),
            )
