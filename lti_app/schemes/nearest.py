"""The nearest next step: the fewest new approved activities that would meet everything. Pure.

New activities come one after another, after everything that there is, and each takes more than a day. So
one counts in the first ordered part that is not met yet and in no other, and what a student did before that
part was met counts in none after it.

Best-first search over what the requirements still lack (lacking.py) with the largest of their lower
bounds: the first complete state that it takes up is a shortest one, and of the shortest one of least effort.
It stops after `most_tried` states; then it takes what leads on fastest, and says that something shorter may
be there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from lti_app.schemes.candidates import Asked, kinds_of
from lti_app.schemes.facts import Facts
from lti_app.schemes.judging import Judge
from lti_app.schemes.lacking import Leaf, Move, Node, has_order, moves_of, tree_of
from lti_app.schemes.requirements import Requirement
from lti_app.schemes.shortfalls import MET, OUT_OF_REACH, Shortfall, State

MOST_TRIED = 300

States = tuple[State, ...]


class Bound(NamedTuple):
    """At least so many activities, of at least so much effort."""

    number: int
    effort: int


class Step(NamedTuple):
    """A new activity on the way: of which type, by which move, and the states before and after it."""

    code: str
    move: Move
    before: States
    after: States


class _Path(NamedTuple):
    step: Step
    rest: _Path | None


@dataclass(slots=True)
class Search:
    """What is lacking, and what can be done about it."""

    tree: Node | Leaf
    shortfalls: list[Shortfall]
    moves: list[Move]
    is_all: bool
    has_order: bool = False

    @classmethod
    def begin(
        cls,
        judge: Judge,
        wanted: Requirement,
        given: Sequence[Facts],
        types: Mapping[str, str] | None,
        asked: Asked | None = None,
    ) -> Search:
        """Find out what is lacking, and the moves that change anything."""
        shortfalls: list[Shortfall] = []
        tree = tree_of(judge, wanted, given, shortfalls)
        kinds, is_all = kinds_of(judge.rules, types, asked)
        found = cls(tree, shortfalls, [], is_all, has_order(tree))
        found.moves = list(moves_of(kinds, shortfalls))
        for n, shortfall in enumerate(shortfalls):
            shortfall.expect(
                (effect, move.effort, move.codes)
                for move in found.moves
                for at, effect in move.effects
                if at == n
            )
        return found

    def run(self, most_tried: int) -> tuple[list[Step], bool] | None:
        """The new activities one by one, and whether none fewer do; None where nothing would be enough."""
        start = tuple(shortfall.start for shortfall in self.shortfalls)
        if self.bound(start).number >= OUT_OF_REACH:
            return None
        found, is_done = self._best_first(start, most_tried, is_hasty=False)
        if found is not None or is_done:
            return None if found is None else (found, self.is_all)
        found, is_done = self._best_first(start, most_tried, is_hasty=True)
        return None if is_done and found is None else (found or [], False)

    def bound(self, states: States) -> Bound:
        """The lower bound of what is lacking here."""
        return self._bound(self.tree, states)

    def is_met(self, node: Node | Leaf, states: States) -> bool:
        """Whether nothing is lacking in this part of the whole."""
        if isinstance(node, Leaf):
            return states[node.at] == MET
        return sum(self.is_met(part, states) for part in node.parts) >= node.need

    def others(self, last: Step) -> Iterator[Step]:
        """The other moves of the same effort that complete everything from where the last one did."""
        open_ = frozenset(self._open(self.tree, last.before)) if self.has_order else None
        for code, move in self._next(last.before):
            if move is not last.move and move.effort == last.move.effort:
                after = self._add(last.before, code, move, open_)
                if self.is_met(self.tree, after):
                    yield Step(code, move, last.before, after)

    def _best_first(self, start: States, most: int, *, is_hasty: bool) -> tuple[list[Step] | None, bool]:
        """The way found, if any, and whether everything was looked at."""
        ticket = count()
        best: dict[States, tuple[int, int]] = {start: (0, 0)}
        ahead = self.bound(start)
        queue: list[tuple[int, int, int, int, int, int, States, _Path | None]] = [
            (ahead.number, ahead.effort, 0, next(ticket), 0, 0, start, None)
        ]
        tried = 0
        while queue:
            _, _, _, _, number, effort, states, path = heappop(queue)
            if best[states] < (number, effort):
                continue
            if self.is_met(self.tree, states):
                return list(_forwards(path)), True
            open_ = frozenset(self._open(self.tree, states)) if self.has_order else None
            for code, move in self._next(states):
                after = self._add(states, code, move, open_)
                tried += 1
                if after == states:
                    continue
                cost = (number + 1, effort + move.effort)
                if best.get(after, cost) < cost or (after in best and best[after] == cost):
                    continue
                best[after] = cost
                ahead = self.bound(after)
                if ahead.number >= OUT_OF_REACH:
                    continue
                total = (
                    (ahead.number, self._left(after))
                    if is_hasty
                    else (
                        cost[0] + ahead.number,
                        cost[1] + ahead.effort,
                    )
                )
                way = _Path(Step(code, move, states, after), path)
                heappush(queue, (*total, -cost[0], next(ticket), *cost, after, way))
            if tried > most:
                return None, False
        return None, True

    def _next(self, states: States) -> Iterator[tuple[str, Move]]:
        """The moves from here: of types that nothing tells apart the first unused one, and the used ones."""
        used: frozenset[str] = frozenset()
        for shortfall, state in zip(self.shortfalls, states, strict=True):
            used |= shortfall.used(state)
        for move in self.moves:
            if all(states[at] == MET for at, _ in move.effects):
                continue
            if not used:
                yield move.codes[0], move
                continue
            fresh = next((code for code in move.codes if code not in used), None)
            if fresh is not None:
                yield fresh, move
            for code in move.codes:
                if code in used:
                    yield code, move

    def _open(self, node: Node | Leaf, states: States) -> Iterator[int]:
        """The requirements for which something new counts now: of ordered parts the first not met."""
        if isinstance(node, Leaf):
            yield node.at
            return
        for part in node.parts:
            if not node.is_ordered:
                yield from self._open(part, states)
            elif not self.is_met(part, states):
                yield from self._open(part, states)
                return

    def _add(self, states: States, code: str, move: Move, open_: frozenset[int] | None) -> States:
        after = list(states)
        for at, effect in move.effects:
            if open_ is None or at in open_:
                after[at] = self.shortfalls[at].add(states[at], code, effect)
        return tuple(after)

    def _bound(self, node: Node | Leaf, states: States) -> Bound:
        if isinstance(node, Leaf):
            shortfall = self.shortfalls[node.at]
            number = shortfall.bound(states[node.at])
            return Bound(number, number * shortfall.cheapest)
        parts = [self._bound(part, states) for part in node.parts]
        if node.is_apart:
            return Bound(sum(part.number for part in parts), sum(part.effort for part in parts))
        numbers, efforts = sorted(part.number for part in parts), sorted(part.effort for part in parts)
        return Bound(numbers[node.need - 1], efforts[node.need - 1])

    def _left(self, states: States) -> int:
        return sum(
            min(shortfall.bound(state), OUT_OF_REACH)
            for shortfall, state in zip(self.shortfalls, states, strict=True)
        )


def _forwards(path: _Path | None) -> list[Step]:
    steps = []
    while path is not None:
        steps.append(path.step)
        path = path.rest
    return steps[::-1]
