"""The nearest next step as a value: which new activities would meet everything, and of what kind. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lti_app.schemes.requirements import Measure, Setting, Variety
from lti_app.schemes.text import Text


@dataclass(frozen=True, slots=True)
class Wanted:
    """New approved activities of one kind, `number` of them, and only what matters about them.

    `types` are some codes that would do, in the order of the catalogue, when `is_listed` only such ones do.
    `least` are what each must reach by itself, `sums` what is lacking together (of points: what each must
    give), `tags` how many new countries, goals or competences. `labels` are of the requirements that ask for
    more than can be said otherwise.
    """

    number: int
    setting: Setting | None = None
    is_new_type: bool = False
    class_name: str = ""
    class_label: Text | None = None
    bundle: Text | None = None
    least: tuple[tuple[Measure, Decimal], ...] = ()
    sums: tuple[tuple[Measure, Decimal], ...] = ()
    tags: tuple[tuple[Variety, int], ...] = ()
    attributes: tuple[tuple[str, frozenset[str]], ...] = ()
    labels: tuple[Text, ...] = ()
    types: tuple[str, ...] = ()
    is_listed: bool = False


@dataclass(frozen=True, slots=True)
class NextStep:
    """The fewest new activities, and of equals the least effort; `is_shortest` False where search gave up."""

    wanted: tuple[Wanted, ...]
    effort: int = 0
    is_shortest: bool = True

    @property
    def activities(self) -> int:
        """How many new activities that takes."""
        return sum(each.number for each in self.wanted)
