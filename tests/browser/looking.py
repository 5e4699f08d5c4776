"""Looking at a page: wide and narrow, nothing cut off, axe content; and, if asked, a picture for people.

`make pictures` asks (CIM_TEST_PICTURES=1): they lie in test-results/screens/. Nothing compares them, and
with them a look costs twice as much.
"""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Frame, Page

from tests.browser.axe import assert_accessible

SCREENS = Path(__file__).parents[2] / "test-results" / "screens"
HAS_PICTURES = os.environ.get("CIM_TEST_PICTURES") == "1"
WIDTHS = (320, 1280)
HEIGHT = 900
PICTURE_HEIGHTS = {320: 2400, 1280: 1400}  # without a picture only widths matter

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
    """At this width nothing of the frame's page is cut off and axe finds nothing; a picture if asked."""
    resize(page, frame, width, PICTURE_HEIGHTS[width] if HAS_PICTURES else HEIGHT)
    assert_fits(frame, name)
    if has_axe:
        assert_accessible(frame, name)
    if HAS_PICTURES:
        SCREENS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENS / f"{name}.png")


def resize(page: Page, frame: Frame, width: int, height: int = HEIGHT) -> None:
    """Make the window this large, and wait until the frame has followed."""
    frame.wait_for_load_state("load")
    wanted = {"width": width, "height": height}
    if page.viewport_size != wanted:
        page.set_viewport_size(wanted)  # type: ignore[arg-type]
    frame.evaluate(UNTIL_STILL)


def assert_fits(frame: Frame, where: str) -> None:
    """Nobody has to scroll sideways."""
    wide = frame.evaluate("document.scrollingElement.scrollWidth")
    shown = frame.evaluate("innerWidth")
    assert wide <= shown, f"{where}: {wide} px of page in {shown} px"
