"""What the rules answer: each requirement's result, why something did not count, and the whole. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from lti_app.schemes.requirements import EVERY, Filter, Measure, Setting, Variety
from lti_app.schemes.steps import NextStep
from lti_app.schemes.text import Text


class Kind(StrEnum):
    """What a result is about. `settings` and `classes` have a part for each setting or class."""

    COUNT = "count"
    DISTINCT_TYPES = "distinct_types"
    DISTINCT_TAGS = "distinct_tags"
    SETTINGS = "settings"
    SETTING = "setting"
    AMOUNT = "amount"
    CLASSES = "classes"
    CLASS = "class"
    SEPARATE = "separate"
    ALL_OF = "all_of"
    ANY_OF = "any_of"
    ORDERED = "ordered"


class NotCounted(StrEnum):
    """Why an activity served no requirement."""

    NOT_APPROVED = "not_approved"
    TYPE_NOT_ACCEPTED = "type_not_accepted"
    EXCLUDED = "excluded"
    BUNDLE_INCOMPLETE = "bundle_incomplete"
    SAME_DAY = "same_day"
    NO_DAY = "no_day"
    SAME_TYPE = "same_type"
    NOTHING_NEW = "nothing_new"
    TOO_EARLY = "too_early"
    BELOW_LEAST = "below_least"
    OVER_CAP = "over_cap"
    NOT_ASKED_FOR = "not_asked_for"


@dataclass(frozen=True, slots=True)
class Uncounted:
    """Why, with what there is to say of it: the exclusion's reason, or a bundle's name and what it lacks,
    or the least of a measure that a single activity must reach.
    """

    why: NotCounted
    text: Text | None = None
    missing: int = 0
    measure: Measure | None = None
    least: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one requirement.

    `have` and `need` are its own figures (activities, types, weeks, parts met) and `have` may exceed `need`;
    `achieved` of `required` is its share of the progress bar. `counted` are the activities that served it.
    Of a requirement with parts that do not share, `parts` say what served which.
    """

    requirement_id: str
    kind: Kind
    have: int | Decimal
    need: int | Decimal
    required: int
    achieved: int
    counted: tuple[UUID, ...]
    setting: Setting | None = None
    parts: tuple[Result, ...] = ()
    label: Text | None = None
    of: Filter = EVERY
    measure: Measure | None = None
    variety: Variety | None = None

    @property
    def met(self) -> bool:
        """Whether nothing is missing here."""
        return self.achieved == self.required

    @property
    def missing(self) -> int | Decimal:
        """How many activities, types, weeks or parts are still wanted; 0 when met."""
        return max(0, self.need - self.have)

    def lines(self) -> Iterator[Result]:
        """The results to show one per line: the innermost ones in the scheme's order, a choice as one."""
        if not self.parts or self.kind is Kind.ANY_OF:
            yield self
        else:
            for part in self.parts:
                yield from part.lines()


@dataclass(frozen=True)
class Progress:
    """What the rules say of a portfolio: met or missing, and why.

    `achieved_total` of `required_total` are whole numbers, equal exactly when `met`; `required_total`
    depends on the scheme alone, so a gradebook column can use it as its maximum.
    """

    result: Result
    not_counted: Mapping[UUID, Uncounted] = field(default_factory=dict)
    find_step: Callable[[], NextStep | None] = field(default=lambda: None, compare=False, repr=False)

    @cached_property
    def next_step(self) -> NextStep | None:
        """The fewest new approved activities that would meet everything; None when met, or out of reach.

        Searched for when it is first asked for: a list of a class does without.
        """
        return None if self.met else self.find_step()

    @property
    def met(self) -> bool:
        """Whether the whole requirement is met."""
        return self.result.met

    @property
    def required_total(self) -> int:
        """The number of steps in the whole scheme, at least 1."""
        return self.result.required

    @property
    def achieved_total(self) -> int:
        """The number of those steps done."""
        return self.result.achieved

    @property
    def lines(self) -> tuple[Result, ...]:
        """The results in the scheme's order, one per line of a page."""
        return tuple(self.result.lines())

    @property
    def missing(self) -> tuple[Result, ...]:
        """The lines that are not met yet."""
        return tuple(line for line in self.lines if not line.met)
