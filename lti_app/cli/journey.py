"""The whole journey over HTTP, as two people would walk it with their browsers: what `cim demo --once` does.

It goes by the words on the pages, in English, so it knows no more than somebody who reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from lti_app.cli.browser import Browser, LostError, Page

_COURSE = 1
_PATIENCE_SECONDS = 60.0


class Member:
    """Somebody of the small Canvas's course at a browser of their own."""

    def __init__(self, browser: Browser, canvas_url: str, login: str) -> None:
        self.browser = browser
        self._course = f"{canvas_url}/as/{login}/courses/{_COURSE}"

    def open_course(self, rest: str = "") -> Page:
        """A page of the course."""
        return self.browser.open(self._course + rest)

    def open_tool(self) -> Page:
        """The tool's first page, opened from the course."""
        course_page = self.browser.follow(self.open_course(), "Open International Merits")
        return self.browser.open(course_page.frame())
