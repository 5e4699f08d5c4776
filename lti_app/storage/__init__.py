"""Bytes under random keys: what the rest of the tool may ask of a store, whichever it is."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class Stored:
    """Bytes that now lie in the store; `head` is their beginning (up to 8192 bytes), to sniff the type."""

    key: str
    size_bytes: int
    sha256: str
    head: bytes


class Upload(Protocol):
    """Bytes on their way in: they are hashed and written once, as they stream."""

    def write(self, data: bytes, /) -> int: ...

    def finish(self) -> Stored:
        """Make the bytes durable under their key. Nothing is visible under it before."""

    def discard(self) -> None:
        """Forget the bytes. Harmless after `finish`, and more than once."""


class Storage(Protocol):
    """A store. Raises FileNotFoundError for a key that holds nothing."""

    def begin(self, institution_id: uuid.UUID, *, seed: bytes = b"") -> Upload:
        """Start an upload under a fresh random key with the institution's prefix, or under that of a seed."""

    def open(self, key: str) -> BinaryIO:
        """The bytes, seekable, to be closed by the caller."""

    def delete(self, key: str) -> None:
        """Remove the bytes, whole or still on their way; harmless when there are none."""

    def check(self) -> None:
        """Raise OSError when the store cannot be written."""


def key_of(institution_id: uuid.UUID, seed: bytes) -> str:
    """The key that a seed gives; whoever cannot guess the seed cannot guess it."""
    named = sha256(seed).hexdigest()
    return f"{institution_id.hex}/{named[:2]}/{named[2:]}"


def open_storage(url: str) -> Storage:
    """The store that a `file:///…` address names."""
    from lti_app.storage.local import LocalStorage  # noqa: PLC0415 (a site that uses another store need not load this one)

    return LocalStorage.from_url(url)
