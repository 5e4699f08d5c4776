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
    institution: str
    runs: tuple[str, str] | None

    def offering(
        self,
        schemes: Mapping[str, SchemeDocument],
        institution: str,
        language: str,
        runs: tuple[str, str] | None = None,
    ) -> SetupForm:
        """Offer these schemes, and every programme that one of them can be run for at this institution.

        The scheme and the programme that the course `runs` already stay offered together.
        """
        self.schemes, self.institution, self.runs = schemes, institution, runs
        self.scheme.choices = [(slug, document.name.in_(language)) for slug, document in schemes.items()]
        offered = catalogue.programmes_for(schemes.values(), institution, language)
        named = [(each.code, each.label.in_(language)) for each in offered]
        kept = catalogue.programmes().get(runs[1]) if runs else None
        if kept is not None and kept not in offered:
            named.append((kept.code, kept.label.in_(language)))
        self.programme.choices = [("", _("Choose a programme")), *named]
        return self

    def schemes_for(self, programme_code: str) -> dict[str, SchemeDocument]:
        """The schemes offered for this programme."""
        programme = catalogue.programmes().get(programme_code)
        return {
            slug: document
            for slug, document in self.schemes.items()
            if (slug, programme_code) == self.runs
            or (programme is not None and catalogue.is_offered(programme, document, self.institution))
        }

    def validate_programme(self, field: SelectField) -> None:
        """A scheme can be for some programmes only."""
        scheme = self.scheme.data
        if scheme in self.schemes and field.data and scheme not in self.schemes_for(field.data):
            raise ValidationError(_("The scheme you chose is not for this programme."))
