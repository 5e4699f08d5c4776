"""Whatever is asked of any route, by whomever: an answer, never a failure of ours.

Every refusal is the page for a person, with its code and its reference, or the form again with what was
typed; every answer carries the security headers. Each route gets what its form and address take, one value
at a time replaced by something nasty, then nasty bodies, headers and methods, then what Hypothesis makes up.
What may reach the database is repeated on PostgreSQL; addresses, bodies, headers and methods are read before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.database import Backend
from tests.journeys.asking import FORM, FORMS, QUERIES, Asking, Row, check, encoded
from tests.journeys.building import Building, a_building
from tests.journeys.nasties import (
    ADDRESSES,
    BODIES,
    CURSORS,
    FEW,
    FEW_BODIES,
    HEADERS,
    METHODS,
    PARTS,
    RANGES,
    STORED,
    TEXTS,
)
from tests.journeys.routes import ROUTES

# These are read further than to be looked up.
READ = {"after", "code", "decided", "path", "q", "type", "target_link_uri", "iss"}
# Whose forms are read with files, without, and outside of a launch.
PARSING = {"portfolio.add_files", "portfolio.add", "review.decide", "lti.login", "lti.launch"}
CASES = [
    pytest.param(endpoint, rows[0], id=f"{method} {endpoint}")
    for endpoint, each in ROUTES.items()
    for method in sorted({row.method for row in each})
    if (rows := [row for row in each if row.method == method])
]
POSTS = [case for case in CASES if case.values[1].method == "POST"]  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def building(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Building]:
    folder = tmp_path_factory.mktemp("no-500")
    with a_building(backend.fresh(), folder) as made:
        yield made


@pytest.mark.database
@pytest.mark.parametrize(("endpoint", "row"), POSTS)
def test_any_value_in_any_field_is_answered(building: Building, endpoint: str, row: Row) -> None:
    asking = Asking(building, endpoint, row)
    texts = STORED if building.is_repeated else TEXTS
    for name in asking.form:
        for what in FEW if name == "csrf_token" or name.startswith("requirements.") else texts:
            asking.send_form(f"{what} as {name}", asking.form | {name: TEXTS[what]})


@pytest.mark.database
@pytest.mark.parametrize(("endpoint", "row"), [case for case in CASES if case.values[0] in QUERIES])
def test_any_value_after_the_question_mark_is_answered(building: Building, endpoint: str, row: Row) -> None:
    asking = Asking(building, endpoint, row)
    for name in asking.query:
        texts = TEXTS if name in READ else {what: TEXTS[what] for what in FEW}
        for what, value in (texts | (CURSORS if name == "after" else {})).items():
            query = encoded(asking.query | {name: value}).decode("ascii")
            asking.send_form(f"{what} as ?{name}", asking.form if row.method == "POST" else {}, query)


@pytest.mark.database
@pytest.mark.parametrize(("endpoint", "row"), CASES)
def test_a_form_may_lack_anything(building: Building, endpoint: str, row: Row) -> None:
    asking = Asking(building, endpoint, row)
    asking.send_form("nothing", {})
    for name in asking.form:
        asking.send_form(f"no {name}", {key: value for key, value in asking.form.items() if key != name})


@pytest.mark.parametrize(("endpoint", "row"), CASES)
def test_any_part_of_any_address_is_answered(building: Building, endpoint: str, row: Row) -> None:
    asking = Asking(building, endpoint, row)
    names = set(re.findall(r"<(?:[^<>]*:)?(\w+)>", asking.rule.rule))
    for part in PARTS:
        for name in sorted(names if endpoint == "home.landing" else names - {"sid"}):
            asking.send(
                f"{part[:20]} as {name}",
                path=asking.path(**{name: part}),
                data=encoded(asking.form) if row.method == "POST" else None,
                content_type=FORM if row.method == "POST" else None,
            )


@pytest.mark.parametrize(("endpoint", "row"), POSTS)
def test_any_body_is_answered(building: Building, endpoint: str, row: Row) -> None:
    """The token travels in its header, so that the body reaches whoever reads it."""
    asking = Asking(building, endpoint, row)
    for what in BODIES if endpoint in PARSING else FEW_BODIES:
        content_type, body = BODIES[what]
        asking.send(
            what,
            data=body,
            headers={"X-CSRF-Token": asking.who.csrf_token, "Content-Type": content_type},
        )
    asking.send(
        "fewer bytes than it says",
        data=b"title=x",
        headers={"Content-Type": FORM},
        environ_overrides={"CONTENT_LENGTH": "5000"},
    )


@pytest.mark.parametrize(("endpoint", "row"), CASES)
def test_any_method_is_answered(building: Building, endpoint: str, row: Row) -> None:
    asking = Asking(building, endpoint, row)
    for method in METHODS:
        response = asking.send("that method", method=method, headers={"X-CSRF-Token": asking.who.csrf_token})
        if method in {"PUT", "DELETE", "TRACE", "FOO"}:
            assert response.status_code == 405, method
            assert row.method in response.headers["Allow"]


@pytest.mark.parametrize(
    ("endpoint", "row"),
    [
        case
        for case in CASES
        if case.values[0]
        in {"home.landing", "portfolio.add", "review.queue", "verify.ask", "lti.login", "static"}
    ],
)
def test_any_header_is_answered(building: Building, endpoint: str, row: Row) -> None:
    asking = Asking(building, endpoint, row)
    for name, values in HEADERS.items():
        for value in values:
            data = encoded(asking.form) if row.method == "POST" else None
            headers = {"Content-Type": FORM, name: value} if data else {name: value}
            asking.send(f"{name}: {value[:30]!r}", data=data, headers=headers)


def test_any_range_of_a_file_is_answered(building: Building) -> None:
    for endpoint, part in (
        ("portfolio.evidence", {}),
        ("certificates.file", {"how": "view"}),
        ("static", {}),
    ):
        asking = Asking(building, endpoint, ROUTES[endpoint][0])
        conditions = ["If-None-Match", "If-Match", "If-Modified-Since", "If-Range"]
        for value in RANGES:
            asking.send(f"the range {value[:20]!r}", path=asking.path(**part), headers={"Range": value})
            for name in conditions if value in RANGES[:2] else ():
                for condition in HEADERS[name]:
                    asking.send(
                        f"the range {value[:20]!r}, {name}",
                        path=asking.path(**part),
                        headers={"Range": value, name: condition},
                    )


def test_any_address_is_answered(building: Building) -> None:
    for who in (None, building.all.people["student"]):
        for address in ADDRESSES:
            for method in ("GET", "POST", "OPTIONS"):
                response = building.ask(who, method, "/", environ_overrides={"PATH_INFO": address})
                check(response, f"{method} {address[:40]!r}", method)


def test_everybody_is_answered_everywhere(building: Building) -> None:
    """Those who may not get nasty forms refused as well as good ones."""
    nasty = {name: TEXTS["broken UTF-8"] for form in FORMS.values() for name in form}
    for endpoint, rows in ROUTES.items():
        for row in rows:
            asking = Asking(building, endpoint, row)
            for name in ("teacher", "designer", "observer", "coordinator", "test student", "foreign student"):
                asking.who = who = building.all.people[name]
                asking.send_form(f"nasty fields from {who.name}", nasty | {"csrf_token": who.csrf_token})


made_up = st.binary(max_size=40) | st.text(max_size=40).map(
    lambda text: text.encode("utf-8", "surrogatepass")
)


@pytest.mark.database
@hypothesis_settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_what_is_made_up_is_answered(building: Building, data: st.DataObject) -> None:
    endpoint = data.draw(st.sampled_from(sorted(ROUTES)))
    asking = Asking(building, endpoint, data.draw(st.sampled_from(ROUTES[endpoint])))
    values = made_up | st.sampled_from(sorted(TEXTS.values()))
    form = asking.form | {
        name: data.draw(values)
        for name in data.draw(st.lists(st.sampled_from(sorted(asking.form) or ["x"]), max_size=4))
        if name != "csrf_token"
    }
    query = {name: data.draw(values) for name in asking.query}
    asking.send_form("what is made up", form, encoded(query).decode("ascii"))
