"""The timestamp authority over real HTTP: asked once, bounded, and left alone after a failure."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

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
        if self.path == "/body":
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


@pytest.mark.parametrize("path", ["/headers", "/body"])
def test_one_that_answers_by_drops_is_waited_for_no_longer_and_then_hung_up_on(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _PATIENCE == 10, "a claim lasts a minute; a certificate asks twice, seldom thrice"
    monkeypatch.setattr(timestamps, "_PATIENCE_SECONDS", 1.0)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    GONE.clear()
    try:
        authority = Authority(f"http://127.0.0.1:{server.server_port}{path}")
        started = time.monotonic()
        with pytest.raises(TimestampUnavailable):
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


def test_one_that_does_not_listen_is_unavailable() -> None:
    with pytest.raises(TimestampUnavailable, match="could not be asked: ConnectionError"):
        sign(draw(SHORTEST), p256_key(), timestamps=Authority("http://127.0.0.1:9/"))
