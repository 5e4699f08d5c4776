"""Whatever is asked of any route, by whomever: an answer, never a failure of ours.

Every refusal is the page for a person, with its code and its reference, or the form again with what was
typed; every answer carries the security headers. Each route gets what its form and address take, one value
at a time replaced by something nasty, then nasty bodies, headers and methods, then what Hypothesis makes up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote_from_bytes, urlsplit

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.database import Backend
from tests.everybody import Somebody
from tests.journeys.building import Building, a_building, path_of
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
    TEXTS,
)
from tests.journeys.routes import ROUTES, Place, Public, Thing

pytestmark = pytest.mark.database

REFERENCE = re.compile(r"<code>[0-9A-F]{8}</code>")
HOSTS = {"", "localhost", "canvas.test"}  # here, or the platform of a login
FORM = "application/x-www-form-urlencoded"
DETAILS = {"title": "T", "starts_on": "2026-03-02", "ends_on": "2026-03-03", "field_occasions": "6"}
# A form as it is sent by who means well, where the row of the route says less than the page has.
FORMS: dict[str, dict[str, str]] = {
    "portfolio.add": DETAILS | {"new_id": "", "field_language": "en"},
    "portfolio.change": DETAILS | {"version": "1", "type_code": "language_cafe"},
    "portfolio.copy": {"new_id": ""},
    "portfolio.write": {"answer_what": "x", "answer_learned": "x", "version": "1"},
    "portfolio.add_link": {"url": "https://example.org", "name": "x"},
    "portfolio.submit": {"version": "1"},
    "portfolio.change_presentation": {
        "form": "talk",
        "title": "T",
        "held_on": "2026-05-04",
        "version": "1",
    },
    "review.decide": {"decision": "return", "comment": "x", "printed_name": "x"},
    "web.language": {"language": "sv", "back": "/"},
    "lti.login": {
        "iss": "https://canvas.test",
        "client_id": "10000000000001",
        "login_hint": "x",
        "lti_message_hint": "x",
        "target_link_uri": "http://localhost/lti/launch",
    },
    "lti.launch": {"state": "x" * 22, "id_token": "a.b.c", "error": ""},
}
# What the addresses take after their question mark.
QUERIES: dict[str, dict[str, str]] = {
    "home.mine": {"done": "saved"},
    "class.table": {"after": ""},
    "portfolio.pick": {"q": "café", "setting": "home"},
    "portfolio.new_type": {"q": "café", "setting": "home"},
    "portfolio.item": {"done": "saved"},
    "portfolio.details": {"type": "language_cafe"},
    "portfolio.files": {"done": "added"},
    "portfolio.evidence": {"download": ""},
    "review.queue": {"kind": "activity", "after": "", "decided": ""},
    "review.submission": {"kind": "activity", "decided": ""},
    "review.decide": {"kind": "activity"},
    "review.undo": {"kind": "activity"},
    "deliveries.overview": {"show": "failed", "after": ""},
    "verify.ask": {"code": "x", "lang": "sv"},
    "verify.answer": {"lang": "sv"},
    "lti.login": FORMS["lti.login"],
}
# These are read further than to be looked up.
READ = {"after", "code", "decided", "q", "type", "target_link_uri", "iss"}
# Whose forms are read with files, without, and outside of a launch.
PARSING = {"portfolio.add_files", "portfolio.add", "review.decide", "lti.login", "lti.launch"}
# These use up what they are about, so they are about somebody else's.
USING_UP = {
    "portfolio.delete",
    "portfolio.remove",
    "portfolio.submit",
    "portfolio.withdraw",
    "portfolio.choose_name",
    "review.decide",
    "review.reopen",
    "review.undo",
}
CASES = [
    pytest.param(endpoint, rows[0], id=f"{method} {endpoint}")
    for endpoint, each in ROUTES.items()
    for method in sorted({row.method for row in each})
    if (rows := [row for row in each if row.method == method])
]
POSTS = [case for case in CASES if case.values[1].method == "POST"]  # type: ignore[union-attr]
Row = Thing | Place | Public


@pytest.fixture(scope="module")
def building(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Building]:
    folder = tmp_path_factory.mktemp("no-500")
    with a_building(backend.fresh(folder), folder) as made:
        yield made


def check(response: TestResponse, what: str, method: str = "GET") -> None:
    """The answer is one that a person, or a platform, can do something with."""
    status, text = response.status_code, response.get_data(as_text=True)
    assert status < 500, f"{what}: {status}"
    assert response.headers.get("X-Content-Type-Options") == "nosniff", f"{what}: sniffed"
    assert "frame-ancestors" in response.headers.get("Content-Security-Policy", ""), f"{what}: no policy"
    assert "X-Injected" not in response.headers
    assert urlsplit(response.headers.get("Location", "")).netloc in HOSTS, f"{what}: leads away"
    assert "<script>alert" not in text, f"{what}: markup comes back alive"
    if status < 400 or method == "HEAD":
        return
    if status in {412, 416}:  # about headers that no person writes
        return
    is_form_again = status in {409, 422} and "<form" in text and "<h1" in text
    is_explained = "data-error-code=" in text and REFERENCE.search(text) is not None
    is_verdict = status == 404 and "/verify" in what  # what the tool says of a code that it does not know
    assert is_form_again or is_explained or is_verdict, f"{what}: {status} without a page that explains it"


class Asking:
    """A route as somebody who may use it asks it."""

    def __init__(self, building: Building, endpoint: str, row: Row) -> None:
        self.building, self.row, self.method = building, row, row.method
        is_using_up = endpoint in USING_UP
        self.owner = building.all.owners["classmate" if is_using_up else "student"]
        self.who = self._who(endpoint, row)
        self.rule = next(
            rule for rule in building.app.url_map.iter_rules(endpoint) if row.method in (rule.methods or ())
        )
        self.parts = {"token": "x.y", "name": "x.pdf", "code": building.all.code, "filename": "app.css"}
        if not isinstance(row, Public):
            ids = row.ids if isinstance(row, Thing) else {}
            self.parts |= {part: str(self.owner.ids[thing]) for part, thing in ids.items()} | dict(row.parts)
            self.form = {"csrf_token": self.who.csrf_token} | dict(row.form) | FORMS.get(endpoint, {})
        else:
            self.form = FORMS.get(endpoint, {})
        self.query = QUERIES.get(endpoint, {})

    def _who(self, endpoint: str, row: Row) -> Somebody:
        """The owner of the thing if she may, else who teaches; for a place, the first who gets in."""
        people = self.building.all.people
        if isinstance(row, Thing):
            return people[self.owner.name if row.own in {200, 303} else "teacher"]
        if isinstance(row, Place):
            order = (("student", row.student), ("teacher", row.teacher), ("coordinator", row.coordinator))
            return people[next(name for name, status in order if status in {200, 303})]
        return people["student"]

    def path(self, **parts: str) -> str:
        return path_of(self.rule, self.who.sid, self.parts | parts)

    def send(self, what: str, *, method: str = "", path: str = "", **options: Any) -> TestResponse:
        """One request, judged."""
        method = method or self.method
        response = self.building.ask(self.who, method, path or self.path(), **options)
        check(response, f"{method} {self.rule.rule} with {what}", method)
        return response

    def send_form(self, what: str, form: Mapping[str, bytes | str], query: str = "") -> TestResponse:
        body = encoded(form)
        if self.method == "GET":
            return self.send(what, path=f"{self.path()}?{body.decode('ascii')}&{query}")
        return self.send(what, path=f"{self.path()}?{query}", data=body, content_type=FORM)


def encoded(fields: Mapping[str, bytes | str]) -> bytes:
    """Fields as a form sends them, byte by byte."""
    pairs = (
        (name, value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass"))
        for name, value in fields.items()
    )
    return "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs).encode()


@pytest.mark.parametrize(("endpoint", "row"), POSTS)
def test_any_value_in_any_field_is_answered(building: Building, endpoint: str, row: Row) -> None:
    asking = Asking(building, endpoint, row)
    for name in asking.form:
        for what in FEW if name == "csrf_token" else TEXTS:
            asking.send_form(f"{what} as {name}", asking.form | {name: TEXTS[what]})


@pytest.mark.parametrize(("endpoint", "row"), [case for case in CASES if case.values[0] in QUERIES])
def test_any_value_after_the_question_mark_is_answered(building: Building, endpoint: str, row: Row) -> None:
    asking = Asking(building, endpoint, row)
    for name in asking.query:
        texts = TEXTS if name in READ else {what: TEXTS[what] for what in FEW}
        for what, value in (texts | (CURSORS if name == "after" else {})).items():
            query = encoded(asking.query | {name: value}).decode("ascii")
            asking.send_form(f"{what} as ?{name}", asking.form if row.method == "POST" else {}, query)


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


@hypothesis_settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
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
