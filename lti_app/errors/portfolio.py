"""What can go wrong with a student's portfolio."""

from __future__ import annotations

from lti_app.errors.kinds import N_, Kind

PORTFOLIO = {
    "not-set-up": Kind(
        409,
        N_("This course has not been set up yet"),
        N_("Your teacher first chooses what the course asks for. Come back a little later."),
    ),
    "already-opened": Kind(
        409,
        N_("A reviewer has opened this"),
        N_("It can no longer be withdrawn. You can change it if the reviewer returns it to you."),
    ),
    "incomplete": Kind(
        409,
        N_("Something is still missing"),
        N_("Go back and reload the page: it lists what is missing before you can submit."),
    ),
    "not-open-yet": Kind(
        409,
        N_("This step is not open yet"),
        N_("Go back to the start page: it says what is left before this step opens."),
    ),
    "kept-in-record": Kind(
        409,
        N_("This cannot be deleted"),
        N_("It has been submitted, so it stays in your record. You can still change it and submit it again."),
    ),
    "too-many-files": Kind(
        409, N_("There are too many files"), N_("Go back and remove a file or link before you add another.")
    ),
    "name-confirmed": Kind(
        409,
        N_("Your name has been confirmed"),
        N_("A teacher has confirmed the name on your certificate. Ask the teacher if it is wrong."),
    ),
}
