"""A coordinator edits a scheme with the keyboard alone, on a phone's width: in Swedish, then in English.

Only keys are pressed, wherever the focus is, and every page that she comes to is judged. What the editor's
buttons do is tested without a browser, in tests/journeys/test_edit_a_scheme.py.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.looking import HEIGHT, judge
from tests.browser.people import Member
from tests.browser.school import School
from tests.browser.test_keyboard import focused, go, tab_into, tab_to, type_keys

Enter = Callable[..., Member]

NARROW = 320
KIND = "Vad som krävs"


def test_a_coordinator_makes_and_publishes_a_variant_with_keys_only(enter: Enter, school: School) -> None:
    astrid = enter(school, "astrid", viewport={"width": NARROW, "height": HEIGHT})
    astrid.open_tool()
    tab_into(astrid)
    tab_to(astrid, "Svenska")
    type_keys(astrid, "Enter")
    expect(astrid.tool.locator("html[lang=sv]")).to_be_attached()
    begin_a_variant(astrid)
    change_what_is_required(astrid)
    speak_english(astrid)
    look_as_a_student(astrid)
    publish(astrid)


def begin_a_variant(astrid: Member) -> None:
    """From the menu, which is closed by Escape and gives the focus back, to a draft."""
    assert not astrid.tool.get_by_role("link", name="Ordningar", exact=True).is_visible()
    tab_to(astrid, "Meny", "Shift+Tab")
    type_keys(astrid, "Enter")
    look(astrid, "menu")
    close_by_widening(astrid)
    type_keys(astrid, "Enter")
    type_keys(astrid, "Tab")
    assert focused(astrid) == "Översikt"
    type_keys(astrid, "Escape")
    assert focused(astrid) == "Meny"
    type_keys(astrid, "Enter")
    come(astrid, "Ordningar", "Certifikatsordningar")
    come(astrid, "Börja på en ny certifikatsordning", "En ny certifikatsordning")
    tab_to(astrid, "Jönköping, hälsa och välfärd")
    while focused(astrid) != "Lund, medicin":
        type_keys(astrid, "ArrowDown")
    tab_to(astrid, "Kortnamn för en egen variant (frivilligt)")
    astrid.page.keyboard.type("our-own")
    go(astrid, "Börja på ett utkast", "Enter", "Lund, medicin")


def close_by_widening(astrid: Member) -> None:
    """Where the window has room for the bar, an open menu does not stay over the page."""
    astrid.page.set_viewport_size({"width": 1280, "height": HEIGHT})
    expect(astrid.tool.locator("#ways")).to_have_css("display", "contents")
    astrid.page.set_viewport_size({"width": NARROW, "height": HEIGHT})
    expect(astrid.tool.locator("#ways")).to_be_hidden()
    tab_to(astrid, "Meny", "Shift+Tab")


def change_what_is_required(astrid: Member) -> None:
    """Three different types, and two activities besides."""
    go(astrid, "Krav", "Enter", "Krav")
    tab_to(astrid, KIND)
    astrid.page.keyboard.type("Alla")
    act(astrid, "Ändra (Olika typer av aktiviteter)", "Sparat.")
    act(astrid, "Lägg till en del (Alla dessa)", "Tillagt.")
    tab_to(astrid, "Hur många")  # of the new part, where Tab goes on from
    type_keys(astrid, "Backspace")
    astrid.page.keyboard.type("2")
    look(astrid, "krav")
    go(astrid, "Spara och gå till alla avsnitt", "Enter", "Lund, medicin")


def speak_english(astrid: Member) -> None:
    tab_to(astrid, "English")
    type_keys(astrid, "Enter")
    astrid.arrive("Lund, Medicine")
    look(astrid, "draft")


def look_as_a_student(astrid: Member) -> None:
    """One café of two activities; what is typed and ticked shows at once."""
    go(astrid, "Preview as a student", "Enter", "Preview as a student")
    expect(astrid.tool.locator("#shown")).to_contain_text("0 of 2 approved activities")
    tab_to(astrid, "Activity type")
    astrid.page.keyboard.type("Language café")
    tab_to(astrid, "Approved")
    type_keys(astrid, "Space")
    expect(astrid.tool.locator("#shown")).to_contain_text("1 of 2 approved activities")
    assert focused(astrid) == "Approved", "the page has changed around it"
    look(astrid, "preview")


def publish(astrid: Member) -> None:
    """Back up, to where it is published."""
    tab_to(astrid, "Publish", "Shift+Tab")
    type_keys(astrid, "Enter")
    astrid.arrive("Publish")
    look(astrid, "publish")
    tab_to(astrid, "What is new, for teachers")
    astrid.page.keyboard.type("Two activities besides")
    come(astrid, "Publish this version", "Lund, Medicine")
    expect(astrid.tool.get_by_text("Two activities besides")).to_be_visible()


def come(astrid: Member, name: str, heading: str) -> None:
    """Tab to a control, press Enter on it, arrive, and judge the page."""
    go(astrid, name, "Enter", heading)
    look(astrid, heading)


def act(astrid: Member, name: str, said: str) -> None:
    """Press a button by its key, and hear what was done: the page that follows has the same name."""
    tab_to(astrid, name)
    type_keys(astrid, "Enter")
    expect(astrid.tool.locator("main .note.good")).to_contain_text(said)
    astrid.frame.wait_for_load_state("load")


def look(astrid: Member, name: str) -> None:
    """Nothing is cut off at this width, and axe finds nothing."""
    judge(astrid.page, astrid.frame, f"edit-{name.lower().replace(' ', '-')}-320", NARROW)
