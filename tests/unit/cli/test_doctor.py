"""`cim doctor` says what is there and what is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.timestamping import serving
from tests.unit.cli.conftest import Said

Cim = Callable[..., Said]


def test_a_sound_installation_passes_every_check(cim: Cim) -> None:
    said = cim("doctor")
    assert said.code == 0, said.out
    lines = said.out.splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["ok", name] for name in ("settings", "database", "storage", "queue", "keys", "signing", "platforms")
    ]


def test_a_variable_that_is_no_setting_is_named_and_fails_nothing(
    cim: Cim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIM_SMTP_URL", "smtp://me:hidden@mail.example.se")
    monkeypatch.setenv("CIM_CLAMD_URL", "")
    said = cim("doctor")
    assert said.code == 0, said.out
    first, *others = said.out.splitlines()
    assert first == (
        "warning settings   without effect, no settings of this version: CIM_CLAMD_URL, CIM_SMTP_URL"
    )
    assert all(line.startswith("ok ") for line in others)


def test_a_misspelt_variable_is_named_also_when_what_it_should_be_is_missing(
    cim: Cim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CIM_SECRET_KEY")
    monkeypatch.setenv("CIM_SECRETKEY", "the tests' own secret key, long enough")
    said = cim("doctor")
    assert said.code == 1
    assert said.out.split(": ")[1] == "CIM_SECRETKEY\n"
    assert "CIM_SECRET_KEY is not set" in said.err


def test_a_key_stored_with_another_secret_is_found(cim: Cim, monkeypatch: pytest.MonkeyPatch) -> None:
    cim("doctor")
    monkeypatch.setenv("CIM_SECRET_KEY", "another secret key, which is long enough")
    said = cim("doctor")
    assert said.code == 1
    assert "failed  keys" in said.out
    assert "CIM_SECRET_KEY" in said.out


def test_a_badge_key_stored_with_another_secret_is_found(
    cim: Cim, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "badges with none yet" in cim("doctor").out
    kid = cim("keys", "rotate", "--badge").out.split()[1]
    assert f"badges with {kid}" in cim("doctor").out
    monkeypatch.setenv("CIM_SECRET_KEY", "another secret key, which is long enough")
    cim("keys", "reencrypt", "--lost")
    assert "badges with none yet" in cim("doctor").out
    monkeypatch.setenv("CIM_SECRET_KEY", "the tests' own secret key, long enough")
    assert "failed  keys" in cim("doctor").out


def test_the_timestamp_authority_is_asked_once_and_what_it_answers_is_said(
    cim: Cim, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "timestamps" not in cim("doctor").out, "where there is none"
    with serving() as authority:
        monkeypatch.setenv("CIM_TIMESTAMP_URL", authority.address.replace("//", "//me:hidden@"))
        said = cim("doctor")
        assert said.code == 0, said.out
        line = "ok      timestamps 127.0.0.1 gave a timestamp; its clock says 2026-11-21 12:30:00 UTC"
        assert line in said.out.splitlines()
        assert authority.asked == 1
        authority.status = 503
        said = cim("doctor")
        assert said.code == 1
        assert "failed  timestamps 127.0.0.1 gave no timestamp: it answered 503; certificates" in said.out
        authority.status, authority.answer = 200, b"no token"
        said = cim("doctor")
        assert "failed  timestamps 127.0.0.1 gave no timestamp: its answer is no timestamp" in said.out
        assert "hidden" not in said.out
    said = cim("doctor")
    assert said.code == 1
    assert "failed  timestamps 127.0.0.1 gave no timestamp: it could not be asked" in said.out


def test_a_store_that_cannot_be_written_is_found(
    cim: Cim, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "a-file").touch()
    monkeypatch.setenv("CIM_STORAGE_URL", (tmp_path / "a-file").as_uri())
    said = cim("doctor")
    assert said.code == 1
    assert "failed  storage" in said.out


def test_a_database_never_migrated_is_found(
    cim: Cim, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CIM_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    said = cim("doctor")
    assert said.code == 1
    assert "cim db upgrade" in said.out
