"""A certificate's layout from a scheme's file, a stored version or a certificate's facts, and back.

Every key may be left out and then has its default, so that a layout says only what differs.
`read_layout(reader, from_plain(layout_to_json(layout))) == layout` for every layout.
"""

from __future__ import annotations

from math import floor
from typing import Any

from lti_app.schemes.certificate_layout import (
    DEFAULT,
    LEAST_CONTRAST,
    CertificateLayout,
    Orientation,
    Shown,
    contrast_on_white,
    is_asset_id,
    is_colour,
)
from lti_app.schemes.messages import Message
from lti_app.schemes.nodes import Node
from lti_app.schemes.reader import Reader
from lti_app.schemes.text import Text

_COLOURS = ("ink", "accent", "ornament")
_TEXTS = {"certifies": 120, "annex": 120, "verify": 60}  # the most characters of each
MOST_SIGNATURES = 12
_KEYS = ("orientation", *_COLOURS, "logo", "signature_images", "shows", *_TEXTS)


def read_layout(reader: Reader, node: Node) -> CertificateLayout:
    """Read a layout; what is wrong is reported to the reader, and the default stands in its place."""
    found = reader.keys(node, {}, _KEYS)
    values: dict[str, Any] = {}
    if "orientation" in found:
        read = reader.one_of(found["orientation"], list(Orientation), Message("which way the paper lies"))
        values["orientation"] = Orientation(read)
    for name in _COLOURS:
        if name in found:
            values[name] = _colour(reader, found[name], name)
    if "logo" in found:
        values["logo"] = read_picture(reader, found["logo"])
    if "signature_images" in found:
        values["signature_images"] = _signature_images(reader, found["signature_images"])
    if "shows" in found:
        values["shows"] = _shows(reader, found["shows"])
    for name, most in _TEXTS.items():
        if name in found:
            values[name] = reader.text(found[name], max_chars=most)
    return CertificateLayout(**values)


def layout_to_json(layout: CertificateLayout) -> dict[str, Any]:
    """The layout as plain values, without what is as by default; an empty dict is the default layout."""
    whole: dict[str, Any] = {
        "orientation": str(layout.orientation),
        **{name: getattr(layout, name) for name in _COLOURS},
        "logo": layout.logo,
        "signature_images": list(layout.signature_images),
        "shows": sorted(map(str, layout.shows)),
        **{name: _text(getattr(layout, name)) for name in _TEXTS},
    }
    return {name: value for name, value in whole.items() if getattr(layout, name) != getattr(DEFAULT, name)}


def _text(text: Text) -> dict[str, str]:
    return {"sv": text.sv, "en": text.en}


def _colour(reader: Reader, node: Node, name: str) -> str:
    default: str = getattr(DEFAULT, name)
    written = node.value.strip().lower() if isinstance(node.value, str) else ""
    if not is_colour(written):
        reader.report(
            node,
            Message(
                "expected a colour such as %(example)s, in quotes, found %(found)s",
                example=repr(default),
                found=node.found,
            ),
        )
        return default
    contrast = contrast_on_white(written)
    if name != "ornament" and contrast < LEAST_CONTRAST:
        reader.report(
            node,
            Message(
                "expected a darker colour: letters need a contrast of %(least)s to 1 on white paper, "
                "%(colour)s has %(contrast)s",
                least=LEAST_CONTRAST,
                colour=written,
                contrast=floor(contrast * 100) / 100,
            ),
        )
        return default
    return written


def read_picture(reader: Reader, node: Node) -> str:
    """The name of a picture; empty for none."""
    written = node.value if isinstance(node.value, str) else "-"
    if written and not is_asset_id(written):
        reader.report(
            node,
            Message(
                "expected the SHA-256 of a picture, 64 hexadecimal digits, found %(found)s", found=node.found
            ),
        )
        return ""
    return written


def _signature_images(reader: Reader, node: Node) -> tuple[str, ...]:
    images = tuple(read_picture(reader, each) for each in reader.items(node, Message("a list of pictures")))
    if len(images) > MOST_SIGNATURES:
        reader.report(
            node,
            Message(
                "expected at most %(most)s pictures, found %(found)s", most=MOST_SIGNATURES, found=len(images)
            ),
        )
    return images[:MOST_SIGNATURES]


def _shows(reader: Reader, node: Node) -> frozenset[Shown]:
    if node.value == ():
        return frozenset()
    members = reader.items(node, Message("a list of what is shown"))
    shown = [Shown(reader.one_of(each, list(Shown), Message("what a certificate shows"))) for each in members]
    reader.unlike(zip(members, map(str, shown), strict=True), Message("the field"))
    return frozenset(shown)
