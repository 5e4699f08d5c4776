"""The tool with the keyboard alone: what matters can be reached, is seen to be reached, and answers."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.looking import HEIGHT, judge
from tests.browser.people import Member
from tests.browser.school import School

Enter = Callable[..., Member]

NARROW = {"width": 320, "height": HEIGHT}
FAR = 60  # more stops than any page has before what matters
FOCUSED = """() => {
  const focused = document.activeElement;
  if (focused === document.body) return ["", true];  // nothing yet, or something of the page around
  const style = getComputedStyle(focused);
  const words = focused.labels?.length ? focused.labels[0].textContent : focused.textContent;
  const isSeen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [words.replace(/\\s+/g, " ").trim(), isSeen];
}"""


def test_a_student_finds_a_type_begins_an_activity_and_deletes_it(enter: Enter, school: School) -> None:
    asa = enter(school, "asa", viewport=NARROW)
    asa.open_tool()
    tab_into(asa)
    type_keys(asa, "Enter")
    expect(asa.tool.locator("main")).to_be_focused()
    go(asa, "Add your first activity", "Space", "What kind of activity was it?")
    look(asa, "keys-picker-closed")
    tab_to(asa, "Search")
    asa.page.keyboard.type("café")
    expect(asa.tool.get_by_role("status")).to_contain_text("1 type found.")  # narrowed while typing
    tab_to(asa, "Only what brings me further")
    with asa.page.expect_response(lambda answer: "show=useful" in answer.url):
        type_keys(asa, "Space")
    tab_to(asa, "Where", "Shift+Tab")
    type_keys(asa, "ArrowDown")
    expect(asa.tool.get_by_text("No type that counts here fits.")).to_be_visible()  # none of them is abroad
    type_keys(asa, "ArrowUp")
    expect(asa.control("Language café")).to_be_visible()
    speak(asa, "Svenska", "Vad var det för slags aktivitet?")
    tab_to(asa, "På hemmaplan (1)")
    type_keys(asa, "Enter")
    expect(asa.control("Språkcafé")).to_be_hidden()
    type_keys(asa, "Space")
    expect(asa.control("Språkcafé")).to_be_visible()
    look(asa, "keys-picker-open")
    go(asa, "Språkcafé", "Enter", "Vad och när")
    tab_to(asa, "Titel")
    asa.page.keyboard.type("Bara tangenter")
    type_keys(asa, "Enter")
    asa.arrive("Bara tangenter")
    go(asa, "Ta bort utkastet", "Enter", "Ta bort utkastet?")
    go(asa, "Ta bort utkastet", "Space", "Lund, medicin")


def test_a_teacher_goes_through_the_guide_again(enter: Enter, school: School) -> None:
    tove = enter(school, "tove", viewport=NARROW)
    tove.open_tool()
    tab_into(tove)
    tab_to(tove, "Menu")
    type_keys(tove, "Enter")
    go(tove, "Set-up", "Enter", "Set-up of this course")
    go(tove, "Change programme or scheme", "Enter", "Set up the certificate in this course")
    look(tove, "keys-guide-programme")
    tab_to(tove, "Programme")
    tove.page.keyboard.type("Study Programme in Medicine")
    chosen = tove.tool.get_by_label("Programme")
    expect(chosen).to_have_js_property("selectedOptions.0.text", "Study Programme in Medicine")
    type_keys(tove, "ArrowUp")
    type_keys(tove, "ArrowDown")
    go(tove, "Go on to the certificate schemes", "Enter", "Choose a certificate scheme")
    tab_to(tove, "Lund, Medicine")
    type_keys(tove, "ArrowUp")
    assert focused(tove) == "Lund, Humanities and Theology"
    speak(tove, "Svenska", "Välj en certifikatsordning")
    tab_to(tove, "Lund, medicin")
    tab_to(tove, "Vad den kräver: Lund, medicin")
    type_keys(tove, "Enter")
    expect(tove.tool.locator(".option details[open]")).to_have_count(1)
    look(tove, "keys-guide-scheme")
    go(tove, "Spara och anslut uppgifterna", "Enter", "Kursens inställningar")
    expect(tove.tool.get_by_text("Ansluten", exact=True)).to_have_count(3)
    look(tove, "keys-guide-assignments")


def look(member: Member, name: str) -> None:
    """Nothing of the narrow page is cut off, and axe finds nothing."""
    judge(member.page, member.frame, name, NARROW["width"])


def speak(member: Member, language: str, heading: str) -> None:
    """Back to the button in the bar that changes the language, and on with the same page in it."""
    tab_to(member, language, "Shift+Tab")
    type_keys(member, "Enter")
    member.arrive(heading)


def tab_into(member: Member) -> None:
    """From the course page into the tool's frame, whose first stop skips to the content."""
    for _ in range(FAR):
        type_keys(member, "Tab")
        if member.frame.evaluate("document.hasFocus() && document.activeElement !== document.body"):
            break
    assert focused(member) == "Skip to the content"


def tab_to(member: Member, name: str, key: str = "Tab") -> None:
    """Press Tab, or Shift+Tab, until the control of this name has the focus. A short name may follow
    that of a scheme, for another test publishes a variant.
    """
    wanted = re.compile(rf"{re.escape(name)}( \([a-z-]+\))?")
    for _ in range(FAR):
        type_keys(member, key)
        if wanted.fullmatch(focused(member)):
            return
    raise AssertionError(f"“{name}” is not reached with {key}")


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
