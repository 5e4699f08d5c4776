"""What a student does by the forms of her pages, and a decision on what she has sent."""

from __future__ import annotations

import io
import uuid

from werkzeug.test import TestResponse

from lti_app.db import Database
from lti_app.people.models import Course
from lti_app.people.roles import Role
from lti_app.portfolio.models import Decision, Item, Submission
from lti_app.portfolio.states import DecisionKind, ItemState, SubmissionState
from lti_app.portfolio.submission_queries import submissions_of
from tests import world
from tests.visit import Visit


def follow(response: TestResponse) -> str:
    """Where the answer to a form leads; the form must have been taken."""
    assert response.status_code == 303, response.get_data(as_text=True)
    return response.headers["Location"]


def begin(visit: Visit, type_code: str = "language_cafe", **changes: str) -> str:
    """Add an activity by its form, and return the address of its task list."""
    sent = visit.page(f"/activities/new/{type_code}").form(f"/activities/new/{type_code}")
    sent |= {"title": "Språkcafé Ελλάς", "starts_on": "2026-03-01", "field_occasions": "6"} | changes
    return follow(visit.post(f"/activities/new/{type_code}", sent)).split("?")[0]


def send_file(visit: Visit, item: str, content: bytes, name: str) -> TestResponse:
    """Send one file as evidence for the activity."""
    return visit.post(
        f"{item}/evidence", {"files": (io.BytesIO(content), name)}, content_type="multipart/form-data"
    )


def submit(visit: Visit, item: str) -> TestResponse:
    """Submit for review by the page that shows what will be sent."""
    sent = visit.page(f"{item}/check").form("/submit")
    return visit.post(f"{item}/submit", sent)


def decide(database: Database, item: str, kind: DecisionKind, state: ItemState, comment: str) -> None:
    """A teacher has decided on the last submission of the item: the rows alone."""
    item_id = uuid.UUID(item.rsplit("/", 1)[-1])
    with database.writing() as session:
        kept = session.get_one(Item, item_id)
        submission = session.get_one(Submission, submissions_of(session, [item_id])[-1].id)
        course = session.get_one(Course, submission.course_id)
        reviewer = world.a_person(session, course, Role.TEACHER, name="Tore Lärare")
        session.add(
            Decision(
                institution_id=kept.institution_id,
                submission_id=submission.id,
                kind=kind,
                comment=comment,
                reviewer_id=reviewer.id,
            )
        )
        kept.state, submission.state = state, SubmissionState.DECIDED
