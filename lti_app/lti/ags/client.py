"""Assignment and Grade Services 2.0 as a typed client: line items, scores, results.

It says what to call and reads what comes; what an answer means for a delivery is said in `lti/answers.py`
and `lti/verdicts.py`. Every call has the exact media types of the specification, without which Moodle
answers 400. Nothing is ever deleted. Source: 1EdTech AGS 2.0 §3.2 (line items), §3.3 (results), §3.4
(scores), and Canvas's extension that makes an assignment launchable.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from lti_app.errors import N_
from lti_app.jobs import Failed
from lti_app.lti.ags.models import LONGEST_LABEL
from lti_app.lti.ags.scores import SCORE_TYPE, as_number, scores_url
from lti_app.lti.answers import successful
from lti_app.lti.outbound import Answer
from lti_app.lti.services import LINE_ITEM_SCOPE, RESULT_SCOPE, SCORE_SCOPE, ServiceClient
from lti_app.web.typed import clean_line

_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
_CONTAINER_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
_SUBMISSION_TYPE = "https://canvas.instructure.com/lti/submission_type"
_LONGEST_URL = 1000

ODD_ANSWER = N_("The platform gave an answer that we do not understand.")


@dataclass(frozen=True)
class RemoteLineItem:
    """A line item as the platform has it; `launch_url` makes a Canvas assignment open the tool."""

    url: str
    label: str
    score_maximum: Decimal
    resource_id: str
    tag: str = ""
    launch_url: str = ""


@dataclass(frozen=True)
class Result:
    """What a platform's gradebook shows for somebody, by `sub`. `points` is None for no grade; `maximum` when
    it says none.
    """

    user_id: str
    points: Decimal | None
    maximum: Decimal | None


class Gradebook:
    """The gradebook of one course at the platform. Every call raises Busy, Retry or Failed, and what
    ServiceClient raises.
    """

    def __init__(self, client: ServiceClient, lineitems_url: str) -> None:
        self._client = client
        self._lineitems_url = lineitems_url

    def line_items(self, resource_id: str) -> Iterator[RemoteLineItem]:
        """Those that bear this resource id of ours. No `limit` is asked for: Moodle's pages break by it."""
        for each in self._listed(_with_query(self._lineitems_url, resource_id=resource_id)):
            if each.get("resourceId") == resource_id:
                yield self._read(each)

    def tagged(self, *tags: str) -> Iterator[RemoteLineItem]:
        """Those that bear one of these tags of ours, which come along when a course is copied."""
        url = self._lineitems_url if len(tags) > 1 else _with_query(self._lineitems_url, tag=tags[0])
        for each in self._listed(url):
            if each.get("tag") in tags:
                yield self._read(each)

    def _listed(self, url: str) -> Iterator[dict[str, Any]]:
        for answer in self._client.pages(url, scopes=(LINE_ITEM_SCOPE,), accept=_CONTAINER_TYPE):
            listed = successful(answer).json()
            yield from (
                each for each in (listed if isinstance(listed, list) else ()) if isinstance(each, dict)
            )

    def line_item(self, url: str) -> RemoteLineItem | None:
        """One line item; None when there is none at this address."""
        answer = self._client.call("GET", url, scopes=(LINE_ITEM_SCOPE,), accept=_ITEM_TYPE)
        return None if answer.status in {404, 410, 412} else self._read(successful(answer).json())

    def create(self, wanted: RemoteLineItem) -> RemoteLineItem:
        """Make a line item, and with it an assignment. Its own address is in what comes back."""
        return self._sent("POST", self._lineitems_url, wanted)

    def update(self, wanted: RemoteLineItem) -> RemoteLineItem:
        """Give a line item this label and maximum."""
        return self._sent("PUT", wanted.url, wanted)

    def post_score(self, line_item_url: str, body: dict[str, Any]) -> Answer:
        """Post a score; the answer is for `verdicts.verdict` to judge."""
        return self._client.call(
            "POST",
            scores_url(line_item_url),
            scopes=(SCORE_SCOPE,),
            accept=SCORE_TYPE,
            content_type=SCORE_TYPE,
            body=body,
        )

    def results(self, line_item_url: str, *, user_id: str = "") -> Iterator[list[Result]]:
        """What the gradebook shows, page by page; of one person, or of everybody who has a result."""
        url = _results_url(line_item_url)
        url = _with_query(url, user_id=user_id) if user_id else url
        for answer in self._client.pages(url, scopes=(RESULT_SCOPE,), accept=_RESULTS_TYPE):
            listed = successful(answer).json()
            if not isinstance(listed, list):
                raise Failed(ODD_ANSWER, detail="results that are no list")
            yield [found for each in listed if (found := _result(each))]

    def _sent(self, method: str, url: str, wanted: RemoteLineItem) -> RemoteLineItem:
        answer = self._client.call(
            method,
            url,
            scopes=(LINE_ITEM_SCOPE,),
            accept=_ITEM_TYPE,
            content_type=_ITEM_TYPE,
            body=_body(wanted),
        )
        return self._read(successful(answer).json())

    def _read(self, item: object) -> RemoteLineItem:
        """A line item of theirs; its address must lie at the host of the gradebook, for our token goes there.

        A Canvas behind a proxy writes http in one place and https in another: the safer one counts.
        """
        url = item.get("id") if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(url, str) or not _is_kept(url):
            raise Failed(ODD_ANSWER, detail="no address of a line item")
        ours, theirs = urlsplit(self._lineitems_url), urlsplit(url)
        if theirs.hostname != ours.hostname:
            raise Failed(ODD_ANSWER, detail="the line item lies at another host")
        if (ours.scheme, theirs.scheme) == ("https", "http"):
            url = urlunsplit(theirs._replace(scheme="https", netloc=ours.netloc))
        maximum = _number(item.get("scoreMaximum"))
        return RemoteLineItem(
            url,
            clean_line(str(item.get("label") or ""))[:LONGEST_LABEL],
            maximum or Decimal(0),
            str(item.get("resourceId") or ""),
            str(item.get("tag") or ""),
        )


def _is_kept(url: str) -> bool:
    """Whether the database can hold it."""
    return len(url) <= _LONGEST_URL and url.isprintable()


def _body(wanted: RemoteLineItem) -> dict[str, Any]:
    body: dict[str, Any] = {
        "label": wanted.label,
        "scoreMaximum": as_number(wanted.score_maximum),
        "resourceId": wanted.resource_id,
        "tag": wanted.tag,
    }
    if wanted.launch_url:
        body[_SUBMISSION_TYPE] = {"type": "external_tool", "external_tool_url": wanted.launch_url}
    return body


def _result(told: object) -> Result | None:
    """One entry; None for one that names nobody."""
    user_id = told.get("userId") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(user_id, str | int) or isinstance(user_id, bool):
        return None
    return Result(str(user_id), _number(told.get("resultScore")), _number(told.get("resultMaximum")))


def _number(value: object) -> Decimal | None:
    """A finite number up to a hundred million, to four decimals; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value)[:40])
    except InvalidOperation:
        return None
    return round(number, 4) if number.is_finite() and abs(number) < 10**8 else None


def _results_url(line_item_url: str) -> str:
    """`/results` belongs before the query string, as `/scores` does."""
    parts = urlsplit(line_item_url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/results", fragment=""))


def _with_query(url: str, **more: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(more))))))
