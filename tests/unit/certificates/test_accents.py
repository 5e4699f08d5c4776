"""Accents without a composed character stand where they belong, and only there."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from lti_app.certificates.pdf import check_glyphs, draw
from lti_app.certificates.pdf.accents import pieces
from lti_app.certificates.pdf.typeface import REGULAR, faces
from tests.certificate_samples import TYPICAL
from tests.unit.certificates.test_drawing import text_of

ACUTE, DOT_BELOW = "\u0301", "\u0323"


def placed(text: str) -> list[tuple[str, float, float]]:
    faces()
    return [(each.text, each.x, each.y) for each in pieces(REGULAR, text) if each.is_accent]


def test_an_accent_stands_over_the_middle_of_its_letter() -> None:
    width = faces()[REGULAR].widths["o"]
    ((_, x, y),) = placed("o" + ACUTE)
    assert abs(x - width / 2) < 10
    assert y == 0, "the font's own height is right for a low letter"


def test_it_rises_above_a_high_letter_and_above_another_accent() -> None:
    ((_, _, on_d),) = placed("d" + ACUTE)
    assert on_d > 200
    (_, _, first), (_, _, second) = placed("o" + ACUTE + ACUTE)
    assert second > first + 150


def test_what_stands_below_sinks_under_what_hangs() -> None:
    ((_, _, under_o),) = placed("o" + DOT_BELOW)
    ((_, _, under_q),) = placed("q" + DOT_BELOW)
    assert under_o == 0 > under_q


def test_a_tower_of_accents_does_not_grow_into_its_neighbours() -> None:
    assert max(y for _, _, y in placed("o" + ACUTE * 40)) < 1000


def test_an_accent_without_a_letter_is_drawn_and_nothing_breaks() -> None:
    assert len(placed(ACUTE)) == 1
    draw(replace(TYPICAL, holder_name=ACUTE + " " + ACUTE + "a"))


def test_the_text_is_found_again_letter_by_letter() -> None:
    name = "Adébo\u0323\u0301lá G\u0303uaraní"
    composed = unicodedata.normalize("NFC", name)
    assert any(unicodedata.combining(char) for char in composed), "it has no composed form"
    facts = replace(TYPICAL, holder_name=name)
    check_glyphs(facts)
    (page,) = text_of(draw(facts))
    assert "".join(composed.split()) in "".join(page.split())
