"""What a kind of problem is, as data, and the advice that many kinds share."""

from __future__ import annotations

from dataclasses import dataclass


def N_(message: str) -> str:  # noqa: N802 (the gettext convention for a message translated later)
    """Mark a message for translation where it is shown."""
    return message


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its HTTP status, the page's heading, and what to do, as message ids.

    `for_operator` is what to do on a page of the tool's operator, where that is something else.
    """

    status: int
    title: str
    advice: str
    for_operator: str = ""


REOPEN = N_("Go back to the course and open the tool from there again.")
PLATFORMS = N_("Check the address, or go on from the list of platforms.")
ADMIN = N_("Tell your Canvas administrator, and give the reference below.")
REOPEN_OR_ADMIN = N_(
    "Open the tool from the course again. If that does not help, tell your Canvas administrator, and "
    "give the reference below."
)
