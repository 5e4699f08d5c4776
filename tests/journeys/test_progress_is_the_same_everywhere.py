"""How far a student has come is one answer: hers, her teachers', an observer's, the certificate's."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from lti_app.certificates.queries import standing_of
from lti_app.db import Database
from lti_app.home.class_queries import class_page
from lti_app.home.observed_queries import observed_page
from lti_app.home.programme_service import change_programme
from lti_app.home.queries import student_home
from lti_app.lti.ags.models import LineItemKind
from lti_app.portfolio.queries import progress_of
from lti_app.portfolio.service import begin_portfolio
from lti_app.review.reporting import share_of
from lti_app.review.service import approve
from lti_app.schemes.counting import SchemeRules, TypeList
from lti_app.schemes.requirements import Distinct
from lti_app.schemes.service import publish, set_up_course
from tests.classroom import TYPES, UNDO, a_submitted_activity
from tests.journeys.test_observe import an_observer
from tests.schemes_of_ours import a_room_with, our_scheme
from tests.visit import Visit


def test_everybody_is_told_what_the_portfolios_own_version_and_programme_say(
    database: Database, visit: Callable[..., Visit]
) -> None:
    nursing = TypeList(refused=frozenset({TYPES[0]}))
    with database.writing() as session:
        room = a_room_with(
            session, rules=SchemeRules(Distinct(3, "types"), per_programme={"sjukskoterska": nursing})
        )
        for code in TYPES[:3]:
            sent = a_submitted_activity(session, room.learning, type_code=code)
            approve(session, room.teaching, sent.id, undo_for=UNDO)
        portfolio = begin_portfolio(session, room.learning)
        lost = ("types", "*")
        change_programme(session, room.teaching, portfolio.id, "sjukskoterska", confirmed=lost)
        # The course goes on with other rules and stays one for physicians: neither is this student's.
        publish(session, room.course.institution_id, our_scheme(rules=SchemeRules(Distinct(2, "types"))))
        set_up_course(session, room.teaching, "ours", "lakare")
        watching = an_observer(session, room, room.student)

    with database.reading() as session:
        expected = progress_of(session, portfolio.id)
        home = student_home(session, room.learning)
        (row,) = class_page(session, room.course.institution_id, room.course.id).rows
        seen = observed_page(session, watching, room.student.id)
        assert home is not None
        assert seen is not None
        assert (expected.achieved_total, expected.required_total) == (2, 3)
        assert home.progress == row.progress == seen.progress == expected
        assert standing_of(session, portfolio.id).requirements_met is expected.met is False
    with database.writing() as session:
        share = share_of(session, LineItemKind.ACTIVITIES, portfolio, room.course.id)
        assert share == Decimal(2) / Decimal(3)

    sentence = "2 of 3 different types of activity approved; 1 more is needed."
    assert sentence in visit(room.learning).page().text
    assert sentence in visit(room.teaching).page(f"class/{portfolio.id}").text
    assert sentence in visit(watching).page(f"observed/{room.student.id}").text
    assert "2 of 3" in visit(room.teaching).page("class").text
