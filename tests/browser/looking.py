"""Looking at a page: wide and narrow, nothing cut off, axe content; and a picture for people to look at.

The pictures lie in test-results/screens/.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Frame, Page

from tests.browser.axe import assert_accessible

SCREENS = Path(__file__).parents[2] / "test-results" / "screens"
WIDTHS = {320: 2400, 1280: 1400}  # and how high the window is for the picture

# A frame of another process follows its page's size a little later; so does the height that it asks for.
UNTIL_STILL = """() => new Promise(resolve => {
  let before = "", since = 0;
  const look = () => {
    const now = `${innerWidth} ${innerHeight} ${document.documentElement.scrollHeight}`;
    since = now === before ? since + 1 : 0;
    before = now;
    if (since < 4) requestAnimationFrame(look); else resolve();
  };
  look();
})"""


def judge(page: Page, frame: Frame, name: str, width: int, *, has_axe: bool = True) -> None:
    """At this width nothing of the frame's page is cut off and axe finds nothing; and a picture of it all."""
    resize(page, frame, width, WIDTHS[width])
    assert_fits(frame, name)
    if has_axe:
        assert_accessible(frame, name)
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png")


def resize(page: Page, frame: Frame, width: int, height: int) -> None:
    """Make the window this large, and wait until the frame has followed."""
    frame.wait_for_load_state("load")
    page.set_viewport_size({"width": width, "height": height})
    frame.evaluate(UNTIL_STILL)


def assert_fits(frame: Frame, where: str) -> None:
    """Nobody has to scroll sideways."""
    wide = frame.evaluate("document.scrollingElement.scrollWidth")
    shown = frame.evaluate("innerWidth")
    assert wide <= shown, f"{where}: {wide} px of page in {shown} px"
