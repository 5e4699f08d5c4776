"""Copies of courses: new ids for everything, and the same custom parameters, tags and resource ids.

That is what Canvas's course copy does to a tool's content; `$Context.id.history` names where it came from.
"""

from __future__ import annotations

from .assignments import Assignments
from .courses import Course, Courses
from .line_items import LineItems
from .people import People, Person
from .resource_links import ResourceLink, ResourceLinks
from .store import Store


class Copies:
    """Copies courses, and remembers of what."""

    def __init__(
        self,
        store: Store,
        people: People,
        courses: Courses,
        assignments: Assignments,
        line_items: LineItems,
        links: ResourceLinks,
    ) -> None:
        self._store = store
        self._people = people
        self._courses = courses
        self._assignments = assignments
        self._line_items = line_items
        self._links = links

    def make(self, origin: Course, teacher: Person, name: str, code: str, *, with_people: bool) -> Course:
        """A new course with everything that this one has but its submissions; the teacher is enrolled.

        Canvas copies nobody; `with_people` is the simulator's own, to go on with at once.
        """
        with self._store.writing() as db:
            made = self._courses.add(name, code, origin.term_name)
            db.execute("INSERT INTO course_copy (course_id, origin_id) VALUES (?, ?)", (made.id, origin.id))
            self._people.enrol(teacher.id, made.id, "TeacherEnrollment")
            if with_people:
                self._enrol_all(origin, made)
            links = {link.assignment_id: link for link in self._links.in_course(origin.id)}
            for assignment in self._assignments.in_course(origin.id):
                self._copy_assignment(assignment.id, made.id, links.get(assignment.id))
            for link in self._links.in_course(origin.id):
                if link.assignment_id is None:
                    self._copy_link(link, made.id)
        return made

    def history(self, course_id: int) -> list[Course]:
        """The courses that this one was copied from, the nearest first."""
        found: list[Course] = []
        with self._store.reading() as db:
            while True:
                row = db.execute(
                    "SELECT origin_id FROM course_copy WHERE course_id = ?", (course_id,)
                ).fetchone()
                if row is None:
                    return found
                course_id = int(row["origin_id"])
                found.append(self._courses.get(course_id))

    def _enrol_all(self, origin: Course, made: Course) -> None:
        for person in self._people.enrolled_in(origin.id):
            for enrolment in self._people.active_enrolments(person.id, origin.id):
                if enrolment.type != "StudentViewEnrollment":
                    self._people.enrol(person.id, made.id, enrolment.type, observed_id=enrolment.observed_id)

    def _copy_assignment(self, assignment_id: int, course_id: int, link: ResourceLink | None) -> None:
        source = self._assignments.get(assignment_id)
        made = self._assignments.add(
            course_id,
            source.name,
            source.points_possible,
            submission_type=source.submission_type,
            tool_id=source.tool_id,
            tool_url=source.tool_url,
            is_published=source.is_published,
        )
        self._assignments.change(
            made.id,
            description=source.description,
            due_at=source.due_at,
            grading_type=source.grading_type,
            allowed_attempts=source.allowed_attempts,
        )
        if link is not None:
            self._copy_link(link, course_id, lti_id=made.lti_id, assignment_id=made.id)
        for item in self._line_items.on_assignment(source.id):
            self._line_items.add(
                made,
                item.client_id,
                label=item.label,
                score_maximum=item.score_maximum,
                tag=item.tag,
                resource_id=item.resource_id,
                resource_link_id=made.lti_id if item.resource_link_id else None,
                is_coupled=True,
            )

    def _copy_link(self, link: ResourceLink, course_id: int, **identity: object) -> None:
        self._links.add(
            course_id,
            link.tool_id,
            url=link.url,
            title=link.title,
            custom=link.custom,
            width=link.width,
            height=link.height,
            is_in_module=link.is_in_module,
            is_published=link.is_published,
            **identity,
        )
