"""A real worker and a small Canvas that meters its calls: a long roster and many scores arrive whole.

`make bench` does the same with 3,000 people and 500 scores (tests/bench/throttled.py).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lti_app.db import Database
from lti_app.settings import Settings
from tests.bench.throttled import Load, Throttled, finished, problems
from tests.served_canvas import served_canvas
from tests.worker_process import WorkerProcess, wait_until

pytestmark = pytest.mark.process


def test_a_roster_and_scores_arrive_whole_in_order_and_once_under_throttling(
    tmp_path: Path, settings: Settings, database: Database
) -> None:
    load = Load(members=110, scores=20, calls_per_second=10, calls_at_once=8)
    with served_canvas(tmp_path / "canvas", settings, database) as canvas:
        throttled = Throttled.begun(canvas, database, settings, load)
        canvas.trouble.make("rate_limit_403", times=2)  # a slow machine may never come up to the meter
        worker = WorkerProcess(settings, tmp_path / "worker.log")
        worker.start()
        wait_until(lambda: finished(database), seconds=240)
        worker.stop()
        assert problems(throttled) == []
        statuses = [call.status for call in canvas.requests.all()]
        assert 403 in statuses, "nothing was throttled"
        assert statuses.count(403) < len(statuses) / 3, "it kept asking although told to wait"
    assert "Traceback" not in worker.log(), worker.log()[-4000:]
