"""What another version of the rules would mean for a portfolio: what is lost, what counts no longer, what is
asked anew. Pure.

A requirement is the same in both versions when its id is. One that was met and whose id is gone may live on
under another: it counts as lost when the new version has a missing one of its kind that the old one had not.
So what cannot be told apart is shown to a teacher rather than passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from lti_app.schemes.document import Question, SchemeDocument
from lti_app.schemes.rules import Progress, Result

WHOLE = "*"


def lost(before: Progress, after: Progress) -> tuple[str, ...]:
    """The ids of requirements that are met before and not after, in the old scheme's order; WHOLE for the
    scheme as a whole, if it is met before and not after. A group of all requirements is the whole, and not
    named besides.
    """
    old, new = _by_id(before), _by_id(after)
    outermost = before.result.requirement_id if before.result.parts else None
    found = [
        name
        for name, result in old.items()
        if name != outermost and result.met and _is_missing(result, new.get(name), old, new)
    ]
    return (*found, *([WHOLE] if before.met and not after.met else []))


def counted(progress: Progress) -> frozenset[UUID]:
    """The activities that serve some requirement."""
    return frozenset(progress.result.counted)


def new_questions(
    before: SchemeDocument, after: SchemeDocument, type_codes: Collection[str]
) -> tuple[Question, ...]:
    """Questions that the new version puts to activities of these types, or in the final report, and that the
    old one did not put so: of another id, or in other words.
    """
    asked = {
        (each.id, each.text)
        for code in type_codes
        for each in before.reflection.questions
        if each.is_asked_of(code)
    }
    reflection = [
        each
        for each in after.reflection.questions
        if any(each.is_asked_of(code) for code in type_codes) and (each.id, each.text) not in asked
    ]
    known = {(each.id, each.text) for each in before.final_report}
    return (*reflection, *(each for each in after.final_report if (each.id, each.text) not in known))


def _by_id(progress: Progress) -> dict[str, Result]:
    return {each.requirement_id: each for each in _every(progress.result)}


def _every(result: Result) -> Iterator[Result]:
    yield result
    for part in result.parts:
        yield from _every(part)


def _is_missing(was: Result, now: Result | None, old: dict[str, Result], new: dict[str, Result]) -> bool:
    if now is not None:
        return not now.met
    return any(each.kind is was.kind and not each.met for name, each in new.items() if name not in old)
