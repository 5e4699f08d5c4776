"""Servers of a measurement, and what Linux knows of their processes: CPU time, memory, bytes written."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lti_app.settings import Settings
from tests.ports import free_port
from tests.process.running import CIM, environment_of, running, wait_for

ROOT = Path(__file__).parents[2]
_OF_ALL_THREADS = 2  # which clock of a process: see clock_getcpuclockid(3)
_FORGET_THE_PEAK = "5"  # see proc_pid_clear_refs(5)
_SETTINGS = ("trusted_proxies", "max_upload_bytes")


@dataclass(frozen=True)
class Served:
    """A server, and the processes that are it. The last one answers the requests."""

    port: int
    processes: tuple[int, ...]

    def cpu_seconds(self) -> float:
        """What all threads have spent so far, by the clocks that Linux keeps of other processes' CPU time."""
        return sum(time.clock_gettime(~process << 3 | _OF_ALL_THREADS) for process in self.processes)

    def resident_mb(self) -> float:
        """What the worker has in memory."""
        return self._status("VmRSS")

    def peak_mb(self) -> float:
        """The most that it had since `forget_the_peak`."""
        return self._status("VmHWM")

    def forget_the_peak(self) -> None:
        """Begin anew to look for the most."""
        self._told("clear_refs").write_text(_FORGET_THE_PEAK)

    def written_bytes(self) -> int:
        """What the worker has handed to the system in writes so far."""
        return int(_value_of(self._told("io"), "wchar"))

    def _status(self, name: str) -> float:
        return int(_value_of(self._told("status"), name).split()[0]) * 1024 / 1_000_000

    def _told(self, name: str) -> Path:
        return Path(f"/proc/{self.processes[-1]}/{name}")


def _value_of(file: Path, name: str) -> str:
    return next(line.partition(":")[2] for line in file.read_text().splitlines() if line.startswith(name))


@contextmanager
def serving(factory: str, settings: Settings, server: str) -> Iterator[Served]:
    """An application under one of the servers of `tests.bench.serving`."""
    port = free_port()
    command = (sys.executable, "-m", "tests.bench.serving", server, factory, port, settings.server_threads)
    with _started(tuple(map(str, command)), port, settings) as served:
        yield served


@contextmanager
def serving_as_installed(settings: Settings, **more: str) -> Iterator[Served]:
    """The tool by `cim serve`; `more` are further variables of its environment."""
    port = free_port()
    with _started((*CIM, "serve", "--port", str(port)), port, settings, **more) as served:
        yield served


@contextmanager
def _started(command: Sequence[str], port: int, settings: Settings, **more: str) -> Iterator[Served]:
    more |= {f"CIM_{name.upper()}": str(getattr(settings, name)) for name in _SETTINGS}
    environment = environment_of(settings, PYTHONPATH=str(ROOT), **more)
    log = Path(settings.var_dir) / f"{port}.log"
    with running(command, environment, log) as process:
        wait_for(f"http://127.0.0.1:{port}/healthz", process, log)
        yield Served(port, (process.pid, *_children(process.pid)))


def _children(process: int) -> Iterator[int]:
    for listed in Path(f"/proc/{process}/task").glob("*/children"):
        yield from map(int, listed.read_text().split())
