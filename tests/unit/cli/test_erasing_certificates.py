"""`cim certificate erase`: what it says, what it asks, and that the file is gone when it says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import click
import pytest

from lti_app.certificates import erasing
from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.models import Certificate
from lti_app.db import Database
from lti_app.portfolio.models import Portfolio
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts
from tests import world
from tests.unit.certificates.issuing import an_earner, deliver_due, files_in, only
from tests.unit.cli.conftest import Said
from tests.unit.cli.test_operating import refused

Cim = Callable[..., Said]


@pytest.fixture
def issued(
    settings: Settings, database: Database, storage: Storage, capsys: pytest.CaptureFixture[str]
) -> Certificate:
    with database.writing() as session:
        an_earner(session)
    deliver_due(Parts(settings, database, storage))
    capsys.readouterr()  # what the worker said
    return only(database)


def is_erased(database: Database) -> bool:
    return only(database).erased_at is not None


def answering(monkeypatch: pytest.MonkeyPatch, answer: bool) -> list[str]:
    """Answer every question so; the questions asked."""
    asked: list[str] = []

    def confirm(question: str) -> bool:
        asked.append(question)
        return answer

    monkeypatch.setattr(click, "confirm", confirm)
    return asked


def test_it_says_what_goes_and_what_stays_asks_and_removes_the_file(
    cim: Cim, database: Database, settings: Settings, issued: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answering(monkeypatch, True)
    said = cim("certificate", "erase", f" {issued.number.lower()} ")
    assert said.code == 0, said.err
    assert asked == [f"Erase {issued.number} of Åsa Öberg?"]
    for words in (
        f"{issued.number}: issued by Lunds universitet on ",
        "Goes: the name, programme and presentation, 3 merits, the PDF file, the digital badge",
        "Stays: number, code, title, day of issue, status and the file's hash",
        "Not touched: the person and the portfolio behind it",
        f"{issued.number} is erased.\nIts file is removed.\n",
    ):
        assert words in said.out
    assert is_erased(database)
    assert files_in(settings) == []
    again = cim("certificate", "erase", issued.number)
    assert again.code == 0
    assert again.out.startswith(f"{issued.number} was erased already, on ")
    assert len(asked) == 1, "there is nothing to ask any more"


def test_who_says_no_erases_nothing(
    cim: Cim, database: Database, issued: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, False)
    said = cim("certificate", "erase", issued.number)
    assert (said.code, said.err) == (1, "cim: Nothing was erased.\n")
    assert not is_erased(database)


def test_where_nobody_can_answer_nothing_is_erased(
    cim: Cim, database: Database, issued: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(_question: str) -> bool:
        raise click.Abort

    monkeypatch.setattr(click, "confirm", nobody)
    said = cim("certificate", "erase", issued.number)
    assert (said.code, said.err) == (1, "cim: Nothing was erased.\n")
    assert not is_erased(database)


def test_yes_skips_the_question_and_names_nobody(cim: Cim, database: Database, issued: Certificate) -> None:
    said = cim("certificate", "erase", issued.number, "--yes", "--institution", "Lunds universitet")
    assert (said.code, said.err) == (0, "")
    assert "Öberg" not in said.out
    assert is_erased(database)


def test_a_number_that_nobody_has_is_refused(cim: Cim, issued: Certificate) -> None:
    refused(cim("certificate", "erase", "CIM-2020-000001"), "There is no certificate CIM-2020-000001.")
    refused(cim("certificate", "erase", issued.number, "--institution", "Nix"), "no institution 'Nix'")


def test_a_number_of_two_universities_asks_for_the_university(
    cim: Cim, database: Database, issued: Certificate
) -> None:
    with database.writing() as session:
        malmo = world.an_institution(session, "Malmö universitet")
        course = world.a_course(session, malmo)
        portfolio = world.a_portfolio(session, world.a_person(session, course), course)
        facts = replace(CertificateFacts.from_json(issued.facts), holder_name="Bo Ek").to_json()
        world.a_certificate(session, portfolio, number=issued.number, code="ZZZZYYYYXXXX", facts=facts)
    both = "at each of Lunds universitet, Malmö universitet: name one with --institution."
    refused(cim("certificate", "erase", issued.number, "--yes"), both)
    assert cim("certificate", "erase", issued.number, "--yes", "--institution", "Malmö universitet").code == 0
    with database.reading() as session:
        erased = session.query(Certificate).filter(Certificate.erased_at.is_not(None)).one()
        assert session.get_one(Portfolio, erased.portfolio_id).institution_id == malmo.id


def test_a_store_that_cannot_be_reached_is_left_to_the_worker(
    cim: Cim, database: Database, issued: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(erasing, "remove_file", unreachable)
    said = cim("certificate", "erase", issued.number, "--yes")
    assert said.code == 0
    assert (
        "The worker removes its file; from here the store cannot be reached (Permission denied)." in said.out
    )
    assert is_erased(database)
