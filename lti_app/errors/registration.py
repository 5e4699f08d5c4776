"""What can go wrong in registering a platform."""

from __future__ import annotations

from lti_app.errors.kinds import N_, Kind

REGISTRATION = {
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
}
