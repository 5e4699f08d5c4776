"""A school whose Canvas does not know the tool yet, and the document that says how to change that.

The tool runs as an operator starts it, without the demo's help; `cim` commands work on the same installation.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.school import School
from tests.ports import free_port
from tests.process.running import CIM, running, wait_for

DOCUMENT = Path(__file__).parents[2] / "docs" / "installing-in-canvas.md"
TOOL, CANVAS = "https://cim.example.se", "https://canvas.example.se"


@dataclass(frozen=True)
class BareSchool(School):
    """The tool beside a small Canvas that knows nothing of it."""

    environment: dict[str, str]

    def run(self, command: list[str]) -> str:
        """Run a `cim` command as the operator types it; what it prints."""
        assert command[0] == "cim"
        done = subprocess.run(
            [*CIM, *command[1:]], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@contextmanager
def bare_school(folder: Path, environment: dict[str, str]) -> Iterator[BareSchool]:
    """Both on free ports, until the block ends. `environment` is that of the test's own processes."""
    port, canvas_port = free_port(), free_port()
    tool_url, canvas_url = f"http://localhost:{port}", f"http://127.0.0.1:{canvas_port}"
    own = {
        "CIM_PUBLIC_URL": tool_url,
        "CIM_SECRET_KEY": "the tests' own secret key, long enough",
        "CIM_DEVELOPMENT": "1",
        "CIM_VAR_DIR": str(folder / "tool"),
        "NO_PROXY": "localhost,127.0.0.1",
    }
    outer = {name: value for name, value in environment.items() if not name.startswith("CIM_")}
    school = BareSchool(tool_url, canvas_url, outer | own)
    canvas = ("demo-canvas", "--bare", "--port", str(canvas_port), "--tool-url", tool_url)
    logs = {name: folder / f"{name}.log" for name in ("tool", "canvas")}
    data = ("--data", str(folder / "canvas"))
    with running((*CIM, *canvas, *data), school.environment, logs["canvas"]) as small:
        school.run(["cim", "db", "upgrade"])
        with running((*CIM, "serve", "--port", str(port)), school.environment, logs["tool"]) as tool:
            wait_for(canvas_url, small, logs["canvas"])
            wait_for(f"{tool_url}/readyz", tool, logs["tool"])
            yield school
    for log in logs.values():
        assert "Traceback" not in log.read_text("utf-8", "replace"), log.read_text("utf-8", "replace")


class Guide:
    """One section of the document, followed step by step: its words in bold have to come in this order."""

    def __init__(self, heading: str, school: BareSchool) -> None:
        text = DOCUMENT.read_text("utf-8")
        self._section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        steps = re.findall(r"^\d\. .*(?:\n   .*)*", self._section, flags=re.MULTILINE)
        self._words = [word for step in steps for word in re.findall(r"\*\*(.+?)\*\*", step)]
        self._school = school
        assert self._words, heading

    def next(self, word: str) -> str:
        """The next word in bold, which is this one."""
        assert self._words.pop(0) == word
        return word

    def address(self, path: str) -> str:
        """The tool's address that the section names, here."""
        assert f"`{TOOL}{path}`" in self._section
        return f"{self._school.tool_url}{path}"

    def command(self, **instead: str) -> list[str]:
        """The section's first command, with what stands here instead of its examples."""
        written = re.findall(r"```sh\n(.*?)```", self._section, flags=re.DOTALL)[0].replace("\\\n", " ")
        for found in instead:
            assert f"--{found} " in written
        words = shlex.split(written.replace(CANVAS, self._school.canvas_url))
        values = {f"--{found}": value for found, value in instead.items()}
        return [values.get(before, word) for before, word in zip(["", *words], words, strict=False)]

    def finish(self) -> None:
        """Nothing in the section was left out."""
        assert self._words == []
