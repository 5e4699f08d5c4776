"""Addresses of stored files that live for minutes and need no cookie, for a platform or a new tab to fetch.

Owns how such an address is made and read; files.py answers it. The signature covers the file's id, the moment
it ends and the name, so none of them can be changed.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from urllib.parse import quote

from itsdangerous import BadSignature, URLSafeSerializer

from lti_app.clock import now
from lti_app.errors import NotFound, Problem
from lti_app.settings import Settings


def sign_file(settings: Settings, stored_file_id: uuid.UUID, name: str, *, lifetime: timedelta) -> str:
    """An absolute address under which anybody can fetch this file until `lifetime` has passed.

    `name` is what the file is called when it is saved; a slash in it becomes a hyphen.
    """
    shown = name.replace("/", "-")
    ends = int((now() + lifetime).timestamp())
    token = str(_serializer(settings, shown).dumps([stored_file_id.hex, ends]))
    return f"{settings.public_url}/f/{token}/{quote(shown, safe='')}"


def read_signed(settings: Settings, token: str, name: str) -> uuid.UUID:
    """The id of the file that the address names.

    Raises NotFound when it is forged, Problem("link-expired") when its time is over.
    """
    try:
        file_id, ends = _serializer(settings, name).loads(token)
        found = uuid.UUID(hex=file_id)
    except (BadSignature, ValueError, TypeError) as error:
        raise NotFound("signed address") from error
    if now().timestamp() >= ends:
        raise Problem("link-expired")
    return found


def _serializer(settings: Settings, name: str) -> URLSafeSerializer:
    return URLSafeSerializer(settings.secret_key, salt=f"stored-file:{name}")
