"""Turns database rows into frozen dataclasses by the declared field types; owns no table."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast, get_origin, get_type_hints

T = TypeVar("T")


@cache
def _hints(cls: Any) -> dict[str, Any]:
    return get_type_hints(cls)


def _value(hint: Any, stored: Any) -> Any:
    if stored is None:
        return None
    if hint is bool:
        return bool(stored)
    if hint is datetime or hint == (datetime | None):
        return datetime.fromisoformat(stored)
    if get_origin(hint) is tuple:
        return tuple(json.loads(stored))
    if get_origin(hint) is dict:
        return json.loads(stored)
    return stored


def record(cls: type[T], row: sqlite3.Row, **more: Any) -> T:
    """One row as `cls`: columns are taken by field name; `more` gives the fields no column holds."""
    hints = _hints(cast(Any, cls))
    columns = set(row.keys())
    names = [field.name for field in dataclasses.fields(cls) if field.name in columns]  # type: ignore[arg-type]
    return cls(**{name: _value(hints[name], row[name]) for name in names}, **more)


def records(cls: type[T], rows: list[sqlite3.Row]) -> list[T]:
    """Every row as `cls`."""
    return [record(cls, row) for row in rows]
