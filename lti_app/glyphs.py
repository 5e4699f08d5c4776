"""The characters that a certificate can show, as plain data: what its typeface covers. Pure.

Here, below the rooms, because what a student writes is judged by it long before anything is drawn. Drawing
(certificates/pdf/typeface.py) asks nobody else what is missing; a test holds the list to the bundled face.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

# Code points of the upright face and those that stand in for it (certificates/pdf/fonts), in hexadecimal.
_RANGES = """
    20-7E A0-2BF 2C4 2C6-2D1 2D8-2DE 2E0-2E3 2F7 300-33E 340-345 351 353 357 35D 361 364 374-375 37A 37E
    384-38A 38C 38E-3A1 3A3-3CF 3D1-3D7 3D9 3DB-3DD 3E1 3F0-3F2 3F9 3FB 400-45F 462-463 46A-46B 470 472-477
    48A-4FF 510-513 51A-51D 524-529 52E-52F 531-556 559-58A 58D-58F 10A0-10C5 10C7 10CD 10D0-10FF 1C90-1CBA
    1CBD-1CBF 1D00-1D02 1D04-1D07 1D0A-1D0D 1D0F 1D18 1D1B-1D1C 1D20-1D22 1D26-1D2A 1D2C-1D2E 1D30-1D31
    1D33-1D3A 1D3C 1D3E-1D43 1D47-1D4A 1D4D 1D4F-1D52 1D56-1D58 1D5B 1D61-1D65 1D6A 1D9C 1D9E 1DA0 1DBB 1DBE
    1DC4 1DD3 1E00-1F15 1F18-1F1D 1F20-1F45 1F48-1F4D 1F50-1F57 1F59 1F5B 1F5D 1F5F-1F7D 1F80-1FB4 1FB6-1FC4
    1FC6-1FD3 1FD6-1FDB 1FDD-1FEF 1FF2-1FF4 1FF6-1FFE 2000-2016 2018-201A 201C-201E 2020-2022 2024-2027 202A
    2030 2032-2037 2039-203A 203C-203E 2044 2047-2049 204B 204E 2057 2060 2070-2071 2074-208E 2090-209C 20A1
    20A3-20A9 20AB-20AE 20B1-20B2 20B4-20B5 20B8-20BA 20BC-20BD 2100-2101 2103 2105-2106 2109 210E 2112-2113
    2116 211E-2120 2122-2123 2126-2127 212A-212B 212E 2139 214B 2150 2153-2154 215B-215E 2160-217F 2190-219B
    219E-21A2 21AE 21D0-21D3 21DA-21DB 2202 2205-2207 220F-2213 2215-2216 2219-221A 221E 2223-2226 222B 2236
    223C 2241 2248 2260 2264-2265 226A-226B 226E-226F 22C5 22EF 2303 2329-232A 2474-24B5 25A0-25A1 25B2-25B3
    25B6-25B7 25BC-25BD 25C0-25C1 25C6-25C7 25CA 25E6 2619 261C-261E 267E 270A-270C 2753 2757 2766-2767
    27E8-27EB 2A74-2A76 2B45-2B46 2C60-2C7F 2D00-2D25 2D27 2D2D 2E18 2E22-2E25 2E28-2E29 2E2E 2E3A-2E3B 3003
    3008-300B A726-A731 A742-A743 A749 A751 A753 A757 A759 A76B A78D-A78E A7AA A7FB-A7FF E001-E002 E8BF F6BE
    FB00-FB06 FB13-FB17 FEFF FFFD 1F1E6-1F1FF 1F44C-1F44D
"""
_MOST_LISTED = 20


def _points() -> Iterable[int]:
    for each in _RANGES.split():
        first, _, last = each.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


COVERED = frozenset(map(chr, _points()))


def clean(text: str) -> str:
    """Compose accents, make every run of white space one space, and drop characters that paint nothing."""
    composed = unicodedata.normalize("NFC", text)
    if not composed.isprintable():
        composed = "".join(char for char in composed if unicodedata.category(char) != "Cf")
    return " ".join(composed.split())


def missing(texts: Iterable[str]) -> tuple[str, ...]:
    """Collect the characters that no certificate can show, each once, in order of appearance."""
    return tuple(dict.fromkeys(char for char in clean(" ".join(texts)) if char not in COVERED))


def listed(characters: Iterable[str]) -> str:
    """The characters as a message shows them: `茶 é`; what alone shows nothing, by its code, as U+E000."""
    found = [each if _is_seen(each) else f"U+{ord(each):04X}" for each in characters]
    return " ".join(found[:_MOST_LISTED]) + (" …" if len(found) > _MOST_LISTED else "")


def _is_seen(char: str) -> bool:
    return unicodedata.category(char)[0] not in "CMZ"
