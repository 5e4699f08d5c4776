"""The characters that a certificate can show: those of its typeface, and what a message says of others."""

from __future__ import annotations

from lti_app.certificates.pdf.typeface import REGULAR, faces
from lti_app.glyphs import COVERED, clean, listed, missing


def test_the_list_is_what_the_bundled_face_has() -> None:
    assert faces()[REGULAR].widths.keys() == COVERED


def test_what_is_missing_is_told_once_and_in_order() -> None:
    assert missing(["Åsa 小", "明小 Öberg"]) == ("小", "明")
    assert missing(["Zoë Łukasz Ngũgĩ", "ọ́ g̃", "Ελένη Борис"]) == ()


def test_what_paints_nothing_is_not_missing() -> None:
    assert clean(" A\u0308\u200d  \tb ") == "Ä b"
    assert missing(["A\u0308\u200d \n b"]) == ()


def test_a_message_names_what_would_not_be_seen_in_it_and_ends() -> None:
    assert listed(["茶", "\ue000", "\u0316"]) == "茶 U+E000 U+0316"
    assert listed(map(chr, range(0x4E00, 0x4E00 + 21))).endswith(f"{chr(0x4E00 + 19)} …")
