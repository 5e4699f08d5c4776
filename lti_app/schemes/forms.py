"""The form of a course's set-up."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from wtforms import Form, RadioField, SelectField, ValidationError
from wtforms.validators import InputRequired

from lti_app.schemes import catalogue
from lti_app.schemes.document import SchemeDocument


class SetupForm(Form):  # type: ignore[misc]  # WTForms ships no types
    """Programme and scheme. The choices come from `offering`."""

    programme = SelectField(_("Programme"), validators=[InputRequired(_("Choose a programme."))])
    scheme = RadioField(
        _("Certificate scheme"), validators=[InputRequired(_("Choose a certificate scheme."))]
    )

    schemes: Mapping[str, SchemeDocument]

    def offering(self, schemes: Mapping[str, SchemeDocument], institution: str, language: str) -> SetupForm:
        """Offer these schemes, and every programme that one of them can be run for at this institution."""
        self.schemes = schemes
        self.scheme.choices = [(slug, document.name.in_(language)) for slug, document in schemes.items()]
        offered = catalogue.programmes_for(schemes.values(), institution, language)
        named = [(each.code, each.label.in_(language)) for each in offered]
        self.programme.choices = [("", _("Choose a programme")), *named]
        return self

    def validate_programme(self, field: SelectField) -> None:
        """A scheme can be for some programmes only."""
        chosen = self.schemes.get(self.scheme.data or "")
        if chosen is not None and field.data and not chosen.is_for(field.data):
            raise ValidationError(_("The scheme you chose is not for this programme."))
