"""Developer keys (what an administrator registers) and tools (their installations with a deployment id)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from .records import record, records
from .store import Store


@dataclass(frozen=True, slots=True)
class DeveloperKey:
    """An LTI key. The tool's public keys come from `public_jwk_url`, fetched at each token request, or
    `public_jwk`.

    `placements` are dictionaries as in Canvas's JSON configuration: `placement`, `text`, `target_link_uri`,
    `custom_fields`.
    """

    client_id: str
    name: str
    redirect_uris: tuple[str, ...]
    oidc_initiation_url: str
    target_link_uri: str
    public_jwk_url: str | None
    scopes: tuple[str, ...]
    custom_fields: dict[str, str] = field(default_factory=dict)
    placements: tuple[dict[str, Any], ...] = ()
    public_jwk: dict[str, Any] = field(default_factory=dict)
    is_active: bool = True

    def placement(self, name: str) -> dict[str, Any] | None:
        """The configuration of one placement, or None when the key does not have it."""
        return next((entry for entry in self.placements if entry.get("placement") == name), None)


@dataclass(frozen=True, slots=True)
class Tool:
    """One installation; without `course_id` it is the whole account's.

    Its privacy level governs, not the key's.
    """

    id: int
    client_id: str
    course_id: int | None
    deployment_id: str
    name: str
    domain: str
    privacy_level: str
    is_available: bool


class Tools:
    """Developer keys and installations."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def register(self, key: DeveloperKey) -> DeveloperKey:
        """Store a developer key, replacing the one with the same client_id."""
        row = {
            name: json.dumps(value) if isinstance(value, dict | tuple) else value
            for name, value in asdict(key).items()
        }
        names = ", ".join(row)
        changes = ", ".join(f"{name} = excluded.{name}" for name in row)
        marks = ", ".join(f":{name}" for name in row)
        with self._store.writing() as db:
            db.execute(
                f"INSERT INTO developer_key ({names}) VALUES ({marks}) "  # noqa: S608 - names are our own fields
                f"ON CONFLICT (client_id) DO UPDATE SET {changes}",
                row,
            )
        return key

    def key(self, client_id: str) -> DeveloperKey | None:
        """The developer key, or None; compared as text."""
        with self._store.reading() as db:
            row = db.execute("SELECT * FROM developer_key WHERE client_id = ?", (client_id,)).fetchone()
        return None if row is None else record(DeveloperKey, row)

    def all_keys(self) -> list[DeveloperKey]:
        """Every developer key, newest first."""
        with self._store.reading() as db:
            return records(
                DeveloperKey, db.execute("SELECT * FROM developer_key ORDER BY rowid DESC").fetchall()
            )

    def change_key(self, client_id: str, **changes: Any) -> DeveloperKey:
        """Change fields of a developer key; KeyError when unknown."""
        key = self.key(client_id)
        if key is None:
            raise KeyError(client_id)
        return self.register(replace(key, **changes))

    def install(
        self,
        client_id: str,
        context_opaque_id: str,
        *,
        course_id: int | None,
        domain: str,
        privacy_level: str,
    ) -> Tool:
        """Install a key in the account or one course; the deployment id is `<tool id>:<context hash>`."""
        key = self.key(client_id)
        if key is None:
            raise KeyError(client_id)
        with self._store.writing() as db:
            tool_id = int(db.execute("SELECT coalesce(max(id), 0) + 1 FROM tool").fetchone()[0])
            db.execute(
                "INSERT INTO tool (id, client_id, course_id, deployment_id, name, domain, privacy_level,"
                " is_available) VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
                (
                    tool_id,
                    client_id,
                    course_id,
                    f"{tool_id}:{context_opaque_id}",
                    key.name,
                    domain,
                    privacy_level,
                ),
            )
        return self.get(tool_id)

    def get(self, tool_id: int) -> Tool:
        """The installation; KeyError when there is none."""
        with self._store.reading() as db:
            row = db.execute("SELECT * FROM tool WHERE id = ?", (tool_id,)).fetchone()
        if row is None:
            raise KeyError(tool_id)
        return record(Tool, row)

    def all(self) -> list[Tool]:
        """Every installation."""
        with self._store.reading() as db:
            return records(Tool, db.execute("SELECT * FROM tool ORDER BY id").fetchall())

    def of_client_in(self, client_id: str, course_id: int) -> Tool | None:
        """The available installation through which a client may act in a course, or None."""
        for tool in self.all():
            if tool.client_id == client_id and tool.is_available and tool.course_id in (None, course_id):
                return tool
        return None

    def change(
        self, tool_id: int, *, privacy_level: str | None = None, is_available: bool | None = None
    ) -> Tool:
        """Change an installation's privacy level or availability."""
        tool = self.get(tool_id)
        level = tool.privacy_level if privacy_level is None else privacy_level
        available = tool.is_available if is_available is None else is_available
        with self._store.writing() as db:
            db.execute(
                "UPDATE tool SET privacy_level = ?, is_available = ? WHERE id = ?",
                (level, available, tool_id),
            )
        return self.get(tool_id)
