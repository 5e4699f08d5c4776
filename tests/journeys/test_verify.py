"""Anybody asks whether a certificate is genuine: by address, by QR code, by typing what is printed."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from lti_app import create_app
from lti_app.certificates import code as codes
from lti_app.certificates.badge.signing import make
from lti_app.certificates.facts import CertificateFacts, Text
from lti_app.certificates.issuing import claim, conclude
from lti_app.certificates.models import Certificate, CertificateState, Share
from lti_app.certificates.service import verify_url
from lti_app.db import Database
from lti_app.settings import Settings
from lti_app.storage import Stored
from lti_app.web.limits import limiter
from tests import world
from tests.inspect_page import Page, page
from tests.queries import counting_queries
from tests.world import an_earned_portfolio

CODE = "01AB10AB0123"
TOKEN = "t" * 22
LINK = f"/verify/{CODE}/{TOKEN}"
UNKNOWN = "7777-7777-7777"


@pytest.fixture
def issued(database: Database, settings: Settings) -> Certificate:
    """A certificate whose code has every character that is easily misread."""
    with database.writing() as session:
        course = world.a_course(session)
        student = world.a_person(session, course, name="Åsa Maria Öberg-Ek")
        portfolio = an_earned_portfolio(session, student, course)
        taken = claim(session, settings, portfolio.id)
        assert taken is not None
        made = conclude(session, taken, Stored("key", 1, "0" * 64, b"%PDF"), make(taken.facts, taken.badge))
        made.code = CODE
        return made


def a_link(to: Certificate, *, shows_name: bool = False) -> Share:
    """A link at LINK that shows the merits."""
    inside = {"institution_id": to.institution_id}
    return Share(**inside, certificate_id=to.id, token=TOKEN, shows_name=shows_name, shows_merits=True)


def shown(client: FlaskClient, path: str, status: int = 200, **headers: str) -> Page:
    response = client.get(path, headers=headers, follow_redirects=True)
    assert response.status_code == status
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert response.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert "Set-Cookie" not in response.headers
    seen = page(response)
    robots = [meta for meta in seen.root.all("meta") if meta.attributes.get("name") == "robots"]
    assert [meta.attributes["content"] for meta in robots] == ["noindex"]
    return seen


def state_of(seen: Page) -> str:
    return seen.main.attributes["data-certificate-state"]


def test_the_address_in_the_qr_code_shows_status_title_issuer_day_and_masked_name(
    client: FlaskClient, issued: Certificate, settings: Settings
) -> None:
    address = verify_url(settings, CODE)
    assert address == "http://localhost/verify/01AB-10AB-0123"
    seen = shown(client, address.removeprefix("http://localhost"))
    assert state_of(seen) == "issued"
    assert seen.h1 == "This certificate is valid"
    for said in (
        "Certificate of International Merits",
        "Lund University",
        issued.number,
        "Å•• M•••• Ö••••-E•",
    ):
        assert said in seen.text
    facts = CertificateFacts.from_json(issued.facts)
    assert str(facts.issued_on.year) in seen.text
    for hidden in ("Åsa", "Maria", "Öberg", "conference"):
        assert hidden not in seen.text


def test_both_languages_are_spoken(client: FlaskClient, issued: Certificate) -> None:
    swedish = shown(client, f"/verify/{CODE}?lang=sv")
    assert swedish.language == "sv"
    assert "Intyg om internationella meriter" in swedish.text
    assert shown(client, f"/verify/{CODE}", **{"Accept-Language": "sv"}).language == "sv"
    assert shown(client, f"/verify/{CODE}?lang=en", **{"Accept-Language": "sv"}).language == "en"
    for lang in ("", "de", "sv-SE", "<script>"):
        assert shown(client, "/verify?lang=" + lang).language in {"sv", "en"}
    other = shown(client, f"/verify/{CODE}?lang=sv").links["English"]
    assert shown(client, other).language == "en"


@pytest.mark.parametrize(
    "typed",
    [
        "01AB-10AB-0123",
        "01ab10ab0123",
        "01AB 10AB 0123",
        "  01ab-10ab-0123 ",
        "O1AB-1OAB-O123",
        "oIabLoaboi23",
        "0lab–i0ab—ol23",
        "０１ＡＢ１０ＡＢ０１２３",
        "01AB.10AB_0123",
        "01AB-\u200b10AB-01\u00ad23",
        "(01AB-10AB-0123)",
        "”01AB-10AB-0123”.",
        "Kod · Code: 01AB-10AB-0123",
        "Kod · Code: 01AB-10AB-0123 Utfärdat den 1 maj 2026 Issued on 1 May 2026 CIM-2026-000001",
        "CIM-2026-000001  ·  Kod · Code: 01ab-10ab-0123",
    ],
)
def test_a_code_may_be_typed_as_people_type(client: FlaskClient, issued: Certificate, typed: str) -> None:
    response = client.get("/verify", query_string={"code": typed, "lang": "sv"})
    assert response.status_code == 303
    assert response.headers["Location"] == "/verify/01AB-10AB-0123?lang=sv"
    assert state_of(shown(client, response.headers["Location"])) == "issued"
    assert state_of(shown(client, f"/verify/{typed.strip()}")) == "issued"


@pytest.mark.parametrize("token", ["", f"/{TOKEN}"])
def test_the_whole_address_may_be_pasted(client: FlaskClient, issued: Certificate, token: str) -> None:
    pasted = f"https://cim.example/verify/01AB-10AB-0123{token}?lang=sv"
    response = client.get("/verify", query_string={"code": pasted, "lang": "en"})
    assert response.headers["Location"] == f"/verify/01AB-10AB-0123{token}?lang=en"


def test_a_number_in_the_place_of_the_code_is_told(client: FlaskClient, issued: Certificate) -> None:
    seen = shown(client, f"/verify?code={issued.number}&lang=en", 404)
    assert "This is a certificate's number." in seen.text


def test_a_trial_says_so_to_strangers_and_nothing_else_does(
    client: FlaskClient, limited: FlaskClient, issued: Certificate
) -> None:
    for asked, is_trial in ((client, True), (limited, False)):
        answer = asked.get(f"/verify/{CODE}?lang=en").get_data(as_text=True)
        assert ("for trying things out" in answer) is is_trial


@pytest.mark.parametrize(
    "typed",
    [
        "!" * 12,
        "å" * 12,
        "U" * 12,
        "..",
        "/etc/crontab",
        "<b>777777</b",
        "%" * 12,
        "\0" * 12,
    ],
)
def test_what_can_be_no_code_is_answered_like_an_unknown_one(
    client: FlaskClient, issued: Certificate, typed: str
) -> None:
    unknown = shown(client, f"/verify/{UNKNOWN}", 404)
    assert state_of(unknown) == "unknown"
    malformed = shown(client, f"/verify?code={typed.replace('%', '%25')}", 404)
    assert (state_of(malformed), malformed.text) == (state_of(unknown), unknown.text)
    if "/" not in typed and typed != "..":
        assert shown(client, f"/verify/{typed.replace('%', '%25')}", 404).text == unknown.text


@pytest.mark.parametrize(
    ("typed", "length"),
    [
        ("x", 1),
        ("7777-7777-777", 11),
        ("7777-7777-77777", 13),
        (" 77 77–7777_777 ", 11),
        ("<b>", 3),
        ("%25", 1),
        ("%00", 1),
        ("a%00b", 3),
        ("Kod · Code: 7777-7777-777", 11),
        ("a" * 3000, 3000),
    ],
)
def test_a_code_of_the_wrong_length_is_told_so(
    client: FlaskClient, issued: Certificate, typed: str, length: int
) -> None:
    for path in (f"/verify?code={typed}", f"/verify/{typed.strip()}"):
        seen = shown(client, path, 404)
        assert (state_of(seen), seen.h1) == ("unknown", "Unknown code")
        assert f"A code has 12 characters; this one has {length}." in seen.text


@pytest.mark.parametrize("link", ["", f"/{TOKEN}"])
def test_an_unknown_and_a_malformed_code_cost_one_look_up_and_one_hash(
    client: FlaskClient,
    issued: Certificate,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    link: str,
) -> None:
    hashed: list[bytes] = []

    def counted(typed: bytes) -> Any:
        hashed.append(typed)
        return sha256(typed)

    monkeypatch.setattr(codes, "sha256", counted)
    answers = []
    for code in (UNKNOWN, "!" * 12, "malformed", "7" * 300, "7777-%00777-7777", "Kod · Code: 7777-7777-7777"):
        with counting_queries(database.engine) as queries:
            answers.append(client.get(f"/verify/{code}{link}"))
        assert (queries.count, len(hashed)) == (1, 1), code
        hashed.clear()
    texts = [
        re.sub(r"A code has .*; this one has [0-9]+", "No certificate has this code", page(each).text)
        for each in answers
    ]
    assert len(set(texts)) == 1, "but for the words that tell of its length"
    assert len({len(codes.sought(code)) for code in (UNKNOWN, "malformed", "", "\ud800")}) == 1


def test_what_a_link_shows_is_for_no_search_engine_and_speaks_both_languages(
    client: FlaskClient, issued: Certificate, database: Database
) -> None:
    with database.writing() as session:
        session.add(a_link(issued, shows_name=True))
    seen = shown(client, f"{LINK}?lang=en")
    assert "Åsa Maria Öberg-Ek" in seen.text
    assert "Abroad" in seen.text
    assert "Utomlands" in shown(client, f"{LINK}?lang=sv").text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Programme Study Programme in Medicine", "Scheme Lund, Medicine", "(3–14 August 2026)")),
        (
            "sv",
            ("Utbildningsprogram Läkarprogrammet", "Certifikatsordning Lund, medicin", "(3–14 augusti 2026)"),
        ),
    ],
)
def test_a_link_to_the_merits_says_what_the_certificate_prints_and_no_more(
    client: FlaskClient, issued: Certificate, database: Database, language: str, said: tuple[str, ...]
) -> None:
    away = replace(
        CertificateFacts.from_json(issued.facts).merits[0],
        starts_on=date(2026, 8, 3),
        ends_on=date(2026, 8, 14),
    )
    facts = replace(
        CertificateFacts.from_json(issued.facts),
        programme=Text("Läkarprogrammet", "Study Programme in Medicine"),
        scheme_name=Text("Lund, medicin", "Lund, Medicine"),
        merits=(away,),
    )
    with database.writing() as session:
        session.add(a_link(issued))
        session.get_one(Certificate, issued.id).facts = facts.to_json()
    seen = shown(client, f"{LINK}?lang={language}").text
    for each in said:
        assert each in seen
        assert each not in shown(client, f"/verify/{CODE}?lang={language}").text, "the code alone tells less"
    bare = replace(facts, scheme_name=facts.title, layout=replace(facts.layout, shows=frozenset()))
    with database.writing() as session:
        session.get_one(Certificate, issued.id).facts = bare.to_json()
    seen = shown(client, f"{LINK}?lang={language}").text
    assert away.title in seen
    for each in said:
        assert each not in seen, "what is not on paper is not here, either"


def test_a_merit_whose_title_is_its_type_is_named_once(
    client: FlaskClient, issued: Certificate, database: Database
) -> None:
    with database.writing() as session:
        made = session.get_one(Certificate, issued.id)
        facts = CertificateFacts.from_json(made.facts)
        cafe = replace(
            facts.merits[0], type_label=Text("Språkkafé", "Language café"), title="language Café", place=""
        )
        talk = replace(cafe, title="With nurses")
        made.facts = replace(facts, merits=(cafe, talk)).to_json()
        session.add(a_link(made))

    def merits(language: str) -> list[str]:
        seen = shown(client, f"{LINK}?lang={language}")
        return [each.text.partition(" (")[0] for each in seen.main.all("li")]

    assert merits("en") == ["language Café", "Language café: With nurses"]
    assert merits("sv") == ["Språkkafé: language Café", "Språkkafé: With nurses"]


def test_a_link_with_a_nul_is_one_that_does_not_work(client: FlaskClient, issued: Certificate) -> None:
    seen = shown(client, f"/verify/{CODE}/a%00b?lang=en")
    assert "This link does not work. Ask the holder" in seen.text
    assert "The holder can send you a link" not in seen.text, "that is said already"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/verify/a/b/c", 404),
        ("GET", f"/verify/{UNKNOWN}/", 404),
        ("GET", "/verify//", 404),
        ("POST", "/verify?a=%00", 400),
        ("POST", f"/verify/{UNKNOWN}", 405),
        ("GET", "/verify/", 404),
    ],
)
def test_no_answer_below_verify_is_for_search_engines(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    response = client.open(path, method=method)
    assert (response.status_code, response.headers["X-Robots-Tag"]) == (status, "noindex")
    odd = client.open(path, method=method, headers={"Host": "a b"})
    assert (odd.status_code, odd.headers["X-Robots-Tag"]) == (400, "noindex")


@pytest.mark.parametrize("typed", [UNKNOWN, "not a code", '"><b>x</b>'])
def test_a_code_that_is_unknown_stays_in_its_field_to_be_mended(client: FlaskClient, typed: str) -> None:
    answer = client.get("/verify", query_string={"code": typed, "lang": "en"}, follow_redirects=True)
    shown = page(answer)
    assert shown.form("/verify")["code"] == typed
    (field,) = [each for each in shown.main.all("input") if each.attributes["name"] == "code"]
    assert field.attributes["aria-describedby"] == "unknown"


def test_who_comes_without_a_course_is_led_to_where_codes_are_verified(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.location) == (303, "/verify")


def test_the_form_asks_for_a_code(client: FlaskClient) -> None:
    seen = shown(client, "/verify")
    assert seen.h1 == "Verify a certificate"
    assert seen.form("/verify") == {"lang": "en", "code": ""}
    assert shown(client, "/verify?code=%20%20").h1 == "Verify a certificate"


def test_a_superseded_certificate_leads_to_the_one_that_replaced_it(
    client: FlaskClient, issued: Certificate, database: Database
) -> None:
    with database.writing() as session:
        old = session.get_one(Certificate, issued.id)
        new_id = uuid.uuid4()
        old.state, old.superseded_by_id = CertificateState.SUPERSEDED, new_id
        session.flush()
        session.add(
            Certificate(
                id=new_id,
                institution_id=old.institution_id,
                portfolio_id=old.portfolio_id,
                number="CIM-2026-000009",
                code="ZZZZYYYYXXXX",
                facts=replace(CertificateFacts.from_json(old.facts), holder_name="Åsa Ny").to_json(),
                stored_file_id=old.stored_file_id,
            )
        )
    seen = shown(client, f"/verify/{CODE}?lang=sv")
    assert state_of(seen) == "superseded"
    (leads_to,) = [href for href in seen.links.values() if "ZZZZ" in href]
    successor = shown(client, leads_to)
    assert (state_of(successor), successor.language) == ("issued", "sv")


def test_a_revoked_certificate_says_since_when(
    client: FlaskClient, issued: Certificate, database: Database
) -> None:
    with database.writing() as session:
        made = session.get_one(Certificate, issued.id)
        made.state = CertificateState.REVOKED
        made.revoked_at, made.revoke_reason = datetime(2026, 12, 1, 12, tzinfo=UTC), "a private matter"
    seen = shown(client, f"/verify/{CODE}")
    assert state_of(seen) == "revoked"
    assert "1 December 2026" in seen.text
    assert "private" not in seen.text


@pytest.fixture
def limited(settings: Settings) -> Iterator[FlaskClient]:
    """The tool as it runs outside of a developer's machine; time stands still: limits are by the minute."""
    app = create_app(replace(settings, development=False, public_url="https://cim.test", trusted_proxies=1))
    with time_machine.travel(datetime.now(UTC), tick=False):
        yield app.test_client()
    app.extensions["cim"].db.engine.dispose()


def test_somebody_who_guesses_is_slowed_down_and_others_are_not(
    limited: FlaskClient, issued: Certificate
) -> None:
    guesser, other = {"X-Forwarded-For": "198.51.100.7"}, {"X-Forwarded-For": "198.51.100.8"}
    statuses = [limited.get(f"/verify/{UNKNOWN}", headers=guesser).status_code for _ in range(61)]
    assert statuses == [404] * 60 + [429]
    response = limited.get(f"/verify/{CODE}", headers=guesser)
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) in range(1, 62)
    assert page(response).main.attributes["data-error-code"] == "too-many-requests"
    assert response.headers["X-Robots-Tag"] == "noindex"
    for way in (LINK, f"/verify?code={CODE}"):
        assert limited.get(way, headers=guesser).status_code == 429, "counted together"
    assert limited.get("/verify", headers=guesser).status_code == 200, "the form alone is no guess"
    uploads = [limited.post("/verify", headers=guesser).status_code for _ in range(21)]
    assert uploads == [422] * 20 + [429]
    assert limited.get(f"/verify/{CODE}", headers=other).status_code == 200
    forged = {"X-Forwarded-For": "203.0.113.1, 198.51.100.7"}
    assert limited.get(f"/verify/{CODE}", headers=forged).status_code == 429, "only the proxy is believed"
    limiter.reset()
    for number in range(60):
        address = {"X-Forwarded-For": f"2001:db8:0:7::{number:x}"}
        assert limited.get(f"/verify/{UNKNOWN}", headers=address).status_code == 404
    for address, status in (("2001:db8:0:7:f::1", 429), ("2001:db8:0:8::1", 404), ("nobody's", 404)):
        asked = limited.get(f"/verify/{UNKNOWN}", headers={"X-Forwarded-For": address})
        assert asked.status_code == status, address


def test_from_however_many_addresses_so_much_is_answered_and_no_more(settings: Settings) -> None:
    app = create_app(replace(settings, development=False, public_url="https://cim.test", trusted_proxies=1))
    asking = limiter.limit("9 per minute", name="tried here", in_total="4 per minute")
    app.add_url_rule("/tried", view_func=asking(lambda: "here"))
    addresses = [{"X-Forwarded-For": f"198.51.100.{number}"} for number in range(6)]
    with time_machine.travel(datetime.now(UTC), tick=False):
        statuses = [app.test_client().get("/tried", headers=each).status_code for each in addresses]
    assert statuses == [200] * 4 + [429] * 2
    assert {"verify", "verify in total"} <= set(limiter.rates)
    app.extensions["cim"].db.engine.dispose()


def test_whoever_guesses_on_a_developers_own_machine_is_slowed_down_too(client: FlaskClient) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False):
        statuses = [client.get(f"/verify/{UNKNOWN}").status_code for _ in range(61)]
        uploads = [client.post("/verify").status_code for _ in range(21)]
    assert statuses == [404] * 60 + [429]
    assert uploads == [422] * 20 + [429]


def test_the_day_of_the_check_is_that_of_the_place_where_certificates_are_dated(
    client: FlaskClient, issued: Certificate
) -> None:
    with time_machine.travel(datetime(2031, 6, 30, 22, 30, tzinfo=UTC), tick=False):
        assert "Checked 1 July 2031" in shown(client, f"/verify/{CODE}").text
