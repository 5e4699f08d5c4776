"""A scheme that somebody is still writing, made whole enough to draw a specimen of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.picture_places import in_file_form
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.reading import SchemeInvalid, check_plain
from lti_app.schemes.writing import to_json

MISSING = "…"
_STAND_IN = "lund-medicine"
_LAYOUT = "certificate.layout."


def drawable(typed: Mapping[str, Any]) -> SchemeDocument:
    """The scheme in a draft's plain values, or the nearest that can be drawn.

    Of its certificate a text that is missing is MISSING, and what is wrong in its layout is as usual; while
    anything else in the draft is wrong, a scheme of the tool's own stands in for all but the certificate.
    Raises SchemeInvalid when the certificate is still none, such as with a text that is too long.
    """
    certificate = _filled(typed.get("certificate"))
    try:
        return check_plain({**typed, "certificate": certificate})
    except SchemeInvalid as invalid:
        wrong = tuple(each.field for each in invalid.problems)
    whole = typed
    if any(not each.startswith("certificate") for each in wrong):
        whole = in_file_form(to_json(bundled_schemes()[_STAND_IN]))
    return check_plain({**whole, "certificate": _without(certificate, wrong)})


def _filled(value: Any) -> Any:
    """With MISSING for each empty text of a pair of languages."""
    if isinstance(value, list):
        return [_filled(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    if value and set(value) <= {"sv", "en"}:
        return {language: value.get(language) or MISSING for language in ("sv", "en")}
    return {key: _filled(each) for key, each in value.items()}


def _without(certificate: Any, wrong: tuple[str, ...]) -> Any:
    """Without those parts of its layout that are wrong."""
    if not isinstance(certificate, Mapping) or not isinstance(layout := certificate.get("layout"), Mapping):
        return certificate
    bad = {re.split(r"[.\[]", each.removeprefix(_LAYOUT))[0] for each in wrong if each.startswith(_LAYOUT)}
    return {**certificate, "layout": {key: each for key, each in layout.items() if key not in bad}}
