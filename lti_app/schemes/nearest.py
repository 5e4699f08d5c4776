"""The nearest next step: the fewest new approved activities that would meet everything. Pure.

New activities come one after another, after everything that there is, and each takes more than a day. So
one counts in the first ordered part that is not met yet and in no other, and what a student did before that
part was met counts in none after it.

Best-first search over what the requirements still lack (shortfalls.py) with the largest of their lower
bounds: the first complete state that it takes up is a shortest one, and of the shortest one of least effort.
It stops after `most_tried` states; then it takes what leads on fastest, and says that something shorter may
be there. Longer than most: the search, and the tree of what is lacking that it runs over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from lti_app.schemes.assigned_shortfalls import ClassesShortfall, SeparateShortfall
from lti_app.schemes.candidates import Asked, Kind, as_type, kinds_of
from lti_app.schemes.counted_shortfalls import (
    AmountShortfall,
    CountShortfall,
    TagsShortfall,
    TypesShortfall,
)
from lti_app.schemes.facts import Facts
from lti_app.schemes.judging import Judge
from lti_app.schemes.requirements import (
    AllOf,
    Amount,
    AnyOf,
    Classes,
    Count,
    Distinct,
    Filter,
    Ordered,
    Requirement,
    Separate,
    Settings,
    Variety,
)
from lti_app.schemes.shortfalls import MET, OUT_OF_REACH, Effect, Shortfall, State

MOST_TRIED = 300

States = tuple[State, ...]


class Bound(NamedTuple):
    """At least so many activities, of at least so much effort."""

    number: int
    effort: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """A requirement without parts, by its place among the shortfalls."""

    at: int
    wanted: Requirement


@dataclass(frozen=True, slots=True)
class Node:
    """At least `need` of these; `is_apart` where one activity helps one of them at most, `is_ordered` where
    that is the first that is not met.
    """

    need: int
    parts: tuple[Node | Leaf, ...]
    is_apart: bool = False
    is_ordered: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A new activity of one of these types, the first that is not used yet, and what it does where."""

    codes: tuple[str, ...]
    facts: Facts
    effort: int
    effects: tuple[tuple[int, Effect], ...]


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
        tree = _tree(judge, wanted, given, shortfalls)
        kinds, is_all = kinds_of(judge.rules, types, asked)
        found = cls(tree, shortfalls, [], is_all, _has_order(tree))
        found.moves = list(_moves(kinds, shortfalls))
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


def _has_order(node: Node | Leaf) -> bool:
    return isinstance(node, Node) and (node.is_ordered or any(_has_order(part) for part in node.parts))


def _forwards(path: _Path | None) -> list[Step]:
    steps = []
    while path is not None:
        steps.append(path.step)
        path = path.rest
    return steps[::-1]


def _tree(
    judge: Judge, wanted: Requirement, given: Sequence[Facts], shortfalls: list[Shortfall]
) -> Node | Leaf:
    def leaf(each: Requirement) -> Leaf:
        shortfalls.append(_shortfall_of(judge, each, given))
        return Leaf(len(shortfalls) - 1, each)

    match wanted:
        case Settings(minimum):
            parts: tuple[Node | Leaf, ...] = tuple(
                leaf(Count(need, of=Filter(settings=frozenset({setting})))) for setting, need in minimum
            )
            return Node(len(parts), parts, is_apart=True)
        case AllOf():
            parts = tuple(_tree(judge, part, given, shortfalls) for part in wanted.parts)
            return Node(len(parts), parts)
        case AnyOf():
            return Node(wanted.need, tuple(_tree(judge, part, given, shortfalls) for part in wanted.parts))
        case Ordered():
            parts = tuple(
                _tree(judge, part, able, shortfalls)
                for part, (_, able) in zip(wanted.parts, judge.in_order(wanted, given), strict=True)
            )
            return Node(len(parts), parts, is_apart=True, is_ordered=True)
        case _:
            return leaf(wanted)


def _shortfall_of(judge: Judge, wanted: Requirement, given: Sequence[Facts]) -> Shortfall:
    """What this requirement without parts lacks."""
    match wanted:
        case Count():
            return CountShortfall.find(judge, wanted, given)
        case Distinct(variety=Variety.TYPE):
            return TypesShortfall.find(judge, wanted, given)
        case Distinct():
            return TagsShortfall.find(judge, wanted, given)
        case Amount():
            return AmountShortfall.find(judge, wanted, given)
        case Classes():
            return ClassesShortfall.find(judge, wanted, given)
        case Separate():
            return SeparateShortfall.find(judge, wanted, given)
        case _:
            raise AssertionError(wanted)


def _moves(kinds: Sequence[Kind], shortfalls: Sequence[Shortfall]) -> Iterator[Move]:
    """What each kind of new activity can do, types apart that differ in what the student has done."""
    together: dict[object, tuple[Facts, int, tuple[tuple[int, Effect], ...], dict[str, None]]] = {}
    open_ = [(n, each) for n, each in enumerate(shortfalls) if each.start != MET]
    for kind in kinds:
        groups: dict[object, list[str]] = {}
        for code in kind.codes:
            groups.setdefault(tuple(each.seen(code) for _, each in open_), []).append(code)
        for seen, codes in groups.items():
            for form in kind.forms:
                facts = as_type(form, codes[0])
                effects = tuple(
                    (n, effect) for n, each in open_ if (effect := each.effect(facts)) is not None
                )
                if effects:
                    key = (_plain(effects), kind.effort, seen)
                    merged = together.setdefault(key, (facts, kind.effort, effects, {}))
                    merged[3].update(dict.fromkeys(codes))
    for facts, effort, effects, all_codes in sorted(together.values(), key=lambda each: each[1]):
        yield Move(tuple(all_codes), facts, effort, effects)


def _plain(effects: tuple[tuple[int, Effect], ...]) -> object:
    return tuple(
        (n, each.kind, each.bundle.id if each.bundle else "", each.setting, each.number)
        for n, each in effects
    )
