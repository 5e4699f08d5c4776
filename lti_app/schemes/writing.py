"""A SchemeDocument as the plain values that reading.py reads, for the database, and as a YAML file.

`from_json(to_json(document)) == document` and `from_yaml(to_yaml(document), …) == document` for every
document that came through reading.py. What a document leaves at its default is left out; writing_rules.py
writes the rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from lti_app.schemes.document import (
    Approver,
    CertificateTexts,
    Criterion,
    EvidenceRule,
    Phase,
    PlanRule,
    Question,
    SchemeDocument,
)
from lti_app.schemes.layout_reading import layout_to_json
from lti_app.schemes.picture_places import in_file_form
from lti_app.schemes.reading_closing import ITEM_KINDS
from lti_app.schemes.requirements import Setting
from lti_app.schemes.text import Text
from lti_app.schemes.writing_rules import requirement_block, rules_sections, without_positions

_FRACTION = re.compile(r"[0-9]{1,6}\.[0-9]{1,3}")


def to_json(document: SchemeDocument) -> dict[str, Any]:
    """Dicts, lists, texts, whole numbers and booleans, with the keys of the scheme's file in their order."""
    per_type = document.evidence_per_type
    return {
        "scheme": document.slug,
        "name": _text(document.name),
        "description": _text(document.description),
        "source": document.source,
        "programmes": "all" if document.programmes is None else list(document.programmes),
        "requirements": requirement_block(document.rules.requirement),
        **rules_sections(document.rules),
        "evidence": _evidence(document.evidence),
        **(
            {"evidence_per_type": {code: _evidence(rule) for code, rule in per_type.items()}}
            if per_type
            else {}
        ),
        "reflection": {
            "required": document.reflection.required,
            **_language(document.reflection.language),
            "questions": [question_block(each) for each in document.reflection.questions],
        },
        "final_report": {
            **_language(document.final_report_language),
            "questions": [question_block(each) for each in document.final_report],
        },
        **({"plans": _plans(document.plans)} if document.plans != PlanRule() else {}),
        **({"approver": str(document.approver)} if document.approver is not Approver.TEACHER else {}),
        **({"rubric": [_criterion(each) for each in document.rubric]} if document.rubric else {}),
        "presentation": {
            "required": document.presentation.required,
            "forms": [{"id": form.id, **_text(form.name)} for form in document.presentation.forms],
        },
        "certificate": _certificate(document.certificate),
    }


def to_yaml(document: SchemeDocument) -> str:
    """The scheme as a file that `cim scheme check` accepts: without comments, and without ids that say no
    more than where a requirement stands.
    """
    return plain_yaml(to_json(document))


def plain_yaml(plain: Mapping[str, Any]) -> str:
    """The same of plain values that may be no scheme yet, such as a draft's."""
    written = in_file_form(plain)
    if isinstance(written.get("requirements"), dict):
        written["requirements"] = without_positions(written["requirements"], "r")
    return yaml.dump(written, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


class _Dumper(yaml.SafeDumper):
    """Short blocks of both languages and lists of words on one line, everything else spread out."""


def _mapping(dumper: _Dumper, value: dict[str, Any]) -> yaml.Node:
    texts = all(isinstance(each, str) for each in value.values())
    is_short = (
        texts and sum(map(len, value.values())) < 80 and {"sv", "en"} <= set(value) <= {"sv", "en", "id"}
    )
    return dumper.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=is_short)


def _sequence(dumper: _Dumper, value: list[Any]) -> yaml.Node:
    are_words = all(isinstance(each, str) for each in value)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=are_words)


def _words(dumper: _Dumper, value: str) -> yaml.Node:
    """Amounts, which are texts here, stand without quotes: they are read as texts either way."""
    kind = "float" if _FRACTION.fullmatch(value) else "str"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", value)


_Dumper.add_representer(str, _words)
_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(list, _sequence)


def _text(text: Text) -> dict[str, str]:
    return {"sv": text.sv, "en": text.en}


def _language(language: str) -> dict[str, str]:
    return {"language": language} if language else {}


def _evidence(rule: EvidenceRule) -> dict[str, list[str]]:
    return {"all_of" if rule.needs_all else "any_of": list(map(str, rule.kinds))}


def question_block(question: Question) -> dict[str, Any]:
    """A question as it stands in a list of them."""
    return {
        "id": question.id,
        **_text(question.text),
        **({"help": _text(question.help)} if question.help else {}),
        "required": question.required,
        "min_words": question.min_words,
        "max_chars": question.max_chars,
        **({"phase": str(question.phase)} if question.phase is not Phase.AFTER else {}),
        **({"types": sorted(question.types)} if question.types else {}),
    }


def _plans(plans: PlanRule) -> dict[str, list[str]]:
    settings = [str(each) for each in Setting if each in plans.settings]
    return {
        **({"types": sorted(plans.types)} if plans.types else {}),
        **({"settings": settings} if settings else {}),
    }


def _criterion(criterion: Criterion) -> dict[str, Any]:
    kinds = [each for each in ITEM_KINDS if each in criterion.kinds]
    return {
        "id": criterion.id,
        **_text(criterion.name),
        **({"kinds": kinds} if len(kinds) < len(ITEM_KINDS) else {}),
        "levels": [
            {
                "id": level.id,
                **_text(level.name),
                **({"description": _text(level.description)} if level.description else {}),
            }
            for level in criterion.levels
        ],
    }


def _certificate(texts: CertificateTexts) -> dict[str, Any]:
    layout = layout_to_json(texts.layout)
    return {
        "title": _text(texts.title),
        "issuer": _text(texts.issuer),
        **({"faculty": _text(texts.faculty)} if texts.faculty else {}),
        "statement": _text(texts.statement),
        "signatories": [
            {**({"name": each.name} if each.name else {}), "role": _text(each.role)}
            for each in texts.signatories
        ],
        **({"layout": layout} if layout else {}),
        **({"issued_by": "staff"} if texts.is_issued_by_staff else {}),
    }
