"""What can go wrong in operating the tool."""

from __future__ import annotations

from lti_app.errors.kinds import N_, Kind

OPERATING = {
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
