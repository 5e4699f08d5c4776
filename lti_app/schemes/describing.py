"""The nearest next step as people need it: of each new activity only what matters. Pure.

Owns `next_step`. nearest.py finds which new activities there should be; what matters about one is what the
requirements ask of it that it serves on the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lti_app.schemes.assigned_shortfalls import SeparateShortfall
from lti_app.schemes.candidates import Asked
from lti_app.schemes.counting import SchemeRules
from lti_app.schemes.facts import Facts, unscaled
from lti_app.schemes.judging import Judge
from lti_app.schemes.lacking import Leaf, Node
from lti_app.schemes.nearest import MOST_TRIED, Search, States, Step
from lti_app.schemes.requirements import (
    Amount,
    Classes,
    Count,
    Distinct,
    Filter,
    Measure,
    Requirement,
    Separate,
    Setting,
    Variety,
)
from lti_app.schemes.shortfalls import Effect, Shortfall, State
from lti_app.schemes.steps import NextStep, Wanted

MOST_EXAMPLES = 5


def next_step(
    judge: Judge,
    given: Sequence[Facts],
    types: Mapping[str, str] | None = None,
    most_tried: int = MOST_TRIED,
    *,
    asked: Asked | None = None,
) -> NextStep | None:
    """The fewest new activities that would meet the scheme; None where no number of them would."""
    search = Search.begin(judge, judge.rules.requirement, given, types, asked)
    found = search.run(most_tried)
    if found is None:
        return None
    steps, is_shortest = found
    needed = list(_needed(search, search.tree, steps[-1].after)) if steps else []
    alike: dict[tuple[Wanted, tuple[str, ...]], list[Wanted]] = {}
    for step in steps:
        wanted = _wanted(search, step, needed)
        if step is steps[-1]:
            wanted = _with_others(search, step, wanted, needed)
        only = step.move.codes if wanted.is_listed else ()
        alike.setdefault((replace(wanted, types=()), only), []).append(wanted)
    return NextStep(
        tuple(replace(same[0], number=len(same)) for same in alike.values()),
        sum(step.move.effort for step in steps),
        is_shortest,
    )


def _needed(search: Search, node: Node | Leaf, end: States) -> Iterator[Leaf]:
    """The requirements that are met in the end and that the whole rests on."""
    if isinstance(node, Leaf):
        yield node
        return
    met = [part for part in node.parts if search.is_met(part, end)]
    for part in met[: node.need]:
        yield from _needed(search, part, end)


def _wanted(search: Search, step: Step, needed: Sequence[Leaf]) -> Wanted:
    effects = dict(step.move.effects)
    wanted = Wanted(1)
    for leaf in needed:
        before, after = step.before[leaf.at], step.after[leaf.at]
        if leaf.at in effects and before != after:
            shortfall = search.shortfalls[leaf.at]
            wanted = _and(shortfall, wanted, leaf.wanted, step.move.facts, effects[leaf.at], before)
    codes = step.move.codes
    start = codes.index(step.code)
    known = tuple(code for code in codes[start:] + codes[:start] if not code.startswith("*"))
    return replace(wanted, types=known[:MOST_EXAMPLES])


def _with_others(search: Search, last: Step, wanted: Wanted, needed: Sequence[Leaf]) -> Wanted:
    """The last new activity with all types that would do as well there, if the same is to be said of them."""
    types = list(wanted.types)
    for other in search.others(last):
        also = _wanted(search, other, needed)
        if replace(also, types=()) == replace(wanted, types=()):
            types += also.types
    return replace(wanted, types=tuple(dict.fromkeys(types))[:MOST_EXAMPLES])


def _and(
    shortfall: Shortfall, wanted: Wanted, leaf: Requirement, facts: Facts, effect: Effect, before: State
) -> Wanted:
    """What else this requirement asks of the new activity."""
    rules = shortfall.judge.rules
    if effect.bundle:
        wanted = replace(wanted, bundle=effect.bundle.label, is_listed=True)
    match leaf:
        case Count():
            wanted = _of(rules, wanted, leaf, facts)
        case Distinct(variety=Variety.TYPE):
            wanted = replace(_of(rules, wanted, leaf, facts), is_new_type=True)
        case Distinct():
            lacking = before[0] if isinstance(before, tuple) else 0
            more = (*wanted.tags, (leaf.variety, lacking))
            wanted = replace(_of(rules, wanted, leaf, facts), tags=tuple(sorted(set(more))))
        case Amount():
            number = int(effect.kind)
            if leaf.measure is Measure.POINTS:
                wanted = replace(wanted, is_listed=True)
            if isinstance(before, tuple):
                number = min(number, before[0])
            wanted = _bring(_of(rules, wanted, leaf, facts), leaf.measure, number)
        case Classes():
            wanted = _of(rules, wanted, Count(1, of=Filter(classes=frozenset({facts.class_name}))), facts)
        case Separate():
            wanted = replace(wanted, is_new_type=wanted.is_new_type or leaf.distinct_types)
            assert isinstance(shortfall, SeparateShortfall)
            wanted = _of(rules, wanted, leaf.parts[shortfall.part_for(before, effect)], facts)
        case _:
            pass
    return wanted


def _of(rules: SchemeRules, wanted: Wanted, leaf: Count | Distinct | Amount, facts: Facts) -> Wanted:
    """What a requirement's filter asks of the new activity."""
    of = leaf.of
    if leaf.label is not None and (of.types or of.attributes or isinstance(leaf, Amount)):
        wanted = replace(wanted, labels=tuple(dict.fromkeys((*wanted.labels, leaf.label))))
    setting = facts.activity.setting
    if of.settings and setting in set(Setting):
        wanted = replace(wanted, setting=Setting(setting))
    if of.types:
        wanted = replace(wanted, is_listed=True)
    if of.classes and facts.class_name:
        label = next((each.label for each in rules.classes if each.name == facts.class_name), None)
        wanted = replace(wanted, class_name=facts.class_name, class_label=label, is_listed=True)
    if of.attributes:
        wanted = replace(
            wanted,
            attributes=tuple(
                sorted({*wanted.attributes, *of.attributes}, key=lambda each: (each[0], sorted(each[1])))
            ),
        )
    for measure, least in of.least:
        if least > 0:
            known = dict(wanted.least)
            known[measure] = max(least, known.get(measure, least))
            wanted = replace(wanted, least=tuple(sorted(known.items())))
    return wanted


def _bring(wanted: Wanted, measure: Measure, number: int) -> Wanted:
    """Together with what else is asked of it, the activity brings so much of a measure."""
    known, brought = dict(wanted.sums), unscaled(number, is_up=True)
    known[measure] = max(brought, known.get(measure, brought))
    return replace(wanted, sums=tuple(sorted(known.items())))
