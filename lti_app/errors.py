"""What can go wrong, by slug: each has a status, a title and what a person should do.

Rooms raise `Problem(slug)`; the web room turns it into a page. The texts are message ids, translated there.
docs/errors.md explains every slug to the administrator, and a test holds the two lists together. Long:
it is mostly that list.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path


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


class Problem(Exception):  # noqa: N818 (what a person meets, not always a fault)
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


def trace_of(error: BaseException) -> str:
    """Where an error arose and of which kinds it and its causes are, for the log.

    What they say is left out: a database quotes the row that it refuses, with names and addresses.
    """
    lines = []
    link: BaseException | None = error
    while link is not None:
        frames = traceback.extract_tb(link.__traceback__)
        lines.append(f"{type(link).__module__}.{type(link).__qualname__}")
        lines += [f"  {Path(each.filename).name}:{each.lineno} {each.name}" for each in frames]
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\n".join(lines)


_REOPEN = N_("Go back to the course and open the tool from there again.")
_PLATFORMS = N_("Check the address, or go on from the list of platforms.")
_ADMIN = N_("Tell your Canvas administrator, and give the reference below.")
_REOPEN_OR_ADMIN = N_(
    "Open the tool from the course again. If that does not help, tell your Canvas administrator, and "
    "give the reference below."
)

KINDS: dict[str, Kind] = {
    # --- anything on the web
    "not-found": Kind(
        404, N_("This page does not exist"), N_("Check the address, or go back to the course."), _PLATFORMS
    ),
    "not-allowed": Kind(403, N_("You may not do this"), N_("Your role in this course does not allow it.")),
    "method-not-allowed": Kind(405, N_("This address cannot be used that way"), _REOPEN, _PLATFORMS),
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
    # --- logging in from a platform, and launching
    "login-invalid": Kind(400, N_("The course platform's request is incomplete"), _REOPEN_OR_ADMIN),
    "platform-unknown": Kind(403, N_("This course platform is not registered with the tool"), _ADMIN),
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
    "platform-tool-unavailable": Kind(403, N_("The tool is not switched on for this course"), _ADMIN),
    "platform-request-refused": Kind(403, N_("The course platform did not accept our question"), _ADMIN),
    "platform-refused": Kind(403, N_("The course platform did not open the tool"), _REOPEN_OR_ADMIN),
    "platform-keys-unreachable": Kind(
        503,
        N_("The course platform cannot be reached right now"),
        N_("Wait a minute, then open the tool from the course again."),
    ),
    "launch-incomplete": Kind(400, N_("This page opens from a course only"), _REOPEN),
    "launch-too-large": Kind(413, N_("The course platform sent too much"), _ADMIN),
    "launch-used": Kind(403, N_("This launch has been used already, or is too old"), _REOPEN),
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
    "token-malformed": Kind(400, N_("The course platform's message cannot be read"), _REOPEN_OR_ADMIN),
    "token-algorithm": Kind(403, N_("The course platform's message is signed in a way not allowed"), _ADMIN),
    "token-key-unknown": Kind(403, N_("The course platform's signature cannot be checked"), _REOPEN_OR_ADMIN),
    "token-signature": Kind(403, N_("The course platform's signature is not valid"), _ADMIN),
    "token-issuer": Kind(403, N_("This launch comes from another course platform"), _ADMIN),
    "token-audience": Kind(403, N_("This launch was meant for another tool"), _ADMIN),
    "token-time": Kind(403, N_("This launch has expired, or its clock is wrong"), _REOPEN_OR_ADMIN),
    "token-nonce": Kind(403, N_("This launch does not belong to its login"), _REOPEN),
    "claim-malformed": Kind(400, N_("The course platform's message is not as it should be"), _ADMIN),
    "version-unsupported": Kind(400, N_("The course platform speaks another version of LTI"), _ADMIN),
    "message-unsupported": Kind(400, N_("The tool cannot be opened this way"), _ADMIN),
    "deployment-missing": Kind(400, N_("The course platform did not say which installation this is"), _ADMIN),
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
    "roles-missing": Kind(400, N_("The course platform did not say what your role is"), _ADMIN),
    "resource-link-missing": Kind(400, N_("The course platform did not say which link you opened"), _ADMIN),
    "target-foreign": Kind(400, N_("This link leads somewhere else"), _ADMIN),
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
    "deep-link-unusable": Kind(400, N_("The course platform takes nothing that this tool can add"), _ADMIN),
    "deep-link-over": Kind(
        410,
        N_("This choice has been made, or was open too long"),
        N_("Close this window. To add something else, start again in the course."),
    ),
    # --- registering a platform
    "invitation-unknown": Kind(
        403,
        N_("An invitation is needed to register a course platform"),
        N_("Ask the people who run this tool for a registration address, and use the whole of it."),
    ),
    "invitation-used": Kind(
        410,
        N_("This invitation has been used"),
        N_(
            "A course platform has been registered by it. If that was you, close this page and look for the "
            "tool among the platform’s apps. To register another platform, ask for a new address."
        ),
        N_("A platform has been registered by it, and stands in the list of platforms."),
    ),
    "invitation-expired": Kind(
        410,
        N_("This invitation is too old"),
        N_("Ask the people who run this tool for a new registration address."),
    ),
    "invitation-busy": Kind(
        409,
        N_("A registration by this invitation is under way"),
        N_("Wait for it to end. If nothing happens within two minutes, start again in the course platform."),
        N_("Somebody is registering a platform by it right now. Look again in two minutes."),
    ),
    "registration-incomplete": Kind(
        400,
        N_("This address is for the course platform"),
        N_("Give it to the course platform, where it asks for a registration address, and go on from there."),
    ),
    "registration-address": Kind(
        400,
        N_("The course platform's address cannot be used"),
        N_("Nothing was registered. The address of its configuration must be public and start with https."),
    ),
    "registration-unreachable": Kind(
        503,
        N_("The course platform did not show its configuration"),
        N_("Nothing was registered. What it said is below. Start again in the course platform."),
    ),
    "registration-configuration": Kind(
        400,
        N_("The course platform's configuration cannot be used"),
        N_("Nothing was registered. Register the tool by hand instead, or ask the people who run it."),
    ),
    "registration-refused": Kind(
        403,
        N_("The course platform refused the registration"),
        N_("Nothing was registered. What it said is below. Start again in the course platform."),
    ),
    "registration-uncertain": Kind(
        503,
        N_("It is not certain whether the course platform registered the tool"),
        N_("Look in the course platform and delete what it has of this tool, then start again there."),
    ),
    "registration-known": Kind(
        409,
        N_("The course platform gave an id that is registered already"),
        N_(
            "Nothing was changed here. Delete the new registration in the course platform, and tell the "
            "people who run the tool."
        ),
    ),
    "registration-not-stored": Kind(
        500,
        N_("The course platform registered the tool, but the tool could not store it"),
        N_("Delete the registration in the course platform, then start again there with the same address."),
    ),
    # --- a student's portfolio
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
    # --- reviewing
    "comment-missing": Kind(
        409,
        N_("A comment is needed"),
        N_("Go back and tell the student why: what is missing, or what to change."),
    ),
    "coordinators-decide": Kind(
        403,
        N_("Coordinators decide here"),
        N_("The certificate scheme leaves decisions to coordinators. You can read what students submit."),
    ),
    "levels-missing": Kind(
        409,
        N_("Something of the assessment is not chosen yet"),
        N_("Go back and choose a level of everything that the scheme asks you to look at."),
    ),
    "name-missing": Kind(
        409,
        N_("There is no name to print"),
        N_("The student has not chosen the name on the certificate yet. Return this and ask for it."),
    ),
    "cannot-be-printed": Kind(
        409,
        N_("This cannot be printed on a certificate"),
        N_(
            "Return it and ask the student to write these characters in another way. "
            "Your decision was not saved."
        ),
    ),
    "certificate-stands": Kind(
        409,
        N_("A certificate rests on this"),
        N_("What a certificate was issued for cannot be reopened. Talk to the coordinator first."),
    ),
    "already-certified": Kind(
        409,
        N_("The certificate is issued already"),
        N_("It rests on the rules it was earned by, so the portfolio keeps them."),
    ),
    "requirement-lost": Kind(
        409,
        N_("A requirement that is met would be lost"),
        N_("Only a teacher may decide that, and has to confirm each one."),
    ),
    "draft-exists": Kind(
        409,
        N_("There is a draft of this scheme already"),
        N_("Go back and go on with that draft, or discard it first."),
    ),
    "draft-incomplete": Kind(
        409,
        N_("The draft cannot be published yet"),
        N_("Go back to the draft and mend what it lists as problems."),
    ),
    "undo-too-late": Kind(
        409,
        N_("It is too late to undo this"),
        N_("The decision has been passed on. You can reopen it instead, with a reason."),
    ),
    # --- a certificate that was issued
    "correction-open": Kind(
        409,
        N_("A correction is open already"),
        N_("Somebody has asked for a correction of this certificate. It is decided first."),
    ),
    "name-unchanged": Kind(
        409,
        N_("The certificate has this name already"),
        N_("Write the name as it should be. If something else is wrong, leave the name and describe it."),
    ),
    "too-many-links": Kind(
        409,
        N_("There are too many links"),
        N_("Go back and take back a link that you do not need, then make the new one."),
    ),
    "picture-invalid": Kind(
        422,
        N_("This picture cannot be used"),
        N_("Choose a whole PNG or JPEG file of at most 2 MB and 8 million pixels."),
    ),
    "too-many-pictures": Kind(
        409,
        N_("There are too many pictures"),
        N_("Go back and withdraw a picture that no layout needs, then add the new one."),
    ),
    # --- operating the tool
    "operator-session-missing": Kind(
        401,
        N_("These pages are for the tool’s operator"),
        N_("Run cim admin-link on the tool’s server, and open the link that it prints."),
    ),
    "operator-link-used": Kind(
        410,
        N_("This link has been used already, or is too old"),
        N_("Run cim admin-link again on the tool’s server. Each link lets one person in, once."),
    ),
    "platform-in-use": Kind(
        409,
        N_("This platform cannot be removed"),
        N_("Somebody has come from it, and their work refers to it. Pause it instead."),
    ),
}
