"""The whole thing as `cim demo` starts it: the tool on http://localhost, the small Canvas on http://127.0.0.1.

Two different sites, so the tool's frame is a cross-site frame, as in real life. The processes are real, the
data folder is new, and what they wrote is read when they have ended: a traceback there fails the tests.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.ports import free_port
from tests.process.running import CIM, running, wait_for

COURSE = 1


@dataclass(frozen=True)
class School:
    """A running tool beside a running small Canvas."""

    tool_url: str
    canvas_url: str

    def course_page(self, login: str, rest: str = "") -> str:
        """The address of a course page, as that person."""
        return f"{self.canvas_url}/as/{login}/courses/{COURSE}{rest}"

    def gradebook(self) -> list[dict[str, Any]]:
        """What the small Canvas has received: one row per assignment and student."""
        answer = requests.get(f"{self.canvas_url}/simulator/courses/{COURSE}/gradebook", timeout=60)
        answer.raise_for_status()
        rows: list[dict[str, Any]] = answer.json()
        return rows


@contextmanager
def running_school(folder: Path, *, undo_seconds: int) -> Iterator[School]:
    """`cim demo` on two free ports, until the block ends."""
    port, canvas_port = free_port(), free_port()
    school = School(f"http://localhost:{port}", f"http://127.0.0.1:{canvas_port}")
    data, log = folder / "data", folder / "demo.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CIM_")}
    environment |= {"CIM_UNDO_SECONDS": str(undo_seconds), "NO_PROXY": "localhost,127.0.0.1"}
    ports = ("--port", str(port), "--canvas-port", str(canvas_port))
    with running((*CIM, "demo", *ports, "--data", str(data)), environment, log) as process:
        wait_for(f"{school.tool_url}/readyz", process, log)
        yield school
    for each in (log, *data.glob("*.log")):
        written = each.read_text("utf-8", "replace")
        assert "Traceback" not in written, f"{each.name}: something broke inside:\n{written[-6000:]}"
