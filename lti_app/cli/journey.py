"""The whole journey over HTTP, as two people would walk it with their browsers: what `cim demo --once` does.

It goes by the words on the pages, in English, so it knows no more than somebody who reads them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import click

from lti_app.cli import papers
from lti_app.cli.browser import Browser, LostError, Page, Upload

_COURSE = 1
_ACTIVITIES = "International merits: activities"
_CERTIFICATE = "International merits: certificate"
_CAFE = "Swahili with the incoming students"
_PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 0.3


@dataclass(frozen=True)
class Arrived:
    """Where the journey ends."""

    pdf: bytes
    verify_url: str


class Member:
    """Somebody of the small Canvas's course at a browser of their own, looking at `page`."""

    def __init__(self, canvas_url: str, login: str) -> None:
        self.browser = Browser()
        self._course = f"{canvas_url}/as/{login}/courses/{_COURSE}"
        self.page = self.browser.open(self._course)

    def open_course(self, rest: str = "") -> None:
        """Go to a page of the course."""
        self.page = self.browser.open(self._course + rest)

    def open_tool(self) -> None:
        """Open the tool from the course, in English."""
        self.open_course()
        self.press("Open International Merits")
        self.enter_frame()

    def enter_frame(self) -> None:
        """Look at what is in the page's frame, in English."""
        self.page = self.browser.open(self.page.frame())
        if next(self.page.root.all("html")).get("lang") != "en":
            self.press("English")

    def press(self, *words: str) -> None:
        """Press one link or button after the other."""
        for each in words:
            self.page = self.browser.press(self.page, each)

    def send(self, button: str, values: Mapping[str, str | Upload]) -> None:
        """Fill in the form around a button, by labels, and press it."""
        self.page = self.browser.press(self.page, button, values)

    def arrive(self, heading: str) -> None:
        """Be on the page with this heading. Raises LostError."""
        if self.page.heading != heading:
            raise self.page.lost(f"is not the page {heading!r}")

    def wait_for(self, is_so: Callable[[Page], bool], what: str) -> None:
        """Open the page again until it is so. Raises LostError."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while not is_so(self.page):
            if time.monotonic() > until:
                raise self.page.lost(f"waited {_PATIENCE_SECONDS:.0f} seconds in vain for {what}")
            time.sleep(_PAUSE_SECONDS)
            self.page = self.browser.open(self.page.url)


def travel(canvas_url: str, tool_url: str, *, say: Callable[[str], None]) -> Arrived:
    """Walk the journey through a running demo; `say` hears each step. Raises ClickException."""
    tove, asa, stranger = Member(canvas_url, "tove"), Member(canvas_url, "asa"), Browser()
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("The teacher chooses programme and scheme.", lambda: _set_up(tove)),
        ("The student adds three activities and submits them.", lambda: _add_activities(asa)),
        ("The teacher approves two and returns one.", lambda: _review(tove)),
        ("The student mends it and submits it again.", lambda: _mend(asa)),
        ("The teacher opens it in SpeedGrader and approves it.", lambda: _approve_in_speedgrader(tove)),
        ("The final report is written and approved.", lambda: _report(asa, tove)),
        ("The presentation is entered and approved.", lambda: _present(asa, tove)),
        ("The worker issues the certificate.", lambda: _await_certificate(asa)),
        ("It arrives in the gradebook.", lambda: _await_delivery(tove)),
    )
    try:
        for number, (sentence, walk) in enumerate(steps, 1):
            say(f"{number}. {sentence}")
            walk()
        verify_url = _verify_link(asa.page, tool_url)
        asa.press("Download the PDF")
        say(f"{len(steps) + 1}. A stranger verifies it.")
        _verify(stranger, verify_url)
        return Arrived(asa.page.content, verify_url)
    except LostError as error:
        raise click.ClickException(f"The journey ended early: {error}") from None
    finally:
        for browser in (tove.browser, asa.browser, stranger):
            browser.close()


def _set_up(tove: Member) -> None:
    tove.open_tool()
    tove.send("Go on to the certificate schemes", {"Programme": "Study Programme in Medicine"})
    tove.send("Save and connect the assignments", {"Lund, Medicine": ""})
    tove.wait_for(lambda page: "The course is ready." in page.words, "the assignments")


def _add_activities(asa: Member) -> None:
    asa.open_tool()
    asa.press("Add your first activity")
    exchange = {
        "First day": "2025-01-13",
        "Last day": "2025-06-08",
        "Number of weeks": "21",
        "Credits (ECTS)": "30",
        "Country": "Kenya",
        "Host": "University of Nairobi",
    }
    _add(asa, "Exchange studies under agreement", {"Title": "Exchange semester in Nairobi", **exchange})
    _attach(asa, ("närvarointyg.pdf", papers.attendance("PDF"), "application/pdf"))
    _submit(asa)
    asa.press("Start", "Add an activity")
    cafe = {"First day": "2025-09-03", "Number of occasions": "8", "Language": "Swahili"}
    _add(asa, "Language café", {"Title": _CAFE, **cafe})
    asa.press("Reflection")
    asa.send("Save", papers.REFLECTION)
    _submit(asa)
    asa.press("Start", "Add an activity")
    school = {"First day": "2026-08-03", "Last day": "2026-08-14", "Number of days": "10"}
    _add(asa, "Digital summer school", {"Title": "Planetary Health", **school})
    _attach(asa, ("diploma.png", papers.attendance("PNG"), "image/png"))
    _submit(asa)


def _review(tove: Member) -> None:
    tove.open_tool()
    tove.arrive("Review queue")
    tove.press("Start reviewing", "Approve")
    tove.send("Return for completion", {"Comment": "Say more about what you want to keep doing."})
    tove.press("Approve")
    tove.arrive("Review queue")


def _mend(asa: Member) -> None:
    asa.open_tool()
    asa.press("See the comment")
    asa.arrive(_CAFE)
    asa.press("Reflection")
    more = {label: f"{text} I will keep going to the café." for label, text in papers.REFLECTION.items()}
    asa.send("Save", more)
    _submit(asa)


def _approve_in_speedgrader(tove: Member) -> None:
    tove.open_course("/gradebook")
    tove.wait_for(lambda page: "4 attempts" in page.words, "the second submission")
    tove.press(f"SpeedGrader: Åsa Öberg, {_ACTIVITIES}")
    tove.enter_frame()
    tove.arrive(_CAFE)
    tove.press("Approve")


def _report(asa: Member, tove: Member) -> None:
    asa.open_tool()
    asa.press("Write the final report", "The questions")
    asa.send("Save", papers.REPORT)
    asa.press("Name on the certificate")
    asa.send("Save", {"Name on the certificate": "Åsa Öberg"})
    _submit(asa)
    _approve_next(tove)


def _present(asa: Member, tove: Member) -> None:
    asa.open_tool()
    asa.press("Enter your presentation", "How, what and when")
    asa.send("Save and continue", {"Talk": "", "Title": "Möten i Nairobi", "Date": "2026-11-12"})
    _submit(asa)
    _approve_next(tove)


def _await_certificate(asa: Member) -> None:
    asa.open_tool()
    asa.press("Certificate")
    asa.wait_for(lambda page: "Download the PDF" in page.words, "the certificate")


def _await_delivery(tove: Member) -> None:
    tove.open_course("/gradebook")
    tove.press(f"SpeedGrader: Åsa Öberg, {_CERTIFICATE}")
    tove.wait_for(lambda page: "Download" in page.words, "the file")


def _verify(stranger: Browser, url: str) -> None:
    page = stranger.open(f"{url}?lang=en")
    if page.heading != "This certificate is valid":
        raise page.lost("does not say that the certificate is valid")


def _verify_link(page: Page, tool_url: str) -> str:
    for link in page.root.all("a"):
        if link.get("href").startswith(f"{tool_url}/verify/"):
            return link.get("href")
    raise page.lost("has no address to verify the certificate at")


def _add(asa: Member, kind: str, values: Mapping[str, str]) -> None:
    asa.send("Search", {"Search": kind})
    asa.press(kind)
    asa.send("Save and continue", values)
    asa.arrive(values["Title"])


def _attach(asa: Member, file: Upload) -> None:
    asa.press("Evidence")
    asa.send("Add files", {"Certificate of attendance": file})
    asa.press("Continue")


def _submit(asa: Member) -> None:
    asa.press("Check and submit", "Submit for review")
    if "Submitted for review." not in asa.page.words:
        raise asa.page.lost("does not say that it was submitted")


def _approve_next(tove: Member) -> None:
    tove.open_tool()
    tove.press("Start reviewing", "Approve")
