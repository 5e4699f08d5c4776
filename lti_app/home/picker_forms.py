"""The picker's form: which assignments, each with a name, points and perhaps a last day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form, FormField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import InputRequired

from lti_app.clock import now
from lti_app.home.picker_queries import Picker
from lti_app.home.picker_service import Choice, ChosenSetup
from lti_app.lti.ags.models import LineItemKind
from lti_app.lti.launch.carried import MOST_POINTS
from lti_app.portfolio.forms import DayField, at_most
from lti_app.schemes.forms import SetupForm
from lti_app.web.typed import clean_line

_LAST_MINUTE = time(23, 59)
LABEL_CHARS = 255  # what Canvas takes


class PointsField(StringField):  # type: ignore[misc]  # WTForms ships no types
    """A whole number of points, or none."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        typed = clean_line(valuelist[0]) if valuelist else ""
        self.data = None
        if not typed:
            return
        if not (typed.isascii() and typed.isdecimal() and len(typed) < 9 and 1 <= int(typed) <= MOST_POINTS):
            raise ValueError(gettext("Write a whole number from 1 to %(most)d.", most=MOST_POINTS))
        self.data = int(typed)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return str(self.data or "")


class AssignmentForm(Form):  # type: ignore[misc]
    """One assignment; what is left empty is as the scheme has it. Its last day is one of the `zone`."""

    zone: ZoneInfo

    label = StringField(_("Name"), filters=[clean_line], validators=[at_most(LABEL_CHARS)])
    points = PointsField(_("Points"))
    due_on = DayField(_("Last day"))

    def validate_due_on(self, field: DayField) -> None:
        """A day whose end is to come."""
        if field.data and _last_moment(field.data, self.zone) <= now():
            raise ValidationError(_("Choose a day to come."))


class PickerForm(SetupForm):
    """Which assignments to add. Programme and scheme are asked for only in a course that has none yet."""

    kinds = SelectMultipleField(
        _("What do you want to add?"),
        validators=[InputRequired(_("Choose what to add."))],
        validate_choice=False,
    )
    activities = FormField(AssignmentForm)
    final_report = FormField(AssignmentForm)
    certificate = FormField(AssignmentForm)

    accepts_several: bool
    zone: ZoneInfo

    def for_picker(
        self, picker: Picker, language: str, *, accepts_several: bool, zone: ZoneInfo
    ) -> PickerForm:
        """Offer what the picker has; days are those of the time zone."""
        self.accepts_several, self.zone = accepts_several, zone
        for kind in LineItemKind:
            self[kind.value].form.zone = zone
        self.kinds.choices = [(each.kind.value, each.label) for each in picker.offers]
        self.offering(picker.schemes, picker.institution, language)
        if picker.setup is not None:
            del self.scheme
            del self.programme
        return self

    def validate_kinds(self, field: SelectMultipleField) -> None:
        """What there is; and some dialogs take one thing only."""
        chosen = set(field.data or ())
        if not chosen <= set(LineItemKind):
            raise ValidationError(_("Choose what to add."))
        if len(chosen) > 1 and not self.accepts_several:
            raise ValidationError(_("Choose one only."))

    def chosen_setup(self) -> ChosenSetup | None:
        """Scheme and programme, if they were asked for."""
        return ChosenSetup(self.scheme.data, self.programme.data) if self.scheme is not None else None

    def chosen(self) -> tuple[Choice, ...]:
        """What was chosen, in the page's order; a last day ends a minute before midnight."""
        return tuple(
            Choice(
                kind=kind,
                label=self[kind.value].form.label.data or "",
                points=_points(self[kind.value].form.points.data),
                due_at=_last_moment(day, self.zone) if (day := self[kind.value].form.due_on.data) else None,
            )
            for kind in LineItemKind
            if kind.value in self.kinds.data
        )


def prefilled(picker: Picker, *, accepts_several: bool) -> Mapping[str, Any]:
    """What the form shows at first: what is missing in the course is chosen, or the first thing that is."""
    missing = [each.kind.value for each in picker.offers if not each.is_here]
    shown: dict[str, Any] = {
        each.kind.value: {"label": each.label, "points": int(each.points) if each.points else None}
        for each in picker.offers
    }
    shown["kinds"] = missing if accepts_several else missing[:1]
    if picker.suggested is not None:
        shown |= {"scheme": picker.suggested.scheme_slug, "programme": picker.suggested.programme_code}
    elif len(picker.schemes) == 1:
        shown["scheme"] = next(iter(picker.schemes))
    return shown


def _points(typed: int | None) -> Decimal | None:
    return Decimal(typed) if typed else None


def _last_moment(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, _LAST_MINUTE, zone).astimezone(UTC)
