"""What a platform accepts when it asks for content: the settings of a deep-linking request, typed. Pure.

Source: LTI Deep Linking 2.0 §4.4.1. The answer is a form in the person's browser, so the return address is
a clean http(s) one or the request is refused. `data` is the platform's own: it goes back exactly as it came,
and not at all if it did not come (Canvas sends none).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lti_app.errors import Problem
from lti_app.lti.addresses import origin_of

RESOURCE_LINK = "ltiResourceLink"
_LONGEST_RETURN_URL = 4000
_LONGEST_DATA = 20_000
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")  # what PostgreSQL, or UTF-8, does not know


@dataclass(frozen=True)
class DeepLinkSettings:
    """Where the answer goes, and what may be in it. `accepts_line_items`: links may bring their columns."""

    return_url: str
    accept_types: tuple[str, ...]
    accepts_several: bool
    accepts_line_items: bool
    is_created_at_once: bool
    data: str | None


def read_settings(claim: object) -> DeepLinkSettings:
    """The settings. Raises Problem: deep-link-unusable, or claim-malformed for another type of value."""
    if not isinstance(claim, Mapping):
        raise Problem("deep-link-unusable", "no deep linking settings")
    return_url, types, data = claim.get("deep_link_return_url"), claim.get("accept_types"), claim.get("data")
    if not isinstance(return_url, str) or len(return_url) > _LONGEST_RETURN_URL or not origin_of(return_url):
        raise Problem("deep-link-unusable", "no http(s) address to return to")
    if not isinstance(types, list) or not all(isinstance(each, str) for each in types):
        raise Problem("deep-link-unusable", "no list of accepted types")
    if RESOURCE_LINK not in types:
        raise Problem("deep-link-unusable", "resource links are not accepted")
    if data is not None and (
        not isinstance(data, str) or len(data) > _LONGEST_DATA or _UNSTORABLE.search(data)
    ):
        raise Problem("claim-malformed", "deep_linking_settings.data")
    return DeepLinkSettings(
        return_url=return_url,
        accept_types=tuple(types),
        accepts_several=_flag(claim, "accept_multiple", otherwise=False),
        accepts_line_items=_flag(claim, "accept_lineitem", otherwise=True),
        is_created_at_once=_flag(claim, "auto_create", otherwise=False),
        data=data,
    )


def _flag(claim: Mapping[str, Any], name: str, *, otherwise: bool) -> bool:
    """A boolean, which some platforms write as a word."""
    value = claim.get(name)
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if value is not None and not isinstance(value, bool):
        raise Problem("claim-malformed", f"deep_linking_settings.{name}")
    return otherwise if value is None else value
