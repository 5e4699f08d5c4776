"""The layout of certificates as data: what may be chosen, what is refused and why, and that it comes back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_app.i18n import catalogue
from lti_app.schemes.certificate_layout import (
    DEFAULT,
    CertificateLayout,
    Orientation,
    Shown,
    contrast_on_white,
)
from lti_app.schemes.layout_reading import layout_to_json, read_layout
from lti_app.schemes.messages import translated
from lti_app.schemes.nodes import FileInvalid, from_plain
from lti_app.schemes.reader import Reader
from lti_app.schemes.text import Text


def read(values: object) -> CertificateLayout:
    reader = Reader("layout")
    layout = read_layout(reader, from_plain(values))
    reader.finish()
    return layout


DARK = st.sampled_from(["#000000", "#1a3057", "#5a0f2b", "#0b5d3b"])
ASSET = st.sampled_from(["", "a" * 64, "0123456789abcdef" * 4])
WORDS = st.sampled_from(["Härmed intygas att", "This certifies that", "Ж"])
TEXT = st.builds(Text, WORDS, WORDS)
LAYOUTS = st.builds(
    CertificateLayout,
    orientation=st.sampled_from(Orientation),
    ink=DARK,
    accent=DARK,
    ornament=st.sampled_from(["#a18245", "#ffffff"]),
    logo=ASSET,
    signature_images=st.lists(ASSET, max_size=3).map(tuple),
    shows=st.frozensets(st.sampled_from(Shown)),
    certifies=TEXT,
    annex=TEXT,
    verify=TEXT,
)


@settings(max_examples=40)
@given(LAYOUTS)
def test_every_layout_comes_back_as_it_was(layout: CertificateLayout) -> None:
    assert read(json.loads(json.dumps(layout_to_json(layout)))) == layout


def test_a_layout_says_only_what_differs() -> None:
    assert layout_to_json(DEFAULT) == {}
    assert read({}) == DEFAULT
    landscape = CertificateLayout(orientation=Orientation.LANDSCAPE)
    assert layout_to_json(landscape) == {"orientation": "landscape"}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"orientation": "sideways"},
            "expected which way the paper lies: portrait, landscape, found",
        ),
        ({"accent": "#777777"}, "contrast of 4.5 to 1 on white paper, #777777 has 4.47"),
        ({"ink": "#FFFF00"}, "letters need a contrast"),
        ({"ink": "black"}, "expected a colour such as '#1c1c21'"),
        ({"accent": 0}, "expected a colour"),
        ({"logo": "logo.png"}, "expected the SHA-256 of a picture"),
        ({"logo": 5}, "expected the SHA-256"),
        ({"signature_images": ["a" * 64] * 13}, "at most 12 pictures"),
        ({"signature_images": "none"}, "expected a list of pictures"),
        ({"shows": ["dates", "dates"]}, "used twice"),
        ({"shows": ["merits"]}, "expected what a certificate shows"),
        ({"certifies": {"sv": "Intyg"}}, "missing"),
        ({"annex": {"sv": "x" * 121, "en": "x"}}, "at most 120 characters"),
        ({"colour": "#000000"}, "unknown key"),
        ([], "expected a block of keys"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(values: Any, said: str) -> None:
    with pytest.raises(FileInvalid, match=said):
        read(values)


def test_contrast_is_told_with_the_decimal_sign_of_the_language() -> None:
    with pytest.raises(FileInvalid) as refused:
        read({"accent": "#777777"})
    (problem,) = refused.value.problems
    said = translated(problem.message, catalogue("sv"))
    assert "4,5 till 1" in said
    assert "4,47" in said


def test_contrast_is_that_of_the_web_guidelines() -> None:
    assert contrast_on_white("#000000") == pytest.approx(21)
    assert contrast_on_white("#ffffff") == pytest.approx(1)
    assert contrast_on_white("#767676") == pytest.approx(4.54, abs=0.01)
    assert min(map(contrast_on_white, (DEFAULT.ink, DEFAULT.accent))) > 4.5
