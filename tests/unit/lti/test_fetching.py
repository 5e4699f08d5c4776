"""Fetching a document from a platform: bounded, and nowhere else."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import pytest

from lti_app.lti import fetching
from lti_app.lti.fetching import FetchError, fetch_json
from lti_app.lti.outbound import NoAnswer, Outbound
from tests.signing_platform import KeyServer, key_server


@pytest.fixture
def server() -> Iterator[KeyServer]:
    with key_server() as server:
        yield server


def test_a_document_is_fetched(server: KeyServer) -> None:
    assert set(fetch_json(server.url, development=True)) == {"keys"}


def test_an_answer_of_more_than_a_megabyte_is_refused(server: KeyServer) -> None:
    server.body = b" " * (fetching.MAX_BYTES + 1)
    with pytest.raises(FetchError, match="larger"):
        fetch_json(server.url, development=True)


def test_another_hosts_redirect_is_not_followed(server: KeyServer) -> None:
    with key_server() as other:
        server.status, server.location = 302, other.url
        with pytest.raises(FetchError, match="another host"):
            fetch_json(server.url, development=True)
        assert other.requests == 0


def test_redirects_end(server: KeyServer) -> None:
    server.status, server.location = 302, "/again"
    with pytest.raises(FetchError, match="without end"):
        fetch_json(server.url, development=True)
    assert server.requests == 4


@pytest.mark.parametrize("status", [204, 404, 500])
def test_only_a_plain_answer_counts(status: int, server: KeyServer) -> None:
    server.status = status
    with pytest.raises(FetchError, match=str(status)):
        fetch_json(server.url, development=True)


def test_a_server_that_is_gone_is_a_failed_fetch() -> None:
    with key_server() as server:
        url = server.url
    with pytest.raises(FetchError, match="did not answer"):
        fetch_json(url, development=True)


def test_outside_of_development_private_addresses_are_not_called(server: KeyServer) -> None:
    with pytest.raises(FetchError, match="https"):
        fetch_json(server.url, development=False)
    with pytest.raises(FetchError, match="public"):
        fetch_json(server.url.replace("http:", "https:"), development=False)
    assert server.requests == 0


def test_a_public_name_that_leads_to_a_private_address_is_not_called(
    server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a hostile name server answers, which no test can have in earnest."""
    lead_to(["127.0.0.1"], monkeypatch)
    port = server.url.rpartition(":")[2]
    with pytest.raises(FetchError, match="private"):
        fetch_json(f"https://rebinding.example.com:{port}", development=False)
    assert server.requests == 0


@pytest.mark.parametrize("port", ["listening", "closed"])
def test_nobody_learns_from_us_what_listens_at_a_private_address(
    port: str, server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No connection is tried, so an open port and a closed one are refused alike."""
    lead_to(["127.0.0.1"], monkeypatch)
    number = urlsplit(server.url).port if port == "listening" else 9
    with pytest.raises(FetchError, match=r"^the name leads to a private address$"):
        fetch_json(f"https://rebinding.example.com:{number}", development=False)


def test_a_name_with_a_public_and_a_private_address_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    lead_to(["192.0.2.1", "8.8.8.8", "10.0.0.1"], monkeypatch)
    with pytest.raises(FetchError, match="private"):
        fetch_json("https://rebinding.example.com", development=False)


def test_of_a_name_with_many_addresses_three_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    lead_to([f"8.8.8.{last}" for last in range(1, 50)], monkeypatch)
    tried = []

    def refuse(address: tuple[str, int], *rest: Any, **options: Any) -> None:
        tried.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr("urllib3.util.connection.create_connection", refuse)
    with pytest.raises(FetchError, match="did not answer"):
        fetch_json("https://many.example.com", development=False)
    assert tried == ["8.8.8.1", "8.8.8.2", "8.8.8.3"]


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 OK\r\n\r\n[1"])
def test_an_answer_that_drips_ends_with_the_time(begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each drop comes within the limit of a single read."""
    monkeypatch.setattr(fetching, "LONGEST_SECONDS", 0.4)
    with dripping_server(begun) as url:
        started = time.monotonic()
        with pytest.raises(FetchError):
            fetch_json(url, development=True)
        assert time.monotonic() - started < 30


def test_a_service_that_drips_ends_with_the_time() -> None:
    with dripping_server(b"HTTP/1.1 200 OK\r\nX-Long: ") as url:
        started = time.monotonic()
        with Outbound(development=True, longest_seconds=0.4) as out, pytest.raises(NoAnswer) as caught:
            out.send("POST", url, headers={}, data=b"{}")
        assert time.monotonic() - started < 30
        assert caught.value.was_sent


def lead_to(addresses: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every name lead to these addresses."""

    def found(host: Any, port: Any, *rest: Any, **options: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", found)


@contextmanager
def dripping_server(begun: bytes) -> Iterator[str]:
    """Answers one request with this, and then a letter every 50 ms, without end."""
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        with suppress(OSError):
            talking, _ = listener.accept()
            with talking:
                talking.sendall(begun)
                while True:
                    talking.sendall(b"x")
                    time.sleep(0.05)

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.close()
