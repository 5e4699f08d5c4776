"""Canvas fetching submitted files itself: plain HTTP GET, no session, limited in time and size."""

from __future__ import annotations

import hashlib
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import requests

from lti_app.demo.config import Switches

from .calls import ServiceError, refused
from .score_values import FileItem

CHUNK_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file that arrived; `path` is relative to the data folder."""

    item: FileItem
    media_type: str
    size_bytes: int
    sha256: str
    path: str


def download(item: FileItem, data_dir: Path, switches: Switches) -> Downloaded:
    """Fetch one file completely.

    Refuses with 504 on timeout or when the host is out of reach, 400 when the address is no good, the source
    answers 400 or the file is too large, and 500 for every other answer that is not a success.
    """
    if not item.url.startswith(("http://", "https://")):
        raise refused(400, "uploading to file service failed with 400: invalid url")
    name = f"files/{uuid.uuid4()}"
    target = data_dir / name
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        size, digest, media_type = _fetch(item, target, switches)
    except ServiceError:
        target.unlink(missing_ok=True)
        raise
    except (requests.Timeout, requests.ConnectionError) as error:
        target.unlink(missing_ok=True)
        raise refused(504, "failed to communicate with file service") from error
    except (requests.RequestException, ValueError) as error:
        target.unlink(missing_ok=True)
        raise refused(400, f"uploading to file service failed with 400: {type(error).__name__}") from error
    return Downloaded(item, item.media_type or media_type, size, digest, name)


def _fetch(item: FileItem, target: Path, switches: Switches) -> tuple[int, str, str]:
    deadline = time.monotonic() + switches.download_timeout_seconds
    size, digest = 0, hashlib.sha256()
    with requests.Session() as session:
        session.trust_env = False
        session.headers["User-Agent"] = "Canvas-Simulator"
        timeout = switches.download_timeout_seconds
        with session.get(item.url, stream=True, timeout=timeout) as answer, target.open("wb") as file:
            if not answer.ok:
                status = 400 if answer.status_code == 400 else 500
                raise refused(status, f"uploading to file service failed with {answer.status_code}")
            for chunk in answer.iter_content(CHUNK_BYTES):
                size += len(chunk)
                digest.update(chunk)
                file.write(chunk)
                if size > switches.download_max_bytes:
                    raise refused(400, "uploading to file service failed with 400: file is too large")
                if time.monotonic() > deadline:
                    raise refused(504, "failed to communicate with file service")
            media_type = answer.headers.get("Content-Type", "application/octet-stream").partition(";")[0]
    return size, digest.hexdigest(), media_type
