"""Words that all sentences about the rules share: settings, classes, numbers, labels. Pure.

Takes translations with the standard library's `gettext` and `ngettext`; Flask-Babel's `get_translations()`
is one such. The sentences are in result_wording.py, step_wording.py and reason_wording.py.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Protocol

from lti_app.figures import in_figures
from lti_app.schemes.requirements import Measure, Setting
from lti_app.schemes.text import Text


class Translations(Protocol):
    """What the wording needs of gettext."""

    def gettext(self, message: str, /) -> str:
        """The message in the reader's language."""

    def ngettext(self, singular: str, plural: str, number: int, /) -> str:
        """The message in the form that the number asks for."""

    def info(self) -> dict[str, Any]:
        """The catalogue's headers, of which `language` is one; none mean English."""


def said(text: Text, words: Translations) -> str:
    """A scheme's text in the language of the translations."""
    return text.in_(str(words.info().get("language", "en")))


def number(value: int | Decimal, words: Translations) -> str:
    """A number as the language of the translations writes it, without needless noughts."""
    return in_figures(value, said(Text("sv", "en"), words))


def setting_name(setting: str, words: Translations) -> str:
    """The name of a setting as a heading or label; a setting not known is given back as it is."""
    names = {
        Setting.ABROAD: words.gettext("Abroad"),
        Setting.HOME: words.gettext("At home"),
        Setting.VIRTUAL: words.gettext("Virtual"),
        Setting.OWN: words.gettext("Own activity"),
    }
    return names[Setting(setting)] if setting in set(Setting) else setting


def where(setting: Setting, words: Translations) -> str:
    """A setting as a condition on an activity, such as `abroad`."""
    return {
        Setting.ABROAD: words.gettext("abroad"),
        Setting.HOME: words.gettext("at home"),
        Setting.VIRTUAL: words.gettext("online"),
        Setting.OWN: words.gettext("of your own making"),
    }[setting]


def at_least(measure: Measure, least: Decimal, words: Translations) -> str:
    """The least that one activity must reach, as a condition on it, such as `of at least 8 weeks`."""
    condition = {
        Measure.WEEKS: words.gettext("of at least %(number)s weeks"),
        Measure.HOURS: words.gettext("of at least %(number)s hours"),
        Measure.CREDITS: words.gettext("of at least %(number)s credits"),
        Measure.OCCASIONS: words.gettext("on at least %(number)s occasions"),
        Measure.POINTS: words.gettext("worth at least %(number)s points"),
    }[measure]
    return condition % {"number": number(least, words)}
