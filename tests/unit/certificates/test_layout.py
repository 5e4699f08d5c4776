"""Drawing by a layout: colours, what is left out, pictures, and what an editor is told beforehand."""

from __future__ import annotations

import io
from dataclasses import replace
from hashlib import sha256

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from lti_app.certificates.conformance import breaches_of
from lti_app.certificates.facts import CertificateFacts, Signatory
from lti_app.certificates.pdf import (
    Concern,
    DoesNotFit,
    LayoutWarning,
    MissingGlyphs,
    PictureInvalid,
    PictureMissing,
    check_glyphs,
    draw,
    measure,
)
from lti_app.schemes.certificate_layout import DEFAULT, CertificateLayout, Orientation, Shown
from lti_app.schemes.text import Text
from tests.certificate_samples import LONGEST_NAME, LONGEST_TEXTS, SHORTEST, STATED, TYPICAL, with_merits
from tests.reading_certificates import figures_in
from tests.unit.certificates.test_drawing import text_of


def picture(size: tuple[int, int] = (300, 120), mode: str = "RGBA", kind: str = "PNG") -> bytes:
    image = Image.new(mode, size)
    ImageDraw.Draw(image).line((5, size[1] - 5, size[0] // 2, 5, size[0] - 5, size[1] // 2), width=4)
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def named(*pictures: bytes) -> dict[str, bytes]:
    return {sha256(each).hexdigest(): each for each in pictures}


def with_layout(facts: CertificateFacts, **values: object) -> CertificateFacts:
    return replace(facts, layout=replace(DEFAULT, **values))


def test_every_optional_field_can_be_left_out() -> None:
    bare = with_layout(TYPICAL, shows=frozenset())
    (page,) = text_of(draw(bare))
    for words in ("Läkarprogrammet", "Medicinska fakulteten", "Berlin", "2024", "Redovisning"):
        assert words in text_of(draw(TYPICAL))[0]
        assert words not in page
    for words in ("Läkarprogrammet", "Study Programme in Medicine"):
        assert words in text_of(draw(STATED))[0]
        assert words not in text_of(draw(with_layout(STATED, shows=frozenset(Shown) - {Shown.PROGRAMME})))[0]
    (with_dates,) = text_of(draw(with_layout(TYPICAL, shows=frozenset({Shown.DATES}))))
    assert "14 oktober 2024" in with_dates
    assert "Berlin" not in with_dates


def test_what_is_left_out_may_have_any_character() -> None:
    abroad = replace(TYPICAL, merits=tuple(replace(each, place="北京") for each in TYPICAL.merits))
    with pytest.raises(MissingGlyphs):
        check_glyphs(abroad)
    without_places = with_layout(abroad, shows=frozenset(Shown) - {Shown.PLACES})
    check_glyphs(without_places)
    assert draw(without_places)


def test_the_schemes_own_words_are_printed() -> None:
    said = Text("Vi intygar att", "We certify that")
    assert "We certify that" in text_of(draw(with_layout(TYPICAL, certifies=said)))[0]


def test_colours_are_those_of_the_layout() -> None:
    with pikepdf.open(io.BytesIO(draw(with_layout(TYPICAL, accent="#5a0f2b", ink="#000000")))) as pdf:
        content = pdf.pages[0].Contents.read_bytes()
    assert b"0.353 0.059 0.169 rg" in content
    assert b"0.102 0.188 0.341" not in content


@pytest.mark.parametrize("orientation", Orientation)
def test_logo_and_signatures_are_drawn_with_words_for_who_cannot_see_them(orientation: Orientation) -> None:
    logo, signed = picture((400, 200)), picture((200, 300), "L", "JPEG")
    pictures = named(logo, signed)
    ids = list(pictures)
    facts = with_layout(TYPICAL, orientation=orientation, logo=ids[0], signature_images=("", ids[1]))
    whole = draw(facts, pictures=pictures)
    assert breaches_of(whole) == ()
    with pikepdf.open(io.BytesIO(whole)) as pdf:
        images = pdf.pages[0].get_images()
        assert all("/SMask" not in image for image in images.values())
    assert sorted(figures_in(whole)) == [
        "Logo of Lund University",
        f"QR code of {TYPICAL.verify_url}",
        "Signature of Erik Sjögren",
    ]
    assert len(images) == 2


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_kind_of_png_will_do(mode: str) -> None:
    image = picture((40, 30), mode)
    facts = with_layout(SHORTEST, logo=sha256(image).hexdigest())
    assert breaches_of(draw(facts, pictures=named(image))) == ()


def test_a_large_picture_is_brought_down_to_size() -> None:
    image = picture((2400, 2400), "RGB")
    facts = with_layout(SHORTEST, logo=sha256(image).hexdigest())
    assert len(draw(facts, pictures=named(image))) < 120_000


@pytest.mark.parametrize(
    ("image", "said"),
    [
        (b"", "whole PNG or JPEG"),
        (b"\x89PNG\r\n\x1a\n", "whole PNG or JPEG"),
        (picture()[:200], "whole PNG or JPEG"),
        (picture(kind="GIF", mode="L"), "whole PNG or JPEG"),
        (picture((4000, 3000), "1"), "at most 8,000,000 pixels"),
        (bytes(2_000_001), "at most 2,000,000 bytes"),
    ],
    ids=["empty", "head", "cut", "gif", "pixels", "bytes"],
)
def test_what_is_no_picture_is_said(image: bytes, said: str) -> None:
    facts = with_layout(TYPICAL, logo=sha256(image).hexdigest())
    with pytest.raises(PictureInvalid, match=said):
        draw(facts, pictures=named(image))
    (warning,) = (each for each in measure(facts, named(image)) if each.concern is Concern.PICTURE)
    assert said in warning.detail
    assert warning.stops


def test_a_picture_that_is_not_there_or_another_one_stops_the_certificate() -> None:
    facts = with_layout(TYPICAL, logo="a" * 64)
    with pytest.raises(PictureMissing, match="is not there"):
        draw(facts)
    with pytest.raises(PictureInvalid, match="is not what it was"):
        draw(facts, pictures={"a" * 64: picture()})


def test_an_editor_is_told_what_is_smaller_what_moves_and_what_does_not_fit() -> None:
    assert measure(TYPICAL) == ()
    assert measure(LONGEST_NAME) == (LayoutWarning(Concern.SMALLER, "holder_name", "34%"),)
    assert measure(STATED) == ()
    assert measure(LONGEST_TEXTS) == (LayoutWarning(Concern.CLOSER, "first_page", "75%"),)
    wide = replace(LONGEST_TEXTS, statement=Text("W" * 600, "M" * 600), title=Text("W" * 150, "M" * 150))
    assert any(each.stops for each in measure(with_layout(wide, orientation=Orientation.LANDSCAPE)))
    assert LayoutWarning(Concern.ANNEX, "merits", "3") in measure(with_merits(120))
    long = replace(TYPICAL, statement=Text("ord " * 900, "word " * 900))
    (stopping,) = (each for each in measure(long) if each.stops)
    assert (stopping.concern, stopping.what) == (Concern.TOO_LONG, "statement")
    (glyphs,) = measure(replace(TYPICAL, holder_name="王"))
    assert glyphs.stops
    assert glyphs.detail == "王"


def stating(sv: int, en: int, orientation: Orientation) -> CertificateFacts:
    said = Text(("ord och fler " * 50)[:sv].strip(), ("word or more " * 50)[:en].strip())
    return with_layout(replace(STATED, statement=said), orientation=orientation)


@pytest.mark.parametrize(
    ("sv", "en", "orientation", "told"),
    [
        (516, 516, Orientation.PORTRAIT, {(Concern.CLOSER, "first_page"), (Concern.SHORTEN, "statement")}),
        (516, 110, Orientation.PORTRAIT, {(Concern.CLOSER, "first_page"), (Concern.SHORTEN, "statement_sv")}),
        (110, 600, Orientation.PORTRAIT, {(Concern.CLOSER, "first_page"), (Concern.SHORTEN, "statement_en")}),
        (110, 110, Orientation.LANDSCAPE, set()),
        (
            600,
            600,
            Orientation.LANDSCAPE,
            {
                (Concern.SMALLER, "statement"),
                (Concern.CLOSER, "first_page"),
                (Concern.SHORTEN, "statement"),
                (Concern.ANNEX, "merits"),
            },
        ),
    ],
)
def test_an_editor_is_told_which_statement_crowds_the_first_page(
    sv: int, en: int, orientation: Orientation, told: set[tuple[Concern, str]]
) -> None:
    warnings = measure(stating(sv, en, orientation))
    assert {(each.concern, each.what) for each in warnings} == told
    assert not any(each.stops for each in warnings)


def test_a_statement_that_would_have_to_be_too_small_stops_the_certificate_and_is_named() -> None:
    wide = replace(stating(1, 1, Orientation.LANDSCAPE), statement=Text("W" * 600, "M" * 600))
    (stopping,) = (each for each in measure(wide) if each.stops)
    assert (stopping.concern, stopping.what) == (Concern.TOO_LONG, "statement_sv")
    with pytest.raises(DoesNotFit, match=f"{stopping.detail} too long"):
        draw(wide)


def test_no_statement_of_an_ordinary_length_is_blamed_for_what_else_is_long() -> None:
    crowded = replace(STATED, merits=with_merits(40).merits, signatories=STATED.signatories * 3)
    for orientation in Orientation:
        told = {each.concern for each in measure(with_layout(crowded, orientation=orientation))}
        assert Concern.ANNEX in told
        assert Concern.SHORTEN not in told


def signed_by(facts: CertificateFacts, count: int, images: tuple[str, ...]) -> CertificateFacts:
    third = Signatory(
        "Prof. Maria Wallenberg-Håkansson", Text("Vicedekan för utbildning", "Vice-Dean for Education")
    )
    signing = (*facts.signatories, third) * 4
    facts = with_layout(facts, signature_images=(images * count)[:count])
    return replace(facts, signatories=signing[:count])


@pytest.mark.parametrize("orientation", Orientation)
@pytest.mark.parametrize("facts", [TYPICAL, STATED], ids=["typical", "own statement"])
def test_three_merits_stay_on_the_first_page_whatever_the_name_when_three_sign_with_pictures(
    facts: CertificateFacts, orientation: Orientation
) -> None:
    pictures = named(picture())
    signed = signed_by(facts, 3, tuple(pictures))
    signed = replace(signed, layout=replace(signed.layout, orientation=orientation))
    for length in (0, 250, 280, 300):
        name = LONGEST_NAME.holder_name[: length - 1] + "Å" if length else facts.holder_name
        whole = draw(replace(signed, holder_name=name), pictures=pictures)
        (page,) = text_of(whole)
        assert name in page
    assert breaches_of(whole) == ()


@pytest.mark.parametrize("orientation", Orientation)
@pytest.mark.parametrize("count", [0, 1, 2, 4, 6])
def test_no_name_is_too_long_however_many_sign(count: int, orientation: Orientation) -> None:
    pictures = named(picture())
    for facts in (TYPICAL, LONGEST_TEXTS, replace(STATED, merits=with_merits(40).merits)):
        signed = signed_by(facts, count, tuple(pictures))
        signed = replace(signed, layout=replace(signed.layout, orientation=orientation))
        for name in (LONGEST_NAME.holder_name, LONGEST_NAME.holder_name[:250], "W" * 300):
            told = measure(replace(signed, holder_name=name), pictures)
            assert not any(each.stops for each in told), (name, told)


def test_a_lying_certificate_opens_like_a_book_and_is_read_in_order() -> None:
    lying = with_layout(STATED, orientation=Orientation.LANDSCAPE)
    drawn = draw(lying)
    (page,) = text_of(drawn)
    told = (
        "Lunds universitet",
        "Åsa Maria Öberg-Lindström",
        "Läkarprogrammet · Study Programme in Medicine",
        "through the following international merits",
        "Utomlands",
        "Planetary Health",
        "4–15 augusti 2025",
        "Redovisning",
        "Kristina Åkesson",
        "Kontrollera äktheten",
        "7K3M-Q9ZX-4TBA",
        "CIM-2026-000123",
        "Issued on 21 November 2026",
        "Ordning: Lund, medicin · Scheme: Lund, Medicine",
    )
    places = [page.index(words) for words in told]
    assert places == sorted(places)
    assert measure(lying) == ()
    sheet = pypdfium2.PdfDocument(drawn)[0]
    texts, middle = sheet.get_textpage(), sheet.get_width() / 2
    boxes = (texts.get_charbox(place) for place in range(texts.count_chars()))
    above_the_foot = [box for box in boxes if box[1] > 60]
    assert all(right < middle - 15 or left > middle + 15 for left, _, right, _ in above_the_foot)


def test_facts_carry_their_layout_and_old_ones_have_the_default() -> None:
    layout = CertificateLayout(orientation=Orientation.LANDSCAPE, shows=frozenset({Shown.DATES}))
    facts = replace(TYPICAL, layout=layout)
    assert CertificateFacts.from_json(facts.to_json()) == facts
    first = TYPICAL.to_json().replace('"format": 3', '"format": 1').replace('"layout": {}, ', "")
    assert "layout" not in first
    assert CertificateFacts.from_json(first) == TYPICAL
    with pytest.raises(ValueError, match="ink"):
        CertificateFacts.from_json(TYPICAL.to_json().replace('"layout": {}', '"layout": {"ink": "#fff"}'))
