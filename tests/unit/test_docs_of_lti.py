"""docs/lti-tests.md names tests and cases that there are."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
ROWS = [
    line
    for line in (TESTS.parent / "docs" / "lti-tests.md").read_text("utf-8").splitlines()
    if line.startswith("| ") and "::" in line
]


@cache
def source_of(file: str) -> str:
    folder, _, name = file.rpartition("/")
    return (TESTS / folder / f"test_{name}.py").read_text("utf-8")


def test_there_are_rows() -> None:
    assert len(ROWS) > 40


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:60])
def test_each_topic_is_shown_by_a_test_that_there_is(row: str) -> None:
    files = []
    for file, name in re.findall(r"`([\w/]+)::(\w+)`", row):
        files.append(file)
        assert re.search(rf"^def test_{name}\(", source_of(file), re.MULTILINE), f"{file} has no {name}"
    sources = "".join(map(source_of, [*files, "journeys/launch_refusals"]))
    for case in re.findall(r"case “([^”]+)”", row):
        assert f'"{case}": (' in sources, f"there is no case {case}"
