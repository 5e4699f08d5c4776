"""The facts of a certificate: what was decided on, and not what became of it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from lti_app.certificates.facts import CertificateFacts
from lti_app.db import Database
from lti_app.portfolio.models import Item, Submission
from lti_app.portfolio.states import ItemKind, ItemState
from tests import world
from tests.unit.certificates.earned import earned, facts


def test_the_facts_are_what_the_submission_froze_and_not_what_the_item_became(database: Database) -> None:
    with database.writing() as session:
        portfolio = earned(session)
        before = facts(session, portfolio)
        for item in session.query(Item).filter_by(kind=ItemKind.ACTIVITY):
            item.title, item.starts_on, item.ends_on = "Something else", None, None
        session.flush()
        assert facts(session, portfolio) == before
        assert {merit.title for merit in before.merits} == {
            "conference_abroad",
            "language_cafe",
            "journal_club",
        }


def test_of_several_submissions_the_last_decided_one_is_printed(database: Database) -> None:
    with database.writing() as session:
        portfolio = earned(session)
        item = session.query(Item).filter_by(type_code="language_cafe").one()
        first = session.query(Submission).filter_by(item_id=item.id).one()
        for revision, state, title in ((2, "decided", "Second"), (3, "withdrawn", "Third")):
            session.add(
                Submission(
                    institution_id=item.institution_id,
                    item_id=item.id,
                    course_id=portfolio.course_id,
                    revision=revision,
                    snapshot=first.snapshot | {"title": title},
                    state=state,
                )
            )
        session.flush()
        titles = {merit.title for merit in facts(session, portfolio).merits}
        assert titles == {"conference_abroad", "Second", "journal_club"}


def test_what_is_not_approved_is_not_printed(database: Database) -> None:
    with database.writing() as session:
        portfolio = earned(session)
        world.a_submitted_item(session, portfolio, "virtual_tour", state=ItemState.DECLINED)
        world.a_submitted_item(session, portfolio, "exchange_blog", state=ItemState.SUBMITTED)
        assert len(facts(session, portfolio).merits) == 3


@pytest.mark.parametrize(
    ("attributes", "place"),
    [
        ({"event": "AMEE", "country": "NO"}, "AMEE, Norge / Norway"),
        ({"event": "AMEE", "country": "KE"}, "AMEE, Kenya"),
        ({"country": "DE"}, "Tyskland / Germany"),
        ({"event": "AMEE"}, "AMEE"),
        ({}, ""),
        ({"event": "x" * 500}, "x" * 119 + "…"),
    ],
)
def test_where_a_merit_was_is_told_by_what_was_filled_in(
    database: Database, attributes: dict[str, str], place: str
) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        portfolio = world.a_portfolio(session, world.a_person(session, course), course)
        world.a_submitted_item(session, portfolio, "conference_abroad", attributes=attributes)
        (merit,) = facts(session, portfolio).merits
    assert merit.place == place
    assert (merit.setting, merit.setting_label.sv) == ("abroad", "Utomlands")
    assert (merit.starts_on, merit.ends_on) == (date(2026, 3, 2), date(2026, 3, 6))


def test_what_was_granted_is_no_fact_of_a_certificate_and_so_in_no_badge(database: Database) -> None:
    with database.writing() as session:
        portfolio = earned(session)
        granted = {"event": "AMEE", "country": "NO", "grant": "54321 SEK"}
        item = world.a_submitted_item(session, portfolio, "conference_abroad", attributes=granted)
        frozen = session.query(Submission).filter_by(item_id=item.id).one().snapshot
        said = facts(session, portfolio).to_json()
    assert "54321 SEK" in str(frozen)
    assert "AMEE, Norge / Norway" in said
    assert not {"54", "321", "SEK"} & set(re.split(r"\W", said))


def test_the_facts_survive_their_storing(database: Database) -> None:
    with database.writing() as session:
        made = facts(session, earned(session))
    assert CertificateFacts.from_json(made.to_json()) == made
