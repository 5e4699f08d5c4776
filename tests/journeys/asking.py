"""A route asked by somebody who may use it, its form and query filled in, and its answer judged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_from_bytes, urlsplit

from werkzeug.test import TestResponse

from tests.everybody import Somebody
from tests.journeys.access import Place, Public, Thing
from tests.journeys.building import Building, path_of

REFERENCE = re.compile(r"<code>[0-9A-F]{8}</code>")
HOSTS = {"", "localhost", "canvas.test"}  # here, or the platform of a login
FORM = "application/x-www-form-urlencoded"
DETAILS = {"title": "T", "starts_on": "2026-03-02", "ends_on": "2026-03-03", "field_occasions": "6"}
# A form as it is sent by who means well, where the row of the route says less than the page has.
FORMS: dict[str, dict[str, str]] = {
    "portfolio.add": DETAILS | {"new_id": "", "field_language": "en"},
    "portfolio.change": DETAILS | {"version": "1", "type_code": "language_cafe"},
    "portfolio.copy": {"new_id": ""},
    "beginning.begin": {"from": "file", "yaml": "scheme: x", "bundled": "lund-medicine", "slug": "x"},
    "section.write": {
        "revision": "1",
        "seen": "x",
        "end": "1",
        "do": "add:requirements.all_of",
        "requirements.id": "r",
        "requirements.was": "all_of",
        "requirements.kind": "any_of",
        "requirements.all_of.len": "1",
        "requirements.all_of.0.was": "count",
        "requirements.all_of.0.count": "1",
        "requirements.all_of.0.of.at_least.len": "1",
        "requirements.all_of.0.of.at_least.0.key": "weeks",
        "requirements.all_of.0.of.at_least.0.value": "1",
    },
    "draft.publish": {"revision": "0", "note": "x"},
    "moving.move_student": {"version": "x", "lose": "x"},
    "moving.move_course": {"version": "x", "lose": "x y", "seen": "x"},
    "programme.change": {"programme": "x", "lose": "x", "reason": "x"},
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
    "section.pick": {"path": "activity_types.codes"},
    "section.picked": {"path": "activity_types.codes"},
    "section.show": {"done": "saved"},
    "draft.overview": {"done": "saved"},
    "draft.preview": {
        "rows": "3",
        "programme": "lakare",
        "type.0": "language_cafe",
        "approved.0": "1",
        "starts_on.0": "2026-03-02",
        "occasions.0": "6",
    },
    "moving.course": {"after": "x"},
    "deliveries.overview": {"show": "failed", "after": ""},
    "verify.ask": {"code": "x", "lang": "sv"},
    "verify.answer": {"lang": "sv"},
    "lti.login": FORMS["lti.login"],
}
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
Row = Thing | Place | Public


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
        self.parts = {"token": "x.y", "name": "x.pdf", "filename": "app.css", "number": "1"}
        self.parts["code"] = building.all.code
        if not isinstance(row, Public):
            ids = row.ids if isinstance(row, Thing) else {}
            self.parts |= {part: str(self.owner.ids[thing]) for part, thing in ids.items()} | dict(row.parts)
            self.form = {"csrf_token": self.who.csrf_token} | dict(row.form) | FORMS.get(endpoint, {})
        else:
            self.form = FORMS.get(endpoint, {})
            self.parts["act"] = row.path.rpartition("/")[2]
        self.query = QUERIES.get(endpoint, {})

    def _who(self, endpoint: str, row: Row) -> Somebody:
        """The owner of the thing if she may, else who teaches; for a place, who comes furthest."""
        people = self.building.all.people
        if isinstance(row, Thing):
            return people[self.owner.name if row.own in {200, 303} else "teacher"]
        if isinstance(row, Place):
            order = (("student", row.student), ("teacher", row.teacher), ("coordinator", row.coordinator))
            able = sorted(order, key=lambda each: (each[1] >= 400, each[1] != 409, each[0] != "coordinator"))
            return people[able[0][0]]
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
