"""Every route × everybody × everybody's things: who gets in, who hears that there is no such thing.

routes.py says it for each endpoint; a route without a row fails. Every request meets the same state and is
forgotten afterwards. Whoever is refused writes nothing, and nobody ever reads a secret word that is not hers
to read: not in a page, a file, a header or an error. Long, because it is one walk through all of it.
Who lacks cookie or token is turned away before anything is looked up, so that is asked on one database.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lti_app.people.roles import Role
from tests.database import Backend
from tests.everybody import HOME, Everybody, Owner, Somebody
from tests.journeys.access import BAD, NONE, NOT_IN, ON, Place, Public, Thing
from tests.journeys.building import UNKNOWN, Building, a_building, path_of
from tests.journeys.routes import ROUTES
from tests.rolled_back import RolledBack

WHOSE = ("student", "student elsewhere", "foreign student")
FRAMED = [
    pytest.param(endpoint, row, id=f"{row.method} {endpoint} {count}")
    for endpoint, rows in ROUTES.items()
    for count, row in enumerate(rows, 1)
    if not isinstance(row, Public)
]


@pytest.fixture(scope="module")
def building(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Building]:
    folder = tmp_path_factory.mktemp("every-route")
    with a_building(backend.fresh(), folder, RolledBack) as made:
        yield made
        assert isinstance(made.database, RolledBack)
        made.database.close()


@dataclass(frozen=True)
class Answer:
    """What came, and whether anything was written meanwhile."""

    response: TestResponse
    has_written: bool


def ask(building: Building, who: Somebody | None, method: str, path: str, **options: Any) -> Answer:
    """One request, forgotten afterwards; nobody may have read what is not for her."""
    assert isinstance(building.database, RolledBack)
    response = building.ask(who, method, path, **options)
    answer = Answer(response, bool(building.database.written))
    building.database.forget()
    shown = response.get_data(as_text=True) + str(response.headers)
    name = who.name if who else "a stranger"
    strange = [word for word, readers in readers_of(building) if word in shown and name not in readers]
    assert not strange, f"{name} reads {strange} at {path}"
    return answer


@cache
def readers_of(building: Building) -> tuple[tuple[str, set[str]], ...]:
    """Each secret word, and the names of those who may read it."""
    return tuple(_readers_of(building.all))


def _readers_of(all_of_them: Everybody) -> Iterator[tuple[str, set[str]]]:
    people = all_of_them.people.values()
    for owner in all_of_them.owners.values():
        yield (
            owner.word,
            {
                each.name
                for each in people
                if owner.name in {each.name, each.observes} or is_staff(each, owner)
            },
        )
    institutions = {each.course: each.institution for each in people}
    for course, word in all_of_them.course_words.items():
        in_course = {each.name for each in people if each.course == course}
        coordinators = {
            each.name
            for each in people
            if each.actor.is_coordinator and each.institution == institutions[course]
        }
        yield word, in_course | coordinators


def is_staff(who: Somebody, owner: Owner) -> bool:
    """Whether this person teaches the owner's course, or coordinates the institution."""
    teaches = Role.TEACHER in who.actor.roles and who.course == owner.course
    return who.institution == owner.institution and (teaches or who.actor.is_coordinator)


def expected_of_thing(row: Thing, who: Somebody, owner: Owner) -> int:
    if who.name == owner.name and row.own is not None:
        return row.own
    if is_staff(who, owner):
        return row.coordinator or row.staff if who.actor.is_coordinator else row.staff
    if who.observes == owner.name and row.observer is not None:
        return row.observer
    return row.here if who.course == owner.course else NONE


def expected_of_place(row: Place, who: Somebody) -> int:
    """What the roles give; of several the first that lets in."""
    if who.name == "teacher who studies" and row.both is not None:
        return row.both
    by_role = {
        Role.TEACHER: row.teacher,
        Role.COORDINATOR: row.coordinator,
        Role.DESIGNER: row.designer,
        Role.STUDENT: row.student if row.test is None or not who.actor.is_test else row.test,
        Role.OBSERVER: row.observer,
    }
    held = [status for role, status in by_role.items() if role in who.actor.roles] or [row.observer]
    return next((status for status in held if status < 400), held[0])


def form_of(row: Thing | Place, who: Somebody, owner: Owner | None = None) -> dict[str, Any]:
    """The form with its CSRF token; FILE is a file, DRAFT the version of the owner's draft."""
    version = str(owner.draft_version) if owner else ""
    form: dict[str, Any] = {"csrf_token": who.csrf_token}
    for name, value in row.form.items():
        is_file = value == "FILE"
        form[name] = (
            (io.BytesIO(b"%PDF-1.7\n%%EOF\n"), "x.pdf") if is_file else value.replace("DRAFT", version)
        )
    return form


def rule_of(building: Building, endpoint: str, method: str) -> Rule:
    return next(
        each for each in building.app.url_map.iter_rules(endpoint) if method in (each.methods or set())
    )


def asked(
    building: Building,
    endpoint: str,
    row: Thing | Place,
    who: Somebody,
    parts: Mapping[str, object],
    owner: Owner | None = None,
) -> Answer:
    path = path_of(rule_of(building, endpoint, row.method), who.sid, {**parts, **row.parts})
    data = form_of(row, who, owner) if row.method == "POST" else None
    return ask(building, who, row.method, path, data=data)


def problems_with(answer: Answer, expected: int, what: str) -> list[str]:
    """What is wrong with this answer, in words."""
    got = answer.response.status_code
    found = [f"{what}: {got}, not {expected}"] if got != expected else []
    if got >= 400 and answer.has_written:
        found.append(f"{what}: {got}, but something was written")
    if got >= 400 and "data-error-code=" not in answer.response.get_data(as_text=True):
        found.append(f"{what}: {got} without a page that explains it")
    return found


def test_every_route_has_a_row(building: Building) -> None:
    routes = {
        (rule.endpoint, method)
        for rule in building.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    rows = {(endpoint, row.method) for endpoint, rows in ROUTES.items() for row in rows}
    assert routes == rows


@pytest.mark.database
@pytest.mark.parametrize(("endpoint", "row"), FRAMED)
def test_a_page_opens_for_whom_it_is_meant(building: Building, endpoint: str, row: Thing | Place) -> None:
    wrong: list[str] = []
    for who in building.all.people.values():
        if isinstance(row, Place):
            answer = asked(building, endpoint, row, who, {}, building.all.owners.get(who.name))
            wrong += problems_with(answer, expected_of_place(row, who), who.name)
            continue
        for owner in (
            building.all.owners[name] for name in (*WHOSE, who.name) if name in building.all.owners
        ):
            parts = {part: owner.ids[thing] for part, thing in row.ids.items()}
            answer = asked(building, endpoint, row, who, parts, owner)
            expected = expected_of_thing(row, who, owner)
            wrong += problems_with(answer, expected, f"{who.name} at the {owner.name}'s")
    assert not wrong, "\n".join(wrong)


@pytest.mark.database
@pytest.mark.parametrize(("endpoint", "row"), FRAMED)
def test_what_does_not_exist_is_not_found(building: Building, endpoint: str, row: Thing | Place) -> None:
    if isinstance(row, Place):
        return
    wrong: list[str] = []
    for name in ("student", "coordinator"):
        who = building.all.people[name]
        for strange in (UNKNOWN, "not-an-id", "%00", "💥", f"{UNKNOWN}0"):
            answer = asked(building, endpoint, row, who, dict.fromkeys(row.ids, strange))
            status = BAD if strange == "%00" else NONE
            wrong += problems_with(answer, status, f"{name} at {strange}")
    assert not wrong, "\n".join(wrong)


def strangers(building: Building) -> Iterable[tuple[str, Somebody | None]]:
    """Who is not in the student's launch: without a cookie, with a made-up one, with that of another's."""
    student, teacher = building.all.people["student"], building.all.people["teacher"]
    yield "without a cookie", None
    yield "with a made-up cookie", replace(student, name="a stranger", secret="x" * 43)
    yield "with the cookie of another launch", replace(teacher, sid=student.sid)
    yield "with a cookie of other signs", replace(student, name="a stranger", secret='"å\xff\\377"')


@pytest.mark.parametrize(("endpoint", "row"), FRAMED)
def test_nobody_comes_in_without_the_cookie_of_the_launch(
    building: Building, endpoint: str, row: Thing | Place
) -> None:
    student, owner = building.all.people["student"], building.all.owners["student"]
    ids = row.ids if isinstance(row, Thing) else {}
    parts = {part: owner.ids[thing] for part, thing in ids.items()}
    path = path_of(rule_of(building, endpoint, row.method), student.sid, {**parts, **row.parts})
    wrong: list[str] = []
    for name, who in strangers(building):
        data = form_of(row, student, owner) if row.method == "POST" else None
        answer = ask(building, who, row.method, path, data=data)
        wrong += problems_with(answer, NOT_IN, name)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("endpoint", "row"),
    [each for each in FRAMED if each.values[1].method == "POST"],  # type: ignore[union-attr]
)
def test_no_form_is_taken_without_its_token(building: Building, endpoint: str, row: Thing | Place) -> None:
    wrong: list[str] = []
    for name in ("student", "teacher"):
        who, owner = building.all.people[name], building.all.owners["student"]
        ids = row.ids if isinstance(row, Thing) else {}
        parts = {part: owner.ids[thing] for part, thing in ids.items()}
        for token in ("", "x", building.all.people["classmate"].csrf_token, "å💥"):
            answer = asked(building, endpoint, row, replace(who, csrf_token=token), parts, owner)
            wrong += problems_with(answer, BAD, f"{name} with the token {token!r}")
            assert "form-expired" in answer.response.get_data(as_text=True)
    assert not wrong, "\n".join(wrong)


@pytest.mark.database
@pytest.mark.parametrize(
    ("endpoint", "row"),
    [
        pytest.param(endpoint, row, id=f"{row.method} {row.path}")
        for endpoint, rows in ROUTES.items()
        for row in rows
        if isinstance(row, Public)
    ],
)
def test_a_public_page_says_the_same_to_everybody(building: Building, endpoint: str, row: Public) -> None:
    path = row.path.replace("CODE", building.all.code)
    for who in (None, building.all.people["student"], building.all.people["foreign coordinator"]):
        answer = ask(building, who and replace(who, name="a stranger"), row.method, path)
        assert answer.response.status_code == row.status


@pytest.mark.database
def test_the_parts_of_an_address_must_belong_together(building: Building) -> None:
    """One's own item does not open the way to what belongs to another's."""
    student, own = building.all.people["student"], building.all.owners["student"].ids
    for name in ("classmate", "student elsewhere", "foreign student"):
        theirs = building.all.owners[name].ids
        removing = f"/l/{student.sid}/items/{own['draft']}/evidence/{theirs['evidence']}/remove"
        deleting = f"/l/{student.sid}/portfolios/{own['portfolio']}/items/{theirs['draft']}/delete"
        other = f"/l/{student.sid}/items/{own['draft']}/evidence/{own['sent evidence']}/remove"
        for path in (removing, deleting, other):
            answer = ask(building, student, "POST", path, data={"csrf_token": student.csrf_token})
            assert not answer.has_written
            assert answer.response.status_code in {ON, NONE}


@pytest.mark.database
def test_a_form_cannot_take_the_id_of_anothers_activity(building: Building) -> None:
    student, own = building.all.people["student"], building.all.owners["student"].ids
    for name in ("classmate", "foreign student"):
        form = {"csrf_token": student.csrf_token, "new_id": str(building.all.owners[name].ids["draft"])}
        for path in ("activities/new/language_cafe", f"items/{own['draft']}/copy"):
            answer = ask(building, student, "POST", f"/l/{student.sid}/{path}", data=form)
            assert answer.response.status_code == NONE


@pytest.mark.database
def test_the_secret_words_are_there_to_be_read(building: Building) -> None:
    """Else the other tests would look for what is nowhere."""
    people, owners = building.all.people, building.all.owners
    teacher, coordinator = people["teacher"], people["coordinator"]
    for name, owner in owners.items():
        who = people[name]
        for path in ("mine", f"items/{owner.ids['draft']}", f"evidence/{owner.ids['evidence']}", "record"):
            assert owner.word in building.ask(who, "GET", f"/l/{who.sid}/{path}").get_data(as_text=True)
    for page in ("class", "queue", "deliveries?show=failed"):
        shown = building.ask(teacher, "GET", f"/l/{teacher.sid}/{page}").get_data(as_text=True)
        assert {each.word for each in owners.values() if each.word in shown} == {
            each.word for each in owners.values() if each.course == HOME
        }
    shown = building.ask(coordinator, "GET", f"/l/{coordinator.sid}/queue").get_data(as_text=True)
    assert owners["student elsewhere"].word in shown
    assert owners["foreign student"].word not in shown
