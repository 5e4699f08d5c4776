"""Writing the final report, with what was written after each approved activity at hand."""

from __future__ import annotations

from lti_app.db import Database
from lti_app.portfolio import service as student_service
from lti_app.review import service as review_service
from tests.classroom import TYPES, UNDO, a_classroom, a_submitted_activity, with_requirements_met
from tests.journeys.reviewing import Visiting
from tests.queries import counting_queries


def test_more_approved_activities_cost_no_more_queries(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        with_requirements_met(session, room)
        report = student_service.open_report(session, room.learning)
    student = visit(room.learning)
    path = f"/items/{report.id}/answers"
    with counting_queries(database.engine) as few:
        assert student.page(path).text.count("We compared how patients are met") >= 3
    with database.writing() as session:
        for count in range(4):
            more = a_submitted_activity(session, room.learning, type_code=TYPES[3], title=f"Mer {count}")
            review_service.approve(session, room.teaching, more.id, undo_for=UNDO)
    with counting_queries(database.engine) as many:
        assert "Mer 3" in student.page(path).text
    assert many.count == few.count
