"""Whether a server of this machine answers yet, and with what."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import requests


def answers(url: str) -> bool:
    """Whether it answers with 200."""
    with suppress(requests.RequestException), _session() as session:
        return session.get(url, timeout=5).status_code == 200
    return False


def json_from(url: str) -> dict[str, Any]:
    """The object that it answers with; empty until it does."""
    with suppress(requests.RequestException), _session() as session:
        answer = session.get(url, timeout=5)
        if answer.status_code == 200:
            return dict(answer.json())
    return {}


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a proxy knows nothing of this machine
    return session
