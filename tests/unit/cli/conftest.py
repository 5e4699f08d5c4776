"""Running the `cim` command as an operator does: arguments in, exit code and both outputs out."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import structlog

from lti_app.cli import main
from lti_app.settings import Settings


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _own_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A command that starts the log does so for its own test only: its stderr is closed afterwards."""
    before, configure = structlog.get_config(), structlog.configure

    def configured(**options: Any) -> None:
        configure(**{**options, "cache_logger_on_first_use": False})

    monkeypatch.setattr(structlog, "configure", configured)
    yield
    configure(**before)


@pytest.fixture
def cim(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Said]]:
    """`cim("db", "upgrade")` in the environment of the test's settings. What a command took out of the
    garbage collector's sight is put back.
    """
    for name in [each for each in os.environ if each.startswith("CIM_")]:
        monkeypatch.delenv(name)  # those by which a run of the tests is told what to do
    for name in ("public_url", "secret_key", "database_url", "var_dir"):
        monkeypatch.setenv(f"CIM_{name.upper()}", getattr(settings, name))
    monkeypatch.setenv("CIM_DEVELOPMENT", "1")

    def run(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["cim", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    yield run
    gc.unfreeze()
