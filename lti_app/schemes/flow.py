"""Sharing out what can be used once: the most that parts get without taking from each other. Pure.

Maximum flow by augmenting paths, part after part, so that no part's share is lowered for a later one. Things
that suit the same parts are one node with a capacity, so the size is that of the scheme, not the portfolio.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def shares(needs: Sequence[int], supply: Mapping[frozenset[int], int]) -> list[dict[frozenset[int], int]]:
    """How many of each kind every part gets. A kind is the set of parts it suits; `supply` says how many."""
    kinds = sorted(supply, key=lambda kind: (len(kind), sorted(kind)))
    left = {kind: supply[kind] for kind in kinds}
    given: list[dict[frozenset[int], int]] = [dict.fromkeys(kinds, 0) for _ in needs]
    for part, need in enumerate(needs):
        for _ in range(need):
            if not _augment(part, kinds, left, given):
                break
    return given


def _augment(
    part: int,
    kinds: Sequence[frozenset[int]],
    left: dict[frozenset[int], int],
    given: list[dict[frozenset[int], int]],
) -> bool:
    """One more for this part, moving what others hold to something else that suits them. Breadth-first."""
    came: dict[int, tuple[int, frozenset[int]] | None] = {part: None}
    queue = [part]
    for taker in queue:
        for kind in kinds:
            if taker not in kind:
                continue
            if left[kind] > 0:
                left[kind] -= 1
                _hand_over(taker, kind, came, given)
                return True
            for holder in range(len(given)):
                if given[holder][kind] > 0 and holder not in came:
                    came[holder] = (taker, kind)
                    queue.append(holder)
    return False


def _hand_over(
    taker: int,
    kind: frozenset[int],
    came: Mapping[int, tuple[int, frozenset[int]] | None],
    given: list[dict[frozenset[int], int]],
) -> None:
    given[taker][kind] += 1
    while (step := came[taker]) is not None:
        towards, freed = step
        given[taker][freed] -= 1
        given[towards][freed] += 1
        taker = towards
