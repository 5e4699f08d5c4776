"""How much and when: the limits of what a student can write. Pure."""

from __future__ import annotations

from datetime import date

EARLIEST = date(1950, 1, 1)
LATEST = date(2100, 12, 31)
TITLE_CHARS = 200
NAME_CHARS = 300
LINK_CHARS = 2000
MOST_EVIDENCE = 30
MOST_ITEMS = 500
