"""Certificates to draw in tests and benchmarks: shortest, typical, as a scheme words it, the longest texts,
forty merits, a specimen.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from lti_app.certificates.facts import CertificateFacts, Merit, Presentation, Signatory
from lti_app.schemes.text import Text

ABROAD = Text("Utomlands", "Abroad")
HOME = Text("På hemmaplan", "At home")
VIRTUAL = Text("Digitalt", "Virtual")
OWN = Text("På egen hand", "On own initiative")
SETTINGS = (("abroad", ABROAD), ("home", HOME), ("virtual", VIRTUAL), ("own", OWN))

EXCHANGE = Merit(
    Text("Utbytesstudier inom avtal", "Exchange studies under agreement"),
    "Termin 8 vid Charité – Universitätsmedizin",
    *SETTINGS[0],
    date(2024, 10, 14),
    date(2025, 2, 15),
    "Berlin, Tyskland",
)
CAFE = Merit(
    Text("Språkcafé", "Language café"),
    "Språkcafé för inresande studenter",
    *SETTINGS[1],
    date(2025, 9, 3),
    date(2025, 12, 10),
    "Lund",
)
SUMMER_SCHOOL = Merit(
    Text("Digital sommarskola", "Digital summer school"),
    "Planetary Health",
    *SETTINGS[2],
    date(2025, 8, 4),
    date(2025, 8, 15),
)

TYPICAL = CertificateFacts(
    number="CIM-2026-000123",
    code="7K3MQ9ZX4TBA",
    verify_url="https://cim.example.org/verify/7K3M-Q9ZX-4TBA",
    holder_name="Åsa Maria Öberg-Lindström",
    title=Text("Diplom över internationella meriter", "Certificate of International Merits"),
    scheme_name=Text("Certificate of International Merits", "Certificate of International Merits"),
    issuer=Text("Lunds universitet", "Lund University"),
    faculty=Text("Medicinska fakulteten", "Faculty of Medicine"),
    programme=Text("Läkarprogrammet", "Study Programme in Medicine"),
    merits=(EXCHANGE, CAFE, SUMMER_SCHOOL),
    presentation=Presentation(Text("Föredrag", "Talk"), date(2026, 11, 12)),
    issued_on=date(2026, 11, 21),
    signatories=(
        Signatory(
            "Kristina Åkesson", Text("Prodekan för internationalisering", "Pro-Dean for Internationalisation")
        ),
        Signatory("Erik Sjögren", Text("Internationell koordinator", "International Coordinator")),
    ),
)

SHORTEST = replace(
    TYPICAL,
    holder_name="Bo Ek",
    title=Text("Certificate of International Merits", "Certificate of International Merits"),
    faculty=None,
    programme=None,
    presentation=None,
    signatories=(),
    merits=(replace(CAFE, starts_on=None, ends_on=None, place=""),),
)

STATED = replace(
    TYPICAL,
    scheme_name=Text("Lund, medicin", "Lund, Medicine"),
    statement=Text(
        "har uppfyllt fordringarna för Certificate of International Merits (CIM) genom följande "
        "internationella meriter",
        "has fulfilled the requirements for the Certificate of International Merits (CIM) through the "
        "following international merits",
    ),
)

# As long as the files of schemes and programmes may have them.
LONGEST_TEXTS = replace(
    STATED,
    programme=Text(
        ("Masterprogrammet i medicin, odontologi och folkhälsa, " * 3)[:149] + "ö",
        ("Master's Programme in Medicine, Dentistry and Public Health, " * 3)[:149] + "y",
    ),
    scheme_name=Text(
        ("Lunds medicinska fakultet, hemma och utomlands, " * 4)[:149] + "å",
        ("The Faculty of Medicine in Lund, home and abroad, " * 4)[:149] + "x",
    ),
)

LONGEST_NAME = replace(TYPICAL, holder_name=("Maximiliana Wilhelmina Öberg-Fitzgerald von " * 7)[:299] + "Å")


def with_merits(count: int) -> CertificateFacts:
    """A certificate with so many merits, over all settings, every fifth with a long title."""
    return replace(TYPICAL, merits=tuple(_merit(number) for number in range(1, count + 1)))


def _merit(number: int) -> Merit:
    longer = " med en lång rubrik som inte får plats på en enda rad i listan" if number % 5 == 0 else ""
    code, label = SETTINGS[number % 4]
    starts_on = date(2022, 1, 10) + timedelta(days=31 * number)
    return replace(
        (EXCHANGE, CAFE, SUMMER_SCHOOL)[number % 3],
        title=f"Merit nr {number}{longer}",
        setting=code,
        setting_label=label,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=number % 7 * 9) if number % 3 else None,
        place="Nairobi, Kenya" if number % 2 else "",
    )


SAMPLES = {
    "shortest": SHORTEST,
    "typical": TYPICAL,
    "own statement": STATED,
    "longest name": LONGEST_NAME,
    "longest programme and scheme": LONGEST_TEXTS,
    "forty merits": with_merits(40),
    "specimen": replace(with_merits(40), specimen=True),
}

ODD_LETTERS = replace(
    TYPICAL,
    holder_name="Łucja Þóra Ŋaŋŋa Ɓuɗɓe Nguyễn Ŵyn Ħal Ḥaṣan Əli Ş. Ğ. Ọlátúńjí Ξένια Ђурђевић Ґалаґан "
    "Նվարդ ნინო",
    merits=tuple(
        replace(each, title="ẞ ſ Ǆ Ǯ ʻOkina Ḗ Ṩ ẓ Ꞓ".replace("Ꞓ", "Ƶ"), place="Çeşme")
        for each in TYPICAL.merits
    ),
)
