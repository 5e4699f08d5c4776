"""An administrator registers platforms and approves deployments."""

from __future__ import annotations

import json
from collections.abc import Callable

from lti_app.db import Database
from lti_app.lti.registration.invitations import open_invitation
from lti_app.settings import Settings
from tests import world
from tests.unit.cli.conftest import Said

Cim = Callable[..., Said]
_ADDRESSES = (
    "--auth-url",
    "https://c.test/a",
    "--token-url",
    "https://c.test/t",
    "--jwks-url",
    "https://c.test/k",
)
_ADD = ("platform", "add", "--name", "Canvas", "--issuer", "https://c.test", "--client-id", "17", *_ADDRESSES)


def test_adding_a_platform_prints_it_as_json_with_its_approved_deployments(cim: Cim) -> None:
    said = cim(
        *_ADD, "--deployment-id", "1:a", "--deployment-id", "2:b", "--institution", "Lunds universitet"
    )
    assert said.code == 0, said.err
    row = json.loads(said.out)
    assert (row["issuer"], row["client_id"]) == ("https://c.test", "17")
    assert [(each["deployment_id"], each["is_approved"]) for each in row["deployments"]] == [
        ("1:a", True),
        ("2:b", True),
    ]
    assert {each["institution"] for each in row["deployments"]} == {"Lunds universitet"}


def test_adding_it_again_changes_nothing(cim: Cim) -> None:
    first = json.loads(cim(*_ADD, "--deployment-id", "1:a").out)
    assert json.loads(cim(*_ADD, "--deployment-id", "1:a").out) == first
    assert json.loads(cim("platform", "list", "--json").out) == [first]


def test_an_empty_listing_says_so(cim: Cim) -> None:
    assert "No platform is registered yet" in cim("platform", "list").out
    assert json.loads(cim("platform", "list", "--json").out) == []


def test_a_listing_without_json_names_platforms_and_deployments(cim: Cim) -> None:
    cim(*_ADD, "--deployment-id", "1:a", "--institution", "Lunds universitet")
    listed = cim("platform", "list").out
    assert "Canvas: https://c.test (client 17)" in listed
    assert "1:a" in listed
    assert "approved for Lunds universitet" in listed


def test_a_waiting_deployment_is_approved_by_its_id(cim: Cim, database: Database) -> None:
    with database.writing() as session:
        deployment = world.a_deployment(session, deployment_id="9:waiting")
        deployment.is_approved, deployment.institution_id = False, None
    said = cim("deployment", "approve", "9:waiting", "--institution", "Uppsala universitet")
    assert said.code == 0, said.err
    assert json.loads(said.out)["institution"] == "Uppsala universitet"


def test_an_address_that_is_none_is_refused_in_one_line(cim: Cim) -> None:
    said = cim(*_ADD[:-1], "not an address")
    assert said.code == 1
    assert said.err.count("\n") == 1
    assert "not an address" in said.err


def test_an_invitation_is_an_address_for_one_institution(
    cim: Cim, database: Database, settings: Settings
) -> None:
    said = cim("platform", "invite", "--institution", "Uppsala universitet", "--days", "3")
    assert said.code == 0, said.err
    (address,) = said.out.splitlines()
    assert address.startswith(f"{settings.public_url}/lti/register/")
    with database.reading() as session:
        assert open_invitation(session, address.rpartition("/")[2]).institution == "Uppsala universitet"


def test_an_invitation_for_nobody_is_refused_in_one_line(cim: Cim) -> None:
    said = cim("platform", "invite", "--institution", " ")
    assert said.code == 1
    assert said.err.count("\n") == 1
