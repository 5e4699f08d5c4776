"""What can go wrong in reviewing, and in editing and publishing schemes."""

from __future__ import annotations

from lti_app.errors.kinds import N_, Kind

REVIEW = {
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
        N_("What a certificate was issued for cannot be reopened. Ask for a correction of it first."),
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
        N_("Go back to the draft and fix what it lists as problems."),
    ),
    "nothing-to-publish": Kind(
        409,
        N_("There is nothing to publish"),
        N_("The draft says the same as the version published last. Go back and change it, or discard it."),
    ),
    "undo-too-late": Kind(
        409,
        N_("It is too late to undo this"),
        N_("The decision has been passed on. You can reopen it instead, with a reason."),
    ),
}
