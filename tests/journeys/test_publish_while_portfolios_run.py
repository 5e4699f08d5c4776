"""A scheme is edited and published while a hundred portfolios run on it: nobody's result changes."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from sqlalchemy import func, select

from lti_app.db import Database
from lti_app.home.moving_runs import COURSE_MOVE
from lti_app.home.tasks import HANDLERS
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery
from lti_app.people.models import Course
from lti_app.people.roles import Role
from lti_app.portfolio.models import Portfolio
from lti_app.portfolio.queries import progress_of
from lti_app.schemes.editor import beginning, service
from lti_app.schemes.models import CourseSetup
from lti_app.schemes.queries import published_version
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts
from tests import world
from tests.visit import Visit

TYPES = ("conference_abroad", "language_cafe", "journal_club", "international_lecture")
LUND = "lund-medicine"
Results = dict[uuid.UUID, tuple[uuid.UUID, int, int, bool]]


def results(database: Database) -> Results:
    """The version, the steps and whether all is met, by portfolio."""
    with database.reading() as session:
        found: Results = {}
        for portfolio in session.scalars(select(Portfolio)):
            progress = progress_of(session, portfolio.id)
            steps = (progress.achieved_total, progress.required_total)
            found[portfolio.id] = (portfolio.scheme_version_id, *steps, progress.met)
        return found


def test_nobodys_result_changes_until_the_portfolio_is_moved(
    database: Database, visit: Callable[..., Visit], settings: Settings, storage: Storage
) -> None:
    with database.writing() as session:
        course = world.a_running_course(session)
        for n in range(100):
            portfolio = world.a_portfolio(session, world.a_person(session, course), course)
            for code in TYPES[: n % 5]:
                world.a_submitted_item(session, portfolio, code)
        teacher = world.an_actor(world.a_person(session, course, Role.TEACHER), course, Role.TEACHER)
        sam = world.an_actor(world.a_person(session, course), None, Role.COORDINATOR)
    before = results(database)
    assert {met for *_, met in before.values()} == {True, False}

    with database.writing() as session:
        draft = beginning.begin_from_version(session, sam, LUND, 1)
        document = dict(draft.document) | {"requirements": {"id": "r", "distinct_types": 4}}
        service.write_draft(session, sam, LUND, document, keys=["requirements"], revision=1, seen="")
        service.publish_draft(session, sam, LUND, note="Four types", revision=2)
    assert results(database) == before
    assert runs(database, course) == next(iter(before.values()))[0], "a course keeps its version, too"

    eva = visit(teacher)
    met_here = eva.page(eva.page("/set-up").links["Preview as a student"])
    assert "at least 3 different types" in met_here.text, "what the course runs, not what is newest"
    page = eva.page(f"courses/{course.id}/move")
    # A fifth of them has three types, and met the three that were asked for; half of them are on this page.
    assert page.text.count("Would lose something") == 10
    assert "100 portfolios" in page.text
    assert eva.page(page.links["Next page"]).text.count("Would lose something") == 10
    sent = {"version": page.form(f"/courses/{course.id}/move")["version"]}
    assert eva.post(f"courses/{course.id}/move", sent).status_code == 303
    with database.reading() as session:
        queued = session.scalars(select(Delivery.id).where(Delivery.kind == COURSE_MOVE)).one()
    Delivering(Parts(settings, database, storage), HANDLERS).deliver(queued)
    after = results(database)
    kept_what_was_met = {key for key, (*_, met) in before.items() if met} - {
        key for key, (*_, met) in after.items() if met
    }
    assert kept_what_was_met == set()
    assert {version for version, *_, met in after.values() if not met} == {runs(database, course)}
    over = eva.page(f"courses/{course.id}/move").text
    assert "80 portfolios have moved." in over
    assert "20 stay as they were: something that is met would be lost." in over
    rest = eva.page("class")
    assert "20 portfolios follow an older version of the rules." in rest.text
    assert eva.page(rest.links["See what would change"]).text.count("Would lose something") == 20


def runs(database: Database, course: Course) -> uuid.UUID:
    with database.reading() as session:
        return session.get_one(CourseSetup, course.id).scheme_version_id


def test_a_course_set_up_anew_runs_the_newest_version_and_old_ones_stay(database: Database) -> None:
    with database.writing() as session:
        course = world.a_running_course(session)
        sam = world.an_actor(world.a_person(session, course), None, Role.COORDINATOR)
        draft = beginning.begin_from_version(session, sam, LUND, 1)
        document = dict(draft.document) | {"source": "Told anew"}
        service.write_draft(session, sam, LUND, document, keys=["source"], revision=1, seen="")
        version = service.publish_draft(session, sam, LUND, note="Another source", revision=2)
    with database.reading() as session:
        newest = published_version(session, course.institution_id, LUND)
        assert newest is not None
        assert newest.id == version.id
        assert session.scalar(select(func.count()).select_from(CourseSetup)) == 1
    assert runs(database, course) != version.id
