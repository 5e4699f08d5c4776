"""What a platform may say when it asks for content."""

from __future__ import annotations

from typing import Any

import pytest

from lti_app.errors import Problem
from lti_app.lti.deep_linking.settings import read_settings

RETURN = "https://school.test/courses/6/deep_linking_response?data=eyJ0.eyJw.x"
CANVAS = {
    "deep_link_return_url": RETURN,
    "accept_types": ["ltiResourceLink"],
    "accept_presentation_document_targets": ["iframe", "window"],
    "accept_media_types": "application/vnd.ims.lti.v1.ltilink",
    "auto_create": False,
    "accept_multiple": False,
}
MOODLE = {
    "deep_link_return_url": "https://moodle.test/mod/lti/contentitem_return.php?course=3&id=1&sesskey=x",
    "accept_types": ["ltiResourceLink"],
    "accept_presentation_document_targets": ["frame", "iframe", "window"],
    "accept_copy_advice": False,
    "accept_multiple": True,
    "accept_lineitem": True,
    "accept_unsigned": False,
    "auto_create": False,
    "can_confirm": False,
}


def test_canvas_sends_no_data_and_takes_one_thing() -> None:
    settings = read_settings(CANVAS)
    assert (settings.return_url, settings.data) == (RETURN, None)
    assert (settings.accepts_several, settings.accepts_line_items) == (False, True)


def test_moodle_takes_several_and_says_that_line_items_may_come() -> None:
    settings = read_settings(MOODLE | {"data": ""})
    assert (settings.accepts_several, settings.accepts_line_items, settings.data) == (True, True, "")


def test_data_is_kept_to_the_letter() -> None:
    assert read_settings(CANVAS | {"data": " $a\n\u2028 "}).data == " $a\n\u2028 "


def test_flags_may_be_written_as_words() -> None:
    settings = read_settings(CANVAS | {"accept_multiple": "true", "accept_lineitem": "False"})
    assert (settings.accepts_several, settings.accepts_line_items) == (True, False)


UNUSABLE: list[Any] = [
    None,
    [],
    "settings",
    CANVAS | {"deep_link_return_url": None},
    CANVAS | {"deep_link_return_url": "javascript:alert(1)"},
    CANVAS | {"deep_link_return_url": "data:text/html,x"},
    CANVAS | {"deep_link_return_url": "//school.test/x"},
    CANVAS | {"deep_link_return_url": "https://user@school.test/x"},
    CANVAS | {"deep_link_return_url": 'https://school.test/"><script>'},
    CANVAS | {"deep_link_return_url": "https://school.test/" + "x" * 4000},
    CANVAS | {"accept_types": None},
    CANVAS | {"accept_types": "ltiResourceLink"},
    CANVAS | {"accept_types": ["link", "html"]},
    CANVAS | {"accept_types": [1]},
]


@pytest.mark.parametrize("claim", UNUSABLE, ids=lambda claim: str(claim)[:60])
def test_without_a_way_back_or_room_for_links_there_is_nothing_to_choose(claim: Any) -> None:
    with pytest.raises(Problem) as refusal:
        read_settings(claim)
    assert refusal.value.slug == "deep-link-unusable"


@pytest.mark.parametrize(
    "changes",
    [
        {"data": {"a": 1}},
        {"data": "x" * 20_001},
        {"data": "a\0b"},
        {"data": "\ud800"},
        {"accept_multiple": 1},
        {"auto_create": "maybe"},
    ],
)
def test_other_types_than_the_standards_are_malformed(changes: dict[str, Any]) -> None:
    with pytest.raises(Problem) as refusal:
        read_settings(CANVAS | changes)
    assert refusal.value.slug == "claim-malformed"
