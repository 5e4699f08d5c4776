"""What can go wrong in logging in from a platform, launching, and choosing what to add to a course."""

from __future__ import annotations

from lti_app.errors.kinds import ADMIN, N_, REOPEN, REOPEN_OR_ADMIN, Kind

LAUNCH = {
    "login-invalid": Kind(400, N_("The course platform's request is incomplete"), REOPEN_OR_ADMIN),
    "platform-unknown": Kind(403, N_("This course platform is not registered with the tool"), ADMIN),
    "platform-inactive": Kind(
        403,
        N_("This tool is not switched on for the course platform"),
        N_(
            "Those who run the tool have paused it for this platform, or not switched it on yet. Nothing "
            "that you have written is lost. Try again later; if it stays like this, tell your teacher or "
            "administrator the reference below."
        ),
    ),
    "platform-login-required": Kind(
        403,
        N_("The course platform did not recognise you"),
        N_("Log in to the course platform again, allow its cookies, and open the tool from the course."),
    ),
    "platform-launch-over": Kind(
        403,
        N_("This launch is no longer valid"),
        N_(
            "The course platform opens each launch once, and for a few minutes. Go back to the course and "
            "open the tool from there again."
        ),
    ),
    "platform-tool-unavailable": Kind(403, N_("The tool is not switched on for this course"), ADMIN),
    "platform-request-refused": Kind(403, N_("The course platform did not accept our question"), ADMIN),
    "platform-refused": Kind(403, N_("The course platform did not open the tool"), REOPEN_OR_ADMIN),
    "platform-keys-unreachable": Kind(
        503,
        N_("The course platform cannot be reached right now"),
        N_("Wait a minute, then open the tool from the course again."),
    ),
    "launch-incomplete": Kind(400, N_("This page opens from a course only"), REOPEN),
    "launch-too-large": Kind(413, N_("The course platform sent too much"), ADMIN),
    "launch-used": Kind(403, N_("This launch has been used already, or is too old"), REOPEN),
    "cookie-missing": Kind(
        403,
        N_("Your browser did not show that it opened the tool itself"),
        N_(
            "Open it in a new tab. If that does not help, allow cookies for this site and open the tool "
            "from the course again, in the same browser."
        ),
    ),
    "cookies-in-frame": Kind(
        403,
        N_("Open the tool in a new tab"),
        N_(
            "Your browser keeps no cookies of the tool inside the course page, so the tool works in a tab "
            "of its own."
        ),
    ),
    "cookies-blocked": Kind(
        403,
        N_("Your browser keeps no cookies for this site"),
        N_(
            "The tool needs one to know that it is still you. Allow cookies for this site in the browser's "
            "settings, then open the tool from the course again."
        ),
    ),
    "token-malformed": Kind(400, N_("The course platform's message cannot be read"), REOPEN_OR_ADMIN),
    "token-algorithm": Kind(403, N_("The course platform's message is signed in a way not allowed"), ADMIN),
    "token-key-unknown": Kind(403, N_("The course platform's signature cannot be checked"), REOPEN_OR_ADMIN),
    "token-signature": Kind(403, N_("The course platform's signature is not valid"), ADMIN),
    "token-issuer": Kind(403, N_("This launch comes from another course platform"), ADMIN),
    "token-audience": Kind(403, N_("This launch was meant for another tool"), ADMIN),
    "token-time": Kind(403, N_("This launch has expired, or its clock is wrong"), REOPEN_OR_ADMIN),
    "token-nonce": Kind(403, N_("This launch does not belong to its login"), REOPEN),
    "claim-malformed": Kind(400, N_("The course platform's message is not as it should be"), ADMIN),
    "version-unsupported": Kind(400, N_("The course platform speaks another version of LTI"), ADMIN),
    "message-unsupported": Kind(400, N_("The tool cannot be opened this way"), ADMIN),
    "deployment-missing": Kind(400, N_("The course platform did not say which installation this is"), ADMIN),
    "deployment-inactive": Kind(
        403,
        N_("This installation of the tool has not been approved yet"),
        N_("An administrator of the tool has to approve it. Give them the reference below."),
    ),
    "deployments-too-many": Kind(
        403,
        N_("Too many installations of the tool wait for approval"),
        N_("An administrator of the tool has to look through them first. Give them the reference below."),
    ),
    "anonymous": Kind(
        403,
        N_("We cannot see who you are"),
        N_("Log in to the course platform, then open the tool from the course again."),
    ),
    "roles-missing": Kind(400, N_("The course platform did not say what your role is"), ADMIN),
    "resource-link-missing": Kind(400, N_("The course platform did not say which link you opened"), ADMIN),
    "target-foreign": Kind(400, N_("This link leads somewhere else"), ADMIN),
    "no-course": Kind(
        403,
        N_("Open the tool from a course"),
        N_("Outside of a course the tool is for coordinators only. Open it from your course's menu."),
    ),
    # --- choosing what to add to a course (deep linking)
    "deep-link-staff-only": Kind(
        403,
        N_("Only those who build the course can add to it"),
        N_("Teachers, course designers and administrators choose what is added. Close this window."),
    ),
    "deep-link-unusable": Kind(400, N_("The course platform takes nothing that this tool can add"), ADMIN),
    "deep-link-over": Kind(
        410,
        N_("This choice has been made, or was open too long"),
        N_("Close this window. To add something else, start again in the course."),
    ),
}
