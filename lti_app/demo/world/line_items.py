"""Line items: a client's gradebook columns, each resting on an assignment (Assignment and Grade Services
2.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .assignments import Assignment
from .records import record, records
from .store import Store

_CHANGEABLE = frozenset({"label", "score_maximum", "tag", "resource_id", "end_at"})


@dataclass(frozen=True, slots=True)
class LineItem:
    """`is_primary`: its scores reach the gradebook.

    `is_coupled`: made with an assignment of Canvas's own making.
    """

    id: int
    course_id: int
    assignment_id: int
    client_id: str
    label: str
    score_maximum: float
    tag: str | None
    resource_id: str | None
    resource_link_id: str | None
    end_at: str | None
    extension_type: str | None
    extension_url: str | None
    is_coupled: bool
    is_primary: bool
    is_deleted: bool


class LineItems:
    """Line-item rows."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(
        self, assignment: Assignment, client_id: str, *, label: str, score_maximum: float, **more: Any
    ) -> LineItem:
        """Create a line item on an assignment; the first one there is the primary."""
        row = {
            "course_id": assignment.course_id,
            "assignment_id": assignment.id,
            "client_id": client_id,
            "label": label,
            "score_maximum": score_maximum,
            "is_coupled": False,
            "is_deleted": False,
            **more,
        }
        with self._store.writing() as db:
            row["is_primary"] = not self.on_assignment(assignment.id)
            names = ", ".join(row)
            marks = ", ".join(f":{name}" for name in row)
            cursor = db.execute(f"INSERT INTO line_item ({names}) VALUES ({marks})", row)  # noqa: S608 - our own names
            item = self.find(int(cursor.lastrowid or 0))
        if item is None:
            raise RuntimeError("a line item just inserted is missing")
        return item

    def find(self, line_item_id: int) -> LineItem | None:
        """The line item unless it was deleted."""
        with self._store.reading() as db:
            row = db.execute(
                "SELECT * FROM line_item WHERE id = ? AND is_deleted = 0", (line_item_id,)
            ).fetchone()
        return None if row is None else record(LineItem, row)

    def on_assignment(self, assignment_id: int) -> list[LineItem]:
        """The assignment's line items, the primary first."""
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT * FROM line_item WHERE assignment_id = ? AND is_deleted = 0 "
                "ORDER BY is_primary DESC, id",
                (assignment_id,),
            ).fetchall()
        return records(LineItem, rows)

    def of_client(self, client_id: str, course_id: int) -> list[LineItem]:
        """One client's items in a course whose assignment still exists, oldest first."""
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT line_item.* FROM line_item JOIN assignment ON assignment.id = assignment_id "
                "WHERE client_id = ? AND line_item.course_id = ? AND line_item.is_deleted = 0 "
                "AND assignment.is_deleted = 0 ORDER BY line_item.id",
                (client_id, course_id),
            ).fetchall()
        return records(LineItem, rows)

    def change(self, line_item_id: int, **changes: Any) -> None:
        """Change label, maximum, tag, resource id or end; ValueError for other names."""
        if unknown := set(changes) - _CHANGEABLE:
            raise ValueError(f"not changeable: {sorted(unknown)}")
        if not changes:
            return
        settings = ", ".join(f"{name} = :{name}" for name in changes)
        with self._store.writing() as db:
            db.execute(
                f"UPDATE line_item SET {settings} WHERE id = :id",  # noqa: S608 - names come from _CHANGEABLE
                {**changes, "id": line_item_id},
            )

    def delete(self, line_item: LineItem) -> None:
        """Delete the item, and its assignment when it was the primary one."""
        with self._store.writing() as db:
            db.execute("UPDATE line_item SET is_deleted = 1 WHERE id = ?", (line_item.id,))
            if line_item.is_primary:
                db.execute("UPDATE assignment SET is_deleted = 1 WHERE id = ?", (line_item.assignment_id,))
