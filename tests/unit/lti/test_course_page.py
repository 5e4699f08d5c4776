"""Where a course's page lies in its platform, as far as its services' addresses tell."""

from __future__ import annotations

import pytest

from lti_app.lti.course_page import course_page

ROSTER = "https://school.instructure.com/api/lti/courses/1234/names_and_roles"


@pytest.mark.parametrize(
    ("family", "urls", "found"),
    [
        ("canvas", [ROSTER], "https://school.instructure.com/courses/1234"),
        ("", ["", "http://127.0.0.1:8001/api/lti/courses/1/line_items"], "http://127.0.0.1:8001/courses/1"),
        ("canvas", [ROSTER + "?role=x"], "https://school.instructure.com/courses/1234"),
        ("moodle", [ROSTER], ""),
        ("canvas", ["https://school.test/api/lti/courses/0cb1/names_and_roles"], ""),
        ("canvas", ["https://school.test/mod/lti/services.php/CourseSection/7/bindings/3/memberships"], ""),
        ("canvas", ["javascript:alert(1)/api/lti/courses/1/line_items", "https://[/api", "", "x"], ""),
        ("canvas", ["https://a@school.test/api/lti/courses/1/line_items"], ""),
    ],
)
def test_only_what_is_certain_becomes_an_address(family: str, urls: list[str], found: str) -> None:
    assert course_page(family, *urls) == found
