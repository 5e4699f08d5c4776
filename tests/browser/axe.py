"""Accessibility: axe-core run inside a page or a frame, whatever its content security policy says."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Frame

# Frames inside hold documents of other programs (a PDF viewer); they are not ours to judge.
OPTIONS: dict[str, Any] = {
    "iframes": False,
    "resultTypes": ["violations"],
    "preload": False,
    "rules": {"target-size": {"enabled": True}},
}
# What passed is long, and only that something did is of interest here.
_RUN = """async options => {
  const { passes, violations } = await axe.run(document, options);
  return { passed: passes.length, violations };
}"""


def assert_accessible(frame: Frame, where: str) -> None:
    """Fail with every violation that axe finds in this document: rule, element, remedy."""
    if not frame.evaluate("'axe' in window"):
        frame.evaluate(_source())
    found = frame.evaluate(_RUN, OPTIONS)
    assert found["passed"], f"{where}: axe judged nothing"
    told = [
        f"{violation['id']}: {node['html'][:200]}\n    {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
    assert not told, f"{where} ({frame.url}):\n" + "\n".join(told)


@cache
def _source() -> str:
    source = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
    return f"() => {{ {source}\n }}"
