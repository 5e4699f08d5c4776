"""Fetching a document from a platform: bounded, and nowhere else."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from lti_app.lti import fetching
from lti_app.lti.fetching import FetchError, fetch_json
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
    real = socket.getaddrinfo

    def to_this_machine(host: Any, port: Any, *rest: Any, **options: Any) -> Any:
        return real("127.0.0.1", port, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", to_this_machine)
    port = server.url.rpartition(":")[2]
    with pytest.raises(FetchError, match="private"):
        fetch_json(f"https://rebinding.example.com:{port}", development=False)
    assert server.requests == 0
