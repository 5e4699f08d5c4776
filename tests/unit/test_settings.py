"""Settings: where each value comes from, and one clear sentence for each that will not do."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from lti_app.settings import Settings, SettingsError, data_path, load, unknown_variables

GOOD = {"CIM_PUBLIC_URL": "https://cim.example.se", "CIM_SECRET_KEY": "k" * 32}


def loaded(**changed: str) -> Settings:
    return load(GOOD | changed)


def test_two_values_are_enough_and_the_rest_lies_below_the_var_folder(tmp_path: Path) -> None:
    found = loaded(CIM_VAR_DIR=str(tmp_path / "a b"))
    assert found.database_url == f"sqlite:///{tmp_path / 'a b'}/cim.sqlite3"
    assert found.storage_url == f"file://{tmp_path}/a%20b/files"
    assert found.queue_url == f"sqlite:///{tmp_path / 'a b'}/queue.sqlite3"
    assert found.max_upload_bytes == 26_214_400
    assert found.undo_seconds == 120
    assert found.development is False


def test_a_relative_var_folder_does_not_follow_a_later_change_of_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert loaded(CIM_VAR_DIR="kept").var_dir == str(tmp_path / "kept")


def test_the_environment_wins_over_the_own_file_and_that_over_the_default(tmp_path: Path) -> None:
    own = tmp_path / "cim.toml"
    own.write_text('undo_seconds = 5\nlease_seconds = 7\ndevelopment = true\nlog_level = "debug"\n')
    found = loaded(CIM_CONFIG=str(own), CIM_LEASE_SECONDS="9")
    assert (found.undo_seconds, found.lease_seconds, found.worker_threads) == (5, 9, 4)
    assert (found.development, found.log_level) == (True, "debug")


@pytest.mark.parametrize("typed", ["https://CIM.example.SE/", "https://cim.example.se"])
def test_the_public_address_is_an_origin_as_browsers_write_it(typed: str) -> None:
    found = loaded(CIM_PUBLIC_URL=typed)
    assert found.public_url == found.public_origin == "https://cim.example.se"


def test_http_is_for_development_only() -> None:
    assert loaded(CIM_PUBLIC_URL="http://localhost:8000", CIM_DEVELOPMENT="yes").public_url
    with pytest.raises(SettingsError, match="must start with https://"):
        loaded(CIM_PUBLIC_URL="http://localhost:8000")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("CIM_PUBLIC_URL", "", "must be an address such as"),
        ("CIM_PUBLIC_URL", "cim.example.se", "must be an address such as"),
        ("CIM_PUBLIC_URL", "https://", "must be an address such as"),
        ("CIM_PUBLIC_URL", "https://[half", "must be an address such as"),
        ("CIM_PUBLIC_URL", "https://cim.example.se:port", "must be an address such as"),
        ("CIM_PUBLIC_URL", "https://cim.example.se/app", "must be an address such as"),
        ("CIM_PUBLIC_URL", "https://cim.example.se?a=b", "must be an address such as"),
        ("CIM_PUBLIC_URL", "https://cim.example.se#a", "must be an address such as"),
        ("CIM_PUBLIC_URL", "https://me@cim.example.se", "must be an address such as"),
        ("CIM_PUBLIC_URL", " https://cim.example.se", "must be an address such as"),
        ("CIM_PUBLIC_URL", "https://åäö.example.se", "must be an address such as"),
        ("CIM_PUBLIC_URL", "ftp://cim.example.se", "must be an address such as"),
        ("CIM_SECRET_KEY", "", "CIM_SECRET_KEY is not set; make one with"),
        ("CIM_SECRET_KEY", "short", "at least 32 characters"),
        ("CIM_MAX_UPLOAD_BYTES", "25 MB", "CIM_MAX_UPLOAD_BYTES must be a whole number, not '25 MB'"),
        ("CIM_MAX_UPLOAD_BYTES", "0", "CIM_MAX_UPLOAD_BYTES must be at least 1"),
        ("CIM_TRUSTED_PROXIES", "-1", "CIM_TRUSTED_PROXIES must be at least 0"),
        ("CIM_UNDO_SECONDS", "-1", "CIM_UNDO_SECONDS must be at least 0"),
        ("CIM_LEASE_SECONDS", "0", "CIM_LEASE_SECONDS must be at least 1"),
        ("CIM_WORKER_THREADS", "0", "CIM_WORKER_THREADS must be at least 1"),
        ("CIM_SERVER_THREADS", "", "CIM_SERVER_THREADS must be a whole number"),
        ("CIM_DEVELOPMENT", "maybe", "CIM_DEVELOPMENT must be 1 or 0, not 'maybe'"),
        ("CIM_LOG_LEVEL", "loud", "CIM_LOG_LEVEL must be one of debug"),
        ("CIM_TIME_ZONE", "Mars/Phobos", "CIM_TIME_ZONE must be a zone such as Europe/Stockholm"),
        ("CIM_TIME_ZONE", "../../etc/passwd", "CIM_TIME_ZONE must be a zone"),
        ("CIM_TIME_ZONE", "", "CIM_TIME_ZONE must be a zone"),
        ("CIM_DATABASE_URL", "mysql://u:hidden@h/d", "CIM_DATABASE_URL must look like"),
        ("CIM_STORAGE_URL", "/srv/files", "CIM_STORAGE_URL must look like file:///"),
        ("CIM_QUEUE_URL", "redis://:hidden@h", "CIM_QUEUE_URL must look like sqlite:"),
        (
            "CIM_TIMESTAMP_URL",
            "ftp://me:hidden@tsa.example.se",
            "CIM_TIMESTAMP_URL must be an address with",
        ),
        ("CIM_TIMESTAMP_URL", "not a url", "CIM_TIMESTAMP_URL must be an address with"),
        ("CIM_TIMESTAMP_URL", "tsa.example.se/tsr", "CIM_TIMESTAMP_URL must be an address with"),
        ("CIM_TIMESTAMP_URL", "http://", "CIM_TIMESTAMP_URL must be an address with"),
        ("CIM_TIMESTAMP_URL", "http:///tsr", "CIM_TIMESTAMP_URL must be an address with"),
        ("CIM_TIMESTAMP_URL", "https://[half", "CIM_TIMESTAMP_URL must be an address with"),
        ("CIM_TIMESTAMP_URL", "https://tsa.example.se:port", "CIM_TIMESTAMP_URL must be an address with"),
        ("CIM_TIMESTAMP_URL", "https://tsa.example.se:0", "CIM_TIMESTAMP_URL must be an address with"),
        ("CIM_TIMESTAMP_URL", "https://tsa..example.se", "CIM_TIMESTAMP_URL must be an address with"),
        ("CIM_TIMESTAMP_URL", "http://*a/", "CIM_TIMESTAMP_URL must be an address with"),
        ("CIM_TIMESTAMP_URL", "http://me:hidden@a%zz/", "CIM_TIMESTAMP_URL must be an address with"),
        ("CIM_TIMESTAMP_URL", "http://[v1.x]/", "CIM_TIMESTAMP_URL must be an address with"),
        ("CIM_TIMESTAMP_URL", "https://tsa.example.se/a b", "CIM_TIMESTAMP_URL must be an address with"),
        ("CIM_TIMESTAMP_URL", " https://tsa.example.se", "CIM_TIMESTAMP_URL must be an address with"),
        ("CIM_TIMESTAMP_URL", "https://tsa.example.se\n", "CIM_TIMESTAMP_URL must be an address with"),
        ("CIM_CONFIG", "/no/such/file.toml", "cannot be read: No such file"),
    ],
)
def test_a_wrong_value_is_answered_by_one_sentence(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        loaded(**{name: value})
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)
    assert "hidden" not in str(raised.value), "a password is shown"


@pytest.mark.parametrize(
    "address",
    ["", "http://127.0.0.1:9/", "https://tsa.example.se/tsr?a=b", "HTTP://[::1]:8080", "https://åäö.se."],
)
def test_a_timestamp_authority_has_any_absolute_address(address: str) -> None:
    assert loaded(CIM_TIMESTAMP_URL=address).timestamp_url == address


def test_variables_that_are_no_settings_are_known_by_their_beginning() -> None:
    ours = {f"CIM_{each.name.upper()}": "" for each in fields(Settings)} | {"CIM_CONFIG": "", "PATH": ""}
    assert unknown_variables(ours) == []
    slips = {"CIM_SMTP_URL": "", "CIM_SECRETKEY": "", "CIM_": "", "CIMENT": "", "cim_smtp_url": ""}
    assert unknown_variables(ours | slips) == ["CIM_", "CIM_SECRETKEY", "CIM_SMTP_URL"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("undo_seconds = ", "is no valid TOML"),
        ("unheard_of = 1", "Unknown setting 'unheard_of'"),
        ("[development]\na = 1", "CIM_DEVELOPMENT must be one value"),
        ("lease_seconds = 1.5", "must be a whole number, not 1.5"),
    ],
)
def test_a_wrong_file_is_answered_by_one_sentence(tmp_path: Path, written: str, said: str) -> None:
    own = tmp_path / "cim.toml"
    own.write_text(written)
    with pytest.raises(SettingsError, match=said):
        loaded(CIM_CONFIG=str(own))


def test_a_file_that_is_no_text_is_answered_by_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes('# "å"'.encode("latin-1"))
    with pytest.raises(SettingsError, match="no valid TOML"):
        loaded(CIM_CONFIG=str(tmp_path / "latin.toml"))


def test_the_projects_own_folders_are_found() -> None:
    assert (data_path("config") / "default.toml").is_file()
    assert (data_path("templates") / "layouts" / "base.html").is_file()
