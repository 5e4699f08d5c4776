"""The plain platforms keep to what they imitate: a tool made for Canvas alone would fail at each of these."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_app.demo.plain import MOODLE, OPEN_EDX, PlainConfig, PlainPlatform, Shape, create_plain_platform
from lti_app.demo.plain.columns import CONTAINER_TYPE, ITEM_TYPE
from lti_app.demo.plain.launching import start_launch
from lti_app.demo.plain.school import SCOPES
from lti_app.demo.plain.scores import SCORE_TYPE
from tests.served_plain import _signing_key

COLUMN = {"label": "Aktiviteter", "scoreMaximum": 3, "resourceId": "cim:1:activities"}
Ask = Callable[..., TestResponse]


def platform_of(shape: Shape) -> tuple[PlainPlatform, FlaskClient]:
    app = create_plain_platform(
        PlainConfig(shape, "http://plain.test", "http://tool.test", [], _signing_key())
    )
    return app.extensions["plain"], app.test_client()


@pytest.fixture
def moodle() -> tuple[PlainPlatform, Ask]:
    return asking(*platform_of(MOODLE))


@pytest.fixture
def open_edx() -> tuple[PlainPlatform, Ask]:
    return asking(*platform_of(OPEN_EDX))


def asking(platform: PlainPlatform, client: FlaskClient) -> tuple[PlainPlatform, Ask]:
    """The platform, and calls to it with a token that lives."""
    platform.tokens["token"] = (frozenset(SCOPES), platform.now() + timedelta(hours=1))

    def ask(method: str, url: str, media_type: str, **body: Any) -> TestResponse:
        header = "Accept" if method == "GET" else "Content-Type"
        headers = {"Authorization": "Bearer token", header: media_type}
        path = url.removeprefix("http://plain.test")
        if method == "GET":
            return client.get(path, headers=headers)
        return client.open(path, method=method, headers=headers, json=body or None)

    return platform, ask


def score(platform: PlainPlatform, **changes: Any) -> dict[str, Any]:
    return {
        "userId": platform.sub_of("asa"),
        "timestamp": "2026-11-02T09:30:00.500Z",
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "scoreGiven": 2,
        "scoreMaximum": 3,
    } | changes


def column_of(platform: PlainPlatform, ask: Ask) -> str:
    """The address of a new column's scores."""
    made = ask("POST", platform.service(platform.shape.paths.line_items), ITEM_TYPE, **COLUMN)
    assert made.status_code == 201, made.text
    address, mark, query = made.json["id"].partition("?")
    return f"{address}/scores{mark}{query}"


@pytest.mark.parametrize("media_type", ["*/*", "application/json", ITEM_TYPE, f"{CONTAINER_TYPE}, */*"])
def test_moodle_answers_400_to_any_but_the_one_right_media_type(
    moodle: tuple[PlainPlatform, Ask], media_type: str
) -> None:
    platform, ask = moodle
    address = platform.service(MOODLE.paths.line_items)
    assert ask("GET", address, CONTAINER_TYPE).status_code == 200
    assert ask("GET", address, media_type).status_code == 400
    assert ask("POST", address, "application/json", **COLUMN).status_code == 400


def test_moodle_wants_its_query_behind_scores(moodle: tuple[PlainPlatform, Ask]) -> None:
    platform, ask = moodle
    right = column_of(platform, ask)
    assert right.endswith("/lineitem/scores?type_id=1")
    assert ask("POST", right.partition("?")[0], SCORE_TYPE, **score(platform)).status_code == 403
    behind = right.replace("/scores", "") + "/scores"
    assert ask("POST", behind, SCORE_TYPE, **score(platform)).status_code == 405
    assert ask("POST", right, SCORE_TYPE, **score(platform)).status_code == 200


def test_moodle_refuses_a_second_score_within_the_same_second(moodle: tuple[PlainPlatform, Ask]) -> None:
    platform, ask = moodle
    scores = column_of(platform, ask)
    ask("POST", scores, SCORE_TYPE, **score(platform))
    for late, status in (("30:00.999", 409), ("29:59.999", 409), ("30:01.000", 200)):
        answer = ask("POST", scores, SCORE_TYPE, **score(platform, timestamp=f"2026-11-02T09:{late}Z"))
        assert answer.status_code == status, late


def test_open_edx_refuses_the_same_timestamp_and_an_older_one(open_edx: tuple[PlainPlatform, Ask]) -> None:
    platform, ask = open_edx
    scores = column_of(platform, ask)
    assert ask("POST", scores, SCORE_TYPE, **score(platform)).status_code == 201
    again = ask("POST", scores, SCORE_TYPE, **score(platform))
    assert (again.status_code, "already exists" in again.text) == (400, True)
    older = ask("POST", scores, SCORE_TYPE, **score(platform, timestamp="2026-11-02T09:00:00Z"))
    assert (older.status_code, "later point in time" in older.text) == (400, True)


def test_open_edx_takes_only_whole_maximums_and_deletes_nothing(open_edx: tuple[PlainPlatform, Ask]) -> None:
    platform, ask = open_edx
    address = platform.service(OPEN_EDX.paths.line_items)
    assert ask("POST", address, ITEM_TYPE, **COLUMN | {"scoreMaximum": 3.0}).status_code == 400
    scores = column_of(platform, ask)
    assert ask("DELETE", scores.removesuffix("/scores"), ITEM_TYPE).status_code == 403
    assert len(platform.columns) == 1


@pytest.mark.parametrize("shape", [MOODLE, OPEN_EDX])
def test_a_score_that_is_not_final_erases_the_grade(shape: Shape) -> None:
    platform, ask = asking(*platform_of(shape))
    scores = column_of(platform, ask)
    ask("POST", scores, SCORE_TYPE, **score(platform))
    grade = platform.grade_of("asa", "Aktiviteter")
    assert grade is not None
    assert grade.points == 2
    later = score(platform, timestamp="2026-11-02T10:00:00Z", gradingProgress="PendingManual")
    ask("POST", scores, SCORE_TYPE, **later)
    grade = platform.grade_of("asa", "Aktiviteter")
    assert grade is not None
    assert grade.points is None


@pytest.mark.parametrize("shape", [MOODLE, OPEN_EDX])
@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": ""},
        {"lti_message_hint": '{"cmid": 7}'},
        {"login_hint": "77"},
        {"scope": "openid email"},
        {"response_mode": "query"},
    ],
)
def test_a_wrong_authentication_request_gets_an_error_instead_of_a_token(
    shape: Shape, changed: dict[str, str]
) -> None:
    platform, client = platform_of(shape)
    begun = start_launch(platform, "asa")
    assert begun.method == shape.login_method
    asked = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": shape.client_id,
        "redirect_uri": "http://tool.test/lti/launch",
        "login_hint": begun.fields["login_hint"],
        "lti_message_hint": begun.fields["lti_message_hint"],
        "nonce": "n",
        "state": "s",
    }
    refused = client.get(shape.paths.authorize, query_string=asked | changed).text
    assert 'name="error"' in refused
    assert "id_token" not in refused
    assert client.get(shape.paths.authorize, query_string=asked | {"redirect_uri": "x"}).status_code == 400


def test_nobody_is_served_without_a_token(moodle: tuple[PlainPlatform, Ask]) -> None:
    platform, ask = moodle
    platform.tokens["token"] = (frozenset(SCOPES), platform.now())
    assert ask("GET", platform.service(MOODLE.paths.line_items), CONTAINER_TYPE).status_code == 401
