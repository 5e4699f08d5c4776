"""Trying a draft out: a made-up portfolio, and what the draft's rules say of it. Pure.

The made-up activities travel in the address, so that nothing of them is kept anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from lti_app.schemes.catalogue import activity_types, fields_for, type_answers, type_names, type_settings
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.fields import Field, FieldInvalid, FieldKind
from lti_app.schemes.reading import SchemeInvalid, check_plain
from lti_app.schemes.reason_wording import not_counted_sentence
from lti_app.schemes.rules import CountedActivity, Progress, progress
from lti_app.schemes.shown import Shown, shown
from lti_app.schemes.step_wording import step_sentence
from lti_app.schemes.wording import Translations

MOST_ACTIVITIES = 20
_SHOWN_AT_FIRST = 3


@dataclass(frozen=True, slots=True)
class MadeUp:
    """One activity that the coordinator makes up; without a type it is a row not filled in yet."""

    number: int
    type_code: str
    name: str
    setting: str
    is_approved: bool
    starts_on: date | None
    ends_on: date | None
    fields: tuple[Field, ...]
    attributes: Mapping[str, str]

    @property
    def id(self) -> UUID:
        """What tells it from the others while the rules are asked."""
        return UUID(int=self.number + 1)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a student with these activities would see."""

    document: SchemeDocument
    progress: Progress
    requirements: tuple[Shown, ...]
    still: str
    uncounted: Mapping[UUID, str]


def made_up(sent: Mapping[str, Sequence[str]], language: str) -> tuple[MadeUp, ...]:
    """The rows of the form, one more if it is asked for; three empty ones at first."""
    word = (sent.get("rows") or [""])[0]
    number = int(word) if word.isascii() and word.isdigit() and len(word) < 4 else _SHOWN_AT_FIRST
    number = min(number + ("more" in sent), MOST_ACTIVITIES)
    return tuple(_row(sent, n, language) for n in range(number))


def preview_of(
    plain: Mapping[str, Any],
    activities: Sequence[MadeUp],
    programme_code: str,
    language: str,
    words: Translations,
) -> Preview | None:
    """What the draft says of them, for a student of this programme; None while the draft has problems."""
    try:
        document = check_plain(plain)
    except SchemeInvalid:
        return None
    rules = document.rules.for_programme(programme_code)
    chosen = [_counted(each) for each in activities if each.type_code]
    found = progress(rules, chosen, type_settings(), type_answers())
    return Preview(
        document=document,
        progress=found,
        requirements=shown(found, words, type_names(language)),
        still=step_sentence(found.next_step, words, type_names(language)) if found.next_step else "",
        uncounted={key: not_counted_sentence(why, words) for key, why in found.not_counted.items()},
    )


def _counted(activity: MadeUp) -> CountedActivity:
    return CountedActivity(
        activity.id,
        activity.type_code,
        activity.setting,
        activity.attributes,
        activity.is_approved,
        activity.starts_on,
        activity.ends_on,
    )


def _row(sent: Mapping[str, Sequence[str]], n: int, language: str) -> MadeUp:
    def word(name: str) -> str:
        return (sent.get(f"{name}.{n}") or [""])[0]

    kind = activity_types().get(word("type"))
    asked = fields_for(kind.code) if kind else ()
    fields = tuple(each for each in asked if each.kind is not FieldKind.MONEY)  # which no rule counts
    return MadeUp(
        number=n,
        type_code=kind.code if kind else "",
        name=kind.label.in_(language) if kind else "",
        setting=str(kind.setting) if kind else "",
        is_approved=f"approved.{n}" in sent,
        starts_on=_day(word("starts_on")),
        ends_on=_day(word("ends_on")),
        fields=fields,
        attributes={each.name: read for each in fields if (read := _read(each, word(each.name)))},
    )


def _read(field: Field, raw: str) -> str:
    try:
        return field.read(raw)
    except FieldInvalid:
        return ""


def _day(raw: str) -> date | None:
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return None
