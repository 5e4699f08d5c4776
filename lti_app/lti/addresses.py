"""Which addresses the tool calls, redirects to, or lets frame it. Pure: no name is looked up here.

CIM_DEVELOPMENT allows http and private hosts; without it platforms are https on public ones. What a public
name resolves to is checked where the connection is made (`lti/connections.py`). Every launch asks about the
same few addresses, so they are taken apart once.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit

from lti_app.errors import N_

MAX_URL_LENGTH = 1000
_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?")
_UNSAFE = re.compile(r'[\x00-\x20\x7f-\x9f\\"<>\ud800-\udfff]')
_PRIVATE_NAMES = ("localhost", ".localhost", ".local", ".internal", ".home.arpa")
_DEFAULT_PORTS = {"https": 443, "http": 80}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits


@lru_cache(maxsize=1024)
def origin_of(url: str) -> str:
    """Scheme, host and port as a browser writes an origin; empty for anything but a clean http(s) address."""
    parts = _parts(url)
    if parts is None or parts.hostname is None:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = "" if parts.port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def origins(urls: Iterable[str], *, max_length: int) -> str:
    """The distinct origins of the addresses, separated by spaces: fit for a header, cut at whole origins."""
    listed = ""
    for origin in dict.fromkeys(filter(None, map(origin_of, urls))):
        longer = f"{listed} {origin}".strip()
        if len(longer) > max_length:
            break
        listed = longer
    return listed


def at_same_origin(url: str, reference: str) -> str:
    """Where a reference in the answer of `url` leads, if it stays at that origin; else empty.

    A platform behind a proxy may write http and mean https.
    """
    target = urljoin(url, reference)
    if url.startswith("https://") and target.startswith("http://"):
        target = "https://" + target.removeprefix("http://")
    return target if origin_of(target) == origin_of(url) else ""


@lru_cache(maxsize=1024)
def refusal_of(url: str, *, development: bool, longest: int = MAX_URL_LENGTH) -> str:
    """Why the tool must not call this address, as the end of a sentence; empty when it may.

    `longest` is in characters: the default is what is stored, an address that is only called may be longer.
    """
    parts = _parts(url)
    if parts is None or parts.hostname is None or parts.fragment:
        return N_("is no http(s) address")
    if len(url) > longest:
        return f"is longer than {longest} characters"
    if development:
        return ""
    if parts.scheme != "https":
        return N_("must start with https:// (http is for development only)")
    if not is_public_host(parts.hostname):
        return N_("must name a public host (private ones are for development only)")
    return ""


def is_public_host(host: str) -> bool:
    """Whether a host name or address literal can be a public one."""
    try:
        return is_public_address(ipaddress.ip_address(host))
    except ValueError:
        return "." in host and not host.endswith(_PRIVATE_NAMES) and not host.replace(".", "").isdigit()


def is_public_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is reachable by anybody: not loopback, private, multicast or reserved."""
    mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if address in _NAT64:
        mapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return is_public_address(mapped) if mapped else address.is_global and not address.is_multicast


@lru_cache(maxsize=1024)
def launch_path(target_link_uri: str, public_origin: str) -> str | None:
    """What follows /lti/launch in a target of ours (empty, or starting with a slash); None for any other."""
    if origin_of(target_link_uri) != origin_of(public_origin):
        return None
    path = urlsplit(target_link_uri).path
    if path != "/lti/launch" and not path.startswith("/lti/launch/"):
        return None
    return None if "/.." in path or "//" in path else path.removeprefix("/lti/launch").rstrip("/")


@lru_cache(maxsize=1024)
def _parts(url: str) -> SplitResult | None:
    if _UNSAFE.search(url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or "@" in parts.netloc or port == 0:
        return None
    return parts if _is_host(host) else None


def _is_host(host: str) -> bool:
    if ":" in host:
        try:
            return ipaddress.IPv6Address(host).scope_id is None
        except ValueError:
            return False
    return len(host) <= 253 and _HOST.fullmatch(host) is not None
