"""Links by which a holder shows more, and what is left when a certificate's holder is erased."""

from __future__ import annotations

import uuid

import pytest

from lti_app.certificates import afterwards, sharing
from lti_app.certificates.dossier import dossier_of
from lti_app.certificates.erasing import REMOVE_BYTES, erase, remove_bytes
from lti_app.certificates.models import Certificate, Correction, Revocation, RevokeReason, Share
from lti_app.certificates.queries import public_view
from lti_app.certificates.sharing import shared_with
from lti_app.db import Database
from lti_app.errors import Conflict, NotAllowed, Problem
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.people.roles import Role
from lti_app.storage.models import StoredFile
from lti_app.web.context import Parts
from tests.unit.certificates.issuing import deliver_due
from tests.unit.certificates.test_afterwards import actor_for, asked_for, issued

__all__ = ["issued"]


def a_link(database: Database, certificate_id: uuid.UUID, *, name: bool, merits: bool) -> Share:
    with database.writing() as session:
        holder = actor_for(session, certificate_id, Role.STUDENT)
        return sharing.share(session, holder, certificate_id, shows_name=name, shows_merits=merits)


def test_a_link_shows_what_its_holder_chose_until_it_is_taken_back(
    database: Database, issued: uuid.UUID
) -> None:
    named, listed = (a_link(database, issued, name=each, merits=not each) for each in (True, False))
    with database.reading() as session:
        code = session.get_one(Certificate, issued).code
        shown = shared_with(session, code, named.token)
        assert shown is not None
        assert (shown.name, shown.facts) == ("Åsa Öberg", None)
        shown = shared_with(session, code, listed.token)
        assert shown is not None
        assert shown.name == ""
        assert shown.facts is not None
        assert len(shown.facts.merits) == 3
        assert shared_with(session, "0" * 12, named.token) is None, "a link belongs to one code"
        assert shared_with(session, code, "no-such-link") is None
        assert shared_with(session, None, "x" * 5000) is None
        assert len(sharing.shares_of(session, issued)) == 2
    with database.writing() as session:
        for _ in range(2):
            sharing.stop_sharing(session, actor_for(session, issued, Role.STUDENT), named.id)
    with database.reading() as session:
        assert shared_with(session, code, named.token) is None
        assert [each.id for each in sharing.shares_of(session, issued)] == [listed.id]


def test_only_the_holder_makes_links_and_not_without_end(database: Database, issued: uuid.UUID) -> None:
    with pytest.raises(Problem):
        a_link(database, issued, name=False, merits=False)
    with database.writing() as session:
        for role in (Role.TEACHER, Role.COORDINATOR):
            with pytest.raises(NotAllowed):
                sharing.share(
                    session, actor_for(session, issued, role), issued, shows_name=True, shows_merits=True
                )
    for _ in range(sharing.MOST_LINKS):
        a_link(database, issued, name=True, merits=True)
    with pytest.raises(Conflict) as refused:
        a_link(database, issued, name=True, merits=True)
    assert refused.value.slug == "too-many-links"


def test_a_link_taken_back_in_error_works_again_if_there_is_room(
    database: Database, issued: uuid.UUID
) -> None:
    link = a_link(database, issued, name=True, merits=False)
    with database.writing() as session:
        holder = actor_for(session, issued, Role.STUDENT)
        sharing.stop_sharing(session, holder, link.id)
        for role in (Role.TEACHER, Role.COORDINATOR):
            with pytest.raises(NotAllowed):
                sharing.share_again(session, actor_for(session, issued, role), link.id)
        for _ in range(2):
            sharing.share_again(session, holder, link.id)
        assert [each.id for each in sharing.shares_of(session, issued)] == [link.id]
        sharing.stop_sharing(session, holder, link.id)
    for _ in range(sharing.MOST_LINKS):
        a_link(database, issued, name=True, merits=True)
    with database.writing() as session, pytest.raises(Conflict) as refused:
        sharing.share_again(session, holder, link.id)
    assert refused.value.slug == "too-many-links"


def test_links_to_a_replaced_certificate_are_counted_for_their_holder(
    parts: Parts, database: Database, issued: uuid.UUID
) -> None:
    a_link(database, issued, name=True, merits=True)
    correction = asked_for(database, issued, new_name="Åsa Öberg Lind")
    with database.writing() as session:
        afterwards.approve_correction(session, actor_for(session, issued, Role.TEACHER), correction)
        portfolio_id = session.get_one(Certificate, issued).portfolio_id
        assert dossier_of(session, portfolio_id, shows_links=True).lapsed_links == 0
    deliver_due(parts)
    with database.reading() as session:
        assert dossier_of(session, portfolio_id, shows_links=True).lapsed_links == 1
        assert dossier_of(session, portfolio_id, shows_links=False).lapsed_links == 0


def test_a_link_to_a_revoked_certificate_shows_no_more_than_its_code(
    database: Database, issued: uuid.UUID
) -> None:
    link = a_link(database, issued, name=True, merits=True)
    with database.writing() as session:
        afterwards.revoke(
            session, actor_for(session, issued, Role.COORDINATOR), issued, reason=RevokeReason.ERROR
        )
    with database.reading() as session:
        shown = shared_with(session, session.get_one(Certificate, issued).code, link.token)
        assert shown is not None
        assert (shown.name, shown.facts) == ("", None)


def test_a_link_to_a_superseded_certificate_shows_no_more_than_its_code(
    parts: Parts, database: Database, issued: uuid.UUID
) -> None:
    link = a_link(database, issued, name=True, merits=True)
    asked = asked_for(database, issued, new_name="Åsa Ek")
    with database.writing() as session:
        afterwards.approve_correction(session, actor_for(session, issued, Role.TEACHER), asked)
    deliver_due(parts)
    with database.reading() as session:
        code = session.get_one(Certificate, issued).code
        assert shared_with(session, code, link.token) == sharing.Shared("", None)


def test_an_erased_certificate_keeps_number_state_and_hash_and_nothing_of_its_holder(
    parts: Parts, database: Database, issued: uuid.UUID
) -> None:
    a_link(database, issued, name=True, merits=True)
    asked_for(database, issued, new_name="Åsa Ek")
    with database.writing() as session:
        coordinator = actor_for(session, issued, Role.COORDINATOR)
        afterwards.revoke(session, coordinator, issued, reason=RevokeReason.ERROR, note="Åsa never went.")
    with database.reading() as session:
        before = session.get_one(Certificate, issued)
        stored = session.get_one(StoredFile, before.stored_file_id)
    with database.writing() as session:
        for _ in range(2):
            erase(session, issued)
    with database.reading() as session:
        (removal,) = session.query(Delivery).filter_by(kind=REMOVE_BYTES).all()
    for _ in range(2):
        Delivering(parts, {REMOVE_BYTES: remove_bytes}).deliver(removal.id)
    with pytest.raises(FileNotFoundError):
        parts.storage.open(stored.key)
    with database.reading() as session:
        after = session.get_one(Certificate, issued)
        assert (after.number, after.code, after.state) == (before.number, before.code, before.state)
        assert session.get_one(StoredFile, after.stored_file_id).sha256 == stored.sha256
        assert "Öberg" not in after.facts
        assert "conference" not in after.facts.lower()
        assert session.query(Share).count() == session.query(Correction).count() == 0
        assert session.get_one(Revocation, issued).note == ""
        seen = public_view(session, after.code)
        assert seen is not None
        assert seen.masked_name == ""
        assert seen.number == before.number
        assert session.query(Delivery).filter_by(kind=REMOVE_BYTES).one().state is DeliveryState.SENT
