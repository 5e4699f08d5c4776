"""What people do in the tool, step by step: the verbs that the browser tests are told in."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.people import Member


@dataclass(frozen=True)
class Merit:
    """An activity that the student adds: how she finds its type, and what she fills in."""

    title: str
    search: str
    type_name: str
    fields: Mapping[str, str]


EXCHANGE = Merit(
    "Exchange semester in Nairobi",
    "exchange",
    "Exchange studies under agreement",
    {
        "First day": "2025-01-13",
        "Last day": "2025-06-08",
        "Number of weeks": "21",
        "Credits (ECTS)": "30",
        "Country": "Kenya",
        "Host": "University of Nairobi",
    },
)
CAFE = Merit(
    "Swahili with the incoming students",
    "café",
    "Language café",
    {"First day": "2025-09-03", "Number of occasions": "8", "Language (optional)": "Swahili"},
)
SCHOOL = Merit(
    "Planetary Health",
    "summer",
    "Digital summer school",
    {"First day": "2026-08-03", "Last day": "2026-08-14", "Number of days": "10"},
)
REFLECTION = {
    "What did you do": """I met students from Kenya and Tanzania every second week. We spoke Swahili
        and English in turn, and I led two of the evenings myself.""",
    "What did you learn": """I learned to listen for what somebody means when words are missing, which I
        will need with every patient whose language I do not share.""",
}
ANSWERS = {
    "How has your participation": """Before the semester in Nairobi I thought of global health as something
        that happens elsewhere. At the clinic I saw how the same guidelines meet other conditions, and how
        colleagues there solve what we would send on. I have learned to ask what is possible here and now,
        and to explain my reasons simply. As a doctor I want to keep that habit.""",
    "How can the experiences": """I can use it whenever people with different backgrounds have to agree: in
        a team, with a patient and her family, or with a student who has just arrived. I ask before I assume,
        I let the other person describe what matters, and I say when I do not understand. The evenings at
        the language café taught me how tiring it is to be the one without words.""",
}


def set_the_course_up(tove: Member, *, looked_at: str = "") -> None:
    """A teacher opens the tool for the first time, chooses programme and scheme, waits until connected."""
    tove.open_tool()
    tove.arrive("Set up the certificate in this course")
    if looked_at:
        tove.look(looked_at)
    tove.fill({"Programme": "Study Programme in Medicine"})
    tove.press("Go on to the certificate schemes", "Choose a certificate scheme")
    if looked_at:
        tove.look(f"{looked_at}-schemes")
    tove.tool.get_by_label("Lund, Medicine", exact=True).check()
    tove.press("Save and connect the assignments", "Set-up of this course")
    expect(tove.tool.get_by_text("Connected", exact=True)).to_have_count(3)
    expect(tove.tool.get_by_text("The course is ready.")).to_be_visible()


def begin_another(asa: Member) -> None:
    """From wherever she is to the list of types."""
    asa.press("Start", "Lund, Medicine")
    asa.press("Add an activity", "What kind of activity was it?")


def add(asa: Member, merit: Merit, *, looked_at: str = "") -> None:
    """Search the type, choose it, fill in its fields."""
    asa.fill({"Search": merit.search})
    asa.press("Search", "What kind of activity was it?")
    asa.press(merit.type_name, "What and when")
    if looked_at:
        asa.look(looked_at)
    asa.fill({"Title": merit.title, **merit.fields})
    asa.press("Save and continue", merit.title)


def attach(asa: Member, file: Path, *, looked_at: str = "") -> None:
    """Upload a file."""
    asa.press("Evidence", "Evidence")
    asa.tool.get_by_label("Certificate of attendance or other files").set_input_files(file)
    asa.click_twice("Add files")
    expect(asa.tool.get_by_role("link", name=file.name, exact=True)).to_have_count(1)
    if looked_at:
        asa.look(looked_at)
    asa.control("Continue").click()


def reflect(asa: Member, merit: Merit, *, looked_at: str = "") -> None:
    """Answer the questions instead of uploading anything."""
    asa.press("Reflection", "Reflection")
    if looked_at:
        asa.look(looked_at)
    asa.fill(flowing(REFLECTION))
    asa.press("Save", merit.title)


def submit(asa: Member, title: str, *, looked_at: str = "") -> None:
    """Check everything once more, and submit."""
    asa.press("Check and submit", "Check and submit")
    if looked_at:
        asa.look(looked_at)
    asa.press("Submit for review", title)
    expect(asa.tool.get_by_text("Submitted for review.")).to_be_visible()


def approve_next(tove: Member, *, looked_at: str = "") -> None:
    """Approve the only submission that waits."""
    tove.open_tool()
    tove.control("Start reviewing").click()
    expect(tove.control("Approve")).to_be_visible()
    if looked_at:
        tove.look(looked_at)
    tove.press("Approve", "Review queue")


def flowing(texts: Mapping[str, str]) -> dict[str, str]:
    """The texts without the line breaks of this file."""
    return {name: " ".join(text.split()) for name, text in texts.items()}


def eventually(is_so: Callable[[], bool], seconds: float = 120) -> None:
    """Wait until it is so: the worker delivers in its own time."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.3)
