"""Who is in a course, read from the small Canvas over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from lti_app.db import Database
from lti_app.demo import SmallCanvas
from lti_app.lti.outbound import NoAnswer
from lti_app.lti.roster import Member, members
from lti_app.lti.services import Access, ServiceClient
from lti_app.people.models import Platform
from lti_app.people.roles import Role
from lti_app.settings import Settings
from tests.served_canvas import joined, served_canvas


@pytest.fixture
def canvas(tmp_path: Path, settings: Settings, database: Database) -> Iterator[SmallCanvas]:
    with served_canvas(tmp_path / "canvas", settings, database) as canvas:
        yield canvas


def roster(canvas: SmallCanvas, settings: Settings, database: Database) -> dict[str, Member]:
    with database.writing() as session:
        address = joined(session, canvas).course.memberships_url
        platform = session.scalars(select(Platform)).one()
    with ServiceClient(settings, database, Access.to(platform)) as client:
        listed = list(members(client, address))
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


def test_a_roster_that_breaks_off_is_no_roster(
    canvas: SmallCanvas, settings: Settings, database: Database
) -> None:
    canvas.add_students(60)
    canvas.trouble.make("delay", path="names_and_roles", seconds=0.01)  # the first page
    canvas.trouble.make("status_500", path="names_and_roles")
    with pytest.raises(NoAnswer, match="500"):
        roster(canvas, settings, database)
