"""Links to tools that deep linking made: on assignments, in modules, and those chosen but not saved yet."""

from __future__ import annotations

import json
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from .records import record, records
from .store import Store


@dataclass(frozen=True, slots=True)
class ResourceLink:
    """One link. `lti_id` is its resource link id, that of its assignment if it has one."""

    id: int
    course_id: int
    lti_id: str
    tool_id: int
    url: str
    title: str
    width: int | None
    height: int | None
    assignment_id: int | None
    is_in_module: bool
    is_published: bool
    custom: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChosenContent:
    """A content item that waits for its assignment to be saved."""

    id: str
    course_id: int
    tool_id: int
    item: dict[str, Any] = field(default_factory=dict)


class ResourceLinks:
    """Link rows, and content that was chosen."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, course_id: int, tool_id: int, *, url: str, title: str, **more: Any) -> ResourceLink:
        """Create a link: unpublished, outside of modules, with a fresh `lti_id`, unless told otherwise."""
        row = {
            "course_id": course_id,
            "tool_id": tool_id,
            "url": url,
            "title": title,
            "lti_id": str(uuid.uuid4()),
            "is_in_module": False,
            "is_published": False,
            **more,
            "custom": json.dumps(more.get("custom", {})),
        }
        names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        with self._store.writing() as db:
            cursor = db.execute(f"INSERT INTO resource_link ({names}) VALUES ({marks})", row)  # noqa: S608 - our own names
        return self.get(int(cursor.lastrowid or 0))

    def get(self, link_id: int) -> ResourceLink:
        """The link; KeyError when there is none."""
        with self._store.reading() as db:
            row = db.execute("SELECT * FROM resource_link WHERE id = ?", (link_id,)).fetchone()
        if row is None:
            raise KeyError(link_id)
        return record(ResourceLink, row)

    def of_assignment(self, assignment_id: int) -> ResourceLink | None:
        """The link that an assignment was made with, or None for one made otherwise."""
        with self._store.reading() as db:
            row = db.execute(
                "SELECT * FROM resource_link WHERE assignment_id = ?", (assignment_id,)
            ).fetchone()
        return None if row is None else record(ResourceLink, row)

    def in_course(self, course_id: int) -> list[ResourceLink]:
        """The course's links, oldest first."""
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT * FROM resource_link WHERE course_id = ? ORDER BY id", (course_id,)
            ).fetchall()
        return records(ResourceLink, rows)

    def publish(self, link_id: int, *, is_published: bool) -> None:
        """Publish or unpublish a link in a module."""
        with self._store.writing() as db:
            db.execute("UPDATE resource_link SET is_published = ? WHERE id = ?", (is_published, link_id))

    def choose(self, course_id: int, tool_id: int, item: dict[str, Any]) -> ChosenContent:
        """Keep a content item until its assignment is saved."""
        chosen = ChosenContent(secrets.token_hex(8), course_id, tool_id, item)
        with self._store.writing() as db:
            db.execute(
                "INSERT INTO chosen_content (id, course_id, tool_id, item) VALUES (?, ?, ?, ?)",
                (chosen.id, course_id, tool_id, json.dumps(item)),
            )
        return chosen

    def chosen(self, content_id: str, course_id: int) -> ChosenContent:
        """What was chosen and not saved yet; KeyError when there is none."""
        with self._store.reading() as db:
            row = db.execute(
                "SELECT * FROM chosen_content WHERE id = ? AND course_id = ? AND used_at IS NULL",
                (content_id, course_id),
            ).fetchone()
        if row is None:
            raise KeyError(content_id)
        return record(ChosenContent, row)

    def use(self, content_id: str, at: str) -> None:
        """Note that its assignment was saved."""
        with self._store.writing() as db:
            db.execute("UPDATE chosen_content SET used_at = ? WHERE id = ?", (at, content_id))
