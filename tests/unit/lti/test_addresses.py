"""Which addresses are called, framed and redirected to."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.lti.addresses import is_public_address, launch_path, origin_of, origins, refusal_of


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://school.test/courses/3?a=1#top", "https://school.test"),
        ("HTTPS://School.Test:443/x", "https://school.test"),
        ("http://127.0.0.1:8001/", "http://127.0.0.1:8001"),
        ("https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443"),
        ("https://user@school.test/", ""),
        ("https://school.test:99999/", ""),
        ("https://school.test:x/", ""),
        ("https://*.school.test/", ""),
        ("https://a;b/", ""),
        ("https://a b/", ""),
        ("https://a\nb/", ""),
        ("https://a\\b/", ""),
        ("https:///x", ""),
        ("//school.test/", ""),
        ("ftp://school.test/", ""),
        ("javascript:alert(1)", ""),
        ("https://[fe80::1%25eth0]/", ""),
        ("https://[", ""),
        ("", ""),
    ],
)
def test_an_origin_is_written_as_a_browser_does(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@given(st.lists(st.text() | st.builds("https://{}".format, st.text())))
def test_no_address_smuggles_anything_into_a_header(urls: list[str]) -> None:
    listed = origins(urls, max_length=200)
    assert len(listed) <= 200
    assert not set(listed) & set(";,'\"\r\n\t\\*")
    assert all(word.startswith(("https://", "http://")) for word in listed.split(" ") if word)


def test_origins_are_listed_once_and_cut_whole() -> None:
    urls = ["https://a.test/1", "https://a.test/2", "", "https://b.test", "https://c.test"]
    assert origins(urls, max_length=30) == "https://a.test https://b.test"


@pytest.mark.parametrize(
    "url",
    [
        "http://school.test/",
        "https://localhost/",
        "https://canvas.local/",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[2002:7f00:1::]/",
        "https://2130706433/",
        "https://127.1/",
    ],
)
def test_private_addresses_and_http_are_for_development(url: str) -> None:
    assert refusal_of(url, development=False)
    assert not refusal_of(url, development=True)


@pytest.mark.parametrize(
    "url", ["https://canvas.instructure.com", "https://8.8.8.8/x", "https://[2606:4700::1111]/"]
)
def test_public_https_addresses_are_called(url: str) -> None:
    assert not refusal_of(url, development=False)


@pytest.mark.parametrize(
    "url",
    ["", "file:///etc/passwd", "https://a.test/#x", "https://u:p@a.test/", "https://a.test/" + "x" * 1000],
)
def test_what_is_no_address_is_never_called(url: str) -> None:
    assert refusal_of(url, development=True)


def test_reserved_networks_are_not_public() -> None:
    for text in ("0.0.0.0", "100.64.0.1", "192.168.0.1", "224.0.0.1", "fc00::1", "fe80::1", "ff02::1"):
        assert not is_public_address(ipaddress.ip_address(text))


@pytest.mark.parametrize("wrapping", ["::ffff:{}", "64:ff9b::{}"])
def test_an_ipv4_address_inside_of_an_ipv6_one_is_judged_by_itself(wrapping: str) -> None:
    """Written for sockets (RFC 4291 §2.5.5.2) or for a translator (RFC 6052)."""
    assert is_public_address(ipaddress.ip_address(wrapping.format("8.8.8.8")))
    assert not is_public_address(ipaddress.ip_address(wrapping.format("10.0.0.1")))
    assert not is_public_address(ipaddress.ip_address(wrapping.format("169.254.169.254")))


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("https://cim.test/lti/launch", ""),
        ("https://CIM.test:443/lti/launch/", ""),
        ("https://cim.test/lti/launch/submission/1?x=1", "/submission/1"),
        ("https://cim.test/lti/launcher", None),
        ("https://cim.test/lti", None),
        ("https://cim.test:8443/lti/launch", None),
        ("http://cim.test/lti/launch", None),
        ("https://cim.test.evil.test/lti/launch", None),
        ("https://cim.test@evil.test/lti/launch", None),
        ("https://cim.test/lti/launch//evil.test", None),
        ("https://cim.test/lti/launch/../x", None),
        ("/lti/launch", None),
    ],
)
def test_a_target_is_ours_or_none(target: str, path: str | None) -> None:
    assert launch_path(target, "https://cim.test") == path
