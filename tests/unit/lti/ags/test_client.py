"""The gradebook client against platforms of every kind: what is asked, what is understood, what follows."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from lti_app.db import Database
from lti_app.jobs import Busy, Failed, Retry
from lti_app.jobs.work import Outcome
from lti_app.lti.ags.client import Gradebook, RemoteLineItem, Result
from lti_app.lti.answers import as_outcomes
from lti_app.lti.services import Access, ServiceClient
from lti_app.settings import Settings
from tests.unit.lti.faulty_platform import FaultyPlatform

ITEM = "application/vnd.ims.lis.v2.lineitem+json"
ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
Open = Callable[..., Any]


@pytest.fixture
def gradebook(served: tuple[FaultyPlatform, str], settings: Settings, database: Database) -> Open:
    """`with gradebook() as it` talks to the platform; `lineitems_url` may be another than its own."""

    @contextmanager
    def open_gradebook(lineitems_url: str = "") -> Iterator[Gradebook]:
        access = Access(uuid.uuid4(), "client-1", f"{served[1]}/token")
        with ServiceClient(settings, database, access) as client, as_outcomes():
            yield Gradebook(client, lineitems_url or f"{served[1]}/li")

    return open_gradebook


def told(platform: FaultyPlatform, path: str, body: object, status: str = "200 OK", **headers: str) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    platform.pages[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, raw)


def wanted(url: str = "") -> RemoteLineItem:
    return RemoteLineItem(url, "Aktiviteter", Decimal(3), "cim:1", "cim:activities", "https://t/lti/launch")


def test_a_line_item_is_made_with_all_that_is_wanted(
    platform: FaultyPlatform, url: str, gradebook: Open
) -> None:
    told(platform, "/li", {"id": f"{url}/li/1", "label": "A", "scoreMaximum": 3.0}, "201 Created")
    with gradebook() as it:
        assert it.create(wanted()).url == f"{url}/li/1"
    (seen,) = platform.seen
    assert (seen["REQUEST_METHOD"], seen["HTTP_ACCEPT"], seen["CONTENT_TYPE"]) == ("POST", ITEM, ITEM)
    assert json.loads(seen["body"]) == {
        "label": "Aktiviteter",
        "scoreMaximum": 3,
        "resourceId": "cim:1",
        "tag": "cim:activities",
        "https://canvas.instructure.com/lti/submission_type": {
            "type": "external_tool",
            "external_tool_url": "https://t/lti/launch",
        },
    }


def test_a_line_item_is_changed_by_put(platform: FaultyPlatform, url: str, gradebook: Open) -> None:
    told(platform, "/li/1", {"id": f"{url}/li/1", "label": "A", "scoreMaximum": 5})
    with gradebook() as it:
        assert it.update(wanted(f"{url}/li/1")).score_maximum == 5
    assert platform.seen[-1]["REQUEST_METHOD"] == "PUT"


def test_ours_is_found_among_others_on_any_page(platform: FaultyPlatform, url: str, gradebook: Open) -> None:
    others = [{"id": f"{url}/li/{n}", "resourceId": "other"} for n in range(3)] + ["x", {}]
    told(platform, "/li", others, Link=f'<{url}/li2?type_id=7>; rel="next"')
    told(platform, "/li2", [{"id": f"{url}/li/9?type_id=7", "resourceId": "cim:1", "scoreMaximum": "3"}])
    with gradebook() as it:
        (found,) = it.line_items("cim:1")
    assert (found.url, found.score_maximum) == (f"{url}/li/9?type_id=7", 3)
    assert platform.seen[0]["HTTP_ACCEPT"] == ITEMS
    assert platform.seen[0]["QUERY_STRING"] == "resource_id=cim%3A1"


def test_a_label_is_one_that_can_be_kept(platform: FaultyPlatform, url: str, gradebook: Open) -> None:
    told(platform, "/li/1", {"id": f"{url}/li/1", "label": "Åk\0ti\n" + "x" * 400})
    with gradebook() as it:
        found = it.line_item(f"{url}/li/1")
    assert found is not None
    assert found.label == "Åkti " + "x" * 295


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "412 Precondition Failed"])
def test_a_line_item_that_is_gone_is_none(
    platform: FaultyPlatform, url: str, gradebook: Open, status: str
) -> None:
    told(platform, "/li/1", b"", status)
    with gradebook() as it:
        assert it.line_item(f"{url}/li/1") is None


def test_an_address_with_http_behind_a_gradebook_with_https_is_meant_to_be_https(
    platform: FaultyPlatform, url: str, gradebook: Open
) -> None:
    told(platform, "/li/1", {"id": "http://127.0.0.1:80/li/1?x=1"})
    with gradebook("https://127.0.0.1/li") as it:
        found = it.line_item(f"{url}/li/1")
    assert found is not None
    assert found.url == "https://127.0.0.1/li/1?x=1"


@pytest.mark.parametrize(
    "item",
    [
        {"id": "https://elsewhere.test/li/1"},
        {"id": 7},
        {},
        [],
        "x",
        None,
        {"id": "https://x/" + "x" * 1000},
        {"id": "http://127.0.0.1/li/\0"},
    ],
)
def test_an_address_elsewhere_or_none_is_not_taken(
    platform: FaultyPlatform, gradebook: Open, item: object
) -> None:
    told(platform, "/li", item, "201 Created")
    with pytest.raises(Failed, match="do not understand"), gradebook() as it:
        it.create(wanted())


@pytest.mark.parametrize(
    ("status", "headers", "outcome"),
    [
        ("400 Bad Request", {}, Failed),
        ("401 Unauthorized", {}, Retry),
        ("403 Forbidden", {}, Retry),
        ("403 Forbidden", {"X_Rate_Limit_Remaining": "0.0"}, Busy),
        ("404 Not Found", {}, Failed),
        ("408 Request Timeout", {}, Retry),
        ("412 Precondition Failed", {}, Failed),
        ("422 Unprocessable Entity", {}, Failed),
        ("429 Too Many Requests", {"Retry_After": "7"}, Busy),
        ("500 Internal Server Error", {}, Retry),
        ("503 Service Unavailable", {"Retry_After": "7"}, Retry),
    ],
)
def test_each_refusal_of_a_line_item_has_its_reaction(
    platform: FaultyPlatform, gradebook: Open, status: str, headers: dict[str, str], outcome: type[Outcome]
) -> None:
    told(platform, "/li", {"errors": {"message": "why"}}, status, **headers)
    with pytest.raises(outcome, match=r".") as caught, gradebook() as it:
        it.create(wanted())
    assert type(caught.value) is outcome
    assert caught.value.text.endswith(f"{status[:3]} why")
    if "Retry_After" in headers:
        assert caught.value.after_seconds == 7


def test_a_token_endpoint_that_is_asked_too_often_lets_all_wait(
    platform: FaultyPlatform, gradebook: Open
) -> None:
    platform.token_answers = [("429 Too Many Requests", b"")]
    with pytest.raises(Busy), gradebook() as it:
        it.create(wanted())
    assert platform.seen == []


def test_results_are_read_whatever_form_their_numbers_have(
    platform: FaultyPlatform, url: str, gradebook: Open
) -> None:
    results = [
        {"userId": "a", "resultScore": 7.5, "resultMaximum": 10, "comment": "x"},
        {"userId": "b", "resultScore": None, "resultMaximum": 10},
        {"userId": 3, "resultScore": "2", "resultMaximum": "nonsense"},
        {"userId": "d", "resultScore": True},
        {"userId": "e", "resultScore": 1e300, "resultMaximum": "NaN"},
        {"resultScore": 1},
        "x",
    ]
    told(platform, "/li/1/results", results)
    with gradebook() as it:
        (page,) = it.results(f"{url}/li/1?type_id=7", user_id="å b")
    assert page == [
        Result("a", Decimal("7.5"), Decimal(10)),
        Result("b", None, Decimal(10)),
        Result("3", Decimal(2), None),
        Result("d", None, None),
        Result("e", None, None),
    ]
    assert platform.seen[-1]["HTTP_ACCEPT"] == RESULTS
    assert platform.seen[-1]["QUERY_STRING"] == "type_id=7&user_id=%C3%A5+b"


@pytest.mark.parametrize("answer", [{}, "x", None, 3])
def test_results_that_are_no_list_are_not_understood(
    platform: FaultyPlatform, url: str, gradebook: Open, answer: object
) -> None:
    told(platform, "/li/1/results", answer)
    with pytest.raises(Failed, match="do not understand"), gradebook() as it:
        list(it.results(f"{url}/li/1"))
