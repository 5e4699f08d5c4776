"""The forms of reviewing: a decision with its comment, and a reason to reopen."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import Form, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.validators import AnyOf, DataRequired, Length

from lti_app.review.service import LONGEST_COMMENT
from lti_app.web.typed import clean_text

_TOO_LONG = _("Write at most %(max)d characters.")


class DecisionForm(Form):  # type: ignore[misc]  # WTForms ships no types
    """Which of the three, the comment (needed to return or decline), and the name that was shown."""

    decision = StringField(validators=[AnyOf(["approve", "return", "decline"])])
    comment = TextAreaField(
        _("Comment to the student"),
        filters=[clean_text],
        validators=[Length(max=LONGEST_COMMENT, message=_TOO_LONG)],
    )
    printed_name = HiddenField()

    def validate_comment(self, field: TextAreaField) -> None:
        """Nobody is sent back without knowing why."""
        if not field.data and self.decision.data == "return":
            raise ValidationError(_("Write what is missing, so that the student knows what to do."))
        if not field.data and self.decision.data == "decline":
            raise ValidationError(_("Write why, so that the student understands the decision."))


class ReopenForm(Form):  # type: ignore[misc]
    """Why something decided is opened again."""

    reason = TextAreaField(
        _("Reason"),
        filters=[clean_text],
        validators=[
            DataRequired(_("Write why, so that the student knows what to do.")),
            Length(max=LONGEST_COMMENT, message=_TOO_LONG),
        ],
    )
