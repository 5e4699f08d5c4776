"""The forms of reviewing: a decision with its comment, and a reason to reopen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Form, HiddenField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import AnyOf, DataRequired, Length

from lti_app.review.service import LONGEST_COMMENT
from lti_app.schemes.document import Criterion
from lti_app.web.typed import clean_text

LEVEL = "level_"
_TOO_LONG = _("Write at most %(max)d characters.")


class DecisionForm(Form):  # type: ignore[misc]  # WTForms ships no types
    """Which of the three, the comment (needed to return or decline), and the name that was shown.

    `decision_form` adds the scheme's rubric, one choice for each criterion.
    """

    decision = StringField(validators=[AnyOf(["approve", "return", "decline"])])
    comment = TextAreaField(
        _("Comment to the student"),
        filters=[clean_text],
        validators=[Length(max=LONGEST_COMMENT, message=_TOO_LONG)],
    )
    printed_name = HiddenField()

    @property
    def level_fields(self) -> list[LevelField]:
        """The rubric's choices, in the scheme's order."""
        return [each for each in self if isinstance(each, LevelField)]

    def levels(self) -> dict[str, str]:
        """The ids chosen, by criterion; what was left out is not there."""
        return {each.criterion.id: each.data for each in self.level_fields if each.data}

    def validate_comment(self, field: TextAreaField) -> None:
        """Nobody is sent back without knowing why."""
        if not field.data and self.decision.data == "return":
            raise ValidationError(_("Write what is missing, so that the student knows what to do."))
        if not field.data and self.decision.data == "decline":
            raise ValidationError(_("Write why, so that the student understands the decision."))


class LevelField(RadioField):  # type: ignore[misc]
    """A criterion of the rubric: one of its levels, which an approval needs."""

    def __init__(self, *args: Any, criterion: Criterion, language: str, **options: Any) -> None:
        choices = {each.id: each.name.in_(language) for each in criterion.levels}
        super().__init__(*args, choices=choices, validate_choice=False, **options)
        self.criterion = criterion

    def pre_validate(self, form: Form) -> None:
        """Something offered, or nothing; an approval needs something."""
        known = {each.id for each in self.criterion.levels}
        if self.data and self.data not in known:
            raise ValidationError(_("Choose one of the levels."))
        if not self.data and form.decision.data == "approve":
            raise ValidationError(_("Choose a level before you approve."))


def decision_form(criteria: Sequence[Criterion], language: str, *args: Any, **data: Any) -> DecisionForm:
    """The form with a choice for each of these criteria, filled with what was sent or with this data."""
    fields = {
        LEVEL + each.id: LevelField(each.name.in_(language), criterion=each, language=language, default="")
        for each in criteria
    }
    form_class: type[DecisionForm] = type("RubricForm", (DecisionForm,), fields)
    return form_class(*args, **data)


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
