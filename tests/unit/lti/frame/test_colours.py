"""Which of a school's colours are used, and what becomes of the others."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.lti.frame.colours import Palette, contrast, palette_from, palette_of, style_sheet

PLUM = {
    "ic-brand-primary": "#7B2D6E",
    "ic-brand-button--primary-bgd": "#7B2D6E",
    "ic-brand-button--primary-text": "#FFF",
    "ic-brand-font-color-dark": "#273540",
    "ic-link-color": "#7B2D6E",
}
COLOURS = st.from_regex(re.compile(r"#[0-9a-f]{6}"), fullmatch=True)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#0e68b3", "#ffffff", 5.75)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


def test_a_schools_colours_become_the_pages() -> None:
    palette = palette_of(PLUM)
    assert palette == Palette("#273540", "#7b2d6e", "#7b2d6e", "#7b2d6e", "#ffffff")
    written = style_sheet(palette)
    assert "--pico-primary:#7b2d6e;" in written
    assert "--pico-primary-inverse:#ffffff" in written


def test_a_link_that_cannot_be_read_keeps_our_colour_and_the_rest_the_schools() -> None:
    palette = palette_of(PLUM | {"ic-link-color": "#FFCC00"})
    assert palette.link == ""
    assert palette.button == "#7b2d6e"
    assert "--pico-primary:" not in style_sheet(palette)


@pytest.mark.parametrize("text", ["#9A4B8C", "nothing", None])
def test_a_button_whose_text_cannot_be_read_keeps_both_of_our_colours(text: str | None) -> None:
    palette = palette_of(PLUM | {"ic-brand-button--primary-text": text})
    assert (palette.button, palette.button_text) == ("", "")


def test_a_light_button_with_dark_text_may_not_vanish_in_the_page() -> None:
    yellow = {"ic-brand-button--primary-bgd": "#FFE066", "ic-brand-button--primary-text": "#000000"}
    assert palette_of(yellow).button == ""


@pytest.mark.parametrize(
    "value",
    [
        "red",
        "#12345",
        "#1234567",
        "#12345g",
        "#fff;}",
        "url(//x)",
        "var(--x)",
        "",
        " #fff",
        7,
        None,
        ["#fff"],
    ],
)
def test_what_is_no_colour_is_left_out(value: Any) -> None:
    assert palette_of(dict.fromkeys(PLUM, value)) == Palette()
    assert palette_from({"link": value, "button": value}) == Palette()


def test_without_colours_there_is_nothing_to_say() -> None:
    assert style_sheet(palette_of({"something": "else"})) == ""


@given(st.fixed_dictionaries(dict.fromkeys(PLUM, COLOURS)))
def test_whatever_a_school_chooses_can_be_read(brand: dict[str, str]) -> None:
    palette = palette_of(brand)
    for colour, least in ((palette.text, 4.5), (palette.link, 4.5), (palette.accent, 3), (palette.button, 3)):
        assert not colour or min(contrast(colour, "#ffffff"), contrast(colour, "#f2f4f4")) >= least
    if palette.button:
        hovered = re.findall(r"--pico-primary-hover-background:(#\w+)", style_sheet(palette))[0]
        assert contrast(palette.button, palette.button_text) >= 4.5
        assert contrast(hovered, palette.button_text) >= 4.5
    assert palette_from(palette.stored()) == palette
