"""The drawn certificate, read back: by text extraction, by a QR reader on the rendered page, by its fonts."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from itertools import combinations

import pypdf
import pypdfium2
import pytest
import zxingcpp
from pypdfium2 import raw

from lti_app.certificates.facts import CertificateFacts, Signatory
from lti_app.certificates.pdf import DoesNotFit, MissingGlyphs, check_glyphs, compose, draw
from lti_app.certificates.pdf.structure import Piece
from lti_app.certificates.pdf.wording import period
from lti_app.schemes.certificate_layout import CertificateLayout, Orientation
from lti_app.schemes.text import Text
from tests.certificate_samples import (
    EXCHANGE,
    LONGEST_NAME,
    LONGEST_TEXTS,
    SAMPLES,
    SHORTEST,
    STATED,
    TYPICAL,
    with_merits,
)

ALPHABETS = {
    "Swedish, Danish, Norwegian, Icelandic, Faroese": "ÅÄÖÆØÐÞÁÉÍÓÚÝ åäöæøðþáéíóúýé",
    "Finnish, Estonian, Sámi": "ŠŽÕÜÁČĐŊŦŽ šžõüáčđŋŧž",
    "Latvian, Lithuanian": "ĀČĒĢĪĶĻŅŠŪŽĄĘĖĮŲ āčēģīķļņšūžąęėįų",
    "German, French, Spanish, Portuguese, Italian, Catalan": "ÄÖÜẞÇÉÈÊËÎÏÔÙÛŒÑÃÕÀÌÒĿ äöüßçéèêëîïôùûÿœñãõàìòŀ",
    "Polish, Czech, Slovak, Hungarian": "ĄĆĘŁŃÓŚŹŻČĎĚŇŘŠŤŮÝŽĽĹŔÔŐŰ ąćęłńóśźżčďěňřšťůýžľĺŕôőű",
    "Croatian, Romanian, Turkish, Azerbaijani, Albanian": "ĆČĐŠŽĂÂÎȘȚŞŢĞİIÇƏË ćčđšžăâîșțşţğıiçəë",
    "Welsh, Irish, Maltese, Vietnamese, Yoruba": "ŴŶÂÊÎÔÛÁÉÍÓÚĊĠĦŻƠƯẠẢẤỆỘẸỌṢ ŵŷâêîôûáéíóúċġħżơưạảấệộẹọṣ",
    "Greek": "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ αβγδεζηθικλμνξοπρσςτυφχψω άέήίόύώϊϋΐΰ ἀἑῆῶᾳ",
    "Ukrainian, Russian, Belarusian": (
        "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯҐЄІЇЎ абвгдеёжзийклмнопрстуфхцчшщъыьэюяґєіїў"
    ),
    "Bulgarian, Serbian, Macedonian, Kazakh": "ЂЈЉЊЋЏЃЌЅѝЀӘҒҚҢӨҰҮҺІ ђјљњћџѓќѕѐәғқңөұүһі",
    "Armenian": "ԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖ աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև ՚՛՜՝՞",
    "Georgian": "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ ჱჲჳჴჵ ᲐᲑᲒᲓᲔᲕᲖᲗ ႠႡႢ ⴀⴁⴂ",
}


def text_of(pdf: bytes) -> list[str]:
    """The text of each page, its lines joined by single spaces."""
    document = pypdfium2.PdfDocument(pdf)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def spoken(facts: CertificateFacts) -> list[list[tuple[str | None, str]]]:
    """What a screen reader says on the first page: of each element its pieces, with their languages."""
    drawing = compose(facts)
    page = pypdfium2.PdfDocument(drawing.pdf)[0]
    texts, said = page.get_textpage(), defaultdict(str)
    for each in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], textpage=texts):
        said[raw.FPDFPageObj_GetMarkedContentID(each.raw)] += each.extract()
    pieces = ([kid for kid in each.kids if isinstance(kid, Piece)] for each in drawing.document.walk())
    return [[(piece.lang, " ".join(said[piece.mcid].split())) for piece in each] for each in pieces]


def scanned(pdf: bytes, *, dpi: int) -> list[str]:
    """What a QR reader finds on the first page, rendered as a scanner would."""
    image = pypdfium2.PdfDocument(pdf)[0].render(scale=dpi / 72).to_pil()
    return [found.text for found in zxingcpp.read_barcodes(image)]


def test_a_certificate_says_in_both_languages_what_was_earned() -> None:
    (page,) = text_of(draw(TYPICAL))
    for words in (
        "Lunds universitet",
        "Faculty of Medicine, Lund University",
        "Diplom över internationella meriter",
        "Certificate of International Merits",
        "Åsa Maria Öberg-Lindström",
        "har inom Läkarprogrammet uppfyllt kraven med följande internationella meriter.",
        "has, within the Study Programme in Medicine, fulfilled the requirements",
        "Utomlands",
        "Abroad",
        "Termin 8 vid Charité – Universitätsmedizin, Berlin, Tyskland",
        "Utbytesstudier inom avtal · Exchange studies under agreement",
        "14 oktober 2024–15 februari 2025",
        "14 October 2024 – 15 February 2025",
        "3 september–10 december 2025",
        "4–15 augusti 2025",
        "Redovisning: Föredrag, 12 november 2026",
        "Presentation: Talk, 12 November 2026",
        "Kristina Åkesson",
        "Pro-Dean for Internationalisation",
        "Utfärdat den 21 november 2026",
        "Issued on 21 November 2026",
        "CIM-2026-000123",
        "7K3M-Q9ZX-4TBA",
        "Sida 1 av 1 · Page 1 of 1",
    ):
        assert words in page, words
    assert "SPECIMEN" not in page


@pytest.mark.parametrize("facts", SAMPLES.values(), ids=SAMPLES)
def test_a_scan_at_150_dpi_leads_to_the_verify_page(facts: CertificateFacts) -> None:
    assert scanned(draw(facts), dpi=150) == [facts.verify_url]


@pytest.mark.parametrize(
    "host", ["a.se", "cim.example.org", "internationella-meriter.medicinska-fakulteten.example.org"]
)
def test_the_fixed_mask_can_be_scanned_whatever_the_address(host: str) -> None:
    for code in ("0000-0000-0000", "ZZZZ-ZZZZ-ZZZZ", "7K3M-Q9ZX-4TBA"):
        address = f"https://{host}/verify/{code}"
        assert scanned(draw(replace(TYPICAL, verify_url=address)), dpi=150) == [address]


@pytest.mark.parametrize("facts", SAMPLES.values(), ids=SAMPLES)
def test_every_font_is_embedded(facts: CertificateFacts) -> None:
    reader = pypdf.PdfReader(io.BytesIO(draw(facts)))
    objects = (reader.get_object(number) for number in range(1, len(reader.xref[0]) + 1))
    fonts = [found for found in objects if isinstance(found, dict) and found.get("/Type") == "/Font"]
    assert {font["/BaseFont"].split("+")[1] for font in fonts} == {"EBGaramond-Regular", "EBGaramond-Italic"}
    assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts)


def test_a_name_of_300_characters_is_printed_whole_on_one_page() -> None:
    (page,) = text_of(draw(LONGEST_NAME))
    assert len(LONGEST_NAME.holder_name) == 300
    assert LONGEST_NAME.holder_name in page


def test_a_name_without_a_space_is_broken_rather_than_cut() -> None:
    page = text_of(draw(replace(TYPICAL, holder_name="W" * 300)))[0]
    assert page.count("W") == 300


@pytest.mark.parametrize("orientation", Orientation)
@pytest.mark.parametrize(
    "name", ["Jagoda Gęsią Pąjęgyq", "Çiğdem Şeyma Ģirģensone", "Jagoda Gęsią Pąjęgyq " * 12]
)
def test_letters_that_hang_stay_clear_of_the_rule_below_the_name(name: str, orientation: Orientation) -> None:
    facts = replace(TYPICAL, holder_name=name, layout=CertificateLayout(orientation=orientation))
    page = pypdfium2.PdfDocument(draw(facts))[0]
    paths = (each.get_bounds() for each in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]))
    (rule,) = (each for each in paths if 115 < each[2] - each[0] < 125 and each[3] - each[1] < 4)
    texts = page.get_textpage()
    bottoms = [texts.get_charbox(place)[1] for place in range(texts.count_chars())]
    assert min(bottom for bottom in bottoms if bottom > rule[1] - 5) > rule[3] + 4


def test_nothing_is_drawn_outside_the_frame() -> None:
    upright = [facts for facts in SAMPLES.values() if not facts.specimen]  # slanted letters have loose boxes
    for facts in (replace(TYPICAL, holder_name="W" * 300), *upright):
        document = pypdfium2.PdfDocument(draw(facts))
        for page in document:
            texts = page.get_textpage()
            for place in range(texts.count_chars()):
                left, bottom, right, top = texts.get_charbox(place)
                assert 31 < left <= right < page.get_width() - 31
                assert 31 < bottom <= top < page.get_height() - 31


@pytest.mark.parametrize("orientation", Orientation)
def test_the_number_stands_once_on_the_first_page_on_a_line_of_its_own(orientation: Orientation) -> None:
    layout = CertificateLayout(orientation=orientation)
    for facts in (TYPICAL, STATED, with_merits(40)):
        texts = pypdfium2.PdfDocument(draw(replace(facts, layout=layout)))[0].get_textpage()
        (place,) = [each.start() for each in re.finditer(facts.number, texts.get_text_range())]
        _, bottom, _, _ = texts.get_charbox(place)
        code = texts.get_text_range().index("7K3M-Q9ZX-4TBA", texts.get_text_range().index("Kod · "))
        assert abs(texts.get_charbox(code)[1] - bottom) > 5


def test_merits_stay_on_the_diploma_as_long_as_they_fit() -> None:
    counts = [len(text_of(draw(with_merits(count)))) for count in range(1, 12)]
    assert counts[:4] == [1, 1, 1, 1]
    assert counts == sorted(counts)


def test_what_is_missing_leaves_no_trace() -> None:
    (page,) = text_of(draw(SHORTEST))
    assert "None" not in page
    assert "Presentation" not in page
    assert page.count("Certificate of International Merits") == 1
    assert "has fulfilled the requirements with the following" in page


def test_the_schemes_own_statement_goes_before_ours() -> None:
    own = Text("har visat internationell kompetens.", "has shown international competence.")
    (page,) = text_of(draw(replace(TYPICAL, statement=own)))
    assert own.sv in page
    assert own.en in page
    assert "fulfilled" not in page
    assert "bilaga" not in page


@pytest.mark.parametrize(
    ("own", "sv", "en"),
    [
        (
            STATED.statement,
            "har uppfyllt fordringarna för Certificate of International Merits (CIM) "
            "genom de internationella meriter som anges i bilagan.",
            "has fulfilled the requirements for the Certificate of International Merits (CIM) "
            "through the international merits listed in the annex.",
        ),
        (
            Text("har uppfyllt fordringarna genom:", "has fulfilled the requirements through"),
            "har uppfyllt fordringarna genom de meriter som anges i bilagan.",
            "has fulfilled the requirements through the merits listed in the annex.",
        ),
        (
            Text("har förvärvat de meriter som anges nedan.", "has earned the merits listed below."),
            "har förvärvat de meriter som anges i bilagan.",
            "has earned the merits listed in the annex.",
        ),
        (
            Text("har visat internationell kompetens", "has shown international competence."),
            "har visat internationell kompetens. Meriterna anges i bilagan.",
            "has shown international competence. The merits are listed in the annex.",
        ),
        (
            Text("har genomfört kursen i samband", "has completed the course therein"),
            "har genomfört kursen i samband. Meriterna anges i bilagan.",
            "has completed the course therein. The merits are listed in the annex.",
        ),
    ],
)
def test_a_statement_that_leads_over_to_the_merits_leads_to_the_annex_when_they_are_there(
    own: Text, sv: str, en: str
) -> None:
    first, *_ = text_of(draw(replace(with_merits(40), statement=own)))
    assert f"{sv} {en}" in first
    (alone,) = text_of(draw(replace(TYPICAL, statement=own)))
    assert f"{own.sv} {own.en}" in alone


def test_programme_and_scheme_are_said_once_whoever_words_the_statement() -> None:
    (stated,) = text_of(draw(STATED))
    assert STATED.statement is not None
    told = (
        STATED.holder_name,
        "Läkarprogrammet · Study Programme in Medicine",
        STATED.statement.sv,
        STATED.statement.en,
        "Kod · Code: 7K3M-Q9ZX-4TBA",
        "Ordning: Lund, medicin · Scheme: Lund, Medicine",
    )
    places = [stated.index(words) for words in told]
    assert places == sorted(places)
    (ours,) = text_of(draw(replace(STATED, statement=None)))
    assert "uppfyllt kraven i ordningen ”Lund, medicin” med" in ours
    assert "requirements of the scheme “Lund, Medicine” with" in ours
    assert "Ordning" not in ours
    for page in (stated, ours):
        for words in ("Läkarprogrammet", "Study Programme in Medicine", "Lund, medicin", "Lund, Medicine"):
            assert page.count(words) == 1, words


def test_programme_and_scheme_are_read_aloud_in_their_languages() -> None:
    elements = spoken(STATED)
    assert [("sv", "Läkarprogrammet ·"), ("en", "Study Programme in Medicine")] in elements
    assert [("sv", "Kod ·"), ("en", "Code: 7K3M-Q9ZX-4TBA")] in elements
    assert [("sv", "Ordning: Lund, medicin ·"), ("en", "Scheme: Lund, Medicine")] in elements
    assert [
        tuple(lang for lang, _ in each)
        for each in spoken(LONGEST_TEXTS)
        if each and each[0][1].startswith(("Masterprogrammet", "Ordning"))
    ] == [("sv", "en")] * 2


def test_words_stay_apart_for_a_reader_that_knows_no_lines() -> None:
    lying = replace(with_merits(40), layout=CertificateLayout(orientation=Orientation.LANDSCAPE))
    first = pypdf.PdfReader(io.BytesIO(draw(lying))).pages[0]
    assert re.search(r"meriter\s+Certificate", first.extract_text())
    page = pypdfium2.PdfDocument(compose(TYPICAL).pdf)[0]
    for each in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], textpage=page.get_textpage()):
        if raw.FPDFPageObj_GetMarkedContentID(each.raw) >= 0:
            assert each.extract().endswith(" "), each.extract()


def test_without_a_programme_the_statement_follows_the_name() -> None:
    (page,) = text_of(draw(replace(STATED, programme=None)))
    assert f"{STATED.holder_name} har uppfyllt fordringarna" in page


def test_a_scheme_called_as_the_title_is_goes_unsaid_and_one_name_for_both_languages_is_said_once() -> None:
    (titled,) = text_of(draw(replace(STATED, scheme_name=TYPICAL.scheme_name)))
    assert "Ordning" not in titled
    pilot = "Karolinska Institutet (pilot)"
    (alike,) = text_of(draw(replace(STATED, scheme_name=Text(pilot, pilot))))
    assert f"Ordning · Scheme: {pilot}" in alike
    swedish = replace(STATED, scheme_name=Text("Lund, medicin", TYPICAL.title.en))
    assert f"Ordning: Lund, medicin · Scheme: {TYPICAL.title.en}" in text_of(draw(swedish))[0]


@pytest.mark.parametrize("orientation", Orientation)
def test_the_longest_programme_and_scheme_are_printed_whole(orientation: Orientation) -> None:
    layout = CertificateLayout(orientation=orientation)
    named = (LONGEST_TEXTS.programme, LONGEST_TEXTS.scheme_name)
    for facts in (LONGEST_TEXTS, replace(LONGEST_TEXTS, merits=with_merits(40).merits)):
        page = text_of(draw(replace(facts, layout=layout)))[0]
        for text in (text for pair in named if pair for text in (pair.sv, pair.en)):
            assert len(text) == 150
            assert text in page


@pytest.mark.parametrize("orientation", Orientation)
@pytest.mark.parametrize("facts", SAMPLES.values(), ids=SAMPLES)
def test_no_line_runs_into_another_or_the_code(facts: CertificateFacts, orientation: Orientation) -> None:
    upright = replace(facts, specimen=False, layout=CertificateLayout(orientation=orientation))
    drawing = compose(upright)
    (code,) = (each.box for each in drawing.document.walk() if each.role == "Figure")
    assert code is not None
    for number, page in enumerate(pypdfium2.PdfDocument(drawing.pdf)):
        texts = page.get_textpage()
        lines = [texts.get_rect(place) for place in range(texts.count_rects())]
        boxes = lines if number else [code, *lines]
        for one, other in combinations(boxes, 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            up = min(one[3], other[3]) - max(one[1], other[1])
            assert across <= 1 or up <= 1, (one, other)


def test_a_merit_is_told_once_and_leaves_no_word_alone_on_a_line() -> None:
    label = Text("Utbytesstudier inom avtal", "Exchange studies under agreement")
    place = "Universitetet i Oslo, Det medisinske fakultet, Norge / Norway"
    alike = replace(EXCHANGE, type_label=label, title=label.sv.upper(), place=place)
    both_alike = replace(alike, type_label=Text("MOOC", "Mooc"), title="MOOC", place="")
    pdf = draw(replace(TYPICAL, merits=(alike, both_alike)))
    lines = map(str.strip, pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range().splitlines())
    (page,) = text_of(pdf)
    assert label.en in page
    assert label.sv not in page
    assert page.upper().count("MOOC") == 1
    (last,) = [each for each in lines if each.endswith("Norge / Norway")]
    assert len(last) > 30


def test_a_specimen_says_so_on_every_page_in_both_languages() -> None:
    for page in text_of(draw(SAMPLES["specimen"])):
        assert "PROVEXEMPLAR – INTE GILTIGT · SPECIMEN – NOT VALID" in page


@pytest.mark.parametrize("letters", ALPHABETS.values(), ids=ALPHABETS)
def test_the_letters_of_europe_and_the_caucasus_are_drawn(letters: str) -> None:
    facts = replace(TYPICAL, holder_name=letters, merits=(replace(EXCHANGE, title=letters, place=""),))
    (page,) = text_of(draw(facts))
    assert "".join(page.split()).count("".join(letters.split())) == 2


def test_an_accent_typed_apart_is_composed_and_what_paints_nothing_is_dropped() -> None:
    (page,) = text_of(draw(replace(TYPICAL, holder_name="A\u030asa\u200b  O\u0308berg\u00a0\u202e")))
    assert "Åsa Öberg" in page


@pytest.mark.parametrize("field", ["holder_name", "title", "place", "signatory", "programme", "scheme"])
def test_a_character_without_a_glyph_is_named_wherever_it_stands(field: str) -> None:
    odd = {
        "holder_name": replace(TYPICAL, holder_name="Åsa 😀 Öberg 王"),
        "title": replace(TYPICAL, merits=(replace(EXCHANGE, title="Kul 😀 王"),)),
        "place": replace(TYPICAL, merits=(replace(EXCHANGE, place="😀 王"),)),
        "signatory": replace(TYPICAL, signatories=(Signatory("😀", Text("王", "Dean")),)),
        "programme": replace(STATED, programme=Text("😀", "王")),
        "scheme": replace(STATED, scheme_name=Text("😀", "王")),
    }[field]
    with pytest.raises(MissingGlyphs, match=r"😀 \(U\+1F600 GRINNING FACE\), 王 \(U\+738B") as caught:
        draw(odd)
    assert caught.value.characters == ("😀", "王")


@pytest.mark.parametrize("name", ["محمد علي", "דוד כהן", "王小明", "สมชาย", "अमित", "김민수"])
def test_a_script_that_needs_shaping_or_thousands_of_signs_is_refused_in_words(name: str) -> None:
    with pytest.raises(MissingGlyphs, match=f"cannot draw: {name[0]} \\(U\\+"):
        draw(replace(TYPICAL, holder_name=f"Åsa {name}"))


def test_another_script_stands_within_a_text_and_is_embedded_only_where_it_is_used() -> None:
    names = {
        "Åsa Öberg": set(),
        "Արամ Խաչատրյան-Öberg": {"NotoSerifArmenian-Regular"},
        "ნინო გელაშვილი": {"NotoSerifGeorgian-Regular"},
        "Նվարդ ე́ Åsa": {"NotoSerifArmenian-Regular", "NotoSerifGeorgian-Regular"},
    }
    for name, more in names.items():
        programme = Text(f"Programmet {name}", f"Programme {name} abroad")
        pdf = draw(replace(STATED, holder_name=name, programme=programme))
        (page,) = text_of(pdf)
        assert name in page
        assert programme.en in page
        fonts = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"].values()
        used = {font.get_object()["/BaseFont"].split("+")[1] for font in fonts}
        assert used == {"EBGaramond-Regular", "EBGaramond-Italic"} | more


def test_signs_that_only_the_upright_face_has_are_drawn_in_an_italic_place() -> None:
    facts = replace(TYPICAL, programme=Text("CO²-programmet", "Programme in CO² and m³"))
    check_glyphs(facts)
    assert "Programme in CO² and m³" in text_of(draw(facts))[0]


def test_texts_longer_than_a_page_are_refused_in_words() -> None:
    with pytest.raises(DoesNotFit, match=r"the text of the first page is \d+ mm too long"):
        draw(replace(TYPICAL, statement=Text("ord " * 2000, "word " * 2000)))
    with pytest.raises(DoesNotFit, match=r"a merit is \d+ mm too long"):
        draw(replace(TYPICAL, merits=(replace(EXCHANGE, title="ord " * 2000),)))


def test_the_same_facts_give_the_same_bytes_also_from_many_threads() -> None:
    drawn = {name: draw(facts) for name, facts in SAMPLES.items()}
    with ThreadPoolExecutor(8) as pool:
        again = list(pool.map(lambda name: (name, draw(SAMPLES[name])), list(SAMPLES) * 4))
    assert all(drawn[name] == pdf for name, pdf in again)


def test_a_typical_certificate_weighs_at_most_30_kilobytes() -> None:
    assert len(draw(TYPICAL)) <= 30_000


def test_the_file_knows_its_title_issuer_number_and_language() -> None:
    reader = pypdf.PdfReader(io.BytesIO(draw(TYPICAL)))
    assert reader.metadata is not None
    assert reader.metadata.title == "Certificate of International Merits – Åsa Maria Öberg-Lindström"
    assert reader.metadata.author == "Lund University"
    assert reader.metadata.subject == "CIM-2026-000123"
    assert reader.root_object["/Lang"] == "sv-SE"


@pytest.mark.parametrize("facts", SAMPLES.values(), ids=SAMPLES)
def test_all_that_is_drawn_is_marked_as_content_or_decoration(facts: CertificateFacts) -> None:
    drawing = compose(facts)
    for number, page in enumerate(pypdf.PdfReader(io.BytesIO(drawing.pdf)).pages):
        operations = page.get_contents().operations
        marked = [operands for operands, operator in operations if operator == b"BDC"]
        marks = [properties["/MCID"] for role, properties in marked if role != "/Artifact"]
        assert marks == [piece.mcid for piece in drawing.document.pieces() if piece.page == number]
        depth = 0
        for _, operator in operations:
            depth += {b"BDC": 1, b"BMC": 1, b"EMC": -1}.get(operator, 0)
            assert depth in (0, 1)
            assert depth == 1 or operator not in (b"Tj", b"S", b"s", b"f"), operator


def test_the_elements_carry_roles_languages_and_a_description_of_the_code() -> None:
    elements = list(compose(TYPICAL).document.walk())
    assert sum(each.role == "H1" for each in elements) == 1
    assert sum(each.role == "H2" for each in elements) == 3
    (figure,) = (each for each in elements if each.role == "Figure")
    assert figure.alternative == f"QR code of {TYPICAL.verify_url}"
    assert {piece.lang for each in elements for piece in each.pieces()} == {"sv", "en", None}


def test_a_period_is_spelled_out_in_both_languages() -> None:
    both = Text("17 januari–5 juni 2025", "17 January – 5 June 2025")
    assert period(date(2025, 1, 17), date(2025, 6, 5)) == both


def test_no_dates_give_no_period() -> None:
    assert period(None, None) is None
