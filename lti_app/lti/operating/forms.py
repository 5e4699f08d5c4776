"""The forms of the operator's pages. What a platform's details may be, `lti/platform_faults.py` says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Form, IntegerField, SelectField, StringField, ValidationError
from wtforms.fields import Field
from wtforms.validators import NumberRange

from lti_app.lti.platform_faults import Fault, ancestors_fault, fault_of
from lti_app.lti.platforms import PlatformDetails
from lti_app.people.models import Platform
from lti_app.web.context import parts
from lti_app.web.typed import clean_line

_LONGEST_TERM = 320
_ANOTHER = "-"  # which no institution is called


def _refuse(fault: Fault | None) -> None:
    if fault is not None:
        raise ValidationError(gettext("This %(fault)s.", fault=gettext(fault.phrase, **fault.figures)))


def _sound(_form: Form, field: Field) -> None:
    """A detail of a platform, as it has to be."""
    _refuse(fault_of(field.name, field.data or "", development=parts().settings.development))


def _sound_if_given(form: Form, field: Field) -> None:
    if field.data:
        _sound(form, field)


def _line(label: Any, check: Any = _sound, **options: Any) -> StringField:
    return StringField(label, filters=[clean_line], validators=[check], **options)


class PlatformForm(Form):  # type: ignore[misc]  # WTForms ships no types
    """A platform to be added by hand."""

    name = _line(_("Name"), description=_("Such as the university’s name."))
    issuer = _line(_("Issuer"), description=_("The iss of its launches, letter by letter."))
    client_id = _line(_("Client ID"))
    auth_url = _line(_("Authentication address"), description=_("Where a login is sent."))
    token_url = _line(_("Token address"), description=_("Where the tool asks for access."))
    jwks_url = _line(_("Key set address"), description=_("The platform’s public keys (JWKS)."))
    deployment_id = _line(
        _("Deployment ID"),
        _sound_if_given,
        description=_(
            "The first installation, if you know it. Others wait for approval at their first launch."
        ),
    )
    institution = _line(
        _("Institution"),
        _sound_if_given,
        description=_(
            "The institution whose students use the platform. Left empty, it gets the platform’s name."
        ),
    )

    @property
    def details(self) -> PlatformDetails:
        """What was typed."""
        return PlatformDetails(
            name=self.name.data,
            issuer=self.issuer.data,
            client_id=self.client_id.data,
            auth_url=self.auth_url.data,
            token_url=self.token_url.data,
            jwks_url=self.jwks_url.data,
        )


class AddressesForm(PlatformForm):
    """What may change of a platform: the same without what it is known by."""

    issuer = client_id = deployment_id = institution = None

    @classmethod
    def of(cls, platform: Platform) -> AddressesForm:
        """The form as the platform stands."""
        return cls(
            name=platform.name,
            auth_url=platform.auth_url,
            token_url=platform.token_url,
            jwks_url=platform.jwks_url,
        )


class TrustForm(Form):  # type: ignore[misc]
    """How far a platform is trusted."""

    trusts_new_deployments = BooleanField(
        _("Let new installations in without approval"),
        description=_("Works as long as all approved installations belong to one institution."),
    )
    frame_ancestors = StringField(
        _("Further pages that may frame the tool"),
        filters=[clean_line],
        description=_(
            "Origins such as https://school.example.se, separated by blanks. Usually none is needed."
        ),
    )

    def validate_frame_ancestors(self, field: StringField) -> None:
        """Whole origins only."""
        _refuse(ancestors_fault(field.data or "", development=parts().settings.development))

    @classmethod
    def of(cls, platform: Platform) -> TrustForm:
        """The form as the platform stands."""
        return cls(
            trusts_new_deployments=platform.trusts_new_deployments,
            frame_ancestors=platform.frame_ancestors,
        )


class InstitutionForm(Form):  # type: ignore[misc]
    """An institution: one of those that are there, or another by its name. The first can only be named."""

    institution = SelectField(
        _("Institution"),
        description=_(
            "Whoever comes by the platform belongs to it: portfolios and certificates are its own."
        ),
        validate_choice=False,
    )
    new_name = StringField(
        _("Name of the institution, if it is not in the list"),
        filters=[clean_line],
        description=_("Its full name, such as Lunds universitet."),
    )

    def offering(self, names: Sequence[str]) -> InstitutionForm:
        """The same, with these institutions to choose from."""
        another = [(_ANOTHER, _("Another one, named below"))]
        self.institution.choices = [("", _("Choose")), *((name, name) for name in names), *another]
        if not names:
            self.new_name.label.text = _("Name of the institution")
        return self

    @property
    def has_list(self) -> bool:
        """Whether there is an institution to choose."""
        return any(value not in {"", _ANOTHER} for value, _label in self.institution.choices)

    def validate_institution(self, field: SelectField) -> None:
        """One of those offered; a name alone says as much as "another one" does."""
        if (field.data or "") not in {value for value, _label in field.choices}:
            raise ValidationError(gettext("Choose one from the list."))
        if self.has_list and not field.data and not self.new_name.data:
            raise ValidationError(
                gettext("Choose an institution, or “Another one” and write its name below.")
            )

    def validate_new_name(self, field: StringField) -> None:
        """The name of another one, and only then."""
        is_another = self.institution.data == _ANOTHER or not self.has_list
        if field.data and not is_another and self.institution.data:
            raise ValidationError(gettext("Leave this empty, or choose “Another one” above."))
        if is_another and not field.data:
            raise ValidationError(gettext("Write the name of the institution."))
        if field.data:
            _refuse(fault_of("institution", field.data, development=parts().settings.development))

    @property
    def name_given(self) -> str:
        """The institution's name."""
        return str(self.new_name.data or self.institution.data)


class InvitationForm(InstitutionForm):
    """An invitation to register one platform for an institution."""

    days = IntegerField(
        _("Valid for how many days"),
        default=7,
        validators=[NumberRange(1, 90, _("Write a number from 1 to 90."))],
    )


class SearchForm(Form):  # type: ignore[misc]
    """Finding somebody at an institution."""

    institution = SelectField(_("Institution"), validate_choice=False)
    term = StringField(_("Name, e-mail address or sub"), filters=[clean_line])

    def offering(self, institutions: Sequence[tuple[str, str]]) -> SearchForm:
        """The same, with these institutions (id, name) to choose from."""
        self.institution.choices = list(institutions)
        return self

    def validate_institution(self, field: SelectField) -> None:
        """One of those offered."""
        if field.data not in {value for value, _label in field.choices}:
            raise ValidationError(gettext("Choose one from the list."))

    def validate_term(self, field: StringField) -> None:
        """Enough to tell people apart, and no more than an e-mail address has."""
        if len(field.data or "") < 2:
            raise ValidationError(gettext("Write at least two characters."))
        if len(field.data) > _LONGEST_TERM:
            raise ValidationError(gettext("Write at most %(max)d characters.", max=_LONGEST_TERM))
