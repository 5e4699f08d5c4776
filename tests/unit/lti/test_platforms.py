"""What an operator tells the tool about platforms and their deployments."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from lti_app.db import Database
from lti_app.lti.platforms import (
    AlreadyThereError,
    PlatformDetails,
    PlatformView,
    add_new_platform,
    add_platform,
    approve_deployment,
    list_platforms,
    note_deployment,
)
from lti_app.people.models import Institution, Platform
from lti_app.settings import Settings

CANVAS = PlatformDetails(
    name="Lund",
    issuer="https://canvas.instructure.com",
    client_id="10000000000001",
    auth_url="https://sso.canvaslms.com/api/lti/authorize_redirect",
    token_url="https://sso.canvaslms.com/login/oauth2/token",
    jwks_url="https://sso.canvaslms.com/api/lti/security/jwks",
)


def add(
    database: Database,
    settings: Settings,
    details: PlatformDetails = CANVAS,
    *ids: str,
    institution: str = "",
) -> PlatformView:
    with database.writing() as session:
        return add_platform(session, settings, details, deployment_ids=ids, institution=institution)


def test_a_platform_is_added_with_its_deployments_approved(database: Database, settings: Settings) -> None:
    view = add(database, settings, CANVAS, "1:a", "1:b", institution="Lunds universitet")
    assert [(each.deployment_id, each.is_approved, each.institution) for each in view.deployments] == [
        ("1:a", True, "Lunds universitet"),
        ("1:b", True, "Lunds universitet"),
    ]
    with database.reading() as session:
        assert list_platforms(session) == [view]


def test_without_an_institution_it_is_called_like_the_platform(
    database: Database, settings: Settings
) -> None:
    (deployment,) = add(database, settings, CANVAS, "1:a").deployments
    assert deployment.institution == "Lund"


def test_adding_twice_changes_nothing_and_corrects_addresses(database: Database, settings: Settings) -> None:
    first = add(database, settings, CANVAS, "1:a")
    assert add(database, settings, CANVAS, "1:a", "1:a") == first
    moved = replace(CANVAS, name="Lunds universitet", jwks_url="https://canvas.lu.se/jwks")
    second = add(database, settings, moved, "1:b")
    assert (second.id, second.jwks_url) == (first.id, "https://canvas.lu.se/jwks")
    assert [each.deployment_id for each in second.deployments] == ["1:a", "1:b"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Platform)) == 1


def test_a_new_platform_never_changes_one_that_is_there(database: Database, settings: Settings) -> None:
    before = add(database, settings, CANVAS, "1:a")
    taken_over = replace(CANVAS, name="Theirs", jwks_url="https://theirs.example/jwks")
    with pytest.raises(AlreadyThereError), database.writing() as session:
        add_new_platform(session, settings, taken_over, deployment_ids=["1:b"])
    with database.reading() as session:
        assert list_platforms(session) == [before]


def test_of_many_who_add_the_same_new_platform_at_once_one_does(
    database: Database, settings: Settings
) -> None:
    def add_new(number: int) -> str:
        details = replace(CANVAS, jwks_url=f"https://canvas.test/{number}")
        try:
            with database.writing() as session:
                return add_new_platform(session, settings, details, deployment_ids=["1:a"]).jwks_url
        except AlreadyThereError:
            return ""

    with ThreadPoolExecutor(8) as threads:
        (added,) = filter(None, threads.map(add_new, range(8)))
    with database.reading() as session:
        (only,) = list_platforms(session)
    assert only.jwks_url == added


def test_many_may_name_the_same_new_institution_at_once(database: Database, settings: Settings) -> None:
    def add_one(number: int) -> str:
        details = replace(CANVAS, client_id=f"client {number}")
        return add(database, settings, details, "1:a", institution="Umeå").deployments[0].institution

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(add_one, range(8))) == {"Umeå"}


def test_a_deployment_may_be_added_while_its_launch_brings_it(database: Database, settings: Settings) -> None:
    platform = add(database, settings)

    def note(_: int) -> bool:
        with database.writing() as session:
            return note_deployment(session, platform.id, "1:a")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda each: each(0), [note, lambda _: add(database, settings, CANVAS, "1:a")] * 4))
    with database.reading() as session:
        ((deployment,),) = (each.deployments for each in list_platforms(session))
    assert deployment.is_approved


def test_names_may_hold_the_joiners_that_their_script_needs(database: Database, settings: Settings) -> None:
    name = "دانشگاه علم‌ و صنعت"
    details = replace(CANVAS, name=name)
    assert add(database, settings, details, "1:a", institution=name).deployments[0].institution == name


def test_one_issuer_serves_many_clients(database: Database, settings: Settings) -> None:
    first = add(database, settings)
    assert add(database, settings, replace(CANVAS, client_id="2")).id != first.id


def test_a_deployment_does_not_move_to_another_institution(database: Database, settings: Settings) -> None:
    add(database, settings, CANVAS, "1:a", institution="Lunds universitet")
    with pytest.raises(ValueError, match="already belongs to 'Lunds universitet'"):
        add(database, settings, CANVAS, "1:a", institution="Uppsala universitet")
    with database.reading() as session:
        assert session.scalars(select(Institution.name)).all() == ["Lunds universitet"]


@pytest.mark.parametrize(
    "details",
    [
        {"name": ""},
        {"name": " Lund"},
        {"name": "L" * 201},
        {"name": "Lund\n"},
        {"client_id": ""},
        {"issuer": "canvas"},
        {"jwks_url": "javascript:alert(1)"},
        {"jwks_url": "file:///etc/passwd"},
        {"auth_url": "https://u:p@canvas.test/"},
        {"token_url": "https://canvas.test/" + "x" * 1000},
    ],
)
def test_details_that_cannot_be_right_are_refused_in_words(
    details: dict[str, str], database: Database, settings: Settings
) -> None:
    with pytest.raises(ValueError, match=next(iter(details)).replace("_", " ")):
        add(database, settings, replace(CANVAS, **details))


@pytest.mark.parametrize(
    "url", ["http://canvas.test/jwks", "https://127.0.0.1/jwks", "https://localhost/jwks"]
)
def test_http_and_private_addresses_are_for_development(
    url: str, database: Database, settings: Settings
) -> None:
    details = replace(CANVAS, jwks_url=url)
    add(database, settings, details)
    with pytest.raises(ValueError, match="development"):
        add(database, replace(settings, development=False), details)


@pytest.mark.parametrize("deployment_id", ["", "x" * 256, "a\x00b"])
def test_a_deployment_id_that_no_platform_sends_is_refused(
    deployment_id: str, database: Database, settings: Settings
) -> None:
    with pytest.raises(ValueError, match="deployment id"):
        add(database, settings, CANVAS, deployment_id)


def test_a_noted_deployment_waits_until_it_is_approved(database: Database, settings: Settings) -> None:
    platform = add(database, settings, CANVAS, "1:a", institution="Lunds universitet")
    for _ in range(2):
        with database.writing() as session:
            note_deployment(session, platform.id, "2:new")
    with database.reading() as session:
        (_, waiting) = list_platforms(session)[0].deployments
    assert (waiting.deployment_id, waiting.is_approved, waiting.institution) == ("2:new", False, "")
    with database.writing() as session:
        approved = approve_deployment(session, str(waiting.id))
    assert (approved.is_approved, approved.institution) == (True, "Lunds universitet")
    with database.writing() as session:
        assert approve_deployment(session, "2:new") == approved


def test_a_deployment_can_be_approved_for_another_institution(database: Database, settings: Settings) -> None:
    platform = add(database, settings, CANVAS, "1:a")
    with database.writing() as session:
        note_deployment(session, platform.id, "2:new")
        assert approve_deployment(session, "2:new", institution="Malmö").institution == "Malmö"


def test_an_unknown_or_ambiguous_deployment_is_said_to_be_so(database: Database, settings: Settings) -> None:
    add(database, settings, CANVAS, "1")
    add(database, settings, replace(CANVAS, client_id="2"), "1")
    with database.writing() as session, pytest.raises(ValueError, match="Several platforms"):
        approve_deployment(session, "1")
    with database.writing() as session, pytest.raises(ValueError, match="No deployment"):
        approve_deployment(session, "3")
