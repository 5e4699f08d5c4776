"""What became of a requirement, as whole sentences, after the scheme's label if it has one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, assert_never

from lti_app.errors import N_
from lti_app.schemes.requirements import Filter, Measure, Setting, Variety
from lti_app.schemes.results import Kind, Result
from lti_app.schemes.wording import Translations, at_least, number, said, setting_name, where

_MOST_NAMED = 4


class _Said(NamedTuple):
    """What is said of something that is counted, by whether there is enough of it."""

    met: str
    missing: str


_COUNTED: Mapping[Setting | Variety | Measure, _Said] = {
    Setting.ABROAD: _Said(
        N_("Approved activities abroad: %(have)s (at least %(need)s needed)."),
        N_("%(have)s of %(need)s approved activities abroad; %(missing)s missing."),
    ),
    Setting.HOME: _Said(
        N_("Approved activities at home: %(have)s (at least %(need)s needed)."),
        N_("%(have)s of %(need)s approved activities at home; %(missing)s missing."),
    ),
    Setting.VIRTUAL: _Said(
        N_("Approved virtual activities: %(have)s (at least %(need)s needed)."),
        N_("%(have)s of %(need)s approved virtual activities; %(missing)s missing."),
    ),
    Setting.OWN: _Said(
        N_("Approved activities of your own: %(have)s (at least %(need)s needed)."),
        N_("%(have)s of %(need)s approved own activities; %(missing)s missing."),
    ),
    Variety.COUNTRY: _Said(
        N_("Countries: %(have)s (at least %(need)s needed)."),
        N_("Countries: %(have)s of %(need)s; %(missing)s missing."),
    ),
    Variety.GOAL: _Said(
        N_("Global goals: %(have)s (at least %(need)s needed)."),
        N_("Global goals: %(have)s of %(need)s; %(missing)s missing."),
    ),
    Variety.COMPETENCE: _Said(
        N_("Competences: %(have)s (at least %(need)s needed)."),
        N_("Competences: %(have)s of %(need)s; %(missing)s missing."),
    ),
    Measure.WEEKS: _Said(
        N_("Weeks: %(have)s (at least %(need)s needed)."),
        N_("Weeks: %(have)s of %(need)s; %(missing)s missing."),
    ),
    Measure.HOURS: _Said(
        N_("Hours: %(have)s (at least %(need)s needed)."),
        N_("Hours: %(have)s of %(need)s; %(missing)s missing."),
    ),
    Measure.CREDITS: _Said(
        N_("Credits: %(have)s (at least %(need)s needed)."),
        N_("Credits: %(have)s of %(need)s; %(missing)s missing."),
    ),
    Measure.OCCASIONS: _Said(
        N_("Occasions: %(have)s (at least %(need)s needed)."),
        N_("Occasions: %(have)s of %(need)s; %(missing)s missing."),
    ),
    Measure.POINTS: _Said(
        N_("Points: %(have)s (at least %(need)s needed)."),
        N_("Points: %(have)s of %(need)s; %(missing)s missing."),
    ),
}


def result_sentence(result: Result, words: Translations, names: Mapping[str, str] | None = None) -> str:
    """One result in words, for example `2 of 3 different types of activity approved; 1 more is needed.`

    What a filter asks follows where no label says it, with the `names` of activity types if they are given;
    of a choice that is not met all alternatives follow.
    """
    figures = {
        "have": number(result.have, words),
        "need": number(result.need, words),
        "missing": number(result.missing, words),
    }
    sentence = (_met(result, words) if result.met else _missing(result, words)) % figures
    if result.label is not None:
        sentence = f"{said(result.label, words)}: {sentence}"
    elif conditions := conditions_of(result.of, words, names or {}):
        only = words.gettext("Counted here: only activities %(conditions)s.")
        sentence = f"{sentence} {only % {'conditions': ', '.join(conditions)}}"
    if result.kind is Kind.ANY_OF and not result.met:
        parts = [f"({n}) {result_sentence(part, words, names)}" for n, part in enumerate(result.parts, 1)]
        sentence = " ".join([sentence, *parts])
    return sentence


def heading_of(result: Result, words: Translations) -> str:
    """A requirement in a word or two, as the heading of a column."""
    if result.label is not None:
        return said(result.label, words)
    if result.setting is not None:
        return setting_name(result.setting, words)
    if result.kind is Kind.AMOUNT:
        return _measures(words)[result.measure or Measure.POINTS]
    if result.kind is Kind.CLASS:
        return ", ".join(sorted(result.of.classes))
    return {
        Kind.DISTINCT_TYPES: words.gettext("Different types"),
        Kind.DISTINCT_TAGS: _varieties(words)[result.variety or Variety.TYPE],
        Kind.ANY_OF: words.gettext("Alternatives"),
    }.get(result.kind, words.gettext("Activities"))


def _measures(words: Translations) -> dict[Measure, str]:
    return {
        Measure.WEEKS: words.gettext("Weeks"),
        Measure.HOURS: words.gettext("Hours"),
        Measure.CREDITS: words.gettext("Credits"),
        Measure.OCCASIONS: words.gettext("Occasions"),
        Measure.POINTS: words.gettext("Points"),
    }


def _varieties(words: Translations) -> dict[Variety, str]:
    return {
        Variety.TYPE: words.gettext("Different types"),
        Variety.COUNTRY: words.gettext("Countries"),
        Variety.GOAL: words.gettext("Global goals"),
        Variety.COMPETENCE: words.gettext("Competences"),
    }


def conditions_of(of: Filter, words: Translations, names: Mapping[str, str]) -> list[str]:
    """What a filter asks of an activity, as conditions; classes are named by their requirement."""
    found = []
    if of.settings:
        found.append(_either((where(each, words) for each in Setting if each in of.settings), words))
    if of.types:
        found.append(_types(of.types, words, names))
    if of.classes:
        found.append(words.gettext("of class %(name)s") % {"name": _either(sorted(of.classes), words)})
    found += [at_least(measure, least, words) for measure, least in of.least]
    if of.attributes:
        found.append(words.gettext("with certain answers"))
    return found


def _types(codes: frozenset[str], words: Translations, names: Mapping[str, str]) -> str:
    """The types by name, in the order of the names given; not all where they are many."""
    named = [name for code, name in names.items() if code in codes]
    if not named:
        return words.gettext("of certain types")
    if len(named) <= _MOST_NAMED:
        return words.gettext("of the type %(types)s") % {"types": _either(named, words)}
    return words.gettext("of certain types, such as %(types)s") % {"types": ", ".join(named[:_MOST_NAMED])}


def _either(choices: Iterable[str], words: Translations) -> str:
    return words.gettext("or").join((" ", " ")).join(choices)


def _counted(result: Result) -> _Said:
    return _COUNTED[result.setting or result.measure or result.variety or Measure.POINTS]


def _met(result: Result, words: Translations) -> str:
    match result.kind:
        case Kind.COUNT:
            sentence = words.ngettext(
                "%(need)s approved activity is needed; so far %(have)s.",
                "%(need)s approved activities are needed; so far %(have)s.",
                int(result.need),
            )
        case Kind.DISTINCT_TYPES:
            sentence = words.ngettext(
                "An approved activity of %(need)s type is needed; so far %(have)s.",
                "Approved activities of %(need)s different types are needed; so far %(have)s.",
                int(result.need),
            )
        case Kind.DISTINCT_TAGS | Kind.SETTING | Kind.AMOUNT:
            sentence = words.gettext(_counted(result).met)
        case Kind.CLASS:
            sentence = words.gettext("%(have)s of %(need)s approved in this class.")
        case Kind.SETTINGS | Kind.CLASSES | Kind.SEPARATE | Kind.ALL_OF | Kind.ORDERED:
            sentence = words.gettext("Everything here is met.")
        case Kind.ANY_OF:
            sentence = words.ngettext(
                "One of the alternatives is met.",
                "%(have)s of the alternatives are met; %(need)s are needed.",
                int(result.need),
            )
        case _:
            assert_never(result.kind)
    return sentence


def _missing(result: Result, words: Translations) -> str:
    match result.kind:
        case Kind.COUNT:
            sentence = words.ngettext(
                "%(have)s of %(need)s approved activities; %(missing)s more is needed.",
                "%(have)s of %(need)s approved activities; %(missing)s more are needed.",
                int(result.missing),
            )
        case Kind.DISTINCT_TYPES:
            sentence = words.ngettext(
                "%(have)s of %(need)s different types of activity approved; %(missing)s more is needed.",
                "%(have)s of %(need)s different types of activity approved; %(missing)s more are needed.",
                int(result.missing),
            )
        case Kind.DISTINCT_TAGS | Kind.SETTING | Kind.AMOUNT:
            sentence = words.gettext(_counted(result).missing)
        case Kind.CLASS:
            sentence = words.gettext("%(have)s of %(need)s approved in this class; %(missing)s missing.")
        case Kind.SETTINGS | Kind.CLASSES | Kind.SEPARATE | Kind.ALL_OF:
            sentence = words.gettext("%(have)s of %(need)s parts are met; all are needed.")
        case Kind.ORDERED:
            sentence = words.gettext("%(have)s of %(need)s parts are met; all are needed, in this order.")
        case Kind.ANY_OF:
            sentence = words.ngettext(
                "None of the alternatives is met yet; one is enough.",
                "%(have)s of the alternatives met; %(need)s are needed.",
                int(result.need),
            )
        case _:
            assert_never(result.kind)
    return sentence
