"""The timestamp authority over real HTTP: asked once, bounded, and left alone after a failure."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from asn1crypto import cms, tsp
from pyhanko.sign.timestamps.common_utils import dummy_digest

from lti_app.certificates import timestamps
from lti_app.certificates.pdf import draw
from lti_app.certificates.signature import sign
from lti_app.certificates.timestamps import DIGEST, Authority, TimestampUnavailable
from lti_app.certificates.verification import verify
from tests.certificate_samples import SHORTEST
from tests.signing_keys import p256_key
from tests.timestamping import AT, serving, stamper

_PATIENCE = timestamps._PATIENCE_SECONDS


def test_a_signature_gets_its_timestamp_and_what_was_learnt_is_kept() -> None:
    with serving() as server:
        authority = Authority(server.address)
        for _ in range(2):
            signed = sign(draw(SHORTEST), p256_key(), timestamps=authority)
            verdict = verify(signed, [p256_key().certificate, stamper(AT)[1]])
            assert verdict.is_timestamped
            assert verdict.signed_at == AT
        assert server.asked == 3, "once to learn how large a token is, then once for each"


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (503, b"", "it answered 503"),
        (302, b"", "it answered 302"),
        (200, b"no token", "is no timestamp"),
        (200, bytes(200_000), "too long"),
        (200, bytes.fromhex("30053003020102"), "is no timestamp"),
    ],
    ids=["down", "elsewhere", "nonsense", "too much", "refused"],
)
def test_what_is_no_timestamp_is_said(status: int, answer: bytes, said: str) -> None:
    with serving() as server:
        server.status, server.answer = status, answer
        with pytest.raises(TimestampUnavailable, match=said):
            sign(draw(SHORTEST), p256_key(), timestamps=Authority(server.address))


def test_a_token_for_something_else_is_none() -> None:
    with serving() as server:
        asked_otherwise = Authority(server.address).request_cms(bytes(32), "sha256")[1]
        another = asyncio.run(stamper(AT)[0].async_request_tsa_response(asked_otherwise))
        data = cms.ContentInfo({"content_type": "data", "content": b"data"})
        for answer in (
            another,
            tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": data}),
        ):
            server.answer = answer.dump()
            with pytest.raises(TimestampUnavailable, match="for something else"):
                sign(draw(SHORTEST), p256_key(), timestamps=Authority(server.address))
            with pytest.raises(TimestampUnavailable, match="for something else"):
                Authority(server.address).ask()


def _unlike_any_month(answer: tsp.TimeStampResp) -> bytes:
    return answer.dump().replace(b"20261121123000Z", b"20261321123000Z")


def _with_modifications(answer: tsp.TimeStampResp) -> bytes:
    token = answer["time_stamp_token"]
    return tsp.TimeStampResp({"status": {"status": "granted_with_mods"}, "time_stamp_token": token}).dump()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"change": _unlike_any_month}, "tells no time"),
        ({"hash": bytes(32)}, "for something else"),
        ({"change": _with_modifications}, "did not grant what was asked: granted_with_mods"),
    ],
    ids=["no time", "another hash", "with modifications"],
)
def test_a_token_that_does_not_hold_gets_into_no_certificate(wrong: dict[str, Any], said: str) -> None:
    with serving() as server:
        vars(server).update(wrong)
        authority = Authority(server.address)
        with pytest.raises(TimestampUnavailable, match=said):
            sign(draw(SHORTEST), p256_key(), timestamps=authority)
        with pytest.raises(TimestampUnavailable, match=said):
            authority.ask()


def test_an_authority_that_tells_what_it_told_before_is_not_awake(monkeypatch: pytest.MonkeyPatch) -> None:
    digest = dummy_digest(DIGEST)
    with serving() as server:
        authority = Authority(server.address)
        before = authority.request_cms(digest, DIGEST)[1]
        server.answer = asyncio.run(stamper(AT)[0].async_request_tsa_response(before)).dump()
        with pytest.raises(TimestampUnavailable, match="for something else"):
            asyncio.run(authority.async_timestamp(digest, DIGEST))
        with pytest.raises(TimestampUnavailable, match="a moment ago"):
            authority.require_awake()
        monkeypatch.setattr(timestamps, "_QUIET_SECONDS", 0)
        with pytest.raises(TimestampUnavailable, match="for something else"):
            authority.require_awake()
        server.answer = None
        authority.require_awake()
        authority.require_awake()
        assert server.asked == 3


def test_after_a_failure_only_one_of_many_threads_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    def monotonic() -> float:
        time.sleep(0.05)  # long enough for the others to come along
        return time.monotonic()

    with serving() as server, ThreadPoolExecutor(4) as pool:
        authority = Authority(server.address)
        authority._failed_at = time.monotonic() - 2 * timestamps._QUIET_SECONDS
        server.may_answer.clear()
        monkeypatch.setattr(timestamps, "time", SimpleNamespace(monotonic=monotonic))
        asked = [pool.submit(authority.require_awake) for _ in range(4)]
        told = as_completed(asked, 60)
        for _ in range(3):
            with pytest.raises(TimestampUnavailable, match="a moment ago"):
                next(told).result()
        server.may_answer.set()
        next(told).result()
        assert server.asked == 1


def test_after_a_failure_it_is_left_alone_and_then_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        authority = Authority(server.address)
        authority.require_awake()
        server.status = 503
        with pytest.raises(TimestampUnavailable):
            sign(draw(SHORTEST), p256_key(), timestamps=authority)
        with pytest.raises(TimestampUnavailable, match="a moment ago"):
            authority.require_awake()
        assert server.asked == 1
        monkeypatch.setattr(timestamps, "_QUIET_SECONDS", 0)
        with pytest.raises(TimestampUnavailable, match="503"):
            authority.require_awake()
        server.status = 200
        authority.require_awake()
        authority.require_awake()
        assert server.asked == 3


def test_while_it_answers_one_thread_no_other_is_told_that_it_failed() -> None:
    with serving() as server, ThreadPoolExecutor(1) as another:
        authority = Authority(server.address)
        server.may_answer.clear()
        asked = another.submit(asyncio.run, authority.async_timestamp(dummy_digest(DIGEST), DIGEST))
        assert server.hears.wait(60)
        authority.require_awake()
        server.may_answer.set()
        asked.result(60)


class Slow(BaseHTTPRequestHandler):
    """Answers by drops, in the first line or in the body, each well within the time for one read."""

    def do_POST(self) -> None:
        if self.path.endswith("/body"):
            self.send_response(200)
            self.send_header("Content-Length", "10000")
            self.end_headers()
        try:
            for _ in range(10_000):
                self.wfile.write(b"H")
                time.sleep(0.05)
        except OSError:
            GONE.set()

    def log_message(self, *_: object) -> None:
        pass


GONE = threading.Event()


@pytest.mark.parametrize("has_proxy", [False, True], ids=["itself", "by proxy"])
@pytest.mark.parametrize("path", ["/headers", "/body"])
def test_one_that_answers_by_drops_is_waited_for_no_longer_and_then_hung_up_on(
    path: str, has_proxy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _PATIENCE == 10, "a claim lasts a minute; a certificate asks twice, seldom thrice"
    monkeypatch.setattr(timestamps, "_PATIENCE_SECONDS", 1.0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    GONE.clear()
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        if has_proxy:
            monkeypatch.delenv("no_proxy", raising=False)
            monkeypatch.delenv("NO_PROXY", raising=False)
            monkeypatch.setenv("http_proxy", address)
            address = "http://tsa.example"
        authority = Authority(address + path)
        started = time.monotonic()
        with pytest.raises(TimestampUnavailable, match="too slow"):
            sign(draw(SHORTEST), p256_key(), timestamps=authority)
        assert 0.9 < time.monotonic() - started < 5
        assert GONE.wait(10), "nobody goes on listening"
        with pytest.raises(TimestampUnavailable, match="a moment ago"):
            authority.require_awake()
    finally:
        server.shutdown()
        server.server_close()
        serving.join()


def test_looking_the_name_up_takes_of_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = threading.Event()

    def slowly(*_: object, **__: object) -> None:
        looked_up.wait(30)
        raise socket.gaierror

    monkeypatch.setattr(timestamps, "_PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    started = time.monotonic()
    with pytest.raises(TimestampUnavailable, match="too slow"):
        sign(draw(SHORTEST), p256_key(), timestamps=Authority("http://stamps.example/"))
    assert time.monotonic() - started < 5
    looked_up.set()


@pytest.mark.parametrize(
    "said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"], ids=["nothing", "half"]
)
def test_one_that_falls_silent_is_too_slow(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timestamps, "_PATIENCE_SECONDS", 4.0)
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as another:
        asked = another.submit(Authority(f"http://127.0.0.1:{server.getsockname()[1]}/").ask)
        started = time.monotonic()
        with server.accept()[0] as connected:
            connected.sendall(said)
            with pytest.raises(TimestampUnavailable, match="too slow"):
                asked.result(60)
        assert time.monotonic() - started < 3.5, "half of its time is enough for silence"


def test_one_that_does_not_listen_is_unavailable() -> None:
    with pytest.raises(TimestampUnavailable, match="could not be asked: ConnectionError"):
        sign(draw(SHORTEST), p256_key(), timestamps=Authority("http://127.0.0.1:9/"))
