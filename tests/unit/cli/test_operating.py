"""What an operator does on the command line: a way in, keys, adopting a platform, coordinators."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lti_app.db import Database
from lti_app.lti.keys import current_key
from lti_app.people.models import Person, Platform, RoleGrant
from lti_app.people.roles import Role
from lti_app.settings import Settings
from tests import world
from tests.unit.cli.conftest import Said

Cim = Callable[..., Said]
LUND = ("--institution", "Lunds universitet")


def refused(said: Said, words: str) -> None:
    """One clear line on stderr, nothing on stdout, a non-zero exit code."""
    assert said.code != 0
    assert said.out == ""
    assert said.err.startswith("cim: ")
    assert said.err.count("\n") == 1
    assert words in said.err, said.err


@pytest.fixture
def eva(database: Database) -> Person:
    with database.writing() as session:
        person = world.a_person(session, world.a_course(session), Role.TEACHER, name="Eva Ek")
        person.email = "eva@lu.test"
    return person


def test_the_link_printed_lets_the_operator_in(cim: Cim, client: FlaskClient) -> None:
    said = cim("admin-link", "--minutes", "5")
    assert re.fullmatch(r"http://localhost/admin/enter/[\w-]{43}\n", said.out)
    answer = client.post(urlsplit(said.out.strip()).path)
    assert (answer.status_code, answer.location) == (303, "/admin/platforms")


def test_a_link_cannot_live_for_days(cim: Cim) -> None:
    refused(cim("admin-link", "--minutes", "1441"), "1441 is not in the range")


def test_a_rotation_needs_a_key_that_platforms_know(cim: Cim, database: Database, settings: Settings) -> None:
    before = current_key(database, settings).kid
    refused(cim("keys", "rotate"), "published for less than an hour")
    listed = cim("keys", "list").out.splitlines()
    assert sorted(line.split()[0] for line in listed) == ["current", "next"]
    following = next(line.split()[1] for line in listed if line.startswith("next"))
    said = cim("keys", "rotate", "--now")
    assert said.code == 0, said.err
    standing = {line.split()[1]: line.split()[0] for line in said.out.splitlines()}
    assert (standing[before], standing[following]) == ("retired", "current")
    assert sorted(standing.values()) == ["current", "next", "retired"]
    assert all(re.search(r"since \d{4}-\d\d-\d\d \d\d:\d\d UTC$", line) for line in said.out.splitlines())
    assert current_key(database, settings).kid == following


def test_without_a_key_the_list_says_when_there_will_be_one(cim: Cim) -> None:
    assert cim("keys", "list").out == "There is no key yet; the first is made when it is needed.\n"


def test_keys_survive_a_change_of_the_secret(
    cim: Cim, database: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = current_key(database, settings).kid
    old = tmp_path / "old-secret"
    old.write_text(settings.secret_key + "\n", "utf-8")
    monkeypatch.setenv("CIM_SECRET_KEY", "another secret of sufficient length!")
    refused(cim("keys", "rotate"), "another CIM_SECRET_KEY")
    said = cim("keys", "reencrypt", "--old-secret-file", str(old))
    assert said.out == "1 of the tool's keys stored anew. Restart the server and the worker.\n"
    assert before in cim("keys", "rotate", "--now").out


def test_reencrypting_says_what_it_lacks(
    cim: Cim, database: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    current_key(database, settings)
    monkeypatch.setenv("CIM_SECRET_KEY", "another secret of sufficient length!")
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong", "utf-8")
    refused(cim("keys", "reencrypt", "--old-secret-file", str(wrong)), "Neither CIM_SECRET_KEY nor the old")
    refused(cim("keys", "reencrypt", "--old-secret-file", str(tmp_path / "none")), "does not exist")
    refused(cim("keys", "reencrypt"), "--old-secret-file")
    assert "1 of the tool's keys deleted" in cim("keys", "reencrypt", "--lost").out


def test_the_badge_key_is_rotated_by_itself_and_listed_with_the_others(cim: Cim) -> None:
    first, second = cim("keys", "rotate", "--badge"), cim("keys", "rotate", "--badge")
    assert first.code == second.code == 0
    lines = cim("keys", "list").out.splitlines()
    assert lines == second.out.splitlines()
    assert [line.split()[0] for line in lines] == ["current", "retired"]
    assert all(" for badges  since " in line for line in lines)
    assert lines[1].split()[1] == first.out.split()[1]


def test_the_badge_key_is_published_before_anything_is_signed_with_it(
    cim: Cim, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lti_app.jobs.worker.run_worker", lambda *_: None)
    published = []
    for _ in range(2):
        assert cim("worker").code == 0
        published.append(client.get("/.well-known/did.json").get_json()["verificationMethod"])
    assert [each["type"] for each in published[0]] == ["JsonWebKey", "Multikey"]
    assert published[1] == published[0], "started again, it is the same"


def test_a_worker_starts_beside_a_database_that_is_not_up_to_date(
    cim: Cim, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("lti_app.jobs.worker.run_worker", lambda *_: None)
    monkeypatch.setenv("CIM_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    said = cim("worker")
    assert said.code == 0
    assert "The database is not up to date" in said.err


def test_a_compromised_badge_key_is_marked_and_another_signs(cim: Cim) -> None:
    kid = cim("keys", "rotate", "--badge").out.split()[1]
    marked = cim("keys", "compromised", kid, "--since", "2026-05-01")
    assert marked.code == 0
    assert marked.out == cim("keys", "list").out
    current, stolen = marked.out.splitlines()
    assert current.startswith("current ")
    assert stolen.startswith(f"retired  {kid} for badges")
    assert stolen.endswith(", compromised since 2026-05-01 00:00 UTC")
    for name in ("nobody's", "-nobody's", "--nobody's"):
        refused(cim("keys", "compromised", name), f"neither a badge key nor a file named {name}")


def test_badge_keys_survive_a_change_of_the_secret_too(
    cim: Cim, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = cim("keys", "rotate", "--badge").out
    old = tmp_path / "old-secret"
    old.write_text(settings.secret_key, "utf-8")
    monkeypatch.setenv("CIM_SECRET_KEY", "another secret of sufficient length!")
    assert cim("keys", "reencrypt", "--old-secret-file", str(old)).out.startswith("1 of the tool's keys")
    assert cim("keys", "reencrypt", "--old-secret-file", str(old)).out.startswith("0 of the tool's keys")
    assert cim("keys", "list").out == listed


def test_a_platform_is_adopted_by_its_new_registration(cim: Cim, database: Database, eva: Person) -> None:
    with database.writing() as session:
        new = world.a_platform(session, client_id="2")
    said = cim("platform", "adopt", world.CLIENT_ID, "2")
    assert said.code == 0, said.err
    assert "Canvas (client 2) has adopted Canvas (client 10000000000001), which is paused" in said.out
    assert "1 people, 1 courses, 0 deployments" in said.out
    with database.reading() as session:
        assert session.get_one(Person, eva.id).platform_id == new.id


def test_what_cannot_be_adopted_is_said_in_one_line(cim: Cim, database: Database, eva: Person) -> None:
    refused(cim("platform", "adopt", world.CLIENT_ID, "17"), "no platform '17'")
    refused(cim("platform", "adopt", world.CLIENT_ID, world.CLIENT_ID), "cannot adopt itself")
    with database.writing() as session:
        for course in (
            world.a_running_course(session),
            world.a_course(session, platform=world.a_platform(session, client_id="2")),
        ):
            student = world.a_person(session, course)
            student.sub = "the same"
            world.a_portfolio(session, student, course)
    refused(cim("platform", "adopt", world.CLIENT_ID, "2"), "work of the person with sub 'the same'")
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(~Platform.is_active)) == 0


@pytest.mark.parametrize("which", ["sub", "email", "id"])
def test_somebody_is_made_a_coordinator_and_is_one_no_more(
    which: str, cim: Cim, database: Database, eva: Person
) -> None:
    grant = ("role", "grant", *LUND, "--person", str(getattr(eva, which)))
    assert cim(*grant).out == "Eva Ek is now a coordinator of Lunds universitet.\n"
    assert cim(*grant).out == "Eva Ek was already a coordinator of Lunds universitet.\n"
    with database.reading() as session:
        assert session.scalars(select(RoleGrant.person_id)).all() == [eva.id]
    assert cim(*grant, "--revoke").out == "Eva Ek is no longer a coordinator of Lunds universitet.\n"
    assert cim(*grant, "--revoke").out == "Eva Ek was not a coordinator of Lunds universitet.\n"


def test_whoever_is_not_found_is_said_so_in_one_line(cim: Cim, eva: Person) -> None:
    refused(cim("role", "grant", *LUND, "--person", "nobody@lu.test"), "Nobody at this institution")
    elsewhere = cim("role", "grant", "--institution", "Malmö", "--person", eva.sub)
    refused(elsewhere, "no institution 'Malmö'")
    refused(cim("role", "grant", "--person", eva.sub), "--institution")
