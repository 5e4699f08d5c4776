"""Calls to a platform's services with an access token: the one client of gradebook and roster.

A token is had by a signed assertion (client credentials, RFC 7523; 1EdTech Security Framework 1.0 §4.1),
kept per platform and set of scopes until a minute before it ends, and renewed once when a service answers
401. Moodle sends its token as `text/html`, so the answer is read as JSON whatever it says it is.
"""

from __future__ import annotations

import html
import json
import re
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import jwt

from lti_app.clock import now
from lti_app.db import Database
from lti_app.lti.addresses import at_same_origin, origin_of
from lti_app.lti.keys import current_key
from lti_app.lti.outbound import LONGEST_SECONDS, Answer, NoAnswer, Outbound
from lti_app.lti.verdicts import is_throttled, said, wait_asked_for
from lti_app.people.models import Platform
from lti_app.settings import Settings

LINE_ITEM_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
SCORE_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
RESULT_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
ROSTER_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_SECONDS = 240  # Canvas refuses one issued over 300 s ago
_MARGIN_SECONDS = 60.0
_DEFAULT_LIFE_SECONDS = 300.0
_MOST_PAGES = 2000
_NEXT = re.compile(r"<([^<>]+)>\s*;[^,<]*\brel\s*=\s*[\"'“”]?next\b", re.IGNORECASE)


class TokenRefused(Exception):  # noqa: N818 (what happened, as a sentence says it)
    """The platform gave no access token; the message is what it said.

    `is_throttled`: it would have, but was asked too often; `after_seconds` is how long it wants us to wait.
    """

    def __init__(
        self, message: str, *, is_throttled: bool = False, after_seconds: float | None = None
    ) -> None:
        super().__init__(message)
        self.is_throttled = is_throttled
        self.after_seconds = after_seconds


@dataclass(frozen=True)
class Access:
    """Where and as whom tokens are had."""

    platform_id: uuid.UUID
    client_id: str
    token_url: str

    @classmethod
    def to(cls, platform: Platform) -> Access:
        """Access to this platform."""
        return cls(platform.id, platform.client_id, platform.token_url)


class ServiceClient:
    """Calls one platform's services; use it in a `with` block, outside any transaction, in one thread.

    `longest_seconds` bounds each request.
    """

    def __init__(
        self,
        settings: Settings,
        db: Database,
        access: Access,
        *,
        longest_seconds: float = LONGEST_SECONDS,
    ) -> None:
        self._settings = settings
        self._db = db
        self._access = access
        self._outbound = Outbound(development=settings.development, longest_seconds=longest_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._outbound.__exit__(kind, error, trace)

    def prepare(self, *scopes: str) -> None:
        """Have a token at hand, so that the next call is one request. Raises TokenRefused, NoAnswer."""
        self._token(scopes)

    def renew(self, *scopes: str) -> None:
        """Ask for a token now, whatever is at hand, to see that one is given. Raises as `prepare`."""
        self._token(scopes, instead_of=_TOKENS.slot((self._access, frozenset(scopes))).token)

    def call(
        self,
        method: str,
        url: str,
        *,
        scopes: Iterable[str],
        accept: str,
        content_type: str = "",
        body: dict[str, Any] | None = None,
    ) -> Answer:
        """Send one request; with a renewed token again when the answer is 401. Raises TokenRefused,
        NoAnswer.
        """
        asked = tuple(scopes)
        headers = {"Accept": accept}
        data = None
        if body is not None:
            headers["Content-Type"] = content_type
            data = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        token = self._token(asked)
        answer = self._outbound.send(method, url, headers=headers | _bearer(token), data=data)
        if answer.status != 401:
            return answer
        renewed = self._token(asked, instead_of=token)
        return self._outbound.send(method, url, headers=headers | _bearer(renewed), data=data)

    def pages(self, url: str, *, scopes: Iterable[str], accept: str) -> Iterator[Answer]:
        """The answer and those after it by `Link: …; rel="next"`.

        Raises as `call`, and NoAnswer for pages without end or at another origin, which get no token of
        ours: a list that was cut off there would pass for whole.
        """
        asked, following = tuple(scopes), url
        seen: set[str] = set()
        while following:
            if following in seen or len(seen) >= _MOST_PAGES:
                raise NoAnswer(f"{origin_of(url)} answers with pages without end", was_sent=True)
            seen.add(following)
            answer = self.call("GET", following, scopes=asked, accept=accept)
            yield answer
            following = next_page(following, answer.headers.get("Link", ""))

    def _token(self, scopes: tuple[str, ...], *, instead_of: str = "") -> str:
        slot = _TOKENS.slot((self._access, frozenset(scopes)))
        with slot.lock:
            if slot.token and slot.token != instead_of and time.monotonic() < slot.fresh_until:
                return slot.token
            slot.token = ""
            slot.token, slot.fresh_until = self._new_token(scopes)
            return slot.token

    def _new_token(self, scopes: tuple[str, ...]) -> tuple[str, float]:
        started = time.monotonic()
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": self._assertion(),
            "scope": " ".join(sorted(scopes)),
        }
        try:
            answer = self._outbound.send(
                "POST", self._access.token_url, headers={"Accept": "application/json"}, data=form
            )
            given = answer.json() if answer.status == 200 else {}
        except NoAnswer as error:
            raise NoAnswer(error.detail, was_sent=False) from error  # of the call itself nothing was
        given = given if isinstance(given, dict) else {}
        token = given.get("access_token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
            raise TokenRefused(
                "200 without a token" if answer.status == 200 else f"{answer.status} {said(answer.body)}",
                is_throttled=is_throttled(answer.status, answer.headers, answer.body),
                after_seconds=wait_asked_for(answer.headers),
            )
        life = _seconds(given.get("expires_in"))
        return token, started + life - min(_MARGIN_SECONDS, life / 2)

    def _assertion(self) -> str:
        key = current_key(self._db, self._settings)
        issued_at = int(now().timestamp())
        claims = {
            "iss": self._access.client_id,
            "sub": self._access.client_id,
            "aud": self._access.token_url,
            "iat": issued_at,
            "exp": issued_at + _ASSERTION_SECONDS,
            "jti": str(uuid.uuid4()),
        }
        return jwt.encode(claims, key.private_key, algorithm="RS256", headers={"kid": key.kid})


def next_page(url: str, link_header: str) -> str:
    """The address of the next page, or empty after the last one (RFC 8288 §3).

    Moodle escapes its header as HTML and puts curly quotes into it; a Canvas behind a proxy may write http
    and mean https. Raises NoAnswer for a page at another origin.
    """
    found = _NEXT.search(html.unescape(_as_utf8(link_header)))
    if found is None:
        return ""
    target = at_same_origin(url, found.group(1).strip())
    if not target:
        raise NoAnswer(f"{origin_of(url)} continues its list at another host", was_sent=True)
    return target if target != url else ""


def _as_utf8(header: str) -> str:
    """A header as its sender wrote it, when that was UTF-8: HTTP clients read headers as Latin-1."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _seconds(expires_in: object) -> float:
    if isinstance(expires_in, str) and expires_in.isascii() and expires_in.isdecimal():
        expires_in = int(expires_in[:9])
    if isinstance(expires_in, bool) or not isinstance(expires_in, int | float) or not 0 < expires_in < 1e9:
        return _DEFAULT_LIFE_SECONDS
    return float(expires_in)


@dataclass
class _Slot:
    """One token of one platform for one set of scopes; its lock lets one thread at a time renew it."""

    token: str = ""
    fresh_until: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


class _Tokens:
    """The process's tokens; the least recently used go when there are many."""

    _MOST = 500

    def __init__(self) -> None:
        self._slots: OrderedDict[tuple[Access, frozenset[str]], _Slot] = OrderedDict()
        self._lock = threading.Lock()

    def slot(self, key: tuple[Access, frozenset[str]]) -> _Slot:
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            if len(self._slots) > self._MOST:
                self._slots.popitem(last=False)
            return slot


_TOKENS = _Tokens()
