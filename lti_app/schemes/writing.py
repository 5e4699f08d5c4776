"""A SchemeDocument as the plain values that reading.py reads: for the database, and for a YAML file.

`from_json(to_json(document)) == document` for every document.
"""

from __future__ import annotations

from typing import Any, assert_never

from lti_app.schemes.document import CertificateTexts, Question, SchemeDocument
from lti_app.schemes.requirements import (
    AllOf,
    AnyOf,
    Count,
    Distinct,
    Requirement,
    SchemeRules,
    Settings,
)
from lti_app.schemes.text import Text


def to_json(document: SchemeDocument) -> dict[str, Any]:
    """Dicts, lists, texts, whole numbers and booleans, with the keys of the scheme's file in their order."""
    return {
        "scheme": document.slug,
        "name": _text(document.name),
        "description": _text(document.description),
        "source": document.source,
        "programmes": "all" if document.programmes is None else list(document.programmes),
        "requirements": _requirement(document.rules.requirement),
        "activity_types": _activity_types(document.rules),
        "evidence": {
            "all_of" if document.evidence.needs_all else "any_of": list(map(str, document.evidence.kinds))
        },
        "reflection": {
            "required": document.reflection.required,
            "questions": [_question(each) for each in document.reflection.questions],
        },
        "final_report": {"questions": [_question(each) for each in document.final_report]},
        "presentation": {
            "required": document.presentation.required,
            "forms": [{"id": form.id, **_text(form.name)} for form in document.presentation.forms],
        },
        "certificate": _certificate(document.certificate),
    }


def _text(text: Text) -> dict[str, str]:
    return {"sv": text.sv, "en": text.en}


def _requirement(requirement: Requirement) -> dict[str, Any]:
    match requirement:
        case Count(need, name):
            return {"id": name, "count": need}
        case Distinct(need, name):
            return {"id": name, "distinct_types": need}
        case Settings(minimum, name):
            return {"id": name, "settings": {str(setting): need for setting, need in minimum}}
        case AllOf(parts, name):
            return {"id": name, "all_of": [_requirement(part) for part in parts]}
        case AnyOf(parts, name):
            return {"id": name, "any_of": [_requirement(part) for part in parts]}
        case _:
            assert_never(requirement)


def _activity_types(rules: SchemeRules) -> str | dict[str, list[str]]:
    if rules.accepted is not None:
        return {"only": sorted(rules.accepted)}
    return {"all_but": sorted(rules.refused)} if rules.refused else "all"


def _question(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        **_text(question.text),
        **({"help": _text(question.help)} if question.help else {}),
        "required": question.required,
        "min_words": question.min_words,
        "max_chars": question.max_chars,
    }


def _certificate(texts: CertificateTexts) -> dict[str, Any]:
    return {
        "title": _text(texts.title),
        "issuer": _text(texts.issuer),
        **({"faculty": _text(texts.faculty)} if texts.faculty else {}),
        "statement": _text(texts.statement),
        "signatories": [
            {**({"name": each.name} if each.name else {}), "role": _text(each.role)}
            for each in texts.signatories
        ],
    }
