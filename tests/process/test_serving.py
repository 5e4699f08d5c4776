"""`cim serve` and `cim worker` as processes."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from lti_app.settings import Settings
from tests.ports import free_port
from tests.process.running import CIM, environment_of, running, wait_for

pytestmark = pytest.mark.process


def test_the_server_answers_many_at_once_and_stops_when_asked(settings: Settings, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "serve.log"
    with running([*CIM, "serve", "--port", str(port)], environment_of(settings), log) as server:
        wait_for(f"http://127.0.0.1:{port}/readyz", server, log)
        with ThreadPoolExecutor(16) as pool:
            answers = list(
                pool.map(lambda _: requests.get(f"http://127.0.0.1:{port}/readyz", timeout=60), range(48))
            )
        assert {answer.status_code for answer in answers} == {200}
        server.send_signal(signal.SIGTERM)
        assert server.wait(90) == 0, log.read_text()


def test_the_server_listens_on_this_machine_only(settings: Settings, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "serve.log"
    with running([*CIM, "serve", "--port", str(port)], environment_of(settings), log) as server:
        wait_for(f"http://127.0.0.1:{port}/healthz", server, log)
        assert f"http://127.0.0.1:{port}" in log.read_text()
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://127.0.0.2:{port}/healthz", timeout=60)


def test_a_server_without_a_migrated_database_says_so_and_is_not_ready(
    settings: Settings, tmp_path: Path
) -> None:
    port, log = free_port(), tmp_path / "serve.log"
    environment = environment_of(settings, CIM_DATABASE_URL=f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    with running([*CIM, "serve", "--port", str(port)], environment, log) as server:
        wait_for(f"http://127.0.0.1:{port}/healthz", server, log)
        assert requests.get(f"http://127.0.0.1:{port}/readyz", timeout=60).status_code == 503
    assert "cim db upgrade" in log.read_text()


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_starts_and_stops_when_asked(settings: Settings, tmp_path: Path, asked: int) -> None:
    log = tmp_path / "worker.log"
    with running([*CIM, "worker"], environment_of(settings), log) as worker:
        deadline = time.monotonic() + 90
        while "worker.started" not in log.read_text() and time.monotonic() < deadline:
            assert worker.poll() is None, log.read_text()
            time.sleep(0.1)
        worker.send_signal(asked)
        assert worker.wait(120) == 0, log.read_text()
    assert "worker.stopped" in log.read_text()
