"""A timestamp authority, in memory or over HTTP, with its own certificate and any time a test wants."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lti_app.certificates.keys import SigningKey, as_asn1

AT = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)


@cache
def _authority(above: SigningKey | None = None) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "The tests' timestamp authority")])
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(above.certificate.subject if above else name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1))  # noqa: DTZ001 (UTC by definition)
        .not_valid_after(datetime(2060, 1, 1))  # noqa: DTZ001
        .add_extension(usage, critical=True)
        .sign(above.private if above else private, hashes.SHA256())
    )
    return private, certificate


def stamper(
    at: datetime, above: SigningKey | None = None, *, beside: Sequence[x509.Certificate] = ()
) -> tuple[DummyTimeStamper, x509.Certificate]:
    """An authority whose clock stands still, and its certificate: by itself, or by the key above it.

    It sends other certificates along, if there are any `beside`.
    """
    private, certificate = _authority(above)
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    sent_along = SimpleCertificateStore()
    sent_along.register_multiple(map(as_asn1, beside))
    authority = DummyTimeStamper(
        tsa_cert=as_asn1(certificate),
        tsa_key=asn1_keys.PrivateKeyInfo.load(der),
        certs_to_embed=sent_along,
        fixed_dt=at,
    )
    return authority, certificate


class Server:
    """What an authority on this machine answers, once it may, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.hears, self.may_answer = threading.Event(), threading.Event()
        self.may_answer.set()
        self.status = 200
        self.answer: bytes | None = None
        self.change: Callable[[tsp.TimeStampResp], bytes] = tsp.TimeStampResp.dump
        self.hash: bytes | None = None  # what it takes a timestamp of, instead of what it was asked for
        self.address = ""


@contextmanager
def serving() -> Iterator[Server]:
    """An authority that is asked over HTTP; its clock stands still at AT."""
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.asked += 1
            state.hears.set()
            state.may_answer.wait(60)
            request = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            if state.hash is not None:
                request["message_imprint"]["hashed_message"] = state.hash
            answer = state.answer
            if answer is None:
                answer = state.change(asyncio.run(stamper(AT)[0].async_request_tsa_response(request)))
            self.send_response(state.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.address = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
