"""The kind of Flask application that the tool is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask


class Application(Flask):
    """Flask without its question, before each hook and view, whether that is a coroutine: none of ours is.

    A login and launch call twelve of them, and the question costs as much as a statement on SQLite (15 µs).
    """

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func
