"""The bar says where one is: the page itself, or the section that it belongs to."""

from __future__ import annotations

from lti_app.db import Database
from lti_app.people.roles import Role
from lti_app.portfolio.service import begin_portfolio
from lti_app.schemes.editor.beginning import begin_from_version
from tests.classroom import a_classroom, a_submitted_activity
from tests.inspect_page import Page
from tests.journeys.reviewing import Visiting
from tests.world import a_person, an_actor


def marked(shown: Page) -> list[tuple[str, str]]:
    """The ways of the bar that are marked, with how."""
    (bar,) = [each for each in shown.root.every() if each.attributes.get("class") == "bar"]
    return [
        (each.text, each.attributes["aria-current"])
        for each in bar.all("a")
        if "aria-current" in each.attributes
    ]


def test_each_page_marks_its_own_way_or_its_sections(visit: Visiting, database: Database) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        sent = a_submitted_activity(session, room.learning)
        portfolio = begin_portfolio(session, room.learning)
        keeper = a_person(session, room.course, Role.COORDINATOR)
        coordinating = an_actor(keeper, room.course, Role.COORDINATOR)
        begin_from_version(session, coordinating, "lund-medicine", 1)
    places = {
        room.learning: {
            "/": ("Start", "page"),
            "/mine": ("Start", "page"),
            f"/items/{sent.item_id}": ("Start", "true"),
            f"/certificate/{portfolio.id}": ("Certificate", "true"),
            f"/submissions/{sent.id}": ("Record", "true"),
        },
        room.teaching: {
            "/queue": ("Queue", "page"),
            f"/review/{sent.id}": ("Queue", "true"),
            f"/class/{portfolio.id}": ("Class", "true"),
            f"/programme/{portfolio.id}": ("Class", "true"),
            f"/certificate/{portfolio.id}": ("Certificates", "true"),
            "/set-up/choose": ("Set-up", "true"),
        },
        coordinating: {
            "/": ("Overview", "page"),
            "/overview": ("Overview", "page"),
            "/schemes/lund-medicine": ("Schemes", "true"),
            "/schemes/lund-medicine/draft": ("Schemes", "true"),
            "/schemes/lund-medicine/draft/sections/requirements": ("Schemes", "true"),
            "/pictures": ("Schemes", "true"),
            "/certificates": ("Certificates", "page"),
        },
    }
    for actor, expected in places.items():
        person = visit(actor)
        assert {path: marked(person.page(path)) for path in expected} == {
            path: [where] for path, where in expected.items()
        }
