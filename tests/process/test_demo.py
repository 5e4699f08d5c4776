"""`cim demo`: everything starts, keeps its data, ends together; `--once` walks the whole journey."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdf
import pytest
import requests

from tests.ports import free_port
from tests.process.running import CIM, running, wait_for

pytestmark = pytest.mark.process


def _clean_environment(**more: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("CIM_")} | more


def _demo(data: Path, *more: str) -> list[str]:
    return [*CIM, "demo", "--data", str(data), *more]


@contextmanager
def _running_demo(data: Path, port: int, canvas_port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = _demo(data, "--port", str(port), "--canvas-port", str(canvas_port))
    with running(command, _clean_environment(), log) as demo:
        wait_for(f"http://localhost:{port}/readyz", demo, log, seconds=180)
        while "Ctrl-C stops everything." not in log.read_text():
            assert demo.poll() is None, log.read_text()
            time.sleep(0.05)
        yield demo


def _children(parent: int) -> list[int]:
    listed = subprocess.check_output(["ps", "-A", "-o", "pid=,ppid="], text=True).split("\n")
    pairs = [tuple(map(int, line.split())) for line in listed if line.strip()]
    return [pid for pid, ppid in pairs if ppid == parent]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_once_walks_the_journey_and_prints_certificate_and_address(tmp_path: Path) -> None:
    ports = ["--port", str(free_port()), "--canvas-port", str(free_port())]
    done = subprocess.run(
        _demo(tmp_path / "data", "--once", *ports),
        env=_clean_environment(CIM_DATABASE_URL="postgresql://nobody@nowhere.invalid/real"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    said = dict(line.split(": ", 1) for line in done.stdout.splitlines() if not line[0].isdigit())
    words = "".join(page.extract_text() for page in pypdf.PdfReader(said["certificate"]).pages)
    assert "Åsa Öberg" in words
    assert said["verify"].rsplit("/", 1)[1] in words
    logs = [(log.name, log.read_text()) for log in (tmp_path / "data").glob("*.log")]
    assert len(logs) == 3
    assert [name for name, text in logs if "Traceback" in text or "trace=" in text] == []


def test_a_second_start_keeps_the_data_and_all_parts_end_together(tmp_path: Path) -> None:
    data, log, port, canvas_port = tmp_path / "data", tmp_path / "demo.log", free_port(), free_port()
    keys = f"http://localhost:{port}/lti/jwks.json"
    with _running_demo(data, port, canvas_port, log) as demo:
        assert "CIM_DEVELOPMENT IS ON" in log.read_text()
        assert "Safari" in log.read_text()
        first, children = requests.get(keys, timeout=60).json(), _children(demo.pid)
        assert len(children) == 3
        demo.send_signal(signal.SIGINT)
        assert demo.wait(120) == 0, log.read_text()
    assert [pid for pid in children if _is_alive(pid)] == []
    assert (data / "demo.json").stat().st_mode & 0o077 == 0
    with _running_demo(data, port, canvas_port, log) as demo:
        assert requests.get(keys, timeout=60).json() == first
        children = _children(demo.pid)
        worker = next(pid for pid in children if "worker" in Path(f"/proc/{pid}/cmdline").read_text())
        os.kill(worker, signal.SIGKILL)
        assert demo.wait(120) == 1
    assert "cim: The worker stopped (exit code -9)" in log.read_text()
    assert [pid for pid in children if _is_alive(pid)] == []


def test_data_of_other_ports_are_refused_in_one_line(tmp_path: Path) -> None:
    kept = {"secret_key": "a" * 64, "port": 8123, "canvas_port": 8124}
    (tmp_path / "demo.json").write_text(json.dumps(kept))
    command = _demo(tmp_path, "--port", str(free_port()), "--canvas-port", str(free_port()))
    done = subprocess.run(command, env=_clean_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "--port 8123 --canvas-port 8124" in done.stderr
