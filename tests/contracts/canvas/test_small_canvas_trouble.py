"""Trouble on demand, the call log, and a real connection cut after the work was done."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import requests
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from lti_app.demo import SmallCanvas

from .conftest import BASE, Caller


@pytest.fixture
def served(canvas: SmallCanvas) -> Iterator[str]:
    """The small Canvas behind a real threaded server."""
    app = canvas.app  # type: ignore[attr-defined]
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def attempts(canvas: SmallCanvas) -> int:
    submission = canvas.submission_of("asa", canvas.assignment_named("Activities").id)
    return submission.attempt if submission else 0


@pytest.mark.parametrize(
    ("kind", "status"), [("status_500", 500), ("rate_limit_403", 403), ("rate_limit_429", 429)]
)
def test_trouble_before_processing_changes_nothing_and_passes(
    canvas: SmallCanvas, caller: Caller, column: str, kind: str, status: int
) -> None:
    canvas.trouble.make(kind, times=2)
    answers = [caller.score(column) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert attempts(canvas) == 1
    if kind.startswith("rate_limit"):
        assert answers[0].headers["X-Rate-Limit-Remaining"] == "0.0"
        assert "Rate Limit Exceeded" in answers[0].text


def test_process_then_500_did_the_work(canvas: SmallCanvas, caller: Caller, column: str) -> None:
    canvas.trouble.make("process_then_500")
    assert caller.score(column).status_code == 500
    assert attempts(canvas) == 1


def test_delay_waits_and_then_works(canvas: SmallCanvas, caller: Caller, column: str) -> None:
    canvas.trouble.make("delay", seconds=0.05)
    assert caller.score(column).status_code == 200


def test_a_dropped_connection_after_the_work_leaves_the_sender_in_doubt(
    canvas: SmallCanvas, caller: Caller, column: str, served: str
) -> None:
    canvas.trouble.make("process_then_drop")
    canvas.trouble.make("drop")
    body = {
        "userId": canvas.people.get("asa").lti_id,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": canvas.now().isoformat(),
        "scoreGiven": 1,
        "scoreMaximum": 1,
    }
    with requests.Session() as session:
        session.trust_env = False
        for expected in (1, 1):
            with pytest.raises(requests.ConnectionError):
                session.post(f"{served}{column}/scores", json=body, headers=caller.headers(), timeout=60)
            assert attempts(canvas) == expected
        answer = session.post(f"{served}{column}/scores", json=body, headers=caller.headers(), timeout=60)
    assert answer.status_code == 200
    assert [call.status for call in canvas.requests.all("/scores")] == [0, 0, 200]


def test_without_a_socket_at_hand_the_body_breaks_off(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    canvas.trouble.make("process_then_drop")
    with pytest.raises(ConnectionResetError):
        caller.score(column).get_data()
    assert attempts(canvas) == 1


def test_trouble_strikes_only_where_its_path_matches(
    canvas: SmallCanvas, caller: Caller, column: str
) -> None:
    canvas.trouble.make("status_500", path="/names_and_roles")
    assert caller.score(column).status_code == 200
    assert caller.get("/api/lti/courses/1/names_and_roles").status_code == 500
    assert canvas.trouble.waiting == []


def test_every_answer_tells_cost_and_what_remains(caller: Caller, column: str) -> None:
    answer = caller.get(column)
    assert float(answer.headers["X-Request-Cost"]) > 0
    assert float(answer.headers["X-Rate-Limit-Remaining"]) > 0


def test_the_log_keeps_calls_with_bodies(canvas: SmallCanvas, caller: Caller, column: str) -> None:
    caller.score(column, comment="Hej")
    caller.get(f"{column}/results", limit=5)
    [call] = canvas.requests.all("/scores")
    assert (call.method, call.path, call.status) == ("POST", f"{column}/scores", 200)
    assert call.body["comment"] == "Hej"
    assert canvas.requests.all("/results")[0].query == "limit=5"
    caller.client.post("/login/oauth2/token", data={"grant_type": "wrong"})
    assert canvas.requests.all("/login/oauth2/token")[0].body == "grant_type=wrong"


def test_levers_work_over_http_too(
    canvas: SmallCanvas, client: FlaskClient, caller: Caller, column: str
) -> None:
    made = client.post("/simulator/trouble", json={"kind": "status_500", "times": 2})
    assert (made.status_code, made.json["times"]) == (201, 2)
    assert client.get("/simulator/trouble").json[0]["kind"] == "status_500"
    assert caller.score(column).status_code == 500
    assert client.delete("/simulator/trouble").status_code == 204
    assert caller.score(column, comment="Fine").status_code == 200
    for wrong in ({}, [], {"kind": "flood"}, {"kind": "drop", "times": 0}, {"kind": "drop", "seconds": "x"}):
        assert client.post("/simulator/trouble", json=wrong).status_code == 400
    assert [call["status"] for call in client.get("/simulator/calls?path=/scores").json] == [500, 200]
    [row] = client.get("/simulator/courses/1/gradebook").json
    assert (row["login"], row["assignment"], row["score"]) == ("asa", "Activities", 8.0)
    assert row["comments"][0]["text"] == "Fine"
    assert client.post("/simulator/courses/1/students", json={"count": 3}).status_code == 201
    assert client.post("/simulator/courses/1/students", json={"count": 0}).status_code == 400
    assert client.get("/simulator/registration").json == {
        "issuer": BASE,
        "client_id": canvas.client_id,
        "deployment_id": canvas.deployment_id,
        "auth_url": f"{BASE}/api/lti/authorize_redirect",
        "token_url": f"{BASE}/login/oauth2/token",
        "jwks_url": f"{BASE}/api/lti/security/jwks",
    }
