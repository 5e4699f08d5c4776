"""Making assignments and module items out of content items (LTI Deep Linking 2.0 §3.1), as Canvas does.

What is made is unpublished. A content item with a line item becomes an assignment with a coupled one; one
without becomes a link in a module. What an item says wrongly is left out, and said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from .assignments import Assignment, Assignments
from .line_items import LineItems
from .resource_links import ResourceLinks
from .store import Store
from .tools import Tool


@dataclass(frozen=True, slots=True)
class Wanted:
    """An assignment as its form was saved; `item` is the content item behind it."""

    name: str
    points: float
    due_at: datetime | None
    item: dict[str, Any]


class Content:
    """Turns content items into rows."""

    def __init__(
        self, store: Store, assignments: Assignments, line_items: LineItems, links: ResourceLinks
    ) -> None:
        self._store = store
        self._assignments = assignments
        self._line_items = line_items
        self._links = links

    def add_to_module(self, course_id: int, tool: Tool, items: list[dict[str, Any]]) -> list[str]:
        """Make a module item of each link, and an assignment where there is a line item; answers what was
        wrong.
        """
        faults = []
        for item in items:
            if fault := fault_in(item, tool):
                faults.append(fault)
            elif "lineItem" in item:
                wanted = Wanted(name_of(item), points_of(item) or 0, due_at_of(item), item)
                self.make_assignment(course_id, tool, wanted, is_in_module=True)
            else:
                self._links.add(
                    course_id,
                    tool.id,
                    url=url_of(item),
                    title=name_of(item),
                    is_in_module=True,
                    **_more(item),
                )
        return faults

    def make_assignment(
        self, course_id: int, tool: Tool, wanted: Wanted, *, is_in_module: bool = False
    ) -> Assignment:
        """An unpublished assignment that opens the tool, its link, and its coupled line item."""
        item, column = wanted.item, wanted.item.get("lineItem") or {}
        with self._store.writing():
            made = self._assignments.add(
                course_id,
                wanted.name,
                wanted.points,
                submission_type="external_tool",
                tool_id=tool.id,
                tool_url=url_of(item),
                is_published=False,
            )
            self._assignments.change(made.id, description=str(item.get("text") or ""), due_at=wanted.due_at)
            self._links.add(
                course_id,
                tool.id,
                url=url_of(item),
                title=wanted.name,
                lti_id=made.lti_id,
                assignment_id=made.id,
                is_in_module=is_in_module,
                **_more(item),
            )
            self._line_items.add(
                made,
                tool.client_id,
                label=wanted.name,
                score_maximum=wanted.points,
                tag=_text(column.get("tag")),
                resource_id=_text(column.get("resourceId")),
                resource_link_id=made.lti_id,
                is_coupled=True,
            )
        return self._assignments.get(made.id)


def fault_in(item: dict[str, Any], tool: Tool) -> str:
    """Why nothing can be made of an item; empty when something can."""
    if item.get("type") != "ltiResourceLink":
        return f"type {item.get('type')!r} is not taken here"
    if urlsplit(url_of(item)).netloc != tool.domain:
        return "the address is not on the tool's domain"
    if "lineItem" in item and points_of(item) is None:
        return "the line item needs a scoreMaximum"
    return ""


def url_of(item: dict[str, Any]) -> str:
    """Where the item leads; empty when it does not say."""
    return str(item.get("url") or "")


def name_of(item: dict[str, Any]) -> str:
    """The label of its line item, else its title."""
    column = item.get("lineItem")
    label = column.get("label") if isinstance(column, dict) else None
    return str(label or item.get("title") or "Untitled")[:255]


def points_of(item: dict[str, Any]) -> float | None:
    """The line item's maximum; None when it has none."""
    column = item.get("lineItem")
    maximum = column.get("scoreMaximum") if isinstance(column, dict) else None
    if isinstance(maximum, bool) or not isinstance(maximum, int | float) or not 0 <= maximum < math.inf:
        return None
    return float(maximum)


def due_at_of(item: dict[str, Any]) -> datetime | None:
    """When submissions end; None when the item does not say, or not in ISO 8601."""
    period = item.get("submission")
    end = period.get("endDateTime") if isinstance(period, dict) else None
    try:
        return datetime.fromisoformat(str(end).replace("Z", "+00:00")) if end else None
    except ValueError:
        return None


def _more(item: dict[str, Any]) -> dict[str, Any]:
    custom, frame = item.get("custom"), item.get("iframe")
    sizes = frame if isinstance(frame, dict) else {}
    return {
        "custom": {str(name): str(value) for name, value in custom.items()}
        if isinstance(custom, dict)
        else {},
        **{name: sizes[name] for name in ("width", "height") if isinstance(sizes.get(name), int)},
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
