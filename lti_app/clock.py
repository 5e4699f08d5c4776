"""The one place that reads the time, so that tests can move it. Every time in the tool is aware UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_LONGEST_ZONE = 64


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return datetime.now(UTC)


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo | None:
    """The time zone of an IANA name such as `Europe/Stockholm`; None for anything else, however odd."""
    if not name or len(name) > _LONGEST_ZONE:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return None
