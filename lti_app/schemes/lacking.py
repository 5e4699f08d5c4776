"""What a portfolio lacks, as the tree of its requirements, and the new activities that would change it. Pure.

nearest.py searches over both. Each requirement without parts is a leaf, with its shortfall (shortfalls.py) in
a list beside the tree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lti_app.schemes.assigned_shortfalls import ClassesShortfall, SeparateShortfall
from lti_app.schemes.candidates import Kind, as_type
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
from lti_app.schemes.shortfalls import MET, Effect, Shortfall


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


def has_order(node: Node | Leaf) -> bool:
    """Whether there are ordered parts anywhere in it."""
    return isinstance(node, Node) and (node.is_ordered or any(has_order(part) for part in node.parts))


def tree_of(
    judge: Judge, wanted: Requirement, given: Sequence[Facts], shortfalls: list[Shortfall]
) -> Node | Leaf:
    """What is wanted as a tree; what each leaf lacks is added to the shortfalls."""

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
            parts = tuple(tree_of(judge, part, given, shortfalls) for part in wanted.parts)
            return Node(len(parts), parts)
        case AnyOf():
            return Node(wanted.need, tuple(tree_of(judge, part, given, shortfalls) for part in wanted.parts))
        case Ordered():
            parts = tuple(
                tree_of(judge, part, able, shortfalls)
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


def moves_of(kinds: Sequence[Kind], shortfalls: Sequence[Shortfall]) -> Iterator[Move]:
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
