"""What an item is called, what is missing, and why a file was refused, in the reader's language. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from lti_app.glyphs import listed
from lti_app.portfolio.completeness import Missing, Want
from lti_app.portfolio.inspection import Unfit
from lti_app.portfolio.printed import NAME, TITLE
from lti_app.portfolio.questions import PLAN
from lti_app.portfolio.records import ItemRow
from lti_app.portfolio.states import ItemKind
from lti_app.schemes.catalogue import activity_types, fields_for
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.form_wording import answer_sentence, evidence_sentence
from lti_app.schemes.wording import Translations


def item_name(item: ItemRow, language: str) -> str:
    """What an activity is called: its title, else the name of its type; empty for a closing step."""
    kind = activity_types().get(item.type_code)
    return item.title or (kind.label.in_(language) if kind else item.type_code)


def missing_sentence(
    lack: Missing, document: SchemeDocument, type_code: str, words: Translations, language: str
) -> str:
    """One thing that is missing, as something to do; a field or question is named by its own words."""
    match lack.want:
        case Want.FIELD:
            what_to_do = words.gettext("Answer this.")
            return f"{_field_label(lack.name, type_code, language)}: {what_to_do}"
        case Want.ANSWER:
            return _answer(lack, document, words, language)
        case Want.CHARACTERS:
            where = printed_label(lack.name, type_code, words, language)
            return f"{where}: {characters_sentence(lack.characters, words)}"
        case Want.EVIDENCE:
            return evidence_sentence(document.evidence_for(type_code), words)
        case _:
            return {
                Want.ACCEPTED_TYPE: words.gettext("Choose a type of activity that counts here."),
                Want.TITLE: words.gettext("Write a title."),
                Want.START: words.gettext("Write the date."),
                Want.FORM: words.gettext("Choose how you present."),
                Want.NAME: words.gettext("Write the name to print on the certificate."),
            }[lack.want]


def characters_sentence(characters: Iterable[str], words: Translations) -> str:
    """What is wrong with these characters, and what to do."""
    said = words.gettext(
        "No certificate can show these characters: %(characters)s. Write them in another way."
    )
    return said % {"characters": listed(characters)}


def printed_label(name: str, type_code: str, words: Translations, language: str) -> str:
    """What that is called which a certificate prints: the name, an activity's title, a field of its type."""
    fixed = {NAME: words.gettext("Name on the certificate"), TITLE: words.gettext("Title")}
    return fixed.get(name) or _field_label(name, type_code, language)


def unfit_sentence(unfit: Unfit, name: str, limit_bytes: int, words: Translations) -> str:
    """Why this file was not kept."""
    sentences = {
        Unfit.EMPTY: words.gettext("“%(name)s” is empty. Choose another file."),
        Unfit.TOO_LARGE: words.gettext("“%(name)s” is too large. A file can have at most %(limit)s MB."),
        Unfit.WRONG_TYPE: words.gettext(
            "“%(name)s” is not a PDF, JPEG or PNG file. Save it as one of these."
        ),
        Unfit.BROKEN: words.gettext("“%(name)s” is damaged and cannot be opened. Save it anew."),
        Unfit.TOO_MANY_PIXELS: words.gettext("The picture “%(name)s” is too large. Make it smaller."),
    }
    return sentences[unfit] % {"name": name[:80], "limit": megabytes(limit_bytes)}


def megabytes(size_bytes: int) -> str:
    """A limit in MB as a person writes it: `25`, or `0.5`."""
    return f"{size_bytes / (1024 * 1024):.1f}".removesuffix(".0")


def _field_label(name: str, type_code: str, language: str) -> str:
    label = next((each.label for each in fields_for(type_code) if each.name == name), None)
    return label.in_(language) if label else name


def _answer(lack: Missing, document: SchemeDocument, words: Translations, language: str) -> str:
    questions = (*document.reflection.questions, *document.final_report, PLAN)
    question = next((each for each in questions if each.id == lack.name), None)
    if question is None or lack.fault is None:
        return words.gettext("Answer this.")
    return f"{question.text.in_(language)} {answer_sentence(question, lack.fault, words)}"


def kind_name(kind: ItemKind, words: Translations) -> str:
    """The name of a kind of item, as a heading."""
    names = {
        ItemKind.ACTIVITY: words.gettext("Activity"),
        ItemKind.FINAL_REPORT: words.gettext("Final report"),
        ItemKind.PRESENTATION: words.gettext("Presentation"),
    }
    return names[kind]
