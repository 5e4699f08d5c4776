"""Made-up scheme documents of every kind, for the tests of reading and writing.

Every name refers to something that is there, so that a document could have come out of a file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import TypeVar

from hypothesis import strategies as st

from lti_app.schemes.certificate_layout import CertificateLayout, Orientation, Shown
from lti_app.schemes.counting import (
    ActivityClass,
    Bundle,
    Effort,
    Exclusion,
    PointsTable,
    SchemeRules,
    TypeList,
)
from lti_app.schemes.document import (
    Approver,
    CertificateTexts,
    Criterion,
    EvidenceKind,
    EvidenceRule,
    Level,
    Phase,
    PlanRule,
    PresentationForm,
    PresentationRule,
    Question,
    ReflectionRule,
    SchemeDocument,
    Signatory,
)
from lti_app.schemes.picture_places import as_positions
from lti_app.schemes.requirements import (
    EVERY,
    AllOf,
    Amount,
    AnyOf,
    Classes,
    Count,
    Distinct,
    Filter,
    Measure,
    Ordered,
    Requirement,
    Separate,
    Setting,
    Settings,
    Substitute,
    Variety,
)
from lti_app.schemes.text import Text
from lti_app.web.typed import is_blank

TYPES = (
    "exchange_studies",
    "conference_abroad",
    "language_cafe",
    "international_lecture",
    "mooc",
    "own_activity",
)
CLASSES = ("A", "b", "3")

Made = TypeVar("Made")
Draw = Callable[[st.SearchStrategy[Made]], Made]

_words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=12
).filter(lambda words: words.strip() == words and not is_blank(words))
texts = st.one_of(
    st.builds(Text, _words, _words),
    st.sampled_from(
        [Text("no", "yes"), Text("4.5", "2020"), Text("- a: b", "#x"), Text("rad\nrad två", "a\n\nb")]
    ),
)
_amounts = st.decimals("0.001", "9999", places=3)
_needs = st.integers(1, 100)
_types = st.frozensets(st.sampled_from(TYPES), min_size=1, max_size=3)
_per_type = st.sampled_from(TYPES)


def filters(*, classes: bool = True) -> st.SearchStrategy[Filter]:
    """Which activities; perhaps all."""
    least = st.lists(
        st.tuples(st.sampled_from(list(Measure)), _amounts), max_size=2, unique_by=lambda e: e[0]
    )
    in_order = list(Measure).index
    return st.builds(
        Filter,
        types=st.frozensets(st.sampled_from(TYPES), max_size=2),
        settings=st.frozensets(st.sampled_from(Setting), max_size=2),
        classes=st.frozensets(st.sampled_from(CLASSES), max_size=2) if classes else st.just(frozenset[str]()),
        least=least.map(lambda found: tuple(sorted(found, key=lambda each: in_order(each[0])))),
        attributes=st.sampled_from(
            [(), (("contribution", frozenset({"oral"})), ("country", frozenset({"NO", "SE"})))]
        ),
    )


_labels = st.none() | texts
_counts = st.builds(Count, _needs, of=filters(), label=_labels)


@st.composite
def _classes(draw: Draw[Classes]) -> Classes:
    names = draw(st.lists(st.sampled_from(CLASSES), min_size=1, unique=True))
    rank = [("3", "b"), ("b", "A")]
    substitutes = tuple(
        Substitute(give, draw(_needs), serve_as) for give, serve_as in rank if draw(st.booleans())
    )
    return Classes(tuple((name, draw(_needs)) for name in names), substitutes, label=draw(_labels))


def _settings(found: frozenset[Setting]) -> tuple[tuple[Setting, int], ...]:
    return tuple((each, n) for n, each in enumerate(Setting, 1) if each in found)


_leaves: st.SearchStrategy[Requirement] = st.one_of(
    _counts,
    st.builds(Distinct, _needs, variety=st.sampled_from(Variety), of=filters(), label=_labels),
    st.builds(Settings, st.frozensets(st.sampled_from(Setting), min_size=1).map(_settings), label=_labels),
    st.builds(Amount, st.sampled_from(Measure), _amounts, of=filters(), label=_labels),
    _classes(),
    st.builds(Separate, st.lists(_counts, min_size=1, max_size=3).map(tuple), st.booleans(), label=_labels),
)


def _composed(parts: st.SearchStrategy[Requirement]) -> st.SearchStrategy[Requirement]:
    some = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(AllOf, some, label=_labels),
        st.builds(Ordered, some, label=_labels),
        some.flatmap(lambda each: st.builds(AnyOf, st.just(each), need=st.integers(1, len(each)))),
    )


requirements = st.recursive(_leaves, _composed, max_leaves=6)


def named(requirement: Requirement, ids: Callable[[], str]) -> Requirement:
    """The same with an id for each requirement inside it."""
    if isinstance(requirement, Separate | AllOf | AnyOf | Ordered):
        parts = tuple(named(part, ids) for part in requirement.parts)
        return replace(requirement, parts=parts, id=ids())  # type: ignore[arg-type]
    return replace(requirement, id=ids())


_type_lists = st.one_of(
    st.just(TypeList()), st.builds(TypeList, accepted=_types), st.builds(TypeList, refused=_types)
)
_bundles = st.builds(
    lambda size, days, occasions: (
        Bundle(
            "lectures", frozenset({"international_lecture"}), size, Text("fem", "five"), distinct_days=days
        ),
        Bundle("cafe-visits", frozenset({"language_cafe", "mooc"}), 2, Text("två", "two"), occasions),
    ),
    st.integers(2, 100),
    st.booleans(),
    st.booleans(),
)
_points = st.builds(
    PointsTable,
    types=st.dictionaries(_per_type, _amounts, max_size=2),
    settings=st.dictionaries(st.sampled_from(Setting), _amounts, max_size=2),
    other=st.just(Decimal(0)) | _amounts,
    at_most=st.dictionaries(_per_type, _amounts, max_size=2),
)
_effort = st.builds(
    Effort,
    types=st.dictionaries(_per_type, st.integers(1, 1000), max_size=2),
    settings=st.dictionaries(st.sampled_from(Setting), st.integers(1, 1000), max_size=2),
    other=st.integers(1, 1000),
)


@st.composite
def _rules(draw: Draw[SchemeRules]) -> SchemeRules:
    numbers = count(1)
    by_position = draw(st.booleans())
    own = draw(_type_lists)
    classes = tuple(
        ActivityClass(name, draw(filters(classes=False).filter(_closed)), draw(texts)) for name in CLASSES
    )
    exclusions = st.builds(Exclusion, filters().filter(_closed), texts)
    return SchemeRules(
        requirement=named(draw(requirements), lambda: f"{'r-' if by_position else 'id_'}{next(numbers)}"),
        accepted=own.accepted,
        refused=own.refused,
        per_programme=draw(st.dictionaries(st.sampled_from(["lakare", "psykolog"]), _type_lists)),
        bundles=draw(_bundles),
        classes=classes,
        points=draw(_points),
        exclusions=tuple(draw(st.lists(exclusions, max_size=2))),
        effort=draw(_effort),
    )


def _closed(of: Filter) -> bool:
    return of != EVERY


_evidence = st.builds(
    EvidenceRule,
    st.lists(st.sampled_from(EvidenceKind), min_size=1, unique=True).map(tuple),
    st.booleans(),
)


def _questions(*, to_activities: bool) -> st.SearchStrategy[tuple[Question, ...]]:
    one = st.builds(
        Question,
        id=st.sampled_from(["q1", "q2", "what-then"]),
        text=texts,
        help=_labels,
        required=st.booleans(),
        min_words=st.integers(0, 20),
        max_chars=st.integers(100, 50_000),
        phase=st.sampled_from(Phase) if to_activities else st.just(Phase.AFTER),
        types=st.just(frozenset[str]()) | _types if to_activities else st.just(frozenset[str]()),
    )
    return st.lists(one, min_size=1, max_size=3, unique_by=lambda each: each.id).map(tuple)


_levels = st.builds(Level, st.sampled_from(["low", "middle", "high"]), texts, _labels)
_criteria = st.builds(
    Criterion,
    st.sampled_from(["depth", "form"]),
    texts,
    st.lists(_levels, min_size=2, unique_by=lambda each: each.id).map(tuple),
    st.frozensets(st.sampled_from(["activity", "final_report", "presentation"]), min_size=1),
)
_language = st.sampled_from(["", "sv", "en"])
_layouts = st.builds(
    CertificateLayout,
    orientation=st.sampled_from(Orientation),
    accent=st.sampled_from(["#1a3057", "#000000"]),
    logo=st.sampled_from(["", "0" * 64]),
    shows=st.frozensets(st.sampled_from(Shown)),
    certifies=texts,
)


@st.composite
def _certificates(draw: Draw[CertificateTexts]) -> CertificateTexts:
    signing = draw(st.lists(st.builds(Signatory, texts, st.just("") | _words), min_size=1, max_size=2))
    images = as_positions([draw(st.sampled_from(["", "1" * 64])) for _ in signing])
    layout = replace(draw(_layouts), signature_images=images)
    words = [draw(each) for each in (texts, texts, _labels, texts)]
    return CertificateTexts(*words, tuple(signing), layout, draw(st.booleans()))


documents = st.builds(
    SchemeDocument,
    slug=st.just("made-up"),
    name=texts,
    description=texts,
    source=_words,
    programmes=st.none() | st.just(("psykolog", "lakare")),
    rules=_rules(),
    evidence=_evidence,
    reflection=st.builds(ReflectionRule, st.booleans(), _questions(to_activities=True), _language),
    final_report=_questions(to_activities=False),
    presentation=st.builds(
        PresentationRule,
        st.booleans(),
        st.lists(
            st.builds(PresentationForm, st.sampled_from(["talk", "film"]), texts),
            min_size=1,
            unique_by=lambda each: each.id,
        ).map(tuple),
    ),
    certificate=_certificates(),
    evidence_per_type=st.dictionaries(_per_type, _evidence, max_size=2),
    final_report_language=_language,
    plans=st.builds(PlanRule, st.frozensets(_per_type, max_size=2), st.frozensets(st.sampled_from(Setting))),
    approver=st.sampled_from(Approver),
    rubric=st.lists(_criteria, max_size=2, unique_by=lambda each: each.id).map(tuple),
)
