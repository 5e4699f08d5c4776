"""Where a scheme names pictures: the logo in its layout, a signature with who signs.

A stored version names signatures by their position, as `layout.signature_images`: so do the facts of every
certificate, and what is published never changes. A file and a draft say it with the signatory, as `picture`.
reading_closing.py reads both; this turns what is stored into what is written. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

IMAGES = "signature_images"


def as_positions(pictures: Sequence[str]) -> tuple[str, ...]:
    """The pictures of all signatories as a layout holds them: an empty one is none, and the last is one."""
    number = max((n for n, each in enumerate(pictures, 1) if each), default=0)
    return tuple(pictures[:number])


def in_file_form(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The same plain values with each signature's picture beside its signatory. They may be no scheme yet;
    a picture for which nobody signs is left out.
    """
    certificate = plain.get("certificate")
    if not isinstance(certificate, dict) or not isinstance(layout := certificate.get("layout"), dict):
        return dict(plain)
    images, signing = layout.get(IMAGES), certificate.get("signatories")
    if not isinstance(images, list) or not isinstance(signing, list):
        return dict(plain)
    pairs = zip_longest(signing, images[: len(signing)], fillvalue="")
    named = [each | {"picture": image} if image and isinstance(each, dict) else each for each, image in pairs]
    rest = {key: value for key, value in layout.items() if key != IMAGES}
    written = {**certificate, "signatories": named, "layout": rest}
    return {**plain, "certificate": {key: each for key, each in written.items() if key != "layout" or rest}}


def named_pictures(plain: Mapping[str, Any]) -> dict[str, str]:
    """The pictures that these values of a file name, by the fields that name them."""
    certificate = plain.get("certificate")
    held = certificate if isinstance(certificate, dict) else {}
    layout, signing = held.get("layout"), held.get("signatories")
    found = {"certificate.layout.logo": layout.get("logo")} if isinstance(layout, dict) else {}
    for n, each in enumerate(signing if isinstance(signing, list) else []):
        if isinstance(each, dict):
            found[f"certificate.signatories[{n}].picture"] = each.get("picture")
    return {field: name for field, name in found.items() if name and isinstance(name, str)}
