"""Huey with the one store that the queue uses.

Its module of stores tries to import the drivers of all of them. Of these an installation may have psycopg,
for its own database: reading that in takes every start a seventh of a second, also where nobody uses
PostgreSQL. So it is out of sight while Huey is imported; Huey then has no PostgreSQL store, and asks for
none.
"""

from __future__ import annotations

import sys

_HIDDEN = {"psycopg", "redis", "cysqlite"} - set(sys.modules)
sys.modules.update(dict.fromkeys(_HIDDEN))  # type: ignore[arg-type]  # None: importing it fails at once
try:
    from huey import SqliteHuey
    from huey.consumer import Consumer
    from huey.registry import Message
    from huey.serializer import Serializer
finally:
    for _name in _HIDDEN:
        del sys.modules[_name]

__all__ = ["Consumer", "Message", "Serializer", "SqliteHuey"]
