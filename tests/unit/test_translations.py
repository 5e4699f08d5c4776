"""Every text of the tool has its Swedish. `make translations` adds what is new to the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import Flask

ROOT = Path(__file__).parents[2]
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "lazy_gettext": None,
    "Message": None,
    "pgettext": ((1, "c"), 2),
}
_PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_]*\}")


@cache
def _extracted() -> frozenset[str]:
    """The messages in code and templates."""
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    return frozenset(_id(message) for _, _, message, _, _ in found)


@cache
def _swedish() -> Catalog:
    with (ROOT / "lti_app" / "translations" / "sv.po").open("rb") as source:
        return read_po(source, locale="sv", abort_invalid=True)


def _id(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def _messages() -> Iterator[tuple[str, Message]]:
    return ((_id(message.id), message) for message in _swedish() if message.id)


def test_every_text_is_translated() -> None:
    translated = {name for name, message in _messages() if message.string and not message.fuzzy}
    assert sorted(_extracted() - translated) == []


def test_nothing_is_translated_that_is_not_shown() -> None:
    assert sorted({name for name, _ in _messages()} - _extracted()) == []


def test_placeholders_agree() -> None:
    for name, message in _messages():
        swedish = message.string if isinstance(message.string, str) else message.string[-1]
        english = message.id if isinstance(message.id, str) else message.id[-1]
        assert sorted(_PLACEHOLDER.findall(swedish)) == sorted(_PLACEHOLDER.findall(english)), name


def test_blanks_and_final_marks_agree() -> None:
    for name, message in _messages():
        swedish = message.string if isinstance(message.string, str) else message.string[0]
        assert swedish == swedish.strip() or name != name.strip(), name
        assert swedish[-1:] in "?!.…:" or name[-1:] not in "?.…:", name


def test_swedish_says_du_to_whoever_reads() -> None:
    to_several = re.compile(r"\b(ni|er|era|ert)\b", re.IGNORECASE)
    said = [str(message.string) for _, message in _messages()]
    assert [each for each in said if to_several.search(each)] == []


def test_texts_are_found_in_code_and_templates_but_not_in_the_small_canvas() -> None:
    assert "This page does not exist" in _extracted()
    assert "Skip to the content" in _extracted()
    assert not any("Simulator" in message for message in _extracted())


def test_days_moments_and_sizes_follow_the_language(app: Flask) -> None:
    said = {}
    for language in ("sv", "en"):
        with app.test_request_context("/", headers={"Accept-Language": language}):
            show = app.jinja_env.filters
            noon = datetime(2026, 3, 2, 12, 5, 7, tzinfo=UTC)
            said[language] = (show["day"](noon.date()), show["moment"](noon), show["size"](1_540_000))
    assert said["sv"] == ("2 mars 2026", "2 mars 2026, 13:05", "1,5 MB")
    assert said["en"] == ("2 March 2026", "2 March 2026, 13:05", "1.5 MB")
