"""What people type, made fit to keep: one normal form, no control characters.

NUL stands in no text that PostgreSQL keeps, and direction marks can make a name read as another; emoji, with
the joiners that hold them together, stay as they are.
"""

from __future__ import annotations

import unicodedata

# ZERO WIDTH NON-JOINER and JOINER: letters of some scripts and composed emoji need them.
JOINERS = "\u200c\u200d"
# Letters and symbols that paint nothing: those of Hangul, and the pattern of Braille without dots.
_FILLERS = "\u115f\u1160\u3164\uffa0\u2800"


def clean_text(raw: str | None) -> str:
    """Several lines as typed: newlines as one sign, no other control characters, no blanks around.

    Nothing at all where nothing could be seen of it.
    """
    text = (raw or "").replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in text if sign in "\n\t" or _is_shown(sign))
    return "" if is_blank(kept) else unicodedata.normalize("NFC", kept).strip()


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen: only spaces, joiners, accents without a letter, and fillers."""
    return not any(unicodedata.category(sign)[0] in "LNPS" and sign not in _FILLERS for sign in text)


def clean_line(raw: str | None) -> str:
    """One line as typed: runs of white space as one blank."""
    return " ".join(clean_text(raw).split())


def clean_file_name(raw: str | None, *, suffixes: tuple[str, ...], limit: int = 255) -> str:
    """A file's name without its folders, ending in a suffix of its true type (else the first is added)."""
    base = clean_line((raw or "").replace("\\", "/").rsplit("/", 1)[-1]).rstrip(". ")
    stem, dot, suffix = base.rpartition(".")
    if not dot or f".{suffix.lower()}" not in suffixes:
        stem, suffix = base, suffixes[0][1:]
    return f"{(stem.strip('. ') or 'file')[: limit - len(suffix) - 1]}.{suffix}"


def _is_shown(sign: str) -> bool:
    return sign in JOINERS or unicodedata.category(sign)[0] != "C"
