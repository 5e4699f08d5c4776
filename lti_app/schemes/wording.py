"""Results of the rules as sentences, in the language of the translations given. Pure.

Takes translations with the standard library's `gettext` and `ngettext`; Flask-Babel's `get_translations()`
is one such. Whole sentences only: nothing is put together out of half-translated pieces.
"""

from __future__ import annotations

from typing import Protocol, assert_never

from lti_app.schemes.requirements import Setting
from lti_app.schemes.rules import Kind, NotCounted, Result
from lti_app.schemes.steps import Demand


class Translations(Protocol):
    """What the wording needs of gettext."""

    def gettext(self, message: str, /) -> str:
        """The message in the reader's language."""

    def ngettext(self, singular: str, plural: str, number: int, /) -> str:
        """The message in the form that the number asks for."""


def result_sentence(result: Result, words: Translations) -> str:
    """One result in words, for example `2 of 3 different types of activity approved; 1 more is needed`."""
    figures = {"have": result.have, "need": result.need, "missing": result.missing}
    if result.met:
        return _met(result, words) % figures
    return _missing(result, words) % figures


def step_sentence(step: Demand, words: Translations) -> str:
    """The nearest next step, for example `Still needed: 1 approved activity of a new type`."""
    if step.new_types >= step.activities:
        sentence = words.ngettext(
            "Still needed: %(number)d approved activity, of a type you have not used yet.",
            "Still needed: %(number)d approved activities, each of a type you have not used yet.",
            step.activities,
        )
    else:
        sentence = words.ngettext(
            "Still needed: %(number)d approved activity.",
            "Still needed: %(number)d approved activities.",
            step.activities,
        )
    sentences = [sentence % {"number": step.activities}]
    if 0 < step.new_types < step.activities:
        new_types = words.ngettext(
            "At least %(number)d of a type you have not used yet.",
            "At least %(number)d of types you have not used yet.",
            step.new_types,
        )
        sentences.append(new_types % {"number": step.new_types})
    for setting, number in step.settings:
        sentences.append(_at_least_in(Setting(setting), words) % {"number": number})
    return " ".join(sentences)


def not_counted_sentence(reason: NotCounted, words: Translations) -> str:
    """Why an activity did not count, for example beside it in the list."""
    match reason:
        case NotCounted.NOT_APPROVED:
            return words.gettext("Counts when it has been approved.")
        case NotCounted.TYPE_NOT_ACCEPTED:
            return words.gettext("This type of activity does not count here.")
        case NotCounted.SAME_TYPE:
            return words.gettext("You already have an activity of this type; a type counts once.")
        case NotCounted.NOT_ASKED_FOR:
            return words.gettext("Not needed for these requirements.")
        case _:
            assert_never(reason)


def setting_name(setting: str, words: Translations) -> str:
    """The name of a setting as a heading or label; a setting not known is given back as it is."""
    names = {
        Setting.ABROAD: words.gettext("Abroad"),
        Setting.HOME: words.gettext("At home"),
        Setting.VIRTUAL: words.gettext("Virtual"),
        Setting.OWN: words.gettext("Own activity"),
    }
    return names[Setting(setting)] if setting in set(Setting) else setting


def _met(result: Result, words: Translations) -> str:
    match result.kind:
        case Kind.COUNT:
            return words.ngettext(
                "%(need)d approved activity is needed: you have %(have)d.",
                "%(need)d approved activities are needed: you have %(have)d.",
                result.need,
            )
        case Kind.DISTINCT_TYPES:
            return words.ngettext(
                "An approved activity of %(need)d type is needed: you have %(have)d.",
                "Approved activities of %(need)d different types are needed: you have %(have)d.",
                result.need,
            )
        case Kind.SETTING:
            return _met_in(result.setting, words)
        case Kind.SETTINGS | Kind.ALL_OF:
            return words.gettext("Everything here is met.")
        case Kind.ANY_OF:
            return words.gettext("One of the alternatives is met.")
        case _:
            assert_never(result.kind)


def _missing(result: Result, words: Translations) -> str:
    match result.kind:
        case Kind.COUNT:
            return words.ngettext(
                "%(have)d of %(need)d approved activities; %(missing)d more is needed.",
                "%(have)d of %(need)d approved activities; %(missing)d more are needed.",
                result.missing,
            )
        case Kind.DISTINCT_TYPES:
            return words.ngettext(
                "%(have)d of %(need)d different types of activity approved; %(missing)d more is needed.",
                "%(have)d of %(need)d different types of activity approved; %(missing)d more are needed.",
                result.missing,
            )
        case Kind.SETTING:
            return _missing_in(result.setting, words)
        case Kind.SETTINGS | Kind.ALL_OF:
            return words.gettext("%(have)d of %(need)d parts are met; all are needed.")
        case Kind.ANY_OF:
            return words.gettext("None of the alternatives is met yet; one is enough.")
        case _:
            assert_never(result.kind)


def _met_in(setting: Setting | None, words: Translations) -> str:
    sentences = {
        Setting.ABROAD: words.gettext("Approved activities abroad: %(have)d (at least %(need)d needed)."),
        Setting.HOME: words.gettext("Approved activities at home: %(have)d (at least %(need)d needed)."),
        Setting.VIRTUAL: words.gettext("Approved virtual activities: %(have)d (at least %(need)d needed)."),
        Setting.OWN: words.gettext("Approved activities of your own: %(have)d (at least %(need)d needed)."),
    }
    return sentences[setting or Setting.OWN]


def _missing_in(setting: Setting | None, words: Translations) -> str:
    sentences = {
        Setting.ABROAD: words.gettext(
            "%(have)d of %(need)d approved activities abroad; %(missing)d missing."
        ),
        Setting.HOME: words.gettext("%(have)d of %(need)d approved activities at home; %(missing)d missing."),
        Setting.VIRTUAL: words.gettext(
            "%(have)d of %(need)d approved virtual activities; %(missing)d missing."
        ),
        Setting.OWN: words.gettext("%(have)d of %(need)d approved own activities; %(missing)d missing."),
    }
    return sentences[setting or Setting.OWN]


def _at_least_in(setting: Setting, words: Translations) -> str:
    sentences = {
        Setting.ABROAD: words.gettext("At least %(number)d abroad."),
        Setting.HOME: words.gettext("At least %(number)d at home."),
        Setting.VIRTUAL: words.gettext("At least %(number)d virtual."),
        Setting.OWN: words.gettext("At least %(number)d of your own making."),
    }
    return sentences[setting]
