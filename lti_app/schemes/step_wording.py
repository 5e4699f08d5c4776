"""The nearest next step as a sentence: how many new activities, and what matters about each. Pure.

Conditions follow the number with commas, in both languages: `1 approved activity, abroad, of a type not used
yet.`
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from lti_app.schemes.requirements import Measure, Variety
from lti_app.schemes.steps import NextStep, Wanted
from lti_app.schemes.wording import Translations, at_least, number, said, where

_MOST_NAMED = 3


def step_sentence(step: NextStep, words: Translations, names: Mapping[str, str] | None = None) -> str:
    """The nearest next step, for example `Still needed: 1 approved activity, abroad.`

    `names` of activity types let it name examples where only certain types will do.
    """
    if not step.wanted:
        return words.gettext("Several more approved activities are needed.")
    if len(step.wanted) == 1 and _is_amount_only(step.wanted[0]):
        return _lacking(*step.wanted[0].sums[0], words)
    parts = [_conditions(each, words, names or {}) for each in step.wanted]
    if len(parts) == 1:
        head = words.ngettext(
            "Still needed: %(number)d approved activity%(conditions)s.",
            "Still needed: %(number)d approved activities%(conditions)s.",
            step.activities,
        )
        sentence = head % {"number": step.activities, "conditions": "".join(f", {each}" for each in parts[0])}
    else:
        head = words.ngettext(
            "Still needed: %(number)d approved activity: %(parts)s.",
            "Still needed: %(number)d approved activities: %(parts)s.",
            step.activities,
        )
        listed = [
            f"{each.number} {', '.join(conditions)}" if conditions else _any(each.number, words)
            for each, conditions in sorted(
                zip(step.wanted, parts, strict=True), key=lambda pair: not pair[1]
            )  # those of any kind come last
        ]
        sentence = head % {"number": step.activities, "parts": "; ".join(listed)}
    if step.is_shortest:
        return sentence
    return f"{sentence} {words.gettext('There may be a shorter way.')}"


def _is_amount_only(wanted: Wanted) -> bool:
    """Whether all that matters is so much more of one measure, in however many activities."""
    plain = Wanted(1, sums=wanted.sums, types=wanted.types, labels=wanted.labels)
    return wanted == plain and len(wanted.sums) == 1


def _any(how_many: int, words: Translations) -> str:
    return words.gettext("%(number)d of any kind") % {"number": how_many}


def _conditions(wanted: Wanted, words: Translations, names: Mapping[str, str]) -> list[str]:
    found = []
    if wanted.labels:
        labels = ", ".join(said(each, words) for each in wanted.labels)
        found.append(words.gettext("for “%(labels)s”") % {"labels": labels})
    if wanted.class_name:
        found.append(_of_class(wanted, words))
    if wanted.setting is not None:
        found.append(where(wanted.setting, words))
    if wanted.is_new_type:
        found.append(
            words.ngettext(
                "of a type not used yet",
                "each of a type not used yet",
                wanted.number,
            )
        )
    if wanted.bundle is not None:
        found.append(
            words.gettext("to be counted together as %(name)s") % {"name": said(wanted.bundle, words)}
        )
    found += [at_least(measure, least, words) for measure, least in wanted.least]
    found += [_bringing(measure, lacking, words) for measure, lacking in wanted.sums]
    found += [_new_tags(variety, lacking, words) for variety, lacking in wanted.tags]
    if wanted.attributes and not wanted.labels:
        found.append(words.gettext("with certain answers"))
    examples = [names[code] for code in wanted.types if code in names][:_MOST_NAMED]
    if wanted.is_listed and examples:
        found.append(words.gettext("such as %(examples)s") % {"examples": ", ".join(examples)})
    return found


def _of_class(wanted: Wanted, words: Translations) -> str:
    label = said(wanted.class_label, words) if wanted.class_label else wanted.class_name
    if label == wanted.class_name:
        return words.gettext("of class %(name)s") % {"name": label}
    return words.gettext("counting as “%(label)s”") % {"label": label}


def _lacking(measure: Measure, lacking: Decimal, words: Translations) -> str:
    sentence = {
        Measure.WEEKS: words.gettext("Still needed: %(number)s weeks more, in approved activities."),
        Measure.HOURS: words.gettext("Still needed: %(number)s hours more, in approved activities."),
        Measure.CREDITS: words.gettext("Still needed: %(number)s credits more, in approved activities."),
        Measure.OCCASIONS: words.gettext("Still needed: %(number)s occasions more, in approved activities."),
        Measure.POINTS: words.gettext("Still needed: %(number)s points more, in approved activities."),
    }[measure]
    return sentence % {"number": number(lacking, words)}


def _bringing(measure: Measure, lacking: Decimal, words: Translations) -> str:
    condition = {
        Measure.WEEKS: words.gettext("with %(number)s weeks more in all"),
        Measure.HOURS: words.gettext("with %(number)s hours more in all"),
        Measure.CREDITS: words.gettext("with %(number)s credits more in all"),
        Measure.OCCASIONS: words.gettext("with %(number)s occasions more in all"),
        Measure.POINTS: words.gettext("worth at least %(number)s points"),
    }[measure]
    return condition % {"number": number(lacking, words)}


def _new_tags(variety: Variety, lacking: int, words: Translations) -> str:
    if variety is Variety.COUNTRY:
        condition = words.ngettext("with %(number)d new country", "with %(number)d new countries", lacking)
    elif variety is Variety.GOAL:
        condition = words.ngettext(
            "with %(number)d new global goal", "with %(number)d new global goals", lacking
        )
    else:
        condition = words.ngettext(
            "with %(number)d new competence", "with %(number)d new competences", lacking
        )
    return condition % {"number": lacking}
