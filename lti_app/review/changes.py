"""What a student changed between two submissions of the same item, in marked pieces. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lti_app.days import span_in
from lti_app.portfolio.snapshots import FrozenEvidence, Snapshot

_WORDS = re.compile(r"\S+\s*|\s+")
_MOST_WORDS = 4000
_LEAST_ALIKE = 0.4


class Part(StrEnum):
    """What of an item changed; a field or answer is named by its label."""

    TITLE = "title"
    TYPE = "type"
    DATES = "dates"
    FORM = "form"
    FIELD = "field"
    ANSWER = "answer"
    EVIDENCE = "evidence"


class Mark(StrEnum):
    """How a piece of text stands to the earlier submission."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """A run of text."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class Change:
    """One part that is different now. `label` names a field or question and is empty for the other parts."""

    part: Part
    label: str
    pieces: tuple[Piece, ...]


def changes(before: Snapshot, after: Snapshot, language: str) -> tuple[Change, ...]:
    """What is different in `after`, in the order of the page; empty when nothing is."""
    found = [
        *_changed(Part.TITLE, "", before.title, after.title),
        *_changed(Part.TYPE, "", _type(before, language), _type(after, language)),
        *_changed(Part.DATES, "", _dates(before, language), _dates(after, language)),
        *_changed(Part.FORM, "", _form(before, language), _form(after, language)),
        *_fields(before, after, language),
        *_answers(before, after, language),
        *_evidence(before.evidence, after.evidence),
    ]
    return tuple(found)


def marked(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts as one, word by word, with what was added and what was removed.

    Texts that have little in common, or are very long, stand one after the other instead.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    compared = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if len(old) + len(new) > _MOST_WORDS or compared.ratio() < _LEAST_ALIKE:
        return _one_after_the_other(before, after)
    pieces: list[Piece] = []
    for word, a, b, c, d in compared.get_opcodes():
        if word == "equal":
            pieces.append(Piece(Mark.SAME, "".join(old[a:b])))
            continue
        if b > a:
            pieces.append(Piece(Mark.REMOVED, "".join(old[a:b])))
        if d > c:
            pieces.append(Piece(Mark.ADDED, "".join(new[c:d])))
    return tuple(pieces)


def _one_after_the_other(before: str, after: str) -> tuple[Piece, ...]:
    whole = (Piece(Mark.REMOVED, before), Piece(Mark.ADDED, after))
    return tuple(piece for piece in whole if piece.text)


def _changed(part: Part, label: str, before: str, after: str) -> Iterator[Change]:
    if before == after:
        return
    if part is Part.ANSWER or part is Part.TITLE:
        yield Change(part, label, marked(before, after))
    else:
        yield Change(part, label, _one_after_the_other(before, after))


def _type(snapshot: Snapshot, language: str) -> str:
    return snapshot.type_label.in_(language) if snapshot.type_label else snapshot.type_code


def _form(snapshot: Snapshot, language: str) -> str:
    return snapshot.form_label.in_(language) if snapshot.form_label else snapshot.form


def _dates(snapshot: Snapshot, language: str) -> str:
    return span_in(snapshot.starts_on, snapshot.ends_on, language)


def _fields(before: Snapshot, after: Snapshot, language: str) -> Iterator[Change]:
    old = {each.name: each for each in before.fields}
    new = {each.name: each for each in after.fields}
    for name in dict.fromkeys([*new, *old]):
        was = old[name].shown.in_(language) if name in old else ""
        now = new[name].shown.in_(language) if name in new else ""
        yield from _changed(Part.FIELD, (new.get(name) or old[name]).label.in_(language), was, now)


def _answers(before: Snapshot, after: Snapshot, language: str) -> Iterator[Change]:
    old = {each.question_id: each for each in before.answers}
    new = {each.question_id: each for each in after.answers}
    for question in dict.fromkeys([*new, *old]):
        was = old[question].text if question in old else ""
        now = new[question].text if question in new else ""
        label = (new.get(question) or old[question]).question.in_(language)
        yield from _changed(Part.ANSWER, label, was, now)


def _evidence(before: Iterable[FrozenEvidence], after: Iterable[FrozenEvidence]) -> Iterator[Change]:
    old = {each.evidence_id: each for each in before}
    new = {each.evidence_id: each for each in after}
    gone = [Piece(Mark.REMOVED, old[each].name or old[each].url) for each in old if each not in new]
    come = [Piece(Mark.ADDED, new[each].name or new[each].url) for each in new if each not in old]
    if gone or come:
        yield Change(Part.EVIDENCE, "", (*gone, *come))
