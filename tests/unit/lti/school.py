"""A course at the small Canvas whose assignment is connected, and what is reported to its gradebook."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import delete, select

from lti_app.clock import now
from lti_app.db import Database
from lti_app.demo import SmallCanvas
from lti_app.demo.world.gradebook import Submission
from lti_app.jobs import leases
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState, LanePause
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.models import LineItemKind
from lti_app.people.models import Course, Person

LABEL = "Aktiviteter"


@dataclass
class School:
    """A course whose Activities assignment is connected, and what a test does there."""

    canvas: SmallCanvas
    database: Database
    course: Course
    student: Person
    delivering: Delivering

    def submitted(self) -> uuid.UUID:
        """The student has submitted something; its id."""
        submission_id = uuid.uuid4()
        with self.database.writing() as session:
            gradebook.report_submitted(
                session,
                course_id=self.course.id,
                person_id=self.student.id,
                kind=LineItemKind.ACTIVITIES,
                submission_id=submission_id,
                cause_id=submission_id,
            )
        return submission_id

    def reviewed(
        self,
        fraction: str | None,
        comment: str = "",
        *,
        not_before: datetime | None = None,
        takes_back: bool = False,
    ) -> uuid.UUID:
        """A reviewer has decided, so that this much is reached; the id of the decision."""
        cause_id = uuid.uuid4()
        with self.database.writing() as session:
            gradebook.report_reviewed(
                session,
                course_id=self.course.id,
                person_id=self.student.id,
                kind=LineItemKind.ACTIVITIES,
                fraction=None if fraction is None else Decimal(fraction),
                comment=comment,
                cause_id=cause_id,
                not_before=not_before,
                takes_back=takes_back,
            )
        return cause_id

    def deliver(self, *, hurry: bool = False) -> list[Delivery]:
        """Deliver what is due once, in order; `hurry` does not wait for pauses and dead workers' leases."""
        if hurry:
            with self.database.writing() as session:
                session.execute(delete(LanePause))
                for row in session.scalars(select(Delivery).where(Delivery.state == DeliveryState.WAITING)):
                    row.not_before = now() - timedelta(seconds=1)
                    row.lease_until = row.lease_until and row.not_before
        following: uuid.UUID | None = None
        with self.database.reading() as session:
            waiting = leases.due(session, 100)
        for each in waiting:
            following = self.delivering.deliver(each)
            while following is not None:
                following = self.delivering.deliver(following)
        return self.deliveries()

    def deliveries(self) -> list[Delivery]:
        with self.database.reading() as session:
            wanted = select(Delivery).where(Delivery.kind == gradebook.SCORE).order_by(Delivery.sequence)
            return list(session.scalars(wanted))

    def states(self) -> list[DeliveryState]:
        return [each.state for each in self.deliveries()]

    def submission(self) -> Submission:
        found = self.canvas.submission_of("asa", self.canvas.assignment_named(LABEL).id)
        assert found is not None
        return found

    def graded_by_hand(self, points: float | None, *, ahead: timedelta = timedelta()) -> None:
        """A teacher enters a grade in Canvas, whose clock may be ahead of ours."""
        assignment, student = self.canvas.assignment_named(LABEL), self.canvas.people.get("asa")
        teacher = self.canvas.people.get("tove")
        self.canvas.grading.grade_by_hand(
            assignment.id, student.id, points, grader_id=teacher.id, at=now() + ahead
        )

    def posted(self) -> list[dict[str, object]]:
        return [call.body for call in self.canvas.requests.all("/scores")]
