"""What staff do about their class as a whole: ask the platform who is in it, and what its gradebook shows."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lti_app.db import IN_TURN
from lti_app.errors import NotFound
from lti_app.home.permissions import PERMISSIONS
from lti_app.lti.ags.read_back import queue_reading
from lti_app.lti.nrps.asking import queue_roster
from lti_app.people.actors import Actor, require
from lti_app.people.models import Course


def update_class(session: Session, actor: Actor) -> None:
    """Queue that the course's people, and the grades the platform shows, be read now. Safe to repeat."""
    require(PERMISSIONS, "class.update", actor)
    course = session.get(Course, actor.course_id, with_for_update=IN_TURN) if actor.course_id else None
    if course is None or course.institution_id != actor.institution_id:
        raise NotFound("course")
    queue_roster(session, course)
    queue_reading(session, course)
