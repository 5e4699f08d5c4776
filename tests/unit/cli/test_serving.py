"""What server and worker do once, before they serve."""

from __future__ import annotations

import gc
from collections.abc import Callable

import pytest

from lti_app.cli import serving
from tests.unit.cli.conftest import Said


def most_is_out_of_sight() -> bool:
    """Whether the garbage collector passes over more than it looks at."""
    return gc.get_freeze_count() > len(gc.get_objects())


def test_the_garbage_collector_passes_over_what_a_server_starts_with(cim: Callable[..., Said]) -> None:
    assert not most_is_out_of_sight()
    serving.application().extensions["cim"].db.engine.dispose()
    assert most_is_out_of_sight()


@pytest.mark.parametrize("process", ["server", "worker"])
def test_a_variable_that_is_no_setting_is_one_warning_in_the_log(
    cim: Callable[..., Said],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    process: str,
) -> None:
    def logged() -> str:
        if process == "worker":
            return cim("worker").err
        serving.application().extensions["cim"].db.engine.dispose()
        return capsys.readouterr().err

    monkeypatch.setattr("lti_app.jobs.worker.run_worker", lambda *_: None)
    assert "settings.unknown" not in logged()
    monkeypatch.setenv("CIM_SMTP_URL", "smtp://me:hidden@mail.example.se")
    said = logged()
    assert said.count("settings.unknown") == said.count("CIM_SMTP_URL") == 1
    assert "hidden" not in said


def test_the_garbage_collector_passes_over_what_a_worker_starts_with(
    cim: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    monkeypatch.setattr("lti_app.jobs.worker.run_worker", lambda *_: seen.append(most_is_out_of_sight()))
    assert cim("worker").code == 0
    assert seen == [True]
