"""What can go wrong, by slug: each has a status, a title and what a person should do.

Rooms raise `Problem(slug)`; the web room turns it into a page. The texts are message ids, translated there.
docs/errors.md explains every slug to the administrator, and a test holds the two lists together.
"""

from __future__ import annotations

from dataclasses import dataclass


def N_(message: str) -> str:  # noqa: N802 (the gettext convention for a message translated later)
    """Mark a message for translation where it is shown."""
    return message


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its HTTP status, the page's heading, and what to do, as message ids."""

    status: int
    title: str
    advice: str


class Problem(Exception):
    """Something a person or platform did that the tool answers with a page.

    `detail` is for the log and the administrator; it must hold no token, name or e-mail address. `return_url`
    is the way back to the course, where a verified launch has named one.
    """

    return_url = ""

    def __init__(self, slug: str, detail: str = "") -> None:
        super().__init__(f"{slug}: {detail}" if detail else slug)
        self.slug = slug
        self.detail = detail

    @property
    def kind(self) -> Kind:
        """The texts and status of this problem."""
        return KINDS[self.slug]


class NotFound(Problem):
    """No such thing, or none that this person may know of: the two are told apart nowhere."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("not-found", detail)


class NotAllowed(Problem):
    """The person may see this, but may not do that."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("not-allowed", detail)


class Conflict(Problem):
    """The thing has changed meanwhile, or its state does not allow the act."""

    def __init__(self, detail: str = "", slug: str = "changed-meanwhile") -> None:
        super().__init__(slug, detail)


_REOPEN = N_("Go back to the course and open the tool from there again.")
_ADMIN = N_("Tell your Canvas administrator, and give the reference below.")

KINDS: dict[str, Kind] = {
    # --- anything on the web
    "not-found": Kind(
        404, N_("This page does not exist"), N_("Check the address, or go back to the course.")
    ),
    "not-allowed": Kind(403, N_("You may not do this"), N_("Your role in this course does not allow it.")),
    "method-not-allowed": Kind(405, N_("This address cannot be used that way"), _REOPEN),
    "bad-request": Kind(400, N_("The request could not be understood"), N_("Go back and try again.")),
    "too-large": Kind(413, N_("This is too large"), N_("Send a smaller file or a shorter text.")),
    "too-many-requests": Kind(429, N_("Too many attempts"), N_("Wait a minute, then try again.")),
    "form-expired": Kind(
        400, N_("This form is no longer valid"), N_("Go back, reload the page and send the form again.")
    ),
    "changed-meanwhile": Kind(
        409, N_("This has changed meanwhile"), N_("Go back and reload the page to see how it stands now.")
    ),
    "server-error": Kind(
        500, N_("Something went wrong on our side"), N_("Nothing you wrote was changed. Try again soon.")
    ),
    "not-ready": Kind(503, N_("The tool is not available right now"), N_("Try again in a minute.")),
    "session-missing": Kind(401, N_("This page has been open too long, or was opened elsewhere"), _REOPEN),
    "link-expired": Kind(410, N_("This link is no longer valid"), N_("Go back and open the file again.")),
    # --- reviewing
    "comment-missing": Kind(
        409,
        N_("A comment is needed"),
        N_("Go back and tell the student why: what is missing, or what to change."),
    ),
    "name-missing": Kind(
        409,
        N_("There is no name to print"),
        N_("The student has not chosen the name on the certificate yet. Return this and ask for it."),
    ),
    "certificate-stands": Kind(
        409,
        N_("A certificate rests on this"),
        N_("What a certificate was issued for cannot be reopened. Talk to the coordinator first."),
    ),
    "undo-too-late": Kind(
        409,
        N_("It is too late to undo this"),
        N_("The decision has been passed on. You can reopen it instead, with a reason."),
    ),
}
