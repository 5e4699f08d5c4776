"""Classes that stand for others: what is left over of one is passed on to the next, in one sweep. Pure.

Exact because a class gives to one other at most and never in a circle: what a class needs itself is worth
at least as much there as anywhere further on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from lti_app.schemes.requirements import Classes, Substitute

T = TypeVar("T")


def assigned(wanted: Classes, own: Mapping[str, Sequence[T]]) -> dict[str, list[tuple[T, ...]]]:
    """What serves each class asked for, never more than its need; several together where they stand in."""
    needs = dict(wanted.minimum)
    held: dict[str, list[tuple[T, ...]]] = {
        name: [(each,) for each in own.get(name, ())] for name in _names(wanted)
    }
    for step in sweep(wanted.substitutes):
        spare = held[step.give][needs.get(step.give, 0) :]
        for n in range(len(spare) // step.number):
            group = spare[n * step.number : (n + 1) * step.number]
            held[step.serve_as].append(tuple(each for token in group for each in token))
    return {name: held[name][:need] for name, need in wanted.minimum}


def served(wanted: Classes, own: Mapping[str, int]) -> dict[str, int]:
    """How many of each class are served, counted only."""
    needs, held = dict(wanted.minimum), dict.fromkeys(_names(wanted), 0)
    for name in held:
        held[name] = own.get(name, 0)
    for step in sweep(wanted.substitutes):
        held[step.serve_as] += max(0, held[step.give] - needs.get(step.give, 0)) // step.number
    return {name: min(held[name], need) for name, need in wanted.minimum}


def sweep(substitutes: Sequence[Substitute]) -> list[Substitute]:
    """In an order in which a class has received all it gets before it gives."""
    order: list[Substitute] = []
    waiting = list(substitutes)
    while waiting:
        receiving = {each.serve_as for each in waiting}
        ready = [each for each in waiting if each.give not in receiving]
        order += ready
        waiting = [each for each in waiting if each.give in receiving]
    return order


def _names(wanted: Classes) -> list[str]:
    names = [name for name, _ in wanted.minimum]
    names += [name for each in wanted.substitutes for name in (each.give, each.serve_as)]
    return list(dict.fromkeys(names))
