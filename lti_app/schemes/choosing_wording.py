"""What a type of activity is worth to a student, as the sentences beside it in the list of types. Pure."""

from __future__ import annotations

from lti_app.schemes.asking import Asking
from lti_app.schemes.choosing import Standing, Use
from lti_app.schemes.result_wording import heading_of
from lti_app.schemes.wording import Translations, number

_MOST_NAMED = 3


def standing_sentences(standing: Standing, asking: Asking) -> tuple[str, ...]:
    """What it would do, then what the scheme says of the type; empty where there is nothing to say."""
    words, language = asking.words, asking.language
    if standing.use is Use.REFUSED:
        return (_refused(asking),)
    said = [_use(standing, asking)]
    if standing.of_class is not None:
        name = standing.of_class.label.in_(language)
        if name not in {heading_of(each, words) for each in standing.towards}:
            said.append(name if name.endswith(".") else f"{name}.")
        said += _amounts(standing, asking)
    if standing.stands_for is not None:
        said.append(asking.substitute(standing.stands_for))
    if standing.points is not None:
        said.append(_points(standing, words))
    if standing.bundle is not None:
        said.append(asking.bundle(standing.bundle))
    said += [
        words.gettext("Does not count: %(reason)s") % {"reason": each.reason.in_(language)}
        for each in standing.exclusions
    ]
    if standing.has_plan:
        said.append(words.gettext("You send a plan first, which is approved before you begin."))
    return tuple(each for each in said if each)


def _use(standing: Standing, asking: Asking) -> str:  # noqa: PLR0911 (one for each use)
    words = asking.words
    match standing.use:
        case Use.COUNTS:
            return words.gettext("Would count towards: %(names)s.") % {"names": _towards(standing, words)}
        case Use.TOGETHER:
            sentence = words.gettext("Would count together with others, towards: %(names)s.")
            return sentence % {"names": _towards(standing, words)}
        case Use.LATER:
            first = heading_of(standing.towards[0], words)
            return words.gettext("Counts later: “%(name)s” has to be met first.") % {"name": first}
        case Use.NEVER:
            return words.gettext("Counts towards nothing that is asked for here.")
        case Use.SAME_TYPE:
            return words.ngettext(
                "You have one of this type; a type counts once.",
                "You have %(number)d of this type; a type counts once.",
                standing.owned,
            ) % {"number": standing.owned}
        case _ if standing.owned:
            return words.ngettext(
                "You have one of this type. What it could count towards is met or under way.",
                "You have %(number)d of this type. What they could count towards is met or under way.",
                standing.owned,
            ) % {"number": standing.owned}
        case _:
            return words.gettext("What it could count towards is met or under way.")


def _refused(asking: Asking) -> str:
    if asking.rules.accepted is not None:
        return asking.words.gettext(
            "Does not count here: it is not on the list of what counts for your programme."
        )
    return asking.words.gettext("Does not count here: this certificate leaves it out.")


def _points(standing: Standing, words: Translations) -> str:
    gives = standing.points
    if gives is None or not gives:
        return words.gettext("Gives no points.")
    return words.gettext("Gives %(number)s points.") % {"number": number(gives, words)}


def _amounts(standing: Standing, asking: Asking) -> list[str]:
    """What the class asks of the activity's own answers, which only it can tell."""
    if standing.of_class is None:
        return []
    of = standing.of_class.of
    return asking.answered(of)


def _towards(standing: Standing, words: Translations) -> str:
    """The requirements that it would bring further, the first few of them."""
    names = [heading_of(each, words) for each in standing.towards]
    return ", ".join(dict.fromkeys(names[:_MOST_NAMED]))
