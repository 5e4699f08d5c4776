"""An administrator registers the tool with her platform by the invitation that she was sent."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from lti_app.clock import now
from lti_app.lti.models import Invitation
from lti_app.lti.operating.queries import platform_page
from lti_app.lti.platforms import PlatformDetails, add_platform, list_platforms
from lti_app.settings import Settings
from tests.inspect_page import page
from tests.journeys.registering import TOKEN, Administrator, an_address, slug_of
from tests.registering_platform import AGS, PLATFORM, TOOL, RegisteringPlatform, registering_platform

ELSEWHERE = "https://canvas.instructure.com"


@pytest.fixture
def school() -> Iterator[RegisteringPlatform]:
    with registering_platform() as platform:
        yield platform


def test_looking_shows_what_is_asked_for_and_fetches_nothing(
    admin: Administrator, school: RegisteringPlatform
) -> None:
    for language in ("sv", "en"):
        shown = page(admin.look(school.configuration_url, lang=language))
        assert "Lunds universitet" in shown.text
        assert school.url in shown.text
        other = page(admin.client.get(shown.links["English" if language == "sv" else "Svenska"]))
        assert other.language != language
        assert school.url in other.text
    assert school.seen == []
    assert admin.platforms() == []


def test_the_pages_need_no_cookie_and_may_be_framed_by_any_platform(
    admin: Administrator, school: RegisteringPlatform
) -> None:
    for response in (admin.look(school.configuration_url), admin.confirm(school.configuration_url)):
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers
        assert "X-Frame-Options" not in response.headers
        assert "frame-ancestors https: http:" in response.headers["Content-Security-Policy"]


def test_confirming_registers_there_and_here(
    admin: Administrator, school: RegisteringPlatform, settings: Settings
) -> None:
    done = admin.register(school)
    assert [(asked.method, asked.bearer) for asked in school.seen] == [("GET", TOKEN), ("POST", TOKEN)]
    assert school.seen[1].body["redirect_uris"] == [f"{settings.public_url}/lti/launch"]
    assert "a7Xk" in done.text
    assert done.root.all("button")[0].attributes["data-close"] == ""
    with admin.database.reading() as session:
        (stored,) = list_platforms(session)
    assert (stored.issuer, stored.client_id, stored.is_active) == (school.url, "a7Xk", True)
    assert stored.token_url == f"{school.url}/mod/lti/token.php"
    (deployment,) = stored.deployments
    assert (deployment.deployment_id, deployment.is_approved) == ("3", True)
    assert deployment.institution == "Lunds universitet"


def test_a_platform_without_a_token_is_asked_without_one(
    admin: Administrator, school: RegisteringPlatform
) -> None:
    assert admin.confirm(school.configuration_url, registration_token="").status_code == 200
    assert [asked.bearer for asked in school.seen] == ["", ""]


def test_what_the_platform_did_not_allow_is_said(admin: Administrator, school: RegisteringPlatform) -> None:
    school.answer["scope"] = f"{AGS}/lineitem {AGS}/score"
    assert "see when a teacher has changed one of these grades" in admin.register(school).text


def test_where_the_tool_shows_up_is_what_the_platform_made_of_it(
    admin: Administrator, school: RegisteringPlatform
) -> None:
    about = school.configuration[PLATFORM]
    about["product_family_code"] = "canvas"
    about["messages_supported"] = [
        {"type": "LtiResourceLinkRequest", "placements": ["course_navigation", "account_navigation"]},
        {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]},
    ]
    school.answer[TOOL]["messages"] = [
        {
            "type": "LtiResourceLinkRequest",
            "placements": ["https://canvas.instructure.com/lti/course_navigation"],
        },
        {"type": "LtiDeepLinkingRequest", "placements": ["link_selection"]},
    ]
    done = admin.register(school).text
    assert "the course menu, choosing for a module" in done
    assert "it does not show up there: the account's menu." in done


def test_an_invitation_registers_once(admin: Administrator, school: RegisteringPlatform) -> None:
    admin.register(school)
    assert slug_of(admin.look(school.configuration_url)) == "invitation-used"
    assert slug_of(admin.confirm(school.configuration_url)) == "invitation-used"
    assert len(school.seen) == 2


def test_of_sixteen_confirmations_at_once_one_registers(
    admin: Administrator, school: RegisteringPlatform
) -> None:
    school.slow_seconds = 0.2
    outcomes: Counter[str] = Counter()
    start = threading.Barrier(16)

    def confirm() -> None:
        mine = Administrator(admin.client.application.test_client(), admin.database, admin.address)
        start.wait()
        response = mine.confirm(school.configuration_url)
        outcomes["done" if response.status_code == 200 else slug_of(response)] += 1

    threads = [threading.Thread(target=confirm) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.pop("done") == 1
    assert set(outcomes) <= {"invitation-busy", "invitation-used"}
    assert [asked.method for asked in school.seen] == ["GET", "POST"]
    assert len(admin.platforms()) == 1


def test_an_invitation_may_stand_in_the_query(admin: Administrator, school: RegisteringPlatform) -> None:
    query = {
        "invitation": admin.address.rpartition("/")[2],
        "openid_configuration": school.configuration_url,
    }
    assert page(admin.client.get("/lti/register", query_string=query)).h1 == "Register International Merits"


def test_without_a_valid_invitation_nothing_is_asked(
    admin: Administrator, school: RegisteringPlatform
) -> None:
    stranger = Administrator(admin.client, admin.database, "http://localhost/lti/register/" + "A" * 43)
    assert slug_of(stranger.look(school.configuration_url)) == "invitation-unknown"
    assert slug_of(stranger.confirm(school.configuration_url)) == "invitation-unknown"
    with admin.database.writing() as session:
        session.execute(update(Invitation).values(expires_at=now()))
    assert slug_of(admin.confirm(school.configuration_url)) == "invitation-expired"
    assert school.seen == []


def test_an_address_opened_by_hand_says_where_it_belongs(admin: Administrator) -> None:
    assert slug_of(admin.look("")) == "registration-incomplete"


def test_the_platforms_own_words_are_shown_and_not_logged(
    admin: Administrator, school: RegisteringPlatform
) -> None:
    school.status, school.answer = 422, {"errors": [{"message": "Invalid scopes: <b>x</b>"}]}
    with capture_logs() as logs:
        refused = admin.confirm(school.configuration_url)
    assert slug_of(refused) == "registration-refused"
    assert "Invalid scopes: &lt;b&gt;x&lt;/b&gt;" in refused.text
    (other,) = (each for each in page(refused).main.all("div") if each.attributes.get("lang") == "sv")
    assert "Lärplattformen avvisade registreringen" in other.text
    assert "Vad lärplattformen sade: Invalid scopes" in other.text, (
        "all of it, for the form cannot be sent twice"
    )
    said = str(logs)
    assert "registration-refused" in said
    for secret in ("Invalid scopes", TOKEN, admin.address.rpartition("/")[2]):
        assert secret not in said


@pytest.mark.parametrize(
    ("status", "answer", "slug"),
    [
        (400, {"error": "invalid_client_metadata"}, "registration-refused"),
        (401, {}, "registration-refused"),
        (302, {}, "registration-refused"),
        (500, b"<h1>Oops</h1>", "registration-uncertain"),
        (200, b"<h1>Hello</h1>", "registration-uncertain"),
        (201, {}, "registration-uncertain"),
        (200, [], "registration-uncertain"),
        (200, {"client_id": " "}, "registration-uncertain"),
    ],
)
def test_what_did_not_register_leaves_the_invitation_unspent(
    admin: Administrator, school: RegisteringPlatform, status: int, answer: object, slug: str
) -> None:
    good = school.answer
    school.status, school.answer = status, answer
    assert slug_of(admin.confirm(school.configuration_url)) == slug
    assert admin.platforms() == []
    school.status, school.answer = 200, good
    assert admin.register(school).h1 == "International Merits is registered"


def test_a_registration_changes_no_platform_that_exists(
    admin: Administrator, school: RegisteringPlatform, settings: Settings
) -> None:
    known = PlatformDetails(
        name="Theirs",
        issuer=school.url,
        client_id="a7Xk",
        auth_url="https://theirs.example/auth",
        token_url="https://theirs.example/token",
        jwks_url="https://theirs.example/jwks",
    )
    with admin.database.writing() as session:
        before = add_platform(session, settings, known)
    assert slug_of(admin.confirm(school.configuration_url)) == "registration-known"
    with admin.database.reading() as session:
        assert list_platforms(session) == [before]
        assert session.scalars(select(Invitation.used_at)).one() is None


def test_a_known_issuer_from_a_new_host_waits_for_the_operator(
    admin: Administrator, school: RegisteringPlatform, settings: Settings
) -> None:
    school.configuration["issuer"] = ELSEWHERE
    assert "Tell them the client id" not in admin.register(school).text
    with registering_platform() as other:
        other.configuration["issuer"] = ELSEWHERE
        other.answer = {"client_id": "another", TOOL: {"deployment_id": "4"}}
        second = Administrator(
            admin.client, admin.database, an_address(admin.database, settings, "Uppsala universitet")
        )
        assert "Tell them the client id" in second.register(other).text
        with admin.database.reading() as session:
            operators = platform_page(session, admin.platforms()[1].id)
        assert operators is not None
        assert operators.registered_from == other.url
    assert [each.is_active for each in admin.platforms()] == [True, False]
    login = {"iss": ELSEWHERE, "client_id": "another", "login_hint": "x", "target_link_uri": ""}
    login["target_link_uri"] = f"{settings.public_url}/lti/launch"
    assert slug_of(admin.client.post("/lti/login", data=login)) == "platform-inactive"


def test_a_known_issuer_from_its_own_host_works_at_once(
    admin: Administrator, school: RegisteringPlatform, settings: Settings
) -> None:
    admin.register(school)
    school.answer = {"client_id": "second"}
    again = Administrator(admin.client, admin.database, an_address(admin.database, settings))
    again.register(school)
    assert [each.is_active for each in admin.platforms()] == [True, True]


def test_if_it_cannot_be_stored_after_the_platform_said_yes_the_page_says_so(
    admin: Administrator, school: RegisteringPlatform
) -> None:
    def take_it_away() -> None:
        with admin.database.writing() as session:
            session.execute(update(Invitation).values(taken_until=None))

    school.meanwhile = take_it_away
    refused = admin.confirm(school.configuration_url)
    assert slug_of(refused) == "registration-not-stored"
    assert "Delete the registration in the course platform" in refused.text
    assert admin.platforms() == []
    school.meanwhile = None
    assert admin.confirm(school.configuration_url).status_code == 200
