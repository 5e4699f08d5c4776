"""A scheme as a whole: rules, evidence, questions, closing steps and certificate texts, as plain values.

reading.py makes one out of YAML or stored JSON and checks it; writing.py turns it back. A document that came
through reading.py is complete: every text stands in both languages, every list it needs has an entry.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from lti_app.schemes.requirements import SchemeRules
from lti_app.schemes.text import Text


class EvidenceKind(StrEnum):
    """What can back an activity: a file or link that shows attendance, or the answered reflection."""

    ATTENDANCE_CERTIFICATE = "attendance_certificate"
    REFLECTION = "reflection"


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """What every activity needs: one of these kinds, or with `needs_all` every one of them."""

    kinds: tuple[EvidenceKind, ...]
    needs_all: bool = False

    def met_by(self, present: Collection[EvidenceKind]) -> bool:
        """Whether the evidence at hand is enough."""
        enough = all if self.needs_all else any
        return enough(kind in present for kind in self.kinds)

    def missing(self, present: Collection[EvidenceKind]) -> tuple[EvidenceKind, ...]:
        """What is still wanted: all of these with `needs_all`, otherwise one of them; empty when met."""
        return () if self.met_by(present) else tuple(kind for kind in self.kinds if kind not in present)


class AnswerFault(StrEnum):
    """Why an answer will not do."""

    UNANSWERED = "unanswered"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its limits, which hold for an answer that is given; `min_words` 0 means any length."""

    id: str
    text: Text
    help: Text | None
    required: bool
    min_words: int
    max_chars: int

    def fault(self, answer: str) -> AnswerFault | None:
        """What is wrong with this answer, or None. A blank answer is wrong only where one is required."""
        words = len(answer.split())
        if not words:
            return AnswerFault.UNANSWERED if self.required else None
        if words < self.min_words:
            return AnswerFault.TOO_SHORT
        return AnswerFault.TOO_LONG if len(answer) > self.max_chars else None


@dataclass(frozen=True, slots=True)
class ReflectionRule:
    """The questions after each activity; not required, they are answered by choice or as evidence."""

    required: bool
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class PresentationForm:
    """One way to present the merits."""

    id: str
    name: Text


@dataclass(frozen=True, slots=True)
class PresentationRule:
    """Whether and how the merits are presented once the final report is approved."""

    required: bool
    forms: tuple[PresentationForm, ...]

    def form(self, form_id: str) -> PresentationForm | None:
        """The form with this id, if the scheme offers it."""
        return next((form for form in self.forms if form.id == form_id), None)


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs: a role, and a name where it is known."""

    role: Text
    name: str = ""


@dataclass(frozen=True, slots=True)
class CertificateTexts:
    """What the certificate says around the holder's name and merits."""

    title: Text
    issuer: Text
    faculty: Text | None
    statement: Text
    signatories: tuple[Signatory, ...]


@dataclass(frozen=True, slots=True)
class SchemeDocument:
    """A scheme as one version of it says. `programmes` None means every programme."""

    slug: str
    name: Text
    description: Text
    source: str
    programmes: tuple[str, ...] | None
    rules: SchemeRules
    evidence: EvidenceRule
    reflection: ReflectionRule
    final_report: tuple[Question, ...]
    presentation: PresentationRule
    certificate: CertificateTexts

    def is_for(self, programme_code: str) -> bool:
        """Whether students of this programme may follow the scheme."""
        return self.programmes is None or programme_code in self.programmes

    def accepts(self, type_code: str) -> bool:
        """Whether activities of this type can count."""
        return self.rules.accepts(type_code)
