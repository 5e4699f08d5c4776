"""The forms of a student's pages. What cannot be accepted stays in its field as it was typed.

A draft may be saved with gaps: what must be there is asked when it is submitted (completeness.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    Form,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import Field as FormField
from wtforms.widgets import TextArea

from lti_app.glyphs import missing
from lti_app.i18n import catalogue, page_words
from lti_app.portfolio.limits import EARLIEST, LATEST, NAME_CHARS, TITLE_CHARS
from lti_app.portfolio.service import Details
from lti_app.portfolio.service.evidence import LINK
from lti_app.portfolio.wording import characters_sentence
from lti_app.schemes import money
from lti_app.schemes.catalogue import form_fields
from lti_app.schemes.document import PresentationRule, Question
from lti_app.schemes.fields import Field, FieldInvalid, FieldKind
from lti_app.schemes.form_wording import field_sentence
from lti_app.schemes.places import currencies
from lti_app.web.typed import clean_line, clean_text

FIELD = "field_"
ANSWER = "answer_"
_LONG_YEAR = re.compile(r"[+-]?\d{5,}-")
_LONGEST_LINE = 300  # characters; what may be longer is written in lines
_KEYBOARDS = {FieldKind.INTEGER: "numeric", FieldKind.DECIMAL: "decimal", FieldKind.URL: "url"}


class DayField(DateField):  # type: ignore[misc]  # WTForms ships no types
    """A day between 1950 and 2100, or none."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = None
        typed = clean_line(valuelist[0]) if valuelist else ""
        if not typed:
            return
        try:
            day = date.fromisoformat(typed)
        except ValueError:
            raise ValueError(_day_fault(typed)) from None
        if not EARLIEST <= day <= LATEST:
            raise ValueError(_out_of_range())
        self.data = day


def _day_fault(typed: str) -> str:
    if _LONG_YEAR.match(typed):
        return _out_of_range()
    return str(gettext("Write the date as year, month and day, for example 2026-03-01."))


def _out_of_range() -> str:
    first, last = EARLIEST.isoformat(), LATEST.isoformat()
    return str(gettext("The date must lie between %(first)s and %(last)s.", first=first, last=last))


class Typed:
    """What the kinds of typed fields share: the field of the scheme that says what may stand in them."""

    data: Any
    raw_data: Any

    def __init__(self, *args: Any, definition: Field, language: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.definition = definition
        self.language = language

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = valuelist[0] if valuelist else ""
        try:
            self.data = self.definition.read(self.data)
        except FieldInvalid as error:
            raise ValueError(field_sentence(error, catalogue(self.language))) from None

    @property
    def shown(self) -> str:
        """What is in it, as a person reads it."""
        stored = " ".join(self.data) if isinstance(self.data, list) else self.data or ""
        return self.definition.shown(stored, self.language)


class TypedText(Typed, StringField):  # type: ignore[misc]
    """A typed field that is written freely."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.shown if self.definition.kind is FieldKind.DECIMAL else self.data or ""


class TypedMoney(Typed, StringField):  # type: ignore[misc]
    """An amount and the currency chosen beside it: two controls of one name, in this order."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        super().process_formdata([" ".join(valuelist)])

    @property
    def written(self) -> tuple[str, str]:
        """What stands in the two controls: the amount, as the language writes it, and the currency's code."""
        if self.raw_data:
            return self.raw_data[0], self.raw_data[-1]
        return money.written(self.data or "", self.language)

    @property
    def currencies(self) -> tuple[tuple[str, str], ...]:
        """(code, name) of every currency offered."""
        return currencies(self.language)


class TypedChoice(Typed, SelectField):  # type: ignore[misc]
    """A typed field with a list of answers."""


class TypedSeveral(Typed, SelectMultipleField):  # type: ignore[misc]
    """A typed field of which several answers are chosen, each by a checkbox."""

    def process_data(self, value: str | None) -> None:
        self.data = (value or "").split()

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        super().process_formdata([" ".join(valuelist)])
        self.data = (self.data or "").split()


def at_most(limit: int) -> Any:
    """A validator that says how much too long a text is."""

    def check(_form: Form, field: FormField) -> None:
        count = len(field.data or "")
        if count > limit:
            raise ValidationError(
                gettext("Write at most %(limit)d characters; you wrote %(count)d.", limit=limit, count=count)
            )

    return check


class DetailsForm(Form):  # type: ignore[misc]
    """What and when. `details_form` adds the fields of the activity's type."""

    title = StringField(_("Title"), filters=[clean_line], validators=[at_most(TITLE_CHARS)])
    starts_on = DayField(_("First day"))
    ends_on = DayField(_("Last day"))

    def validate_ends_on(self, field: DayField) -> None:
        """An activity does not end before it starts."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(gettext("The last day is before the first day."))

    @property
    def typed_fields(self) -> list[FormField]:
        """The fields of the activity's type, in their order."""
        return [each for each in self if isinstance(each, Typed) and not isinstance(each, TypedSeveral)]

    @property
    def tag_fields(self) -> list[FormField]:
        """The tags that every activity may carry."""
        return [each for each in self if isinstance(each, TypedSeveral)]

    def details(self) -> Details:
        """What was written, to be kept."""
        attributes = {each.name.removeprefix(FIELD): each.data or "" for each in self.typed_fields}
        attributes |= {each.name.removeprefix(FIELD): " ".join(each.data) for each in self.tag_fields}
        return Details(self.title.data or "", self.starts_on.data, self.ends_on.data, attributes)


def details_form(
    type_code: str, language: str, formdata: Any = None, details: Details | None = None
) -> DetailsForm:
    """The form for an activity of this type, filled with what was sent, else with these details."""
    fields = {FIELD + each.name: _typed_field(each, language) for each in form_fields(type_code)}
    form_class: type[DetailsForm] = type("TypedDetailsForm", (DetailsForm,), fields)
    if details is None:
        return form_class(formdata)
    attributes = {FIELD + name: value for name, value in details.attributes.items()}
    days = {"starts_on": details.starts_on, "ends_on": details.ends_on}
    return form_class(formdata, data={"title": details.title} | days | attributes)


def _typed_field(field: Field, language: str) -> Any:
    hints = [field.help.in_(language)] if field.help else []
    if field.typical:
        hints.append(gettext("Usually %(typical)s.", typical=field.usual(language)))
    options: dict[str, Any] = {
        "label": field.label.in_(language),
        "description": " ".join(hints),
        "definition": field,
        "language": language,
    }
    if field.kind is FieldKind.SEVERAL:
        return TypedSeveral(choices=dict(field.options(language)), validate_choice=False, **options)
    if field.kind is FieldKind.MONEY:
        return TypedMoney(**options)
    if answers := field.options(language):
        choices = {"": str(gettext("Choose")), **dict(answers)}
        return TypedChoice(choices=choices, validate_choice=False, **options)
    if field.kind is FieldKind.TEXT and field.max_chars > _LONGEST_LINE:
        return TypedText(render_kw={"rows": 4}, widget=TextArea(), **options)
    keyboard = {"inputmode": _KEYBOARDS[field.kind]} if field.kind in _KEYBOARDS else {}
    return TypedText(render_kw=keyboard | {"autocomplete": "off"}, **options)


class AnswersForm(Form):  # type: ignore[misc]
    """One text area for each question; `answers_form` adds them."""

    def answers(self) -> dict[str, str]:
        """What was written, by question."""
        return {each.name.removeprefix(ANSWER): each.data or "" for each in self}


def answers_form(
    questions: Sequence[Question],
    language: str,
    formdata: Any = None,
    answers: Mapping[str, str] | None = None,
) -> AnswersForm:
    """The form for these questions, filled with what was sent, else with these answers."""
    fields = {
        ANSWER + each.id: TextAreaField(
            each.text.in_(language),
            filters=[clean_text],
            validators=[at_most(each.max_chars)],
            description=each.help.in_(language) if each.help else "",
        )
        for each in questions
    }
    form_class: type[AnswersForm] = type("WrittenAnswersForm", (AnswersForm,), fields)
    return form_class(formdata, data={ANSWER + key: text for key, text in (answers or {}).items()})


class LinkForm(Form):  # type: ignore[misc]
    """A web address as evidence."""

    url = StringField(_("Web address"), filters=[clean_line])
    name = StringField(_("What it shows"), filters=[clean_line], validators=[at_most(200)])

    def validate_url(self, field: StringField) -> None:
        """http and https only."""
        if not field.data:
            raise ValidationError(gettext("Write a web address that starts with https:// or http://."))
        try:
            LINK.read(field.data)
        except FieldInvalid as error:
            raise ValidationError(field_sentence(error, page_words())) from None


class PresentationForm(Form):  # type: ignore[misc]
    """How, when and what somebody presents."""

    form = RadioField(_("How do you present?"), validate_choice=False)
    title = StringField(_("Title"), filters=[clean_line], validators=[at_most(TITLE_CHARS)])
    held_on = DayField(_("Date"))

    def offering(self, rule: PresentationRule, language: str) -> PresentationForm:
        """Offer the forms of this scheme."""
        self.form.choices = {each.id: each.name.in_(language) for each in rule.forms}
        return self

    def validate_form(self, field: RadioField) -> None:
        """One of those offered, or none yet."""
        if field.data and field.data not in field.choices:
            raise ValidationError(gettext("Choose one of the forms in the list."))


class NameForm(Form):  # type: ignore[misc]
    """The name to print on the certificate."""

    name = StringField(_("Name on the certificate"), filters=[clean_line], validators=[at_most(NAME_CHARS)])

    def validate_name(self, field: StringField) -> None:
        """A certificate without a name is none, and it prints what its typeface has."""
        if not field.data:
            raise ValidationError(gettext("Write the name to print on the certificate."))
        if lacking := missing([field.data]):
            raise ValidationError(characters_sentence(lacking, page_words()))
