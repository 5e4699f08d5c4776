"""The log: one line for each event, and never what an exception says."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOGGING = """
import dataclasses, os, structlog
from lti_app import settings
from lti_app.cli.log import start_log
start_log(settings.load(os.environ))
log = structlog.get_logger("cim.test")
try:
    try:
        raise KeyError("Asa Hemlig")
    except KeyError as error:
        raise ValueError("asa@example.se") from error
except ValueError:
    log.exception("it.broke", delivery="7")
log.info("it.went_on")
"""


@pytest.mark.parametrize("is_development", ["0", "1"])
def test_an_exception_is_logged_by_where_it_was_and_not_by_what_it_says(is_development: str) -> None:
    environment = {
        "CIM_PUBLIC_URL": "https://cim.test",
        "CIM_SECRET_KEY": "k" * 32,
        "CIM_DEVELOPMENT": is_development,
    }
    done = subprocess.run(
        [sys.executable, "-c", LOGGING], env=environment, capture_output=True, text=True, check=True
    )
    for said in ("it.broke", "it.went_on", "KeyError", "ValueError", "<module>"):
        assert said in done.stderr
    for hidden in ("Hemlig", "asa@example.se"):
        assert hidden not in done.stderr
    if is_development == "0":
        assert len(done.stderr.splitlines()) == 2
