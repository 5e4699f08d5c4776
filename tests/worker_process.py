"""A real `cim worker` process, to be killed as a machine's power cut would."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

from lti_app.settings import Settings


class WorkerProcess:
    """One worker at a time, with the settings of a test; what they write goes to one log."""

    def __init__(self, settings: Settings, log: Path) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("CIM_")}
        ours = {
            f"CIM_{each.name.upper()}": _written(getattr(settings, each.name)) for each in fields(settings)
        }
        self._environment = clean | ours
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return once it works."""
        seen = self.log().count("worker.started")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "lti_app.cli", "worker"],
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_until(lambda: self.log().count("worker.started") > seen or self._process.poll() is not None)  # type: ignore[union-attr]
        assert self._process.poll() is None, self.log()[-4000:]

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(60)
        self._process = None

    def stop(self) -> int:
        """Ask it to end as a service manager does; answers its exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(90)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("the worker did not stop on SIGTERM") from None
        self._process = None
        return code

    def log(self) -> str:
        return self._log.read_text("utf-8", "replace") if self._log.exists() else ""


def wait_until(is_so: Callable[[], bool], seconds: float = 120) -> None:
    """Return when it is so; fail when it does not become so in time."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "this did not happen in time"
        time.sleep(0.03)


def _written(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
