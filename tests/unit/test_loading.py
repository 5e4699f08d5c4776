"""What starting costs is what it loads: a command what it needs, server and worker no drawing and signing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

LOADING = """
import json, sys
of_python = sys.stdlib_module_names | {name.partition(".")[0] for name in sys.modules} | {"lti_app"}
def loaded():
    names = {name.partition(".")[0] for name in sys.modules} - of_python
    return sorted(name for name in names if name[0] not in "_.")
steps = {}
from lti_app.cli import cli
cli(["certificate", "--help"], standalone_mode=False)
cli(["--help"], standalone_mode=False)
steps["the command's help"] = loaded()
import lti_app.tables, lti_app.migrations
steps["every room's tables"] = loaded()
from lti_app.cli import serving
serving._handlers()
import lti_app.jobs.worker, lti_app.schemes.tasks
steps["a worker"] = loaded()
serving.application().test_client().get("/healthz")
steps["a server"] = loaded()
print("\\n" + json.dumps(steps))
"""
PAGES = {"flask", "werkzeug", "jinja2", "babel", "wtforms"}
LATER = {
    *("alembic", "page", "pikepdf", "pyhanko", "pyhanko_certvalidator", "pyoxigraph", "reportlab"),
    *("fontTools", "lxml", "segno", "tzlocal", "psycopg", "granian"),
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The packages, besides Python's own, that a process has loaded after each of its steps."""
    variables = {
        "CIM_PUBLIC_URL": "https://cim.test",
        "CIM_SECRET_KEY": "k" * 32,
        "CIM_VAR_DIR": str(tmp_path_factory.mktemp("var")),
        "CIM_DATABASE_URL": "sqlite:///:memory:",
    }
    done = subprocess.run(
        [sys.executable, "-c", LOADING],
        env={name: value for name, value in os.environ.items() if not name.startswith("CIM_")} | variables,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return {step: set(names) for step, names in json.loads(done.stdout.splitlines()[-1]).items()}


def test_the_commands_list_themselves_with_click_alone(loaded: dict[str, set[str]]) -> None:
    assert loaded["the command's help"] == {"click"}


def test_the_tables_load_without_what_makes_pages(loaded: dict[str, set[str]]) -> None:
    assert "sqlalchemy" in loaded["every room's tables"]
    assert not loaded["every room's tables"] & PAGES


@pytest.mark.parametrize("what", ["a worker", "a server"])
def test_nothing_is_loaded_that_only_certificates_or_migrations_need(
    loaded: dict[str, set[str]], what: str
) -> None:
    assert "huey" in loaded[what]
    assert not loaded[what] & LATER
