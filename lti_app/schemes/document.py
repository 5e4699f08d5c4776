"""A scheme as a whole: rules, evidence, questions, closing steps and certificate texts, as plain values.

reading.py makes one out of YAML or stored JSON and checks it; writing.py turns it back. A document that came
through reading.py is complete: every text stands in both languages, every list it needs has an entry.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lti_app.schemes.certificate_layout import DEFAULT, CertificateLayout
from lti_app.schemes.counting import SchemeRules
from lti_app.schemes.requirements import Setting
from lti_app.schemes.text import Text


class EvidenceKind(StrEnum):
    """What can back an activity: a file or link that shows attendance, or the answered reflection."""

    ATTENDANCE_CERTIFICATE = "attendance_certificate"
    REFLECTION = "reflection"


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """What an activity needs: one of these kinds, or with `needs_all` every one of them."""

    kinds: tuple[EvidenceKind, ...]
    needs_all: bool = False

    def met_by(self, present: Collection[EvidenceKind]) -> bool:
        """Whether the evidence at hand is enough."""
        enough = all if self.needs_all else any
        return enough(kind in present for kind in self.kinds)

    def missing(self, present: Collection[EvidenceKind]) -> tuple[EvidenceKind, ...]:
        """What is still wanted: all of these with `needs_all`, otherwise one of them; empty when met."""
        return () if self.met_by(present) else tuple(kind for kind in self.kinds if kind not in present)


class Phase(StrEnum):
    """When a question is put: before the activity, while it goes on, or after it."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class AnswerFault(StrEnum):
    """Why an answer will not do."""

    UNANSWERED = "unanswered"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its limits, which hold for an answer that is given; `min_words` 0 means any length.

    `phase` and `types` matter for activities only: the final report asks all of its questions of everybody.
    """

    id: str
    text: Text
    help: Text | None
    required: bool
    min_words: int
    max_chars: int
    phase: Phase = Phase.AFTER
    types: frozenset[str] = frozenset()

    def is_asked_of(self, type_code: str) -> bool:
        """Whether activities of this type are asked it; a question without types is asked of all."""
        return not self.types or type_code in self.types

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
    """The questions to each activity; not required, they are answered by choice or as evidence.

    `language` is the one they must be answered in, sv or en; empty for either.
    """

    required: bool
    questions: tuple[Question, ...]
    language: str = ""

    def asked_of(self, type_code: str) -> tuple[Question, ...]:
        """The questions to an activity of this type, in the scheme's order."""
        return tuple(each for each in self.questions if each.is_asked_of(type_code))


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
    """What the certificate says around the holder's name and merits, how it looks, and who issues it.

    It is issued by itself once it is earned, or, with `is_issued_by_staff`, when staff say so.
    """

    title: Text
    issuer: Text
    faculty: Text | None
    statement: Text
    signatories: tuple[Signatory, ...]
    layout: CertificateLayout = DEFAULT
    is_issued_by_staff: bool = False


class Approver(StrEnum):
    """Who decides on what students submit: the teachers of the course, or coordinators only."""

    TEACHER = "teacher"
    COORDINATOR = "coordinator"


@dataclass(frozen=True, slots=True)
class PlanRule:
    """Which activities need their plan approved before they begin: those of these types or settings."""

    types: frozenset[str] = frozenset()
    settings: frozenset[Setting] = frozenset()

    @property
    def asks_all(self) -> bool:
        """Whether every activity does."""
        return self.settings >= set(Setting)

    def asks(self, type_code: str, setting: str) -> bool:
        """Whether an activity of this type in this setting needs its plan approved first."""
        return type_code in self.types or setting in self.settings


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a criterion, from the lowest; `description` says what it takes."""

    id: str
    name: Text
    description: Text | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that a reviewer looks at, and its levels, of which there are at least two.

    `kinds` are the kinds of item that it is asked of: activity, final_report, presentation.
    """

    id: str
    name: Text
    levels: tuple[Level, ...]
    kinds: frozenset[str] = frozenset({"activity", "final_report", "presentation"})


@dataclass(frozen=True, slots=True)
class SchemeDocument:
    """A scheme as one version of it says. `programmes` None means every programme.

    `evidence` holds for activities of every type that `evidence_per_type` does not name.
    """

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
    evidence_per_type: Mapping[str, EvidenceRule] = field(default_factory=dict)
    final_report_language: str = ""
    plans: PlanRule = PlanRule()
    approver: Approver = Approver.TEACHER
    rubric: tuple[Criterion, ...] = ()

    def evidence_for(self, type_code: str) -> EvidenceRule:
        """What an activity of this type needs as evidence."""
        return self.evidence_per_type.get(type_code, self.evidence)

    def is_for(self, programme_code: str) -> bool:
        """Whether students of this programme may follow the scheme."""
        return self.programmes is None or programme_code in self.programmes

    def accepts(self, type_code: str, programme_code: str = "") -> bool:
        """Whether activities of this type can count, for students of this programme."""
        return self.rules.for_programme(programme_code).accepts(type_code)
