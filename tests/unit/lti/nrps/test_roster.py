"""Who is in a course, read from the small Canvas over HTTP, and from platforms that answer oddly."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lti_app.db import Database
from lti_app.demo import SmallCanvas
from lti_app.jobs import Busy, Failed, Retry
from lti_app.lti.nrps.roster import Member, Page, pages
from lti_app.lti.services import Access, ServiceClient
from lti_app.people.models import Platform
from lti_app.people.roles import Role
from lti_app.settings import Settings
from tests.served_canvas import joined, served_canvas
from tests.unit.lti.faulty_platform import FaultyPlatform

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"


@pytest.fixture
def canvas(tmp_path: Path, settings: Settings, database: Database) -> Iterator[SmallCanvas]:
    with served_canvas(tmp_path / "canvas", settings, database) as canvas:
        yield canvas


def roster(canvas: SmallCanvas, settings: Settings, database: Database) -> dict[str, Member]:
    with database.writing() as session:
        address = joined(session, canvas).course.memberships_url
        platform = session.scalars(select(Platform)).one()
    with ServiceClient(settings, database, Access.to(platform)) as client:
        listed = [member for page in pages(client, address) for member in page.members]
    found = {member.sub: member for member in listed}
    assert len(found) == len(listed)
    return found


def test_everybody_is_read_across_pages(canvas: SmallCanvas, settings: Settings, database: Database) -> None:
    students = canvas.add_students(120)
    found = roster(canvas, settings, database)
    assert {student.lti_id for student in students} <= set(found)
    asa = found[canvas.people.get("asa").lti_id]
    assert (asa.name, asa.roles) == ("Åsa Öberg", frozenset({Role.STUDENT}))
    assert found[canvas.people.get("tove").lti_id].roles == frozenset({Role.TEACHER})
    assert len(canvas.requests.all("names_and_roles")) == 3


def test_names_may_be_withheld(canvas: SmallCanvas, settings: Settings, database: Database) -> None:
    canvas.tools.change(canvas.tool.id, privacy_level="anonymous")
    found = roster(canvas, settings, database)
    assert {(member.name, member.email) for member in found.values()} == {("", "")}


def read(
    served: tuple[FaultyPlatform, str],
    settings: Settings,
    database: Database,
    told: Any,
    status: str = "200 OK",
) -> list[Page]:
    """The pages of a roster that answers like this."""
    platform, url = served
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    platform.pages["/roster"] = (status, {}, body)
    access = Access(uuid.uuid4(), "client-1", f"{url}/token")
    with ServiceClient(settings, database, access) as client:
        return list(pages(client, f"{url}/roster"))


def test_short_role_names_and_missing_names_are_understood(
    served: tuple[FaultyPlatform, str], settings: Settings, database: Database
) -> None:
    told = {
        "members": [
            {"user_id": "7", "roles": ["Learner"], "given_name": "Bo", "family_name": "Ek"},
            {"user_id": "8", "roles": ["Instructor"], "name": "$Person.name.full", "email": 3},
            {"user_id": "9", "roles": [f"{MEMBERSHIP}#Mentor"], "status": "Inactive"},
            {"user_id": "", "roles": ["Learner"]},
            {"user_id": 5, "roles": ["Learner"]},
            "nobody",
        ]
    }
    (page,) = read(served, settings, database, told)
    assert [(each.sub, each.name, each.roles) for each in page.members] == [
        ("7", "Bo Ek", frozenset({Role.STUDENT})),
        ("8", "", frozenset({Role.TEACHER})),
    ]
    platform, _ = served
    assert platform.seen[-1]["HTTP_ACCEPT"] == "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def test_a_test_student_is_nobody(
    served: tuple[FaultyPlatform, str], settings: Settings, database: Database
) -> None:
    roles = [f"{MEMBERSHIP}#Learner", "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"]
    (page,) = read(served, settings, database, {"members": [{"user_id": "7", "roles": roles}]})
    assert page.members == ()


@pytest.mark.parametrize("told", [{}, [], {"members": {"user_id": "7"}}, {"members": "7"}, {"members": None}])
def test_an_answer_without_a_list_of_members_is_no_roster(
    served: tuple[FaultyPlatform, str], settings: Settings, database: Database, told: object
) -> None:
    with pytest.raises(Failed, match="do not understand"):
        read(served, settings, database, told)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("401 Unauthorized", Retry),
        ("403 Forbidden", Retry),
        ("404 Not Found", Failed),
        ("429 Too Many Requests", Busy),
        ("500 Internal Server Error", Retry),
        ("503 Service Unavailable", Retry),
        ("400 Bad Request", Failed),
    ],
)
def test_each_answer_of_a_roster_has_its_reaction(
    served: tuple[FaultyPlatform, str],
    settings: Settings,
    database: Database,
    status: str,
    outcome: type[Exception],
) -> None:
    with pytest.raises(outcome) as caught:
        read(served, settings, database, b"", status)
    assert type(caught.value) is outcome


def test_a_roster_that_breaks_off_is_no_roster(
    canvas: SmallCanvas, settings: Settings, database: Database
) -> None:
    canvas.add_students(60)
    canvas.trouble.make("delay", path="names_and_roles", seconds=0.01)  # the first page
    canvas.trouble.make("status_500", path="names_and_roles")
    with pytest.raises(Retry, match="problem of its own"):
        roster(canvas, settings, database)
