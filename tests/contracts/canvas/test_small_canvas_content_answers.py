"""What the small Canvas checks of an answer to its request for content: each fault is 400 with JSON."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_app.demo import SmallCanvas

from .answering import DL, ITEM, Tool, return_url
from .conftest import BASE, Clock

CLAIMS: list[tuple[dict[str, Any], str]] = [
    ({"aud": f"{BASE}/login/oauth2/token"}, "the 'aud' is invalid"),
    ({"aud": "10000000000002"}, "the 'aud' is invalid"),
    ({"iss": "10000000000009"}, "Client not found"),
    ({"iss": None}, "Client not found"),
    ({"nonce": None}, "the following assertions are missing: nonce"),
    ({"exp": 1}, "the JWT has expired"),
    ({"exp": "soon"}, "the JWT has expired"),
    ({"iat": 1}, "the 'iat' must be less than 300 seconds old"),
    ({"iat": 9_999_999_999}, "the 'iat' must not be in the future"),
    ({f"{DL}content_items": "x"}, "content items are a list of objects"),
]


@pytest.fixture
def tool(canvas: SmallCanvas, client: FlaskClient, tool_key: RSAPrivateKey) -> Tool:
    return Tool(canvas, client, tool_key)


def messages(answer: TestResponse) -> str:
    """What a refusal says."""
    assert answer.status_code == 400, answer.text
    assert answer.is_json
    return " ".join(each["message"] for listed in answer.json["errors"].values() for each in listed)


@pytest.mark.parametrize(("changes", "message"), CLAIMS, ids=str)
def test_a_wrong_claim_is_refused_with_400(
    canvas: SmallCanvas, tool: Tool, changes: dict[str, Any], message: str
) -> None:
    assert message in messages(tool.answer(tool.signed(ITEM, **changes)))
    assert canvas.assignments.in_course(1) == []


def test_an_answer_is_taken_for_five_minutes(canvas: SmallCanvas, tool: Tool, clock: Clock) -> None:
    token = tool.signed(ITEM, exp=int(clock.now.timestamp()) + 3600)
    clock.move(minutes=5)
    assert tool.answer(token).status_code == 200
    clock.move(seconds=1)
    assert "less than 300 seconds old" in messages(tool.answer(token))


def test_the_signature_must_be_rs256_by_a_key_of_the_client(canvas: SmallCanvas, tool: Tool) -> None:
    claims = tool.claims(ITEM)
    assert "JWT format is invalid" in messages(tool.answer("no.token"))
    assert "JWT has unexpected alg" in messages(tool.answer(jwt.encode(claims, "s" * 32, "HS256")))
    unknown = jwt.encode(claims, tool.key, "RS256", headers={"kid": "other"})
    assert "JWT verification failure" in messages(tool.answer(unknown))
    foreign = jwt.encode(claims, canvas.keys.present.private, "RS256", headers={"kid": "tool-1"})
    assert "JWT verification failure" in messages(tool.answer(foreign))


def test_a_key_that_is_off_adds_nothing(canvas: SmallCanvas, tool: Tool) -> None:
    url = return_url(canvas, tool.client)
    canvas.tools.change_key(canvas.client_id, is_active=False)
    answer = tool.answer(tool.signed(ITEM), url=url)
    assert "Developer key inactive" in messages(answer)


def test_the_return_address_is_good_for_its_course_and_an_hour(
    canvas: SmallCanvas, tool: Tool, clock: Clock
) -> None:
    url = return_url(canvas, tool.client)
    other = canvas.courses.add("Other", "OTHER", "HT 2026")
    canvas.people.enrol(canvas.people.get("tove").id, other.id, "TeacherEnrollment")
    elsewhere = url.replace("/courses/1/", f"/courses/{other.id}/")
    assert "for another course" in messages(tool.answer(tool.signed(ITEM), url=elsewhere))
    assert "is invalid" in messages(tool.answer(tool.signed(ITEM), url=url[:-3]))
    clock.move(hours=1)
    assert "has expired" in messages(tool.answer(tool.signed(ITEM), url=url))


@pytest.mark.parametrize(("person", "status"), [("disa", 200), ("tage", 200), ("astrid", 200), ("asa", 401)])
def test_only_those_who_may_edit_the_course_add_to_it(tool: Tool, person: str, status: int) -> None:
    assert tool.answer(tool.signed(ITEM), person=person).status_code == status
