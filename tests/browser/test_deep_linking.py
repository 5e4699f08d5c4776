"""A teacher adds an assignment where no frame keeps a cookie; a copy of the course works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from lti_app.clock import now
from lti_app.db import Database
from lti_app.settings import Settings
from tests.browser.chromium import profile
from tests.browser.held_school import HeldSchool, held_school
from tests.browser.looking import judge
from tests.browser.people import Member

Enter = Callable[..., Member]
ASSIGNMENT = "International merits: activities"


@pytest.fixture
def place(chromium: Browser, tmp_path: Path, settings: Settings, database: Database) -> Iterator[HeldSchool]:
    with held_school(tmp_path, settings, database) as school:
        yield school


@pytest.fixture
def tove(enter: Enter, chromium: Browser, place: HeldSchool, tmp_path: Path) -> Member:
    """A teacher whose browser keeps no cookie of the tool in frames."""
    context = profile(chromium, tmp_path / "profile", "none in frames", locale="en-GB")
    return enter(place, "tove", context=context)


def find(member: Member, heading: str) -> None:
    """Begin a new assignment, and let Canvas ask the tool for it."""
    member.open_course("/assignments/new")
    member.page.get_by_role("link", name="Find International Merits").click()
    member.arrive(heading)


def look(member: Member, language: str) -> None:
    """The picker, wide and narrow, with the fields of its first assignment open."""
    member.tool.locator("details summary").first.click()
    for width in (320, 1280):
        judge(member.page, member.frame, f"picker-{language}-{width}", width)


def test_a_deep_link_without_any_cookie_and_a_copy_of_the_course(
    tove: Member, enter: Enter, place: HeldSchool
) -> None:
    find(tove, "Add to the course")
    look(tove, "en")
    tove.tool.get_by_label("Lund, Medicine", exact=True).check()
    tove.fill({"Programme": "Study Programme in Medicine"})
    tove.tool.get_by_role("group", name=ASSIGNMENT).get_by_label("Last day").fill(f"{now().year + 1}-06-03")
    tove.control("Add").dblclick()
    tove.page.get_by_role("button", name="Save").click()
    expect(tove.page.get_by_role("link", name=ASSIGNMENT)).to_be_visible()
    assert not [each for each in tove.context.cookies() if each["name"].startswith("cim_")]
    tove.page.get_by_role("button", name=f"Publish {ASSIGNMENT}").click()

    tove.open_course()
    tove.page.get_by_label("Enrol the same people").check()
    tove.page.get_by_role("button", name="Copy course").click()
    expect(tove.page.get_by_role("heading", level=1)).to_contain_text("(copy)")
    asa = enter(place, "asa")
    asa.page.goto(tove.page.url.replace("/tove/", "/asa/") + "/assignments")
    asa.page.get_by_role("link", name=ASSIGNMENT).click()
    asa.arrive("Lund, medicin")
    expect(asa.tool.locator("body")).to_have_attribute("data-role", "student")


def test_the_picker_in_swedish_without_scripts_goes_back_by_its_button(
    enter: Enter, place: HeldSchool
) -> None:
    person = place.canvas.people.add("sven", "Sven", "Svensson", locale="sv")
    place.canvas.people.enrol(person.id, 1, "TeacherEnrollment")
    sven = enter(place, "sven")
    find(sven, "Lägg till i kursen")
    look(sven, "sv")
    plain = enter(place, "sven", java_script_enabled=False)
    plain.open_course("/assignments/new")
    plain.page.get_by_role("link", name="Find International Merits").click()
    for step in ("login", "launch"):
        plain.tool.locator(f"form[action$='/lti/{step}'] button").click()
    plain.tool.get_by_label("Lund, medicin", exact=True).check()
    plain.tool.get_by_label("Utbildningsprogram").select_option(label="Läkarprogrammet")
    plain.control("Lägg till").click()
    plain.arrive("Tillbaka till kursen")
    plain.control("Fortsätt").click()
    plain.arrive("1 chosen")
    plain.tool.get_by_role("link", name="Go on").click()
    expect(plain.page.get_by_label("Name")).to_have_value("Internationella meriter: aktiviteter")
