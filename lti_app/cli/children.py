"""Processes that one command starts and answers for: they end with it, and it ends with the first of them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import click

_STOP_SECONDS = 15.0
_TICK_SECONDS = 0.1


class Children:
    """`cim` commands running beside this one, each writing what it says into a log of its own."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = dict(environment)
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *arguments: str) -> None:
        """Start `cim <arguments>` under this name and return."""
        with self.log_of(name).open("wb") as log:
            self._running[name] = subprocess.Popen(
                _cim(*arguments),
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def run(self, *arguments: str) -> str:
        """Run `cim <arguments>` and return what it printed. Raises ClickException with its refusal."""
        done = subprocess.run(
            _cim(*arguments),
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode:
            said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
            raise click.ClickException(f"`cim {' '.join(arguments[:2])}` failed: {said[-1]}")
        return done.stdout

    def wait_for(self, is_there: Callable[[], bool], what: str, seconds: float = 90.0) -> None:
        """Return when it is there. Raises ClickException when that takes too long or a child has died."""
        deadline = time.monotonic() + seconds
        while not is_there():
            self.check()
            if time.monotonic() > deadline:
                raise click.ClickException(f"{what} did not answer within {seconds:.0f} seconds.")
            time.sleep(_TICK_SECONDS)

    def check(self) -> None:
        """Raise ClickException when one of them has ended."""
        for name, process in self._running.items():
            if (code := process.poll()) is not None:
                raise click.ClickException(f"{name} stopped (exit code {code}): {self._last_words(name)}")

    def stop(self) -> None:
        """End all of them; who does not go in time is killed. Harmless more than once."""
        for process in reversed(self._running.values()):
            with suppress(ProcessLookupError):
                process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for process in self._running.values():
            try:
                process.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()

    def log_of(self, name: str) -> Path:
        """Where a child of this name writes."""
        return self._folder / f"{name.lower().replace(' ', '-')}.log"

    def _last_words(self, name: str) -> str:
        log = self.log_of(name)
        lines = log.read_text("utf-8", "replace").strip().splitlines() or ["without a word."]
        return f"{lines[-1][:300]} (all of it in {log})"


def _cim(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "lti_app.cli", *arguments]
