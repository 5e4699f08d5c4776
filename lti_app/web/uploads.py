"""Files on their way in: each is written to the storage once, as it streams, and hashed on the way.

Werkzeug's own way spools a file to disk and leaves it to be copied; this request class hands the parser a
stream that is the storage's upload. Nothing a view does not `finish` is kept. A file over the limit is read
to its end, so that the person gets an answer, but not kept from there on.
"""

from __future__ import annotations

import io
from typing import IO, Any, cast

from flask import Flask, Request, g, request
from werkzeug.exceptions import RequestEntityTooLarge

from lti_app.errors import Problem
from lti_app.storage import Storage, Stored, Upload
from lti_app.web.context import parts

MOST_FILES = 10
# What is written in one form, as it is sent. It is far more than any field takes, so that the form itself can
# say how much too long a text is.
MOST_TEXT_BYTES = 4_000_000
# How much of a request is read, in multiples of the limit for one file: several, or one far too large.
_LIMITS_PER_REQUEST = 4
_FORM_AROUND_A_FILE = 10_000


class IncomingFile(io.RawIOBase):
    """One file of a form. `size_bytes` counts what came; `is_too_large` says that it was not kept."""

    def __init__(self, storage: Storage, name: str, limit_bytes: int) -> None:
        super().__init__()
        self.file_name = name
        self.size_bytes = 0
        self._limit_bytes = limit_bytes
        self._storage = storage
        self._upload: Upload | None = None

    @property
    def is_too_large(self) -> bool:
        return self.size_bytes > self._limit_bytes

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """The parser rewinds what it wrote; there is nothing to rewind."""
        return 0

    def write(self, data: Any) -> int:
        self.size_bytes += len(data)
        if self.is_too_large:
            self.discard()
        elif data:
            if self._upload is None:
                self._upload = self._storage.begin(g.launch.actor.institution_id)
            self._upload.write(bytes(data))
        return len(data)

    def finish(self) -> Stored:
        """Keep the bytes. Raises ValueError for an empty file or one over the limit."""
        if self._upload is None or self.is_too_large:
            raise ValueError("nothing to keep")
        stored = self._upload.finish()
        self._upload = None
        return stored

    def discard(self) -> None:
        """Forget what has come so far."""
        if self._upload is not None:
            self._upload.discard()
            self._upload = None

    def close(self) -> None:
        self.discard()
        super().close()


class TextTooLong(RequestEntityTooLarge):
    """More was written in a form than is read."""


class StreamingRequest(Request):
    """A request whose files stream into the storage when a launch stands behind it."""

    _incoming: tuple[IncomingFile, ...] = ()

    def _load_form_data(self) -> None:
        """PostgreSQL keeps no NUL in text: a form with one is refused whole, whoever first looks at it.

        So is one with a field that has no name, which no browser sends.
        """
        is_read = "form" in self.__dict__
        self._load_within_limits()
        for name, value in () if is_read else self.form.items(multi=True):
            if not isinstance(name, str) or "\0" in name or "\0" in value:
                raise Problem("bad-request", "NUL in a form, or a field without a name")

    def _load_within_limits(self) -> None:
        whole = self.max_content_length or 0
        is_text = self.mimetype == "application/x-www-form-urlencoded" and whole > MOST_TEXT_BYTES
        if is_text:  # Werkzeug reads it at once, however long
            self.max_content_length = MOST_TEXT_BYTES
        try:
            super()._load_form_data()
        except RequestEntityTooLarge as error:
            if not is_text and (self.content_length or 0) > whole:
                raise
            raise TextTooLong from error

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if "memory_for_file" in g:
            return io.BytesIO()  # the request as a whole is small, see file_in_memory
        if g.get("launch") is None:
            raise Problem("bad-request", "a file where none is expected")
        if len(self._incoming) >= MOST_FILES:
            raise Problem("too-large", f"more than {MOST_FILES} files")
        incoming = IncomingFile(parts().storage, filename or "", parts().settings.max_upload_bytes)
        self._incoming += (incoming,)
        return cast(IO[bytes], incoming)

    def close(self) -> None:
        for incoming in self._incoming:
            incoming.discard()
        super().close()


def init_app(app: Flask) -> None:
    """Let files stream, and set how much of a request and of its text is read at all."""
    limit_bytes: int = app.extensions["cim"].settings.max_upload_bytes
    app.request_class = StreamingRequest
    app.config["MAX_FORM_MEMORY_SIZE"] = MOST_TEXT_BYTES
    app.config["MAX_CONTENT_LENGTH"] = _LIMITS_PER_REQUEST * limit_bytes + MOST_TEXT_BYTES


def incoming_files(field: str) -> tuple[IncomingFile, ...]:
    """The files that this request's form sent under a field's name; a field left empty sends none."""
    found = (each.stream for each in request.files.getlist(field) if each.filename)
    return tuple(each for each in found if isinstance(each, IncomingFile))


def file_in_memory(field: str, limit_bytes: int) -> bytes:
    """The file that a public form sent, never written anywhere; empty if none was sent.

    Called before anything else reads the form. Raises Problem("too-large") for more than the limit.
    """
    g.memory_for_file = True
    request.max_content_length = limit_bytes + _FORM_AROUND_A_FILE
    sent = request.files.get(field)
    data = sent.read() if sent is not None else b""
    if len(data) > limit_bytes:
        raise Problem("too-large", f"a file of more than {limit_bytes} bytes")
    return data
