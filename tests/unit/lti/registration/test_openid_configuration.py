"""Reading what a platform says of itself: everything that could hurt is refused with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.errors import Problem
from lti_app.lti.platform_faults import fault_of
from lti_app.lti.registration.configuration import registration_request
from lti_app.lti.registration.exchange import Answered, read_answer
from lti_app.lti.registration.openid_configuration import read_configuration
from tests.registering_platform import PLATFORM, TOOL, moodle

T = TypeVar("T")
URL = "https://school.example/mod/lti/openid-configuration.php?registration_token=x"
GOOD = moodle("https://school.example")
ADDRESSES = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")


def refusal(changes: dict[str, Any], url: str = URL) -> str:
    with pytest.raises(Problem) as refused:
        read_configuration({**GOOD, **changes}, url=url, development=False)
    assert refused.value.slug == "registration-configuration"
    return refused.value.detail


def test_moodles_configuration_is_read() -> None:
    read = read_configuration(GOOD, url=URL, development=False)
    assert read.issuer == "https://school.example"
    assert read.placements == {"LtiResourceLinkRequest": frozenset(), "LtiDeepLinkingRequest": frozenset()}
    assert not read.is_canvas


@pytest.mark.parametrize("member", ADDRESSES)
@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "is missing"),
        ("", "is missing"),
        (7, "is missing"),
        ("/relative", "is no http"),
        ("http://school.example/x", "must start with https"),
        ("https://127.0.0.1/x", "must name a public host"),
        ("https://169.254.169.254/latest", "must name a public host"),
        ("https://[::1]/x", "must name a public host"),
        ("https://canvas.internal/x", "must name a public host"),
        ("https://user@school.example/x", "is no http"),
        ("https://school.example/å", "has characters"),
        (f"https://school.example/{'x' * 1000}", "is longer"),
    ],
)
def test_an_address_that_must_not_be_called_is_refused(member: str, value: Any, why: str) -> None:
    assert refusal({member: value}).startswith(f"{member} {why}")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/register", "https://school.example:8443/register"]
)
def test_registering_elsewhere_than_where_the_configuration_is_is_refused(elsewhere: str) -> None:
    assert "another host" in refusal({"registration_endpoint": elsewhere})


def test_the_issuer_and_its_keys_may_be_on_another_host() -> None:
    hosted = {"issuer": "https://canvas.instructure.com", "jwks_uri": "https://sso.canvaslms.com/jwks"}
    assert read_configuration({**GOOD, **hosted}, url=URL, development=False).issuer == hosted["issuer"]


@pytest.mark.parametrize(
    "member",
    [
        "token_endpoint_auth_methods_supported",
        "token_endpoint_auth_signing_alg_values_supported",
        "id_token_signing_alg_values_supported",
        "response_types_supported",
    ],
)
def test_what_the_tool_cannot_do_without_is_refused_if_it_is_not_offered(member: str) -> None:
    assert refusal({member: ["something else"]}).startswith(f"{member} lacks")
    read_configuration({**GOOD, member: None}, url=URL, development=False)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
ODD_ADDRESS = st.sampled_from(list(GOOD.values())) | st.text(max_size=30).map(
    "https://school.example/".__add__
)
DOCUMENT = JSON | st.fixed_dictionaries(
    {}, optional={name: st.just(value) | ODD_ADDRESS | JSON for name, value in GOOD.items()}
)
NEARLY_GOOD = st.fixed_dictionaries(
    {
        name: st.just(value) if name in ADDRESSES else st.just(value) | JSON
        for name, value in GOOD.items()
        if name != PLATFORM
    }
    | {
        PLATFORM: JSON
        | st.fixed_dictionaries(
            {},
            optional={
                "product_family_code": st.sampled_from(["canvas", "moodle"]) | JSON,
                "messages_supported": JSON
                | st.lists(
                    st.fixed_dictionaries(
                        {}, optional={"type": st.just("LtiResourceLinkRequest") | JSON, "placements": JSON}
                    )
                ),
                "variables": JSON,
            },
        )
    }
)


def slug_or(read: Callable[[], T]) -> T | str:
    """What was read, or the slug of the refusal."""
    try:
        return read()
    except Problem as refused:
        return refused.slug


@pytest.mark.parametrize("name", ["دانشگاه علم‌ و صنعت", "👩‍⚕️ School", "Ö" * 300, "\ud800\u202e", "a\x00b"])
def test_any_account_makes_a_name_that_can_be_stored(name: str) -> None:
    about = {**GOOD[PLATFORM], "https://canvas.instructure.com/lti/account_name": name}
    read = read_configuration({**GOOD, PLATFORM: about}, url=URL, development=False)
    assert not read.account_name or fault_of("name", read.account_name, development=False) is None


def test_a_product_whose_name_grows_in_lower_case_can_be_stored() -> None:
    about = {**GOOD[PLATFORM], "product_family_code": "İ" * 100}
    read = read_configuration({**GOOD, PLATFORM: about}, url=URL, development=False)
    assert len(read.product_family) <= 100


@given(DOCUMENT | NEARLY_GOOD)
def test_any_configuration_is_refused_or_makes_a_platform_that_can_be_stored(document: Any) -> None:
    read = slug_or(lambda: read_configuration(document, url=URL, development=False))
    if isinstance(read, str):
        assert read == "registration-configuration"
        return
    for value in (read.issuer, read.auth_url, read.token_url, read.jwks_url):
        assert fault_of("issuer", value, development=False) is None
    assert registration_request(read, "https://cim.example.se")["client_name"]


@given(
    JSON
    | st.fixed_dictionaries(
        {}, optional={"client_id": JSON, "deployment_id": JSON, "scope": JSON, TOOL: JSON}
    )
)
def test_any_answer_is_uncertain_or_gives_ids_that_can_be_stored(document: Any) -> None:
    answered = slug_or(lambda: read_answer(document))
    if isinstance(answered, str):
        assert answered == "registration-uncertain"
        return
    assert answered.client_id.isprintable()
    assert 0 < len(answered.client_id) <= 200
    assert len(answered.deployment_id) <= 255


def test_ids_are_texts_also_where_a_platform_writes_numbers() -> None:
    assert read_answer({"client_id": 10000000000003, TOOL: {"deployment_id": 7}}) == Answered(
        "10000000000003", "7", None
    )
    assert read_answer({"client_id": "a", "deployment_id": "1:b", "scope": "x y"}) == Answered(
        "a", "1:b", frozenset({"x", "y"})
    )
