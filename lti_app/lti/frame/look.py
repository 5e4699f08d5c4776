"""How the platform wants its pages to look to somebody: time zone, contrast, where the school's colours lie.

A launch says so in the custom parameters that the registration asks for
(`lti/registration/configuration.py`); what it leaves open, the page around the frame may tell
(`lti.getPageSettings`). What makes no sense was not told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from lti_app.clock import zone_named
from lti_app.lti.addresses import origin_of
from lti_app.web.sessions import Look

_CONTRASTS = {"true": "high", "1": "high", "false": "normal", "0": "normal"}
_LONGEST_URL = 1000
# Hosted Canvas keeps the colours of all schools on its own servers or with Amazon, always in this folder.
# Anybody may have a server at Amazon, so such an address is believed of hosted Canvas only. Its issuer tells
# nothing of that: every Canvas has the same one, wherever it runs.
_HOSTED = (".instructure.com", ".canvaslms.com")
_CANVAS_FILES = re.compile(r"([a-z0-9-]+\.)+instructure\.com|[a-z0-9]{8,20}\.cloudfront\.net")
_CANVAS_PATH = re.compile(r"/dist/brandable_css/\w+/variables[\w-]*\.json")


def look_of(told: Mapping[str, str], origins: str, own_origin: str, auth_url: str) -> Look:
    """The look that custom parameters, or a page's settings under the same names, ask for.

    `origins` are the platform's, separated by blanks. A Canvas without a server for such files names only
    the path of its colours: it is taken to lie at `own_origin`. By that and `auth_url`, where people log in,
    hosted Canvas is known.
    """
    hosts = (urlsplit(each).hostname or "" for each in (own_origin, auth_url))
    is_hosted = any(each.endswith(_HOSTED) for each in hosts)
    zone = told.get("time_zone", "")
    return Look(
        time_zone=zone if zone_named(zone) else "",
        contrast=_CONTRASTS.get(told.get("high_contrast", "").lower(), ""),
        brand_url=_brand_url(
            told.get("brand_url", ""), {*origins.split(), own_origin}, own_origin, is_hosted
        ),
    )


def completed(look: Look, by: Look) -> Look:
    """The look with what it leaves open taken from another; the question is then settled for this launch."""
    return replace(
        look,
        time_zone=look.time_zone or by.time_zone,
        contrast=look.contrast or by.contrast or "normal",
        brand_url=look.brand_url or by.brand_url,
    )


def _brand_url(url: str, origins: set[str], own_origin: str, is_hosted: bool) -> str:
    """The address when it lies with the platform itself or where Canvas keeps such files; else empty."""
    if url.startswith("/") and not url.startswith("//") and own_origin:
        url = own_origin + url
    origin = origin_of(url)
    if not origin or len(url) > _LONGEST_URL or not url.isascii() or "?" in url or "#" in url:
        return ""
    if origin in origins:
        return url
    parts = urlsplit(url)
    is_canvas = parts.scheme == "https" and parts.port is None and _CANVAS_PATH.fullmatch(parts.path)
    is_of_canvas = is_canvas and _CANVAS_FILES.fullmatch(parts.hostname or "")
    return url if is_of_canvas and is_hosted else ""
