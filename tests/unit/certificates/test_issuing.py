"""Issuing by the worker: what is kept and told, its number, and what changes or fails on the way."""

from __future__ import annotations

import hashlib
import io
import uuid
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
import time_machine
from sqlalchemy.orm import Session

from lti_app.certificates import hindrances, issuing, producing, service
from lti_app.certificates.badge import keys as badge_keys
from lti_app.certificates.conformance import breaches_of
from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.models import CertificateClaim, CertificateSequence
from lti_app.certificates.producing import issue
from lti_app.certificates.queries import public_view
from lti_app.certificates.timestamps import authority_at
from lti_app.certificates.trust import trust_of
from lti_app.certificates.verification import Finding, verify
from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs import Failed, Retry
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.jobs.reasons import Reason
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.portfolio.models import Item, Portfolio
from lti_app.portfolio.states import ItemState
from lti_app.settings import Settings
from lti_app.storage.models import StoredFile
from lti_app.web.context import Parts
from tests import world
from tests.classroom import TYPES, a_classroom
from tests.unit.certificates.issuing import (
    NEW_YEARS_EVE,
    an_earner,
    certificates,
    deliver_due,
    files_in,
    issues,
    only,
    while_it_is_drawn,
    work_on,
)

SENT, WAITING, FAILED = DeliveryState.SENT, DeliveryState.WAITING, DeliveryState.FAILED


def test_the_bytes_that_were_drawn_are_kept_with_their_hash_and_facts(
    parts: Parts, database: Database
) -> None:
    with database.writing() as session:
        portfolio = an_earner(session)
    assert deliver_due(parts) == [SENT]
    issued = only(database)
    with database.reading() as session:
        stored = session.get_one(StoredFile, issued.stored_file_id)
        assert session.query(CertificateClaim).count() == 0
    with parts.storage.open(stored.key) as body:
        kept = body.read()
    assert verify(kept, *trust_of(parts.settings)).finding is Finding.DEVELOPMENT
    assert breaches_of(kept) == ()
    assert (stored.sha256, stored.size_bytes) == (hashlib.sha256(kept).hexdigest(), len(kept))
    assert stored.media_type == "application/pdf"
    assert issued.portfolio_id == portfolio.id
    facts = CertificateFacts.from_json(issued.facts)
    assert facts.holder_name == "Åsa Öberg"
    assert (facts.number, facts.code) == (issued.number, issued.code)
    assert facts.verify_url.startswith("http://localhost/verify/")
    assert sorted(each.title for each in facts.merits) == sorted(TYPES[:3])
    assert facts.presentation is not None
    assert (facts.presentation.form.en, str(facts.presentation.held_on)) == ("Talk", "2026-05-04")
    assert facts.programme is not None
    assert facts.programme.sv == "Läkarprogrammet"
    assert not facts.specimen


def test_the_platform_is_told_with_the_file_and_the_verify_address(parts: Parts, database: Database) -> None:
    with database.writing() as session:
        an_earner(session)
    deliver_due(parts)
    issued = only(database)
    with database.reading() as session:
        line_item = session.query(LineItem).filter_by(kind=LineItemKind.CERTIFICATE).one()
        (told,) = session.query(Delivery).filter_by(cause_id=issued.id).all()
    assert told.order_key.startswith(str(line_item.id))
    assert str(issued.stored_file_id) in str(told.payload)
    assert f"{issued.number}.pdf" in str(told.payload)
    assert CertificateFacts.from_json(issued.facts).verify_url in str(told.payload)


def test_numbers_run_by_institution_and_year_of_the_local_day(parts: Parts, database: Database) -> None:
    with database.writing() as session:
        here = [an_earner(session) for _ in range(2)]
        elsewhere = world.a_course(session, world.an_institution(session, "Umeå universitet"))
        there = an_earner(session, a_classroom(session, elsewhere))
        institution = there.institution_id
    with time_machine.travel(NEW_YEARS_EVE, tick=False):
        # In Stockholm the year has turned.
        assert set(deliver_due(parts)) <= {SENT, WAITING}
        for portfolio in (*here, there):
            issue(work_on(parts, portfolio.id))
    with database.reading() as session:
        numbers = sorted((each.institution_id == institution, each.number) for each in certificates(session))
    assert numbers == [
        (False, "CIM-2027-000001"),
        (False, "CIM-2027-000002"),
        (True, "CIM-2027-000001"),
    ]


def test_what_is_reopened_while_the_certificate_is_drawn_is_not_certified(
    parts: Parts, database: Database, settings: Settings
) -> None:
    with database.writing() as session:
        portfolio_id = an_earner(session).id

    def reopened(session: Session) -> None:
        session.query(Item).filter_by(type_code=TYPES[0]).one().state = ItemState.RETURNED

    with while_it_is_drawn(database, reopened), pytest.raises(Retry, match="changed"):
        issue(work_on(parts, portfolio_id))
    issue(work_on(parts, portfolio_id))
    with database.reading() as session:
        assert certificates(session) == []
        assert session.query(CertificateClaim).count() == 0
    assert files_in(settings) == []


def test_what_is_changed_while_it_is_drawn_is_drawn_again(parts: Parts, database: Database) -> None:
    with database.writing() as session:
        portfolio_id = an_earner(session).id

    def renamed(session: Session) -> None:
        session.get_one(Portfolio, portfolio_id).printed_name = "Åsa Ny"

    with while_it_is_drawn(database, renamed), pytest.raises(Retry):
        issue(work_on(parts, portfolio_id))
    issue(work_on(parts, portfolio_id))
    assert CertificateFacts.from_json(only(database).facts).holder_name == "Åsa Ny"


def test_a_badge_whose_key_is_given_up_while_it_is_made_is_made_anew(
    parts: Parts, database: Database, settings: Settings
) -> None:
    with database.writing() as session:
        portfolio_id = an_earner(session).id

    def given_up(session: Session) -> None:
        (stolen,) = badge_keys.known_keys(session)
        badge_keys.mark_compromised(session, settings, stolen.kid, now())

    with while_it_is_drawn(database, given_up), pytest.raises(Retry):
        issue(work_on(parts, portfolio_id))
    assert files_in(settings) == []
    issue(work_on(parts, portfolio_id))
    with database.reading() as session:
        (issued,) = certificates(session)
        seen = public_view(session, issued.code)
    assert seen is not None
    assert seen.badge_counts
    assert len(files_in(settings)) == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [("李小龍", "李 小 龍"), ("Zoë 😀", "😀"), ("Mohammed محمد", "م ح د")],
)
def test_a_name_that_cannot_be_drawn_fails_with_a_clear_word_and_can_be_mended(
    parts: Parts, database: Database, settings: Settings, name: str, said: str
) -> None:
    with database.writing() as session:
        portfolio = an_earner(session)
        portfolio.printed_name = name
    assert deliver_due(parts) == [FAILED]
    with database.reading() as session:
        (failed,) = issues(session)
        reason = Reason.read(failed.reason)
        assert reason.message == hindrances.OWN_CHARACTERS
        assert reason.values == {"characters": said, "texts": name}
        assert session.query(CertificateClaim).count() == 0
        assert certificates(session) == []
    assert files_in(settings) == []
    with database.writing() as session:
        session.get_one(Portfolio, portfolio.id).printed_name = "Li Xiaolong"
        assert service.settle(session, portfolio.id) is True
    assert deliver_due(parts) == [DeliveryState.CANCELLED, SENT], (
        "the first attempt is nothing to look at any more"
    )
    assert CertificateFacts.from_json(only(database).facts).holder_name == "Li Xiaolong"


def test_without_a_key_nothing_is_issued_and_no_number_is_used(parts: Parts, database: Database) -> None:
    with database.writing() as session:
        an_earner(session)
    keyless = replace(parts, settings=replace(parts.settings, development=False))
    assert deliver_due(keyless) == [FAILED]
    with database.reading() as session:
        (failed,) = issues(session)
        assert failed.reason.startswith("The tool has no key to sign certificates with")
        assert "CIM_SIGNING_PKCS12 is not set" in failed.reason
        assert session.query(CertificateSequence).count() == 0


def test_a_timestamp_authority_that_is_down_is_waited_for_without_using_up_numbers(
    parts: Parts, database: Database, settings: Settings
) -> None:
    with database.writing() as session:
        portfolio_id = an_earner(session).id
    stamped = replace(parts, settings=replace(settings, timestamp_url="http://127.0.0.1:9/"))
    authority_at.cache_clear()
    for _ in range(3):
        with pytest.raises(Retry, match="timestamp authority did not answer"):
            issue(work_on(stamped, portfolio_id))
    with database.reading() as session:
        assert session.query(CertificateClaim).count() == 0
        assert session.query(CertificateSequence).one().last == 1
    issue(work_on(parts, portfolio_id))
    assert only(database).number.endswith("-000002")
    assert len(files_in(settings)) == 1


@pytest.mark.parametrize("blank", ["holder_name", "title"])
def test_a_blank_name_or_title_is_not_issued_wherever_it_came_from(
    parts: Parts, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch, blank: str
) -> None:
    with database.writing() as session:
        portfolio = an_earner(session)
        if blank == "holder_name":
            portfolio.printed_name = "\u200d"
    if blank == "title":
        of_portfolio = issuing.facts_of

        def without_title(*arguments: Any, **more: Any) -> CertificateFacts:
            facts = of_portfolio(*arguments, **more)
            return replace(facts, merits=(replace(facts.merits[0], title="\u200c"), *facts.merits[1:]))

        monkeypatch.setattr(issuing, "facts_of", without_title)
    assert deliver_due(parts) == [FAILED]
    with database.reading() as session:
        (failed,) = issues(session)
        assert failed.reason.startswith("The name or a title on the certificate is blank.")
        assert session.query(CertificateClaim).count() == 0
    assert files_in(settings) == []


def test_a_file_that_would_not_conform_is_not_issued(
    parts: Parts, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as session:
        an_earner(session)

    def untagged(*arguments: Any, **more: Any) -> bytes:
        with pikepdf.open(io.BytesIO(draw(*arguments, **more))) as pdf:
            del pdf.Root.MarkInfo
            changed = io.BytesIO()
            pdf.save(changed)
        return changed.getvalue()

    draw = producing.pdf.draw
    monkeypatch.setattr(producing.pdf, "draw", untagged)
    assert deliver_due(parts) == [FAILED]
    with database.reading() as session:
        (failed,) = issues(session)
        assert failed.reason.startswith("The certificate is not fit for archives and screen readers")
        assert session.query(CertificateClaim).count() == 0
    assert files_in(settings) == []


def test_a_portfolio_that_is_gone_fails_and_is_not_tried_for_days(parts: Parts) -> None:
    with pytest.raises(Failed, match="no longer there"):
        issue(work_on(parts, uuid.uuid4()))
