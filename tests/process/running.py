"""Real processes for tests: started, waited for, stopped, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests

from lti_app.settings import Settings

CIM = (sys.executable, "-m", "lti_app.cli")


def environment_of(settings: Settings, **more: str) -> dict[str, str]:
    """The environment of a process that works with these settings; `more` are further CIM_* variables."""
    outer = {name: value for name, value in os.environ.items() if not name.startswith("CIM_")}
    return outer | {
        "CIM_PUBLIC_URL": settings.public_url,
        "CIM_SECRET_KEY": settings.secret_key,
        "CIM_DATABASE_URL": settings.database_url,
        "CIM_VAR_DIR": settings.var_dir,
        "CIM_DEVELOPMENT": "1",
        "NO_PROXY": "localhost,127.0.0.1",
        **more,
    }


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """The process; asked to end with the block, and killed when it does not."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=dict(environment),
            cwd=log.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(90)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(
    url: str, process: subprocess.Popen[bytes], log: Path, *, seconds: float = 180
) -> requests.Response:
    """The answer of 200 that the process gives in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, f"exit code {process.returncode}: {log.read_text()}"
        try:
            answer = requests.get(url, timeout=60)
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.1)
            continue
        if answer.status_code == 200:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"{url} did not answer: {log.read_text()}")
