"""Whatever stands in a field of the operator's forms gets an answer, never a 500."""

from __future__ import annotations

from urllib.parse import quote_from_bytes, urlencode

import pytest

from lti_app.db import Database
from lti_app.people.models import Deployment
from tests import world
from tests.journeys.nasties import FEW, PARTS, TEXTS
from tests.operating import Operating

PLATFORM, DEPLOYMENT, INSTITUTION = "PLATFORM", "DEPLOYMENT", "INSTITUTION"
GOOD = {
    "name": "Lund",
    "issuer": "https://canvas.test",
    "client_id": "17",
    "auth_url": "https://canvas.test/a",
    "token_url": "https://canvas.test/t",
    "jwks_url": "https://canvas.test/k",
}
FORMS = {
    "/platforms/new": GOOD | {"deployment_id": "1", "institution": "Lund"},
    f"/platforms/{PLATFORM}/edit": GOOD,
    f"/platforms/{PLATFORM}/trust": {"trusts_new_deployments": "y", "frame_ancestors": ""},
    f"/deployments/{DEPLOYMENT}/approve": {"institution": "", "new_name": "Malmö"},
    "/invitations": {"institution": "", "new_name": "Malmö", "days": "7"},
    "/coordinators/search": {"institution": INSTITUTION, "term": "eva"},
    "/coordinators/grant": {"institution_id": INSTITUTION, "person_id": ""},
    "/language": {"language": "sv", "back": ""},
    "/leave": {"csrf_token": ""},
}


@pytest.fixture
def ids(database: Database) -> dict[str, str]:
    """A platform and a deployment that waits."""
    with database.writing() as session:
        platform = world.a_platform(session)
        deployment = Deployment(platform_id=platform.id, deployment_id="2:waiting")
        session.add(deployment)
        session.flush()
        institution = world.an_institution(session)
        return {
            PLATFORM: str(platform.id),
            DEPLOYMENT: str(deployment.id),
            INSTITUTION: str(institution.id),
        }


@pytest.mark.parametrize("path", FORMS)
def test_any_value_in_any_field_is_answered(path: str, operator: Operating, ids: dict[str, str]) -> None:
    where = operator.path(path)
    for name, known in ids.items():
        where = where.replace(name, known)
    fields = FORMS[path]
    each_alone = [({field}, TEXTS[what]) for field in fields for what in FEW]
    for wrong, value in [*each_alone, *((set(fields), value) for value in TEXTS.values())]:
        sound = {name: ids.get(text, text) for name, text in fields.items() if name not in wrong}
        odd = [f"{name}={quote_from_bytes(value)}" for name in sorted(wrong)]
        body = "&".join([urlencode({"csrf_token": operator.csrf_token} | sound), *odd]).encode()
        answer = operator.client.post(where, data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code < 500, f"{wrong} are {value[:40]!r}: {answer.status}"


def test_a_search_for_a_whole_book_is_answered_in_words(operator: Operating, ids: dict[str, str]) -> None:
    """SQLite takes no pattern of more than 50,000 letters."""
    answer = operator.post("/coordinators/search", {"institution": ids[INSTITUTION], "term": "e" * 60_000})
    assert answer.status_code == 422
    assert "Write at most 320 characters" in answer.text


def test_any_part_of_an_address_is_answered(operator: Operating) -> None:
    for part in PARTS:
        for path in (f"/platforms/{part}", f"/deployments/{part}/approve", f"/enter/{part}"):
            for answer in (operator.get(path), operator.post(path), operator.get(f"/platforms?done={part}")):
                assert answer.status_code < 500, path
