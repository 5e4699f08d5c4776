"""What every test can ask for: settings, a clean database, a store, the application, a client.

tests/world.py makes people and courses, tests/visit.py opens a launch session, tests/inspect_page.py judges a
page, tests/queries.py counts queries.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache

from lti_app import create_app
from lti_app import settings as settings_module
from lti_app.db import Database
from lti_app.lti import keys
from lti_app.lti.launch.platform_keys import PlatformKeys
from lti_app.people.actors import Actor
from lti_app.settings import Settings
from lti_app.storage import Storage, open_storage
from lti_app.web.context import Parts
from lti_app.web.limits import limiter
from tests.database import Backend, SqliteBackend, postgresql
from tests.visit import Visit


def pytest_configure() -> None:
    """End on SIGTERM as on Ctrl-C, so that no server of ours is left running."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches the database, so that exactly that is repeated on PostgreSQL."""
    for item in items:
        if "database_url" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.database)


@pytest.fixture(autouse=True, scope="session")
def _only_this_machine() -> Iterator[None]:
    """Refuse connections that leave the machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        is_inet = self.family in {socket.AF_INET, socket.AF_INET6}
        if is_inet and not str(address[0]).startswith(("127.", "::1", "localhost")):
            self.close()
            raise AssertionError(f"a test reaches out to {address[0]}")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


class _Compiled(BytecodeCache):
    """Templates compiled once per run instead of once per test's application."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(autouse=True, scope="session")
def _templates_compiled_once() -> None:
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Compiled()}


@pytest.fixture(scope="session")
def _keys_of_this_run() -> list[RSAPrivateKey]:
    return []


@pytest.fixture(autouse=True)
def _keys_made_once(_keys_of_this_run: list[RSAPrivateKey], monkeypatch: pytest.MonkeyPatch) -> None:
    """The n-th RSA key that the tool makes in a test is the n-th of every test: making one takes 60 ms."""
    asked = count()

    def nth(public_exponent: int, key_size: int) -> RSAPrivateKey:
        assert (public_exponent, key_size) == (65537, 2048)
        number = next(asked)
        while len(_keys_of_this_run) <= number:
            _keys_of_this_run.append(rsa.generate_private_key(public_exponent, key_size))
        return _keys_of_this_run[number]

    monkeypatch.setattr(keys, "rsa", SimpleNamespace(generate_private_key=nth))


@pytest.fixture(scope="session")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """Where databases come from in this run."""
    asked = os.environ.get("CIM_TEST_DATABASE", "sqlite")
    if asked == "postgresql":
        with postgresql() as server:
            yield server
    else:
        assert asked == "sqlite", f"CIM_TEST_DATABASE is sqlite or postgresql, not {asked!r}"
        yield SqliteBackend(tmp_path_factory.mktemp("template"))


@pytest.fixture
def database_url(backend: Backend) -> str:
    """The address of a migrated database without rows."""
    return backend.fresh()


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings of a development machine; everything kept lies under the test's own folder."""
    return settings_module.load(
        {
            "CIM_PUBLIC_URL": "http://localhost",
            "CIM_SECRET_KEY": "the tests' own secret key, long enough",
            "CIM_DEVELOPMENT": "1",
            "CIM_VAR_DIR": str(tmp_path / "var"),
            "CIM_DATABASE_URL": database_url,
        }
    )


@pytest.fixture
def database(settings: Settings, backend: Backend) -> Iterator[Database]:
    """The database, which the application of the same test shares."""
    yield backend.database()
    backend.rest()


@pytest.fixture
def storage(settings: Settings) -> Storage:
    """The store, which the application of the same test shares."""
    return open_storage(settings.storage_url)


_OF_ONE_TEST = ("database_url", "storage_url", "queue_url", "var_dir")


@pytest.fixture(scope="session")
def _built() -> dict[Settings, Flask]:
    """Applications by the settings that could matter while they are built, which takes a while."""
    return {}


@pytest.fixture
def app(settings: Settings, database: Database, storage: Storage, _built: dict[Settings, Flask]) -> Flask:
    """The whole application, with this test's database and store. Do not add to it: see `own_app`."""
    alike = replace(settings, **dict.fromkeys(_OF_ONE_TEST, ""))
    if alike not in _built:
        _built[alike] = _new_app(settings)
    app = _built[alike]
    assert {name for name in app.extensions if name.startswith("cim")} == {"cim", "cim.platform_keys"}
    app.extensions["cim"] = Parts(settings, database, storage)
    app.extensions["cim.platform_keys"] = PlatformKeys(development=settings.development)
    limiter.reset()
    return app


@pytest.fixture
def own_app(settings: Settings, database: Database, storage: Storage) -> Flask:
    """An application that no other test sees, to add routes to."""
    app = _new_app(settings)
    app.extensions["cim"] = Parts(settings, database, storage)
    limiter.reset()
    return app


def _new_app(settings: Settings) -> Flask:
    app = create_app(settings)
    app.extensions["cim"].db.engine.dispose()
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts."""
    return app.test_client()


@pytest.fixture
def visit(client: FlaskClient, database: Database) -> Callable[..., Visit]:
    """`visit(actor)` opens a launch session for somebody and returns it."""

    def open_visit(actor: Actor, **options: Any) -> Visit:
        return Visit(client, database, actor, **options)

    return open_visit
