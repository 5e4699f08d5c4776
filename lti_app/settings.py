"""Typed settings from config/default.toml, a file of the operator's own, and CIM_* variables.

Later wins: config/default.toml, then the file that CIM_CONFIG names, then the environment. A missing or
unusable value stops start-up with one sentence (SettingsError), never with a traceback in mid-request.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LOG_LEVELS = ("debug", "info", "warning", "error")

_PACKAGE = Path(__file__).resolve().parent
_LEAST = {
    "max_upload_bytes": 1,
    "trusted_proxies": 0,
    "undo_seconds": 0,
    "lease_seconds": 1,
    "worker_threads": 1,
    "server_threads": 1,
}
_ADDRESSES = {
    "database_url": (
        ("sqlite:///", "postgresql://", "postgresql+psycopg://"),
        "sqlite:////srv/cim/cim.sqlite3 or postgresql://user@host/database",
    ),
    "storage_url": (("file:///",), "file:///srv/cim/files"),
    "queue_url": (("sqlite:///",), "sqlite:////srv/cim/queue.sqlite3"),
}


class SettingsError(Exception):
    """A setting is missing or unusable; the message is one sentence for the operator."""


def data_path(name: Literal["config", "templates"]) -> Path:
    """Where the project's own folder lies: beside the package in a checkout, inside it in a wheel."""
    inside = _PACKAGE / "_data" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


@dataclass(frozen=True)
class Settings:
    """Everything an operator can set. Each field `x` is the variable CIM_X; docs/operating.md lists them."""

    public_url: str
    secret_key: str
    database_url: str
    storage_url: str
    queue_url: str
    var_dir: str
    development: bool
    max_upload_bytes: int
    trusted_proxies: int
    undo_seconds: int
    lease_seconds: int
    worker_threads: int
    server_threads: int
    log_level: str
    time_zone: str
    signing_pkcs12: str
    signing_passphrase: str = field(repr=False)
    signing_trust: str
    timestamp_url: str

    @property
    def public_origin(self) -> str:
        """Scheme, host and port of the public address, as a browser writes an origin."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"


def load(environment: Mapping[str, str]) -> Settings:
    """Read the settings.

    Raises SettingsError naming the variable, what was found, and what is wanted.
    """
    values = _from_toml(data_path("config") / "default.toml")
    if own := environment.get("CIM_CONFIG"):
        values |= _from_toml(Path(own))
    known = {each.name: str(each.type) for each in fields(Settings)}
    for name in known:
        found = environment.get(f"CIM_{name.upper()}")
        if found is not None:
            values[name] = found
    if unknown := sorted(set(values) - set(known)):
        raise SettingsError(f"Unknown setting {unknown[0]!r}; docs/operating.md lists the settings.")
    return _checked(Settings(**{name: _typed(name, kind, values.get(name)) for name, kind in known.items()}))


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """The variables that are called like settings and are none of this version: a slip, or of another one."""
    known = {"CIM_CONFIG", *(f"CIM_{each.name.upper()}" for each in fields(Settings))}
    return sorted(name for name in environment if name.startswith("CIM_") and name not in known)


def _from_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {path} is no valid TOML: {error}.") from error


def _typed(name: str, kind: str, value: object) -> Any:
    variable = f"CIM_{name.upper()}"
    if value is None:
        raise SettingsError(f"{variable} is not set.")
    if isinstance(value, dict | list):
        raise SettingsError(f"{variable} must be one value, not a table or list.")
    if kind == "int":
        try:
            return int(str(value))
        except ValueError:
            raise SettingsError(f"{variable} must be a whole number, not {value!r}.") from None
    if kind == "bool":
        word = str(value).strip().lower()
        if word not in {"1", "0", "true", "false", "yes", "no", "on", "off", ""}:
            raise SettingsError(f"{variable} must be 1 or 0, not {value!r}.")
        return word in {"1", "true", "yes", "on"}
    return str(value)


def _checked(settings: Settings) -> Settings:
    _check_public_url(settings)
    _check_timestamp_url(settings.timestamp_url)
    if not settings.secret_key:
        raise SettingsError(
            "CIM_SECRET_KEY is not set; make one with: "
            "python -c 'import secrets; print(secrets.token_hex(32))'"
        )
    if len(settings.secret_key) < 32 and not settings.development:
        raise SettingsError("CIM_SECRET_KEY must have at least 32 characters.")
    for name, least in _LEAST.items():
        if getattr(settings, name) < least:
            raise SettingsError(
                f"CIM_{name.upper()} must be at least {least}, not {getattr(settings, name)}."
            )
    if settings.log_level.lower() not in LOG_LEVELS:
        raise SettingsError(
            f"CIM_LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}, not {settings.log_level!r}."
        )
    try:
        ZoneInfo(settings.time_zone)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise SettingsError(
            f"CIM_TIME_ZONE must be a zone such as Europe/Stockholm, not {settings.time_zone!r}."
        ) from None
    return _with_addresses(settings)


def _check_public_url(settings: Settings) -> None:
    try:
        url = urlsplit(settings.public_url)
        is_plain = bool(url.hostname) and (url.port is None or url.port > 0)
    except ValueError:
        is_plain = False
    else:
        is_plain = is_plain and not (url.path.strip("/") or url.query or url.fragment or "@" in url.netloc)
        is_plain = is_plain and url.scheme in {"http", "https"} and settings.public_url.isascii()
    if not is_plain or settings.public_url != settings.public_url.strip():
        raise SettingsError(
            f"CIM_PUBLIC_URL must be an address such as https://cim.example.se, not {settings.public_url!r}."
        )
    if url.scheme != "https" and not settings.development:
        raise SettingsError(
            "CIM_PUBLIC_URL must start with https:// (or set CIM_DEVELOPMENT=1 on your own machine)."
        )


def _check_timestamp_url(address: str) -> None:
    if not address:
        return
    from requests import PreparedRequest  # noqa: PLC0415 (takes a while to load)

    try:
        url = urlsplit(address)
        is_good = url.scheme in {"http", "https"} and bool(url.hostname) and url.port != 0
        (url.hostname or "").encode("idna")  # a name that cannot be looked up is a ValueError, too
        PreparedRequest().prepare_url(address, None)  # and so is what cannot be asked
    except ValueError:
        is_good = False
    if not is_good or any(each.isspace() or not each.isprintable() for each in address):
        # What was found may hold a password, so it is not shown.
        raise SettingsError(
            "CIM_TIMESTAMP_URL must be an address with http:// or https:// and a host, "
            "such as http://tsa.example.se/tsr."
        )


def _with_addresses(settings: Settings) -> Settings:
    """The same, with addresses below `var_dir` where none was given. Each is one that we can open."""
    var = Path(settings.var_dir).resolve()
    made = replace(
        settings,
        public_url=settings.public_url.rstrip("/").lower(),
        var_dir=str(var),
        database_url=settings.database_url or f"sqlite:///{var / 'cim.sqlite3'}",
        storage_url=settings.storage_url or (var / "files").as_uri(),
        queue_url=settings.queue_url or f"sqlite:///{var / 'queue.sqlite3'}",
    )
    for name, (begins, example) in _ADDRESSES.items():
        # What was found may hold a password, so only its scheme is shown.
        scheme = str(getattr(made, name)).partition(":")[0] + ":…"
        if not str(getattr(made, name)).startswith(begins):
            raise SettingsError(f"CIM_{name.upper()} must look like {example}; {scheme} cannot be used.")
    return made
