"""The forms about an issued certificate: what is wrong with it, why it is revoked, what a link shows."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as with_default

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Form, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from lti_app.certificates.afterwards import LONGEST_NAME, LONGEST_NOTE
from lti_app.certificates.models import RevokeReason
from lti_app.errors import Conflict
from lti_app.schemes.assets import LONGEST_ALT
from lti_app.schemes.models import AssetKind
from lti_app.web.typed import clean_line, clean_text

REASONS = {
    RevokeReason.ERROR: _("It was issued by mistake"),
    RevokeReason.WRONG_PERSON: _("It was issued to the wrong person"),
    RevokeReason.MISCONDUCT: _("What it rests on was not true"),
    RevokeReason.HOLDER: _("The holder asked for it"),
    RevokeReason.OTHER: _("Another reason"),
}
_TOO_LONG = _("Write at most %(max)d characters.")


class CorrectionForm(Form):  # type: ignore[misc]  # WTForms ships no types
    """The name as it should be, or what else is wrong."""

    new_name = StringField(
        _("The name as it should be printed"),
        filters=[clean_line],
        validators=[Length(max=LONGEST_NAME, message=_TOO_LONG)],
    )
    note = TextAreaField(
        _("What is wrong, and what would be right"),
        filters=[clean_text],
        validators=[Length(max=LONGEST_NOTE, message=_TOO_LONG)],
    )

    def validate_new_name(self, _field: StringField) -> None:
        """One of the two is needed, and both say so."""
        self._require_one()

    def validate_note(self, _field: TextAreaField) -> None:
        """The same."""
        self._require_one()

    def _require_one(self) -> None:
        if not self.note.data and not self.new_name.data:
            raise ValidationError(gettext("Write the right name, or what else is wrong."))


class ApprovalForm(Form):  # type: ignore[misc]
    """The name that words are about in which a correction was asked for, if they are about the name."""

    new_name = StringField(
        _("The corrected name, if it is the name that is wrong"),
        filters=[clean_line],
        validators=[Length(max=LONGEST_NAME, message=_TOO_LONG)],
    )


class ReplyForm(Form):  # type: ignore[misc]
    """Why a correction is declined."""

    reply = TextAreaField(
        _("Why the certificate stays as it is"),
        filters=[clean_text],
        validators=[
            DataRequired(_("Write why, so that whoever asked understands the decision.")),
            Length(max=LONGEST_NOTE, message=_TOO_LONG),
        ],
    )


class RevokeForm(Form):  # type: ignore[misc]
    """Why a certificate is revoked: a reason for everybody, a note for staff."""

    reason = RadioField(
        _("Reason"),
        choices=[SelectChoice(each.value, text) for each, text in REASONS.items()],
        validators=[InputRequired(_("Choose a reason."))],
    )
    note = TextAreaField(
        _("Note for staff"),
        filters=[clean_text],
        validators=[Length(max=LONGEST_NOTE, message=_TOO_LONG)],
    )


class ShareForm(Form):  # type: ignore[misc]
    """What a link shows: everything, unless its holder says otherwise."""

    shows_name = BooleanField(_("My full name"), default=True)
    shows_merits = BooleanField(_("My programme and my merits, with places and dates"), default=True)

    def validate_shows_name(self, field: BooleanField) -> None:
        """A link that shows nothing more than the code is none."""
        if not field.data and not self.shows_merits.data:
            raise ValidationError(_("Choose at least one thing that the link shows."))


@dataclass(frozen=True)
class PageForms:
    """The forms of a certificate's page, as they are first shown but for the one that was refused."""

    asking: CorrectionForm = with_default(default_factory=CorrectionForm)
    sharing: ShareForm = with_default(default_factory=ShareForm)

    @property
    def refused(self) -> Form:
        """The one to mend; any, when none was refused."""
        return self.sharing if self.sharing.errors else self.asking


def is_told_at(field: StringField, refused: Conflict) -> bool:
    """Say beside the name's field why the name was refused; False for what a page of its own must tell."""
    match refused.slug:
        case "name-unchanged":
            told = gettext("The certificate has this name already.")
        case "name-not-printable":
            told = gettext(
                "No certificate can show these characters: %(characters)s. Write them in another way.",
                characters=refused.detail,
            )
        case _:
            return False
    field.errors = [*field.errors, told]
    return True


class PictureForm(Form):  # type: ignore[misc]
    """What a picture is, and what a screen reader says in its place; the file itself comes beside it."""

    kind = RadioField(
        _("What it is"),
        choices=[
            SelectChoice(AssetKind.LOGO.value, _("A logo or crest")),
            SelectChoice(AssetKind.SIGNATURE.value, _("A signature")),
        ],
        validators=[InputRequired(_("Choose what it is."))],
    )
    alt_sv = StringField(
        _("What it shows, in Swedish"),
        filters=[clean_line],
        validators=[
            DataRequired(_("Say what it shows, for those who do not see it.")),
            Length(max=LONGEST_ALT, message=_TOO_LONG),
        ],
    )
    alt_en = StringField(
        _("What it shows, in English"),
        filters=[clean_line],
        validators=[
            DataRequired(_("Say what it shows, for those who do not see it.")),
            Length(max=LONGEST_ALT, message=_TOO_LONG),
        ],
    )
