"""Every refusal of the command is one line on stderr and an exit code."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Said

Cim = Callable[..., Said]


def _is_refused(said: Said, words: str) -> None:
    assert said.code != 0
    assert said.out == ""
    assert said.err.startswith("cim: ")
    assert said.err.count("\n") == 1
    assert words in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no-such"], "No such command 'no-such'"),
        (["serve", "--port", "many"], "--port"),
        (["serve", "--port", "70000"], "--port"),
        (["serve", "--host", "localhost"], "address"),
        (["serve", "--wrong"], "No such option"),
        (["platform", "add"], "Missing option"),
        (["deployment", "approve"], "Missing argument"),
        (["deployment", "approve", "nothing"], "'nothing'"),
        (["scheme", "check", "/no/such/file"], "does not exist"),
        (["certificate", "specimen", "lund-medicine", "--merits", "0"], "--merits"),
        (["certificate", "specimen", "no-such-scheme"], "lund-medicine"),
        (["demo", "--port", "8000", "--canvas-port", "8000"], "two different ports"),
    ],
)
def test_bad_arguments_are_one_clear_line(cim: Cim, arguments: list[str], words: str) -> None:
    _is_refused(cim(*arguments), words)


def test_without_arguments_the_commands_are_listed(cim: Cim) -> None:
    said = cim()
    assert said.code == 0
    for command in (
        "certificate",
        "db",
        "demo",
        "deployment",
        "doctor",
        "platform",
        "scheme",
        "serve",
        "worker",
    ):
        assert f"\n  {command} " in said.out
    assert "demo-canvas" not in said.out


def test_a_missing_setting_is_one_clear_line(cim: Cim, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIM_SECRET_KEY", "")
    _is_refused(cim("db", "upgrade"), "CIM_SECRET_KEY")


def test_an_unknown_log_level_is_one_clear_line(cim: Cim, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIM_LOG_LEVEL", "loud")
    _is_refused(cim("worker"), "CIM_LOG_LEVEL")


def test_a_busy_port_is_one_clear_line(cim: Cim) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        _is_refused(cim("serve", "--port", port), f"Port {port} on 127.0.0.1 is in use")
        _is_refused(cim("demo", "--port", port, "--canvas-port", "1"), "choose another with --port")


def test_a_database_that_is_no_database_is_one_clear_line(
    cim: Cim, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "no.sqlite3").write_text(
        "this is no database, though it is long enough to be read as one " * 9
    )
    monkeypatch.setenv("CIM_DATABASE_URL", f"sqlite:///{tmp_path / 'no.sqlite3'}")
    _is_refused(cim("db", "upgrade"), "not a database")
