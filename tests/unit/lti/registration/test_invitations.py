"""An invitation registers one platform, once, while it is valid."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import Database
from lti_app.errors import Problem
from lti_app.lti.models import Invitation
from lti_app.lti.platforms import note_deployment
from lti_app.lti.registration import invitations
from lti_app.lti.registration.invitations import (
    Invited,
    claim_first_deployment,
    consume,
    hold,
    invite,
    open_invitation,
    release,
    withdraw_invitation,
)
from lti_app.people.models import Deployment, Institution, Platform
from lti_app.settings import Settings
from tests import world


@pytest.fixture
def token(database: Database, settings: Settings) -> str:
    with database.writing() as session:
        address = invite(session, settings, institution="Lunds universitet")
    assert address.startswith(f"{settings.public_url}/lti/register/")
    return address.rpartition("/")[2]


def slug_of(database: Database, token: str) -> str:
    with database.reading() as session, pytest.raises(Problem) as refused:
        open_invitation(session, token)
    return refused.value.slug


def change(database: Database, **values: object) -> None:
    with database.writing() as session:
        row = session.scalars(select(Invitation)).one()
        for name, value in values.items():
            setattr(row, name, value)


def used_up(database: Database, token: str, *, awaits_deployment: bool = False) -> uuid.UUID:
    with database.writing() as session:
        held = hold(session, token)
        platform_id = world.a_platform(session).id
        consume(
            session,
            held,
            platform_id,
            registered_from="https://x.test",
            awaits_deployment=awaits_deployment,
        )
    return platform_id


def test_only_the_hash_of_the_secret_is_kept(database: Database, token: str) -> None:
    with database.reading() as session:
        row = session.scalars(select(Invitation)).one()
        assert token not in str(vars(row))
        assert open_invitation(session, token).institution == "Lunds universitet"


@pytest.mark.parametrize("strange", ["", "x", "å" * 43, "A" * 43, "\ud800"])
def test_a_strange_secret_opens_nothing(database: Database, token: str, strange: str) -> None:
    assert slug_of(database, strange) == "invitation-unknown"


def test_an_invitation_ends(database: Database, token: str) -> None:
    change(database, expires_at=now())
    assert slug_of(database, token) == "invitation-expired"


def test_a_used_invitation_says_so_also_when_it_would_have_ended(database: Database, token: str) -> None:
    used_up(database, token)
    change(database, expires_at=now())
    assert slug_of(database, token) == "invitation-used"


def test_who_holds_it_keeps_others_out_until_it_is_let_go_of(database: Database, token: str) -> None:
    with database.writing() as session:
        held = hold(session, token)
    with database.writing() as session, pytest.raises(Problem) as refused:
        hold(session, token)
    assert refused.value.slug == "invitation-busy"
    with database.writing() as session:
        release(session, held)
        hold(session, token)


def test_it_is_free_again_when_its_holder_has_died(database: Database, token: str) -> None:
    with database.writing() as session:
        dead = hold(session, token)
    change(database, taken_until=now() - timedelta(seconds=1))
    with database.writing() as session:
        hold(session, token)
        release(session, dead)  # what the dead do late, changes nothing
    with database.writing() as session, pytest.raises(Problem) as refused:
        hold(session, token)
    assert refused.value.slug == "invitation-busy"


def test_who_lost_it_meanwhile_cannot_use_it_up(database: Database, token: str) -> None:
    with database.writing() as session:
        late = hold(session, token)
        platform_id = world.a_platform(session).id
    change(database, taken_until=None)
    with database.writing() as session, pytest.raises(Problem) as refused:
        consume(session, late, platform_id, registered_from="", awaits_deployment=False)
    assert refused.value.slug == "registration-not-stored"


def test_one_that_was_withdrawn_meanwhile_cannot_be_used_up(database: Database, token: str) -> None:
    with database.writing() as session:
        late = hold(session, token)
        platform_id = world.a_platform(session).id
    change(database, taken_until=now() - timedelta(seconds=1))  # its holder took longer than anybody may
    with database.writing() as session:
        withdraw_invitation(session, late.id)
    with database.writing() as session, pytest.raises(Problem) as refused:
        consume(session, late, platform_id, registered_from="", awaits_deployment=False)
    assert refused.value.slug == "registration-not-stored"
    assert slug_of(database, token) == "invitation-unknown"


@pytest.mark.parametrize("meanwhile", ["invitation-used", "invitation-unknown", "invitation-busy"])
def test_who_waited_for_it_hears_what_became_of_it(
    meanwhile: str, database: Database, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another did between the look at it and its taking: the taking waits, and then finds nothing."""

    def look(session: Session, token: str) -> Invited:
        found = open_invitation(session, token)
        monkeypatch.setattr(invitations, "open_invitation", open_invitation)
        platform_id = world.a_platform(session).id
        others = {
            "invitation-used": update(Invitation).values(used_at=now(), platform_id=platform_id),
            "invitation-unknown": delete(Invitation),
            "invitation-busy": update(Invitation).values(taken_until=now() + timedelta(minutes=1)),
        }
        session.execute(others[meanwhile].execution_options(synchronize_session=False))
        session.expire_all()
        return found

    monkeypatch.setattr(invitations, "open_invitation", look)
    with database.writing() as session, pytest.raises(Problem) as refused:
        hold(session, token)
    assert refused.value.slug == meanwhile


def test_the_first_deployment_of_a_registration_without_one_belongs_to_the_invited(
    database: Database, token: str
) -> None:
    platform_id = used_up(database, token, awaits_deployment=True)
    with database.writing() as session:
        assert note_deployment(session, platform_id, "1:first")
        assert not note_deployment(session, platform_id, "2:second")
    with database.reading() as session:
        first, second = session.scalars(select(Deployment).order_by(Deployment.deployment_id)).all()
        assert session.get_one(Institution, first.institution_id).name == "Lunds universitet"
        assert second.institution_id is None


def test_the_promise_of_a_first_deployment_ends_after_thirty_days(database: Database, token: str) -> None:
    platform_id = used_up(database, token, awaits_deployment=True)
    with database.reading() as session:
        until = session.scalars(select(Invitation.first_deployment_until)).one()
    assert until is not None
    assert timedelta(days=29) < until - now() < timedelta(days=31)
    change(database, first_deployment_until=now())
    with database.writing() as session:
        assert not note_deployment(session, platform_id, "1:first")


def test_nothing_is_promised_where_the_platform_named_its_deployment(database: Database, token: str) -> None:
    platform_id = used_up(database, token)
    with database.writing() as session:
        assert claim_first_deployment(session, platform_id) == ""


def test_an_invitation_goes_with_the_platform_that_it_registered(database: Database, token: str) -> None:
    platform_id = used_up(database, token)
    with database.writing() as session:
        session.delete(session.get_one(Platform, platform_id))
    assert slug_of(database, token) == "invitation-unknown"


@pytest.mark.parametrize("name", ["", " Lund", "Lund\n", "x" * 201])
def test_an_institution_needs_a_name(database: Database, settings: Settings, name: str) -> None:
    with database.writing() as session, pytest.raises(ValueError, match="institution"):
        invite(session, settings, institution=name)


@pytest.mark.parametrize("days", [-1, 0, 91])
def test_an_invitation_lives_for_some_time_but_not_for_ever(
    database: Database, settings: Settings, days: int
) -> None:
    with database.writing() as session, pytest.raises(ValueError, match="at most 90 days"):
        invite(session, settings, institution="Lund", lives=timedelta(days=days))
