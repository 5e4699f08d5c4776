"""One request to a platform: where it may go, how much may come back, and whether anything was sent."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lti_app.lti import outbound
from lti_app.lti.outbound import NoAnswer, Outbound
from tests.unit.lti.faulty_platform import FaultyPlatform


def test_nobody_at_the_address_means_that_nothing_was_sent() -> None:
    with Outbound(development=True) as out, pytest.raises(NoAnswer) as caught:
        out.send("GET", "http://127.0.0.1:9/x", headers={})
    assert not caught.value.was_sent


@pytest.mark.parametrize(
    "address", ["http://canvas.example/x", "https://127.0.0.1/x", "https://[::1]/x", "ftp://c/x"]
)
def test_outside_of_development_only_public_https_is_called(address: str) -> None:
    with Outbound(development=False) as out, pytest.raises(NoAnswer) as caught:
        out.send("GET", address, headers={})
    assert not caught.value.was_sent


@pytest.mark.parametrize("name", ["a..example.com", "a" * 64 + ".example.com"])
def test_to_a_name_that_is_none_nothing_is_sent(name: str) -> None:
    with Outbound(development=False) as out, pytest.raises(NoAnswer) as caught:
        out.send("POST", f"https://{name}/x", headers={}, data=b"{}")
    assert not caught.value.was_sent


def test_an_answer_without_end_is_cut_off(
    platform: FaultyPlatform, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "MAX_BYTES", 10_000)
    platform.pages["/x"] = ("200 OK", {}, b"x" * 10_001)
    with Outbound(development=True) as out, pytest.raises(NoAnswer, match="larger") as caught:
        out.send("POST", f"{url}/x", headers={}, data=b"{}")
    assert caught.value.was_sent


def test_nothing_is_sent_to_whom_no_certificate_vouches_for(unvouched: str) -> None:
    with Outbound(development=True) as out, pytest.raises(NoAnswer) as caught:
        out.send("POST", f"{unvouched}/x", headers={}, data=b"{}")
    assert not caught.value.was_sent


def test_what_fails_in_tls_otherwise_may_have_been_sent(platform: FaultyPlatform, url: str) -> None:
    with Outbound(development=True) as out, pytest.raises(NoAnswer) as caught:
        out.send("POST", f"{url.replace('http://', 'https://')}/x", headers={}, data=b"{}")
    assert caught.value.was_sent


@pytest.fixture
def unvouched(tmp_path: Path) -> Iterator[str]:
    """A server on https whose certificate is its own word."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    started = datetime.now(UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(started).not_valid_after(started + timedelta(hours=1))
    file = tmp_path / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with make_server("127.0.0.1", 0, lambda _environ, start: [start("200 OK", []), b""][1:]) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.handle_request)
        server.timeout = 60
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}"
        thread.join()
