"""Which code a file names that is none of ours: found in what programs save anew, in bounded work."""

from __future__ import annotations

import time
import zlib

import pytest

from lti_app.certificates import code_in_file
from lti_app.certificates.code_in_file import codes_in

ADDRESS = b"(https://cim.example/verify/01AB-10AB-0123)"
CODE = "01AB-10AB-0123"


def packed(content: bytes) -> bytes:
    return b"stream\r\n" + zlib.compress(content) + b"\nendstream\n"


@pytest.mark.parametrize(
    ("pdf", "code"),
    [
        (ADDRESS, CODE),
        (ADDRESS + packed(b"other things " + ADDRESS), CODE),
        (packed(b"nothing") + b"stream\nnot packed at all" + packed(ADDRESS), CODE),
        (packed(ADDRESS)[:-14], CODE),
        (packed(b"a page") * 499 + packed(ADDRESS), CODE),
        (packed(b"a page") * 500 + packed(ADDRESS), None),
        (b"/verify/01AB-10AB-01234", None),
        (b"/verify/01ab-10ab-0123", None),
        (b"/verify/UUUU-UUUU-UUUU", None),
        (b"", None),
    ],
)
def test_the_code_of_a_file_is_found_open_or_packed(pdf: bytes, code: str | None) -> None:
    assert codes_in(pdf) == ({code} if code else set())


def test_every_code_that_a_file_names_is_found() -> None:
    assert codes_in(ADDRESS + packed(b"/verify/ZZZZ-ZZZZ-ZZZZ")) == {CODE, "ZZZZ-ZZZZ-ZZZZ"}


def test_what_unpacks_to_much_is_unpacked_a_little() -> None:
    bomb = packed(bytes(50_000_000))
    began = time.process_time()
    assert codes_in(bomb * 100) == set()
    assert codes_in(b"stream\n" * 1_000_000) == set()
    assert time.process_time() - began < 2, "it takes 50 ms"
    assert codes_in(packed(bytes(code_in_file._UNPACKED_BYTES) + ADDRESS)) == set()
