"""A school's colours: which of them can be used, and the style sheet they make. Pure.

A colour is taken only as `#rgb` or `#rrggbb`, and only if people can read what it is used for: 4.5:1 for
text, 3:1 for lines and shapes; whatever does not pass keeps the tool's own colour in app.css.
Source: WCAG 2.2 §1.4.3, §1.4.11 and "relative luminance"; the names are those of Canvas's theme editor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_BACKGROUNDS = ("#ffffff", "#f2f4f4")  # the page, and the surface of a note
_TEXT, _SHAPE = 4.5, 3.0


@dataclass(frozen=True)
class Palette:
    """Colours as `#rrggbb`; empty where the tool's own stands. A button has both of its two or neither."""

    text: str = ""
    link: str = ""
    accent: str = ""
    button: str = ""
    button_text: str = ""

    def stored(self) -> dict[str, Any]:
        """As a document to keep."""
        return asdict(self)


def palette_of(brand: Mapping[str, Any]) -> Palette:
    """What can be used of a brand as Canvas describes it (`ic-brand-…`)."""
    button = _colour(brand, "ic-brand-button--primary-bgd")
    button_text = _colour(brand, "ic-brand-button--primary-text")
    return _passed(
        Palette(
            text=_colour(brand, "ic-brand-font-color-dark"),
            link=_colour(brand, "ic-link-color"),
            accent=_colour(brand, "ic-brand-primary"),
            button=button,
            button_text=button_text,
        )
    )


def palette_from(stored: Mapping[str, Any]) -> Palette:
    """A palette as it was kept, checked again: nothing but colours gets into a style sheet."""
    return _passed(Palette(**{name: _colour(stored, name) for name in Palette.__dataclass_fields__}))


def style_sheet(palette: Palette) -> str:
    """The CSS custom properties that the palette sets; empty when it sets none."""
    values: dict[str, str] = {}
    if palette.text:
        values["--pico-color"] = palette.text
    if palette.link:
        values["--pico-primary"] = palette.link
        values["--pico-primary-hover"] = _mixed(palette.link, "#000000", 0.25)
        values["--pico-primary-underline"] = palette.link + "80"
    if palette.accent:
        values["--cim-accent"] = palette.accent
    if palette.button:
        values["--pico-primary-background"] = palette.button
        values["--pico-primary-hover-background"] = _hovered(palette)
        values["--pico-primary-inverse"] = palette.button_text
    if not values:
        return ""
    declared = ";".join(f"{name}:{value}" for name, value in values.items())
    return f':root[data-theme="light"]{{{declared}}}\n'


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours `#rrggbb`, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _passed(asked: Palette) -> Palette:
    has_button = (
        bool(asked.button and asked.button_text)
        and contrast(asked.button, asked.button_text) >= _TEXT
        and _stands_out(asked.button, _SHAPE)
    )
    return Palette(
        text=asked.text if _stands_out(asked.text, _TEXT) else "",
        link=asked.link if _stands_out(asked.link, _TEXT) else "",
        accent=asked.accent if _stands_out(asked.accent, _SHAPE) else "",
        button=asked.button if has_button else "",
        button_text=asked.button_text if has_button else "",
    )


def _stands_out(colour: str, least: float) -> bool:
    return bool(colour) and all(contrast(colour, behind) >= least for behind in _BACKGROUNDS)


def _hovered(palette: Palette) -> str:
    """The button's colour under the pointer: further from its text, if it still stands out from the page."""
    is_light_text = _luminance(palette.button_text) > _luminance(palette.button)
    further = _mixed(palette.button, "#000000" if is_light_text else "#ffffff", 0.2)
    return further if _stands_out(further, _SHAPE) else palette.button


def _colour(brand: Mapping[str, Any], name: str) -> str:
    value = brand.get(name)
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        return ""
    digits = value[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(mine + (theirs - mine) * share):02x}" for mine, theirs in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if (part := channel / 255) <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for channel in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
