"""The order of people in lists: by family name, then by given name, as Swedish readers sort. Pure."""

from __future__ import annotations

from lti_app.alphabet import swedish

KEY_CHARS = 100  # so that a cursor has room for it, and an index
_BETWEEN = "\t"  # comes before every sign of a name: Ann Berg before Bo Berg Ek


def name_key(name: str, given_name: str, family_name: str) -> str:
    """What puts people in order, code point by code point; empty for one without a name.

    Who has only the whole name, as some platforms tell it, stands by that. Two may have the same key.
    """
    parts = (family_name, given_name) if family_name or given_name else (name,)
    return _BETWEEN.join(map(_key, parts))[:KEY_CHARS]


def _key(part: str) -> str:
    """What is no visible sign counts as a blank, and several blanks as one."""
    return " ".join("".join(each if each.isprintable() else " " for each in swedish(part)).split())
