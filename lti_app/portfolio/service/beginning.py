"""Beginning a portfolio, and going from one to another where a student has several in a course
(docs/decisions/032-two-schemes-in-one-course.md).
"""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import insert_into
from lti_app.errors import Conflict, NotFound
from lti_app.people.actors import Actor, require
from lti_app.people.models import Person
from lti_app.portfolio.limits import NAME_CHARS
from lti_app.portfolio.models import Portfolio
from lti_app.portfolio.permissions import PERMISSIONS
from lti_app.portfolio.queries import portfolio_here, portfolios_in
from lti_app.portfolio.service.held import own_portfolio
from lti_app.schemes.queries import Setup, setup_of


def begin_portfolio(session: Session, actor: Actor, portfolio_id: uuid.UUID | None = None) -> Portfolio:
    """The portfolio that the actor works on in this course, or the one with this id, locked. If there is none
    it is made, for what the course runs; one for that is worked on here from now on.

    Raises Conflict("not-set-up") in a course that runs nothing yet, NotFound for another's portfolio.
    """
    require(PERMISSIONS, "portfolio.begin", actor)
    setup = setup_of(session, actor.course_id) if actor.course_id else None
    if setup is None:
        raise Conflict("no set-up", slug="not-set-up")
    if portfolio_id is None and portfolio_here(session, actor) is None:
        _make(session, actor, setup)
    found = own_portfolio(session, actor, portfolio_id)
    if found is None:
        raise NotFound("portfolio") if portfolio_id else Conflict("the set-up has changed meanwhile")
    if found.scheme_id == setup.scheme_id:
        found.course_id = setup.course_id
    session.flush()
    return found


def work_towards(session: Session, actor: Actor, scheme_id: uuid.UUID) -> Portfolio:
    """Work on the portfolio for this scheme in this course from now on, of those that the actor has here; the
    one for what the course runs is begun when it is not there. What is in the others stays in them.

    Raises NotFound for any other scheme, Conflict("not-set-up") in a course that runs nothing yet.
    """
    require(PERMISSIONS, "portfolio.begin", actor)
    setup = setup_of(session, actor.course_id) if actor.course_id else None
    if setup is None:
        raise Conflict("no set-up", slug="not-set-up")
    if scheme_id == setup.scheme_id:
        _make(session, actor, setup)
    theirs = portfolios_in(session, setup.course_id, setup.scheme_id, [actor.person_id])
    chosen = next((each for each in theirs.get(actor.person_id, ()) if each.scheme_id == scheme_id), None)
    if chosen is None:
        raise NotFound("scheme")
    session.refresh(chosen, with_for_update=True)
    chosen.chosen_at = now()
    session.flush()
    return chosen


def _make(session: Session, actor: Actor, setup: Setup) -> None:
    """Make the actor's portfolio for what the course runs, unless it is there."""
    person = session.get_one(Person, actor.person_id)
    first = {
        "institution_id": actor.institution_id,
        "person_id": actor.person_id,
        "scheme_id": setup.scheme_id,
        "scheme_version_id": setup.scheme_version_id,
        "programme_code": setup.programme_code,
        "course_id": setup.course_id,
        "is_test": person.is_test,
        "printed_name": person.name[:NAME_CHARS],
    }
    session.execute(insert_into(session, Portfolio).values(first).on_conflict_do_nothing())
