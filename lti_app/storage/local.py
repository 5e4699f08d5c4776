"""A folder on local disk as a store: written beside, flushed to disk, then renamed into place.

Nobody but the tool's own user may read it.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import uuid
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from lti_app.storage import Stored, key_of

_HEAD_BYTES = 8192
_KEY = re.compile(r"[0-9a-f]{32}/[0-9a-f]{2}/[0-9a-f]{62}")


class LocalUpload:
    """One upload, in a temporary file of the same disk until it is finished."""

    def __init__(self, root: Path, key: str) -> None:
        self._target = root / key
        self._key = key
        self._hash = hashlib.sha256()
        self._head = b""
        self._size_bytes = 0
        self._temporary = _incoming(root, key)
        _make_folder(self._temporary.parent)
        self._file = os.fdopen(os.open(self._temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def write(self, data: bytes, /) -> int:
        self._hash.update(data)
        if len(self._head) < _HEAD_BYTES:
            self._head += data[: _HEAD_BYTES - len(self._head)]
        self._size_bytes += len(data)
        return self._file.write(data)

    def finish(self) -> Stored:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        _make_folder(self._target.parent)
        self._temporary.rename(self._target)
        flush_folder(self._target.parent)
        return Stored(self._key, self._size_bytes, self._hash.hexdigest(), self._head)

    def discard(self) -> None:
        self._file.close()
        self._temporary.unlink(missing_ok=True)


class LocalStorage:
    """The store below one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @classmethod
    def from_url(cls, url: str) -> LocalStorage:
        """The store of a `file:///…` address; ValueError for any other."""
        parts = urlsplit(url)
        if parts.scheme != "file" or parts.netloc or not parts.path:
            raise ValueError(f"a storage address looks like file:///srv/cim/files, not {url!r}")
        return cls(Path(unquote(parts.path)))

    def begin(self, institution_id: uuid.UUID, *, seed: bytes = b"") -> LocalUpload:
        return LocalUpload(self._root, key_of(institution_id, seed or secrets.token_bytes(32)))

    def open(self, key: str) -> BinaryIO:
        return self._path(key).open("rb")

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)
        _incoming(self._root, key).unlink(missing_ok=True)

    def check(self) -> None:
        _make_folder(self._root)
        probe = self._root / f".probe-{secrets.token_hex(8)}"
        probe.write_bytes(b"")
        probe.unlink()

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise FileNotFoundError(key)
        return self._root / key


def _incoming(root: Path, key: str) -> Path:
    """Where bytes lie until they are whole."""
    return root / "incoming" / key.replace("/", "-")


def _make_folder(folder: Path) -> None:
    """Make a folder and those around it, each flushed into the one that it is made in."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    flush_folder(folder.parent)


def flush_folder(folder: Path) -> None:
    """Make what was renamed into a folder outlive a power failure."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
