"""The tool with the keyboard alone: what matters can be reached, is seen to be reached, and answers."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.browser.people import Member
from tests.browser.school import School

Enter = Callable[..., Member]

FAR = 60  # more stops than any page has before what matters
FOCUSED = """() => {
  const focused = document.activeElement;
  const style = getComputedStyle(focused);
  const words = focused.labels?.length ? focused.labels[0].textContent : focused.textContent;
  const isSeen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [words.replace(/\\s+/g, " ").trim(), isSeen];
}"""


def test_a_student_begins_and_deletes_an_activity(enter: Enter, school: School) -> None:
    asa = enter(school, "asa")
    asa.open_tool()
    tab_into(asa)
    type_keys(asa, "Enter")
    expect(asa.tool.locator("main")).to_be_focused()
    go(asa, "Add your first activity", "Space", "What kind of activity was it?")
    tab_to(asa, "Search")
    asa.page.keyboard.type("café")
    expect(asa.tool.get_by_role("status")).to_contain_text("1 type found.")  # narrowed while typing
    tab_to(asa, "Only what brings me further")
    type_keys(asa, "Space")
    asa.frame.wait_for_function("location.search.includes('show=useful')")
    go(asa, "Language café", "Enter", "What and when")
    tab_to(asa, "Title")
    asa.page.keyboard.type("With keys only")
    type_keys(asa, "Enter")
    asa.arrive("With keys only")
    go(asa, "Delete this draft", "Enter", "Delete this draft?")
    go(asa, "Delete the draft", "Space", "Lund, Medicine")


def test_a_teacher_sets_the_course_up_again(enter: Enter, school: School) -> None:
    tove = enter(school, "tove")
    tove.open_tool()
    tab_into(tove)
    go(tove, "Set-up", "Enter", "Set-up of this course")
    go(tove, "Change programme or scheme", "Enter", "Set up the certificate in this course")
    tab_to(tove, "Programme")
    tove.page.keyboard.type("Study Programme in Medicine")
    expect(programme_of(tove)).to_have_js_property("selectedOptions.0.text", "Study Programme in Medicine")
    go(tove, "Go on to the certificate schemes", "Enter", "Choose a certificate scheme")
    go(tove, "Save and connect the assignments", "Enter", "Set-up of this course")


def programme_of(tove: Member) -> Locator:
    """The list of programmes."""
    return tove.tool.get_by_label("Programme")


def tab_into(member: Member) -> None:
    """From the course page into the tool's frame, whose first stop skips to the content."""
    for _ in range(FAR):
        type_keys(member, "Tab")
        if member.frame.evaluate("document.hasFocus() && document.activeElement !== document.body"):
            break
    assert focused(member) == "Skip to the content"


def tab_to(member: Member, name: str, key: str = "Tab") -> None:
    """Press Tab, or Shift+Tab, until the control of this name has the focus."""
    for _ in range(FAR):
        type_keys(member, key)
        if focused(member) == name:
            return
    raise AssertionError(f"“{name}” is not reached with Tab")


def go(member: Member, name: str, key: str, heading: str) -> None:
    """Tab to a control, press a key on it, and arrive."""
    tab_to(member, name)
    type_keys(member, key)
    member.arrive(heading)


def type_keys(member: Member, key: str) -> None:
    """Press a key, wherever the focus is."""
    member.page.keyboard.press(key)


def focused(member: Member) -> str:
    """The name of what has the focus, which must be seen to have it."""
    name, is_seen = member.frame.evaluate(FOCUSED)
    assert is_seen, f"nobody sees that “{name}” has the focus"
    return str(name)
