"""What the sections of a scheme must agree on, once each of them is right by itself."""

from __future__ import annotations

from collections.abc import Iterable

from lti_app.schemes.counting import TypeList
from lti_app.schemes.document import EvidenceKind, SchemeDocument


def types_without_questions(document: SchemeDocument, types: Iterable[str]) -> tuple[str, ...]:
    """Which of these types need a reflection, by its own rule or as evidence, and are asked nothing."""
    rules = document.rules
    lists = (TypeList(rules.accepted, rules.refused), *rules.per_programme.values())
    return tuple(
        code
        for code in types
        if any(each.accepts(code) for each in lists)
        and _needs_reflection(document, code)
        and not document.reflection.asked_of(code)
    )


def _needs_reflection(document: SchemeDocument, code: str) -> bool:
    rule = document.evidence_for(code)
    others = set(EvidenceKind) - {EvidenceKind.REFLECTION}
    return document.reflection.required or not rule.met_by(others)
