"""What a scheme asks for, in plain sentences made out of its rules, so that nobody has to write them.

Owns the words of a requirement before anybody has done anything; wording.py has those of a result. Pure, and
whole sentences only: a condition is a sentence of its own behind the one it belongs to. Longer than most:
each kind of requirement has its sentence here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from lti_app.schemes import catalogue
from lti_app.schemes.counting import Bundle, SchemeRules
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.fields import Field
from lti_app.schemes.requirements import (
    AllOf,
    Amount,
    AnyOf,
    Classes,
    Count,
    Distinct,
    Filter,
    Measure,
    Ordered,
    Requirement,
    Separate,
    Settings,
    Substitute,
    Variety,
)
from lti_app.schemes.text import Text
from lti_app.schemes.wording import Translations, number, setting_name

_MOST_NAMES = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that is asked for. `label` is the scheme's own name of it, or empty; `parts` are in it."""

    sentence: str
    label: str = ""
    parts: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """Puts the rules of one scheme into the words of one language; `names` are the catalogue's of its types,
    `fields` its attributes.
    """

    rules: SchemeRules
    names: Mapping[str, Text]
    fields: Mapping[str, Field]
    words: Translations
    language: str

    def all(self) -> tuple[Asked, ...]:
        """What is asked for, the parts of a whole one by one, then how activities are counted."""
        asked = self.of(self.rules.requirement)
        is_whole = isinstance(self.rules.requirement, AllOf) and not asked.label
        return (*(asked.parts if is_whole else (asked,)), *map(Asked, self._counting()))

    def of(self, requirement: Requirement) -> Asked:
        """This requirement, with what is in it."""
        label = requirement.label.in_(self.language) if requirement.label else ""
        return Asked(self._sentence(requirement), label, self._parts(requirement))

    def _sentence(self, requirement: Requirement) -> str:
        match requirement:
            case Count(need, _, of):
                said = self._count(need), *self.conditions(of)
            case Distinct(need, _, variety, of):
                said = self._distinct(variety, need), *self.conditions(of)
            case Amount(measure, need, _, of):
                said = self._amount(measure, need), *self.conditions(of)
            case Settings() | Classes() | Separate() | AllOf() | AnyOf() | Ordered():
                said = (self._whole(requirement),)
            case _:
                assert_never(requirement)
        return " ".join(said)

    def _whole(self, requirement: Settings | Classes | Separate | AllOf | AnyOf | Ordered) -> str:
        words = self.words
        if isinstance(requirement, AnyOf):
            return words.ngettext(
                "At least %(number)d of these:", "At least %(number)d of these:", requirement.need
            ) % {"number": requirement.need}
        if isinstance(requirement, Separate) and requirement.distinct_types:
            return words.gettext(
                "All of these, each with activities and types of its own: none counts twice."
            )
        sentences: dict[type, str] = {
            Settings: words.gettext("In each of these settings at least so many approved activities:"),
            Classes: words.gettext("At least so many approved activities of each class:"),
            Separate: words.gettext("All of these. An activity counts for one of them only."),
            AllOf: words.gettext("All of these; one activity can count for several."),
            Ordered: words.gettext("These in this order: each begins when the one before it is done."),
        }
        return sentences[type(requirement)]

    def _parts(self, requirement: Requirement) -> tuple[Asked, ...]:
        match requirement:
            case Settings(minimum):
                return tuple(Asked(f"{setting_name(each, self.words)}: {need}") for each, need in minimum)
            case Classes():
                return self._classes(requirement)
            case Separate(inner):
                return tuple(self.of(each) for each in inner)
            case AllOf(inner) | AnyOf(inner) | Ordered(inner):
                return tuple(self.of(each) for each in inner)
            case _:
                return ()

    def conditions(self, of: Filter) -> list[str]:
        """Which activities pass a filter, one sentence for each condition."""
        found = []
        if of.settings:
            settings = (setting_name(each, self.words) for each in sorted(of.settings))
            found.append(
                self.words.gettext("Only in this setting: %(names)s.") % {"names": ", ".join(settings)}
            )
        if of.classes:
            classes = {each.name: each.label.in_(self.language) for each in self.rules.classes}
            named = ", ".join(classes.get(each, each) for each in sorted(of.classes))
            found.append(self.words.gettext("Only of this class: %(names)s.") % {"names": named})
        if of.types:
            found.append(self._only_types(of.types))
        return found + self.answered(of)

    def answered(self, of: Filter) -> list[str]:
        """What a filter asks of an activity's own answers."""
        found = [_least(measure, least, self.words) for measure, least in of.least]
        for name, values in of.attributes:
            label, shown = self._answers(name, values)
            sentence = self.words.gettext("Only where “%(name)s” is one of: %(values)s.")
            found.append(sentence % {"name": label, "values": ", ".join(shown)})
        return found

    def _answers(self, name: str, values: Iterable[str]) -> tuple[str, list[str]]:
        """An attribute and answers to it, in the catalogue's words."""
        field = self.fields.get(name)
        if field is None:
            return name.replace("_", " "), sorted(values)
        shown = sorted(field.shown(value, self.language) for value in values)
        return field.label.in_(self.language), shown

    def bundle(self, bundle: Bundle) -> str:
        """How a bundle counts."""
        figures = {"size": bundle.size, "label": bundle.label.in_(self.language)}
        if bundle.by_occasions:
            return self.words.gettext("%(label)s: %(size)d occasions count as one activity.") % figures
        if bundle.distinct_days:
            return (
                self.words.gettext("%(label)s: %(size)d on different days count as one activity.") % figures
            )
        return self.words.gettext("%(label)s: %(size)d of these count as one activity.") % figures

    def _counting(self) -> list[str]:
        """Bundles and what never counts: they hold for the whole scheme."""
        excluded = [
            self.words.gettext("Does not count: %(reason)s") % {"reason": each.reason.in_(self.language)}
            for each in self.rules.exclusions
        ]
        able = sum(map(self.rules.accepts, self.names))
        lists = [
            self.words.ngettext(
                "%(number)d type of activity can count.", "%(number)d types of activity can count.", able
            )
            % {"number": able}
        ]
        return [*map(self.bundle, self.rules.bundles), *excluded, *(lists if able < len(self.names) else ())]

    def _classes(self, asked: Classes) -> tuple[Asked, ...]:
        classes = {each.name: each for each in self.rules.classes}
        parts = []
        for name, need in asked.minimum:
            own = classes.get(name)
            shown = own.label.in_(self.language) if own else name
            said = [f"{shown}: {need}.", *(self.conditions(own.of) if own else ())]
            parts.append(Asked(" ".join(said)))
        parts += [Asked(self.substitute(each)) for each in asked.substitutes]
        return tuple(parts)

    def substitute(self, given: Substitute) -> str:
        """What several of a class can stand for."""
        labels = {each.name: each.label.in_(self.language) for each in self.rules.classes}
        sentence = self.words.ngettext(
            "%(number)d of %(give)s can stand for one of %(as)s.",
            "%(number)d of %(give)s can stand for one of %(as)s.",
            given.number,
        )
        give, serve_as = (labels.get(name, name) for name in (given.give, given.serve_as))
        return sentence % {"number": given.number, "give": give, "as": serve_as}

    def _count(self, need: int) -> str:
        return self.words.ngettext(
            "At least %(number)d approved activity.", "At least %(number)d approved activities.", need
        ) % {"number": need}

    def _distinct(self, variety: Variety, need: int) -> str:
        sentences = {
            Variety.TYPE: self.words.ngettext(
                "Approved activities of at least %(number)d type.",
                "Approved activities of at least %(number)d different types; a type counts once.",
                need,
            ),
            Variety.COUNTRY: self.words.ngettext(
                "Approved activities that concern at least %(number)d country.",
                "Approved activities that concern at least %(number)d different countries.",
                need,
            ),
            Variety.GOAL: self.words.ngettext(
                "Approved activities that concern at least %(number)d of the UN's goals.",
                "Approved activities that concern at least %(number)d different ones of the UN's goals.",
                need,
            ),
            Variety.COMPETENCE: self.words.ngettext(
                "Approved activities that train at least %(number)d competence.",
                "Approved activities that train at least %(number)d different competences.",
                need,
            ),
        }
        return sentences[variety] % {"number": need}

    def _amount(self, measure: Measure, need: Decimal) -> str:
        sentences = {
            Measure.WEEKS: self.words.gettext("Approved activities of at least %(number)s weeks in all."),
            Measure.HOURS: self.words.gettext("Approved activities of at least %(number)s hours in all."),
            Measure.CREDITS: self.words.gettext("Approved activities of at least %(number)s credits in all."),
            Measure.OCCASIONS: self.words.gettext(
                "Approved activities with at least %(number)s occasions in all."
            ),
            Measure.POINTS: self.words.gettext(
                "Approved activities that give at least %(number)s points in all."
            ),
        }
        return sentences[measure] % {"number": number(need, self.words)}

    def _only_types(self, codes: Iterable[str]) -> str:
        labels = sorted(self.names[code].in_(self.language) if code in self.names else code for code in codes)
        shown = "; ".join(labels[:_MOST_NAMES])
        more = len(labels) - _MOST_NAMES
        if more <= 0:
            return self.words.gettext("Only these types: %(names)s.") % {"names": shown}
        return self.words.ngettext(
            "Only these types: %(names)s, and %(more)d more.",
            "Only these types: %(names)s, and %(more)d more.",
            more,
        ) % {"names": shown, "more": more}


def asking_of(document: SchemeDocument, programme_code: str, words: Translations, language: str) -> Asking:
    """The words of this scheme's rules as they hold for the programme."""
    names = {code: each.label for code, each in catalogue.activity_types().items()}
    rules = document.rules.for_programme(programme_code)
    return Asking(rules, names, catalogue.attributes(), words, language)


def _least(measure: Measure, least: Decimal, words: Translations) -> str:
    sentences = {
        Measure.WEEKS: words.gettext("Each at least %(number)s weeks long."),
        Measure.HOURS: words.gettext("Each at least %(number)s hours."),
        Measure.CREDITS: words.gettext("Each at least %(number)s credits."),
        Measure.OCCASIONS: words.gettext("Each with at least %(number)s occasions."),
        Measure.POINTS: words.gettext("Each worth at least %(number)s points."),
    }
    return sentences[measure] % {"number": number(least, words)}
