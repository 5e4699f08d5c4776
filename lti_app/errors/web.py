"""What can go wrong on any page."""

from __future__ import annotations

from lti_app.errors.kinds import N_, PLATFORMS, REOPEN, Kind

WEB = {
    "not-found": Kind(
        404, N_("This page does not exist"), N_("Check the address, or go back to the course."), PLATFORMS
    ),
    "not-allowed": Kind(403, N_("You may not do this"), N_("Your role in this course does not allow it.")),
    "method-not-allowed": Kind(405, N_("This address cannot be used that way"), REOPEN, PLATFORMS),
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
    "session-missing": Kind(401, N_("This page has been open too long, or was opened elsewhere"), REOPEN),
    "link-expired": Kind(410, N_("This link is no longer valid"), N_("Go back and open the file again.")),
    "file-removed": Kind(
        410,
        N_("This file has been removed"),
        N_("It was removed for good, for example because the person whom it is about asked for that."),
    ),
}
