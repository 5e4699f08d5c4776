"""Chromium on this machine: how it is started, and profiles of it that keep cookies in different ways."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Playwright now and then loses a frame that goes from one site's process to the other's and back at once,
    # as in every launch: the page is there to see, but not for the test. So these tests show no frame in a
    # process of its own, as people's browsers have it; cookies, origins and messages are the same.
    "--disable-site-isolation-trials",
)
_BLOCK = 2
# What a person chooses in Chromium's settings, as its profile writes it down. Off the record, as in all other
# browser tests, it keeps partitioned cookies only.
COOKIES: dict[str, dict[str, Any]] = {
    "allowed": {"cookie_controls_mode": 0, "block_third_party_cookies": False},
    "partitioned only": {"cookie_controls_mode": 1, "block_third_party_cookies": True},
    "none in frames": {
        "content_settings": {
            "exceptions": {"cookies": {"http://localhost:*,http://127.0.0.1:*": {"setting": _BLOCK}}}
        }
    },
    "none": {"default_content_setting_values": {"cookies": _BLOCK}},
}


def options() -> dict[str, Any] | None:
    """What Playwright needs to start this machine's Chromium; None where there is none."""
    path = next(filter(None, map(shutil.which, NAMES)), None) or next(filter(os.path.exists, MAC), None)
    if path is None:
        return None
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return {"executable_path": path, "args": [*QUIET, *as_root]}


def profile(chromium: Browser, folder: Path, cookies: str, **more: Any) -> BrowserContext:
    """A Chromium with a profile of its own in this folder, and one of the COOKIES settings."""
    (folder / "Default").mkdir(parents=True)
    (folder / "Default" / "Preferences").write_text(json.dumps({"profile": COOKIES[cookies]}))
    return chromium.browser_type.launch_persistent_context(folder, **(options() or {}), **more)
