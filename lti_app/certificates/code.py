"""What identifies a certificate on paper: the verify code, the number, and the masked name.

The alphabet is Crockford's base 32: no I, L, O, U, so a typed code can be read back although someone wrote
O for 0. Which numbers and codes are taken is the service's business.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from hashlib import sha256

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12  # of 5 bits each: 60 bits
LONGEST_TYPED = 300  # with everything that is printed around it
DOT = "•"
PREFIX = "CIM"

_FIRST_YEAR = 2020  # no certificate has a number of an earlier one
_LOOKALIKES = str.maketrans("OIL", "011")
_DASHES = "‐‑‒–—−-"
_SEPARATORS = frozenset(f"{_DASHES}_.")
_AROUND = "()[]\"'`‘’‚‹›“”„«»,;:"
_GROUP = f"[{ALPHABET}]{{4}}"
_NUMBER = re.compile(r"[A-Za-z0-9]+-[0-9]{4}-[0-9]{6,}")
_PRINTED = re.compile(rf"(?<![\w{_DASHES}]){_GROUP}(?:[{_DASHES}]{_GROUP}){{2}}(?![\w{_DASHES}])")
_JOINER = "\u200d"


def new_code() -> str:
    """Draw a verify code of 60 random bits, without hyphens."""
    bits = secrets.randbits(5 * CODE_LENGTH)
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(0, 5 * CODE_LENGTH, 5))


def grouped(code: str) -> str:
    """Write a code the way it is printed: XXXX-XXXX-XXXX."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def normalised(typed: str) -> str | None:
    """Read a code as a person types or pastes it; None if it can be no code, or could be several.

    Lower case, spaces, hyphens and dashes, signs that nobody sees, quotes around it, full-width characters, O
    for 0 and I or L for 1 are understood; and the line that is printed, with what stands before and after.
    """
    if len(typed) > LONGEST_TYPED:
        return None
    upper = _upper(typed)
    printed = {_joined(each) for each in _PRINTED.findall(upper)}
    read = printed.pop() if len(printed) == 1 else _joined(_after_label(upper))
    return read if len(read) == CODE_LENGTH and all(char in ALPHABET for char in read) else None


def length_of(typed: str) -> int:
    """How many characters of a code somebody typed, right or wrong, without what stands between them; beyond
    LONGEST_TYPED, where none can be meant, every sign counts.
    """
    return len(_joined(_after_label(_upper(typed[:LONGEST_TYPED])))) + len(typed[LONGEST_TYPED:])


def _upper(typed: str) -> str:
    """In the characters of the alphabet as far as people mean them, without any that nobody sees."""
    upper = unicodedata.normalize("NFKC", typed).upper().translate(_LOOKALIKES)
    return "".join(char for char in upper if unicodedata.category(char) != "Cf")


def _after_label(text: str) -> str:
    """What follows `Kod · Code:`; all of it where no such thing stands before it."""
    return text.rstrip(f"{_AROUND} ").rpartition(":")[2]


def _joined(text: str) -> str:
    """The characters without what stands between and around them."""
    return "".join(char for char in text if not (char.isspace() or char in _SEPARATORS)).strip(_AROUND)


def sought(typed: str) -> str:
    """What to look for, whatever was typed: the code, or for what can be none a word that is nobody's code.

    Hashed once either way, and of one length, so that nobody can time which of the two it was.
    """
    nobodys = "-" + sha256(typed.encode("utf-8", "surrogatepass")).hexdigest()[1:CODE_LENGTH]
    return normalised(typed) or nobodys


def in_address(typed: str) -> tuple[str, str] | None:
    """Code and link's token (or nothing) of an address that somebody pastes whole; None for anything else."""
    _, found, rest = typed.strip().partition("/verify/")
    code, _, token = rest.partition("?")[0].partition("#")[0].strip("/").partition("/")
    return (code, token) if found and code else None


def is_number(typed: str) -> bool:
    """Whether somebody types a certificate's number, CIM-2026-000123, in the place of its code."""
    return _NUMBER.fullmatch(typed[:LONGEST_TYPED].strip(f"{_AROUND} ")) is not None


def numbers_meant(typed: str, this_year: int) -> tuple[str, ...]:
    """The numbers that somebody means who types one whole or in part: CIM-2026-000123, 2026-123, or 123 of
    any year; none for anything else.
    """
    found = re.fullmatch(r"(?:[A-Za-z]+-)?(?:([0-9]{4})-)?0*([1-9][0-9]{0,8})", typed.strip())
    if found is None:
        return ()
    years = [int(found[1])] if found[1] else range(_FIRST_YEAR, this_year + 1)
    return tuple(certificate_number(PREFIX, year, int(found[2])) for year in years)


def certificate_number(prefix: str, year: int, sequence: int) -> str:
    """Write a certificate number, CIM-2026-000123; a sequence past 999,999 just gets longer.

    Raises ValueError for a sequence below one or a prefix that is not plain capital letters and digits.
    """
    if sequence < 1:
        raise ValueError(f"the sequence of a certificate number starts at 1, not {sequence}")
    if not (prefix.isascii() and prefix.isalnum() and prefix == prefix.upper()):
        raise ValueError(f"the prefix of a certificate number is capital letters and digits, not {prefix!r}")
    return f"{prefix}-{year:04d}-{sequence:06d}"


def masked_name(name: str) -> str:
    """Keep the first character of each part of a name and a dot for each other: Å•• M•••• Ö••••.

    Counts what a reader sees as one character (accents and joined emoji stay whole). Every part ends in at
    least one dot, so that nobody can tell a name of one letter from a longer one. Spaces and hyphens part.
    """
    words = (word for word in unicodedata.normalize("NFC", name).split() if word.strip("-"))
    return " ".join("-".join(_masked(part) for part in word.split("-") if part) for word in words)


def _masked(part: str) -> str:
    seen = _graphemes(part)
    return seen[0] + DOT * max(1, len(seen) - 1)


def _graphemes(text: str) -> list[str]:
    """Split into what a reader sees as characters; the part of Unicode annex 29 that occurs in names."""
    seen: list[str] = []
    for char in text:
        if seen and (_extends(char) or seen[-1].endswith(_JOINER) or _completes_flag(seen[-1], char)):
            seen[-1] += char
        else:
            seen.append(char)
    return seen


def _extends(char: str) -> bool:
    is_skin_tone = "\U0001f3fb" <= char <= "\U0001f3ff"
    return char == _JOINER or is_skin_tone or unicodedata.category(char).startswith("M")


def _completes_flag(before: str, char: str) -> bool:
    return len(before) == 1 and all("\U0001f1e6" <= each <= "\U0001f1ff" for each in (before, char))
