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
    "too-large": Kind(
        413,
        N_("This is too large"),
        N_(
            "Nothing was saved. Go back with the browser's Back button: most browsers still have what you "
            "wrote. Then send a smaller file, fewer files at once, or a shorter text."
        ),
    ),
    "text-too-long": Kind(
        413,
        N_("The text is too long"),
        N_(
            "The texts of one form can be at most 4 MB together. Nothing was saved. Go back with the "
            "browser's Back button: most browsers still have what you wrote. Then shorten it, and keep the "
            "long text in a file of your own."
        ),
    ),
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
