"""What other rules would mean for a portfolio: a newer version's, or another programme's. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lti_app.portfolio.records import ItemRow
from lti_app.schemes import comparing
from lti_app.schemes.comparing import counted
from lti_app.schemes.rules import Progress


@dataclass(frozen=True)
class Consequences:
    """How far the portfolio is by either rules, and what would change with the others.

    `lost` as comparing.lost gives it; `no_longer` are activities that count now, `newly` those that would.
    """

    before: Progress
    after: Progress
    lost: tuple[str, ...]
    no_longer: tuple[ItemRow, ...]
    newly: tuple[ItemRow, ...]

    @property
    def are_seen(self) -> bool:
        """Whether the rules say anything else of the portfolio than before."""
        return self.before.result != self.after.result


def consequences(items: Iterable[ItemRow], before: Progress, after: Progress) -> Consequences:
    """What it means for these items that `after` is what the rules say of them, in place of `before`."""
    gone, come = counted(before) - counted(after), counted(after) - counted(before)
    items = tuple(items)
    return Consequences(
        before,
        after,
        comparing.lost(before, after),
        tuple(each for each in items if each.id in gone),
        tuple(each for each in items if each.id in come),
    )
