"""Cursors of long lists: the place after which a page begins, as one opaque word for the address.

A page is found by its place, never by counting rows, so that the last page costs what the first one does.
"""

from __future__ import annotations

import base64
import json
import uuid
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Tuple, Uuid, literal, tuple_

from lti_app.db import UtcDateTime
from lti_app.errors import Problem

ROWS = 50
_LONGEST = 2000


@dataclass(frozen=True)
class Place:
    """Where a row stands in a list that is ordered by a time, then by id."""

    at: datetime
    row_id: uuid.UUID

    @property
    def cursor(self) -> str:
        """The place as a word for an address."""
        return to_cursor(self.at.isoformat(), self.row_id.hex)

    @property
    def bound(self) -> Tuple:
        """The place as a database compares it with the two columns."""
        return tuple_(literal(self.at, UtcDateTime()), literal(self.row_id, Uuid()))

    @classmethod
    def from_cursor(cls, word: str) -> Place:
        """The place back. Raises Problem("bad-request")."""
        moment, row_id = from_cursor(word, 2)
        try:
            at = datetime.fromisoformat(moment)
            if at.tzinfo is None:
                raise ValueError("no zone")
            return cls(at.astimezone(UTC), uuid.UUID(row_id))
        except (ValueError, OverflowError) as error:
            raise Problem("bad-request", "cursor") from error


def to_cursor(*place: str) -> str:
    """The values that a list is ordered by, of the last row shown, as one word."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def from_cursor(word: str, length: int) -> tuple[str, ...]:
    """The values back. Raises Problem("bad-request") for a word that `to_cursor` did not make."""
    if len(word) > _LONGEST:
        raise Problem("bad-request", "cursor")
    try:
        place = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
    except (NotBase64, ValueError, RecursionError) as error:
        raise Problem("bad-request", "cursor") from error
    if not isinstance(place, list) or len(place) != length or not all(map(_is_storable, place)):
        raise Problem("bad-request", "cursor")
    return tuple(place)


def _is_storable(value: object) -> bool:
    """Whether a database can compare with it: a text without NUL and without half a character."""
    return (
        isinstance(value, str)
        and "\0" not in value
        and not any("\ud800" <= sign <= "\udfff" for sign in value)
    )
