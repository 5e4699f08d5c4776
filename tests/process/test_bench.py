"""The benchmark measures: run small, it fills its table."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process


def test_every_budget_is_measured(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    command = [sys.executable, "-m", "tests.bench", "--small", "--out", str(out)]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads(out.read_text())
    assert len(rows) >= 30
    assert all(row["what"] in done.stdout for row in rows)
    may_be_nothing = {row["what"] for row in rows if row["what"].endswith("grows by") or row["budget"] == 0}
    assert all(row["measured"] > 0 or row["what"] in may_be_nothing for row in rows)
