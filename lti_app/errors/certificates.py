"""What can go wrong with a certificate that was issued."""

from __future__ import annotations

from lti_app.errors.kinds import N_, Kind

CERTIFICATES = {
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
    "name-not-printable": Kind(
        409,
        N_("This name cannot be printed on a certificate"),
        N_("Write the characters that the certificate's typeface lacks in another way."),
    ),
    "too-many-links": Kind(
        409,
        N_("There are too many links"),
        N_("Go back and take back a link that you do not need, then make the new one."),
    ),
    "too-many-pictures": Kind(
        409,
        N_("There are too many pictures"),
        N_("Go back and withdraw a picture that no layout needs, then add the new one."),
    ),
}
