"""What is wrong with an answer, as a sentence beside the field, in the reader's language. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from lti_app.schemes import money
from lti_app.schemes.document import AnswerFault, EvidenceKind, EvidenceRule, Question
from lti_app.schemes.fields import Fault, FieldInvalid
from lti_app.schemes.text import Text
from lti_app.schemes.wording import Translations, number, said


def field_sentence(error: FieldInvalid, words: Translations) -> str:
    """Why a value cannot stand in a typed field, with the limit it passed."""
    field = error.field
    sentences = {
        Fault.NOT_WHOLE: words.gettext("Write a whole number."),
        Fault.NOT_A_NUMBER: words.gettext("Write a number in digits, such as 7.5."),
        Fault.NOT_AN_AMOUNT: words.gettext("Write the amount in digits, such as 12500 or 99.50."),
        Fault.TOO_MANY_DECIMALS: _decimals_sentence(error.currency, words),
        Fault.NO_CURRENCY: words.gettext("Choose the currency, too."),
        Fault.TOO_SMALL: words.gettext("The number must be at least %(minimum)s."),
        Fault.TOO_LARGE: words.gettext("The number can be at most %(maximum)s."),
        Fault.TOO_LONG: words.gettext("Write at most %(max_chars)d characters."),
        Fault.NOT_OFFERED: words.gettext("Choose one of the answers in the list."),
        Fault.NOT_A_URL: words.gettext("Write a web address that starts with https:// or http://."),
    }
    limits = {
        "minimum": _limit(field.least, words),
        "maximum": _limit(field.most, words),
        "max_chars": field.max_chars,
    }
    return sentences[error.fault] % limits


def answer_sentence(question: Question, fault: AnswerFault, words: Translations) -> str:
    """Why an answer to a question will not do yet."""
    match fault:
        case AnswerFault.UNANSWERED:
            return words.gettext("Answer this question.")
        case AnswerFault.TOO_SHORT:
            sentence = words.ngettext(
                "Write at least %(limit)d word.", "Write at least %(limit)d words.", question.min_words
            )
            return sentence % {"limit": question.min_words}
        case AnswerFault.TOO_LONG:
            return words.gettext("Write at most %(max_chars)d characters.") % {
                "max_chars": question.max_chars
            }
        case _:
            assert_never(fault)


def evidence_sentence(rule: EvidenceRule, words: Translations) -> str:
    """What an activity needs as evidence under this rule."""
    match rule.kinds, rule.needs_all:
        case (EvidenceKind.ATTENDANCE_CERTIFICATE,), _:
            return words.gettext("Add a certificate of attendance.")
        case (EvidenceKind.REFLECTION,), _:
            return words.gettext("Write a reflection.")
        case _, True:
            return words.gettext("Add a certificate of attendance and write a reflection.")
        case _:
            return words.gettext("Add a certificate of attendance, or write a reflection instead.")


def evidence_rule_sentence(rule: EvidenceRule, words: Translations) -> str:
    """What activities need under this rule, told of all of them."""
    match rule.kinds, rule.needs_all:
        case (EvidenceKind.ATTENDANCE_CERTIFICATE,), _:
            return words.gettext("Every activity needs a certificate of attendance.")
        case (EvidenceKind.REFLECTION,), _:
            return words.gettext("Every activity needs a reflection.")
        case _, True:
            return words.gettext("Every activity needs a certificate of attendance and a reflection.")
        case _:
            return words.gettext("Every activity needs a certificate of attendance or a reflection.")


def language_sentence(language: str, words: Translations) -> str:
    """The language that answers must be written in; empty for either."""
    sentences = {"sv": words.gettext("Write in Swedish."), "en": words.gettext("Write in English.")}
    return sentences.get(language, "")


def _limit(limit: Decimal, words: Translations) -> str:
    """A limit as it may be typed: with blanks between thousands, for a comma is read as a decimal one."""
    shown = number(limit, words)
    return shown if said(Text("sv", "en"), words) == "sv" else shown.replace(",", "\xa0")


def _decimals_sentence(currency: str, words: Translations) -> str:
    most = money.decimals(currency)
    if most == 0:
        sentence = words.gettext("%(currency)s has no decimals. Between thousands write a space or nothing.")
        return sentence % {"currency": currency}
    return words.gettext(
        "Write at most %(most)d decimals for %(currency)s. Between thousands write a space or nothing."
    ) % {"most": most, "currency": currency}
