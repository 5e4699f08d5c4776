"""A coordinator edits a scheme with the keyboard alone, from the first draft to a published version."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.people import Member
from tests.browser.school import School
from tests.browser.test_keyboard import go, tab_into, tab_to, type_keys

Enter = Callable[..., Member]


def test_a_coordinator_makes_and_publishes_a_variant_with_keys_only(enter: Enter, school: School) -> None:
    astrid = enter(school, "astrid")
    astrid.open_tool()
    tab_into(astrid)
    go(astrid, "Schemes", "Enter", "Certificate schemes")
    go(astrid, "Begin a new scheme", "Enter", "A new scheme")
    astrid.tool.get_by_label("Lund, Medicine", exact=True).focus()
    type_keys(astrid, "Space")
    tab_to(astrid, "Short name for a variant of your own (optional)")
    astrid.page.keyboard.type("our-own")
    go(astrid, "Begin a draft", "Enter", "Lund, Medicine")
    go(astrid, "Requirements", "Enter", "Requirements")
    tab_to(astrid, "What is asked for")
    astrid.page.keyboard.type("All")
    expect(astrid.tool.get_by_label("What is asked for")).to_have_value("all_of")
    act(astrid, "Change (Different types of activity)", "Saved.")
    act(astrid, "Add a part (All of these)", "Added.")
    act(astrid, "Remove (A number of activities)", "Removed.")
    act(astrid, "Undo the last change", "The last change is undone.")
    astrid.glance("edit-requirements")
    go(astrid, "All sections", "Enter", "Lund, Medicine")
    astrid.glance("draft")
    go(astrid, "Preview as a student", "Enter", "Preview as a student")
    tab_to(astrid, "Approved")
    type_keys(astrid, "Space")
    astrid.glance("preview")
    go(astrid, "Publish", "Enter", "Publish")
    tab_to(astrid, "What is new, for teachers")
    astrid.page.keyboard.type("A variant of our own")
    go(astrid, "Publish this version", "Enter", "Lund, Medicine")
    expect(astrid.tool.get_by_text("A variant of our own")).to_be_visible()


def act(member: Member, name: str, said: str) -> None:
    """Press a button by its key, and hear what was done: the page that follows has the same name."""
    member.control(name).press("Enter")
    expect(member.tool.locator("main .note.good")).to_contain_text(said)
    member.frame.wait_for_load_state("load")
