"""What is typed into a form's control comes back as a document's value."""

from __future__ import annotations

import pytest

from lti_app.schemes.editor.parsing import parsed_section
from lti_app.schemes.editor.sections import SECTIONS

CERTIFICATE = next(each for each in SECTIONS if each.slug == "certificate")


def colour(typed: str) -> object:
    """What the colour of headings becomes; None is the usual one."""
    found = parsed_section(CERTIFICATE, {"certificate.layout.accent": [typed]}, {})
    return found["certificate"].get("layout", {}).get("accent")


@pytest.mark.parametrize("typed", ["#aa00ff", "AA00FF", "#a0f", " A0F ", "#AA00ff"])
def test_a_colour_is_taken_in_any_of_the_webs_ways(typed: str) -> None:
    assert colour(typed) == "#aa00ff"


@pytest.mark.parametrize("typed", ["", "#1a3057", "1A3057"])
def test_the_usual_colour_is_not_written_down(typed: str) -> None:
    assert colour(typed) is None


@pytest.mark.parametrize("typed", ["red", "#12345", "#ggg", "'#aa00ff'"])
def test_what_is_no_colour_stays_as_it_was_typed(typed: str) -> None:
    assert colour(typed) == typed
