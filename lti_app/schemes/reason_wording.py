"""Why an activity did not count, as a sentence to stand beside it. Pure."""

from __future__ import annotations

from lti_app.schemes.results import NotCounted, Uncounted
from lti_app.schemes.wording import Translations, at_least, said


def not_counted_sentence(reason: Uncounted, words: Translations) -> str:
    """Why an activity did not count, for example beside it in the list."""
    match reason.why:
        case NotCounted.EXCLUDED if reason.text is not None:
            return said(reason.text, words)
        case NotCounted.BUNDLE_INCOMPLETE:
            return _incomplete(reason, words)
        case NotCounted.BELOW_LEAST if reason.measure is not None:
            needed = at_least(reason.measure, reason.least, words)
            return words.gettext("Counts only when it is %(condition)s.") % {"condition": needed}
        case _:
            return _plain(reason.why, words)


def _plain(why: NotCounted, words: Translations) -> str:
    return {
        NotCounted.NOT_APPROVED: words.gettext("Counts when it has been approved."),
        NotCounted.TYPE_NOT_ACCEPTED: words.gettext("This type of activity does not count here."),
        NotCounted.EXCLUDED: words.gettext("An activity like this does not count here."),
        NotCounted.BUNDLE_INCOMPLETE: words.gettext("Counts together with others, and more are missing."),
        NotCounted.SAME_DAY: words.gettext("Another one on the same day counts already; days must differ."),
        NotCounted.NO_DAY: words.gettext(
            "Counts together with others on different days, and has no day yet."
        ),
        NotCounted.SAME_TYPE: words.gettext(
            "Another activity of this type counts already; a type counts once."
        ),
        NotCounted.NOTHING_NEW: words.gettext("Adds nothing that the other activities have not given."),
        NotCounted.TOO_EARLY: words.gettext(
            "Began before the part ahead of it was met; the parts come in order."
        ),
        NotCounted.BELOW_LEAST: words.gettext("Too short, or too little, to count here."),
        NotCounted.OVER_CAP: words.gettext("The other activities of this type have given all its points."),
        NotCounted.NOT_ASKED_FOR: words.gettext("Not needed for these requirements."),
    }[why]


def _incomplete(reason: Uncounted, words: Translations) -> str:
    sentence = words.ngettext(
        "Counts together with others (%(name)s): %(missing)d more is missing.",
        "Counts together with others (%(name)s): %(missing)d more are missing.",
        reason.missing,
    )
    return sentence % {"name": said(reason.text, words) if reason.text else "", "missing": reason.missing}
