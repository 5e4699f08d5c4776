"""What changed between two submissions."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from lti_app.portfolio.snapshots import FrozenAnswer, FrozenEvidence, FrozenField, Snapshot
from lti_app.portfolio.states import ItemKind
from lti_app.review.changes import Mark, Part, Piece, changes, marked
from lti_app.schemes.text import Text

QUESTION = Text(sv="Vad lärde du dig?", en="What did you learn?")
FILE = FrozenEvidence(uuid.UUID(int=1), "intyg.pdf", stored_file_id=uuid.UUID(int=2))
SENT = Snapshot(
    kind=ItemKind.ACTIVITY,
    title="Samtal",
    starts_on=date(2026, 3, 2),
    fields=(FrozenField("hours", Text("Timmar", "Hours"), "4", Text("4", "4")),),
    answers=(FrozenAnswer("learned", QUESTION, "Jag lärde mig lite."),),
    evidence=(FILE,),
)


def test_nothing_changed_is_an_empty_list() -> None:
    assert changes(SENT, SENT, "sv") == ()


def test_an_answer_is_marked_word_by_word_under_its_question() -> None:
    now = replace(SENT, answers=(FrozenAnswer("learned", QUESTION, "Jag lärde mig mycket."),))
    (change,) = changes(SENT, now, "en")
    assert (change.part, change.label) == (Part.ANSWER, "What did you learn?")
    assert change.pieces == (
        Piece(Mark.SAME, "Jag lärde mig "),
        Piece(Mark.REMOVED, "lite."),
        Piece(Mark.ADDED, "mycket."),
    )


def test_dates_fields_and_evidence_show_what_was_and_what_is() -> None:
    link = FrozenEvidence(uuid.UUID(int=3), "", url="https://exempel.se/")
    now = replace(
        SENT,
        ends_on=date(2026, 3, 6),
        fields=(FrozenField("hours", Text("Timmar", "Hours"), "6", Text("6", "6")),),
        evidence=(link,),
    )
    shown = {
        each.part: (each.label, [(piece.mark, piece.text) for piece in each.pieces])
        for each in changes(SENT, now, "sv")
    }
    assert shown == {
        Part.DATES: ("", [(Mark.REMOVED, "2 mars 2026"), (Mark.ADDED, "2–6 mars 2026")]),
        Part.FIELD: ("Timmar", [(Mark.REMOVED, "4"), (Mark.ADDED, "6")]),
        Part.EVIDENCE: ("", [(Mark.REMOVED, "intyg.pdf"), (Mark.ADDED, "https://exempel.se/")]),
    }


def test_a_question_that_was_answered_only_now_is_all_new() -> None:
    (change,) = changes(replace(SENT, answers=()), SENT, "sv")
    assert [piece.mark for piece in change.pieces] == [Mark.ADDED]


@given(st.text(max_size=200), st.text(max_size=200))
def test_the_pieces_hold_both_texts_whole(before: str, after: str) -> None:
    pieces = marked(before, after)
    assert "".join(piece.text for piece in pieces if piece.mark is not Mark.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.mark is not Mark.REMOVED) == after


def test_a_text_written_anew_is_not_shown_as_a_patchwork() -> None:
    before, after = "Vi talade om vård i två länder.", "Det var en kurs på distans, på engelska."
    assert marked(before, after) == (Piece(Mark.REMOVED, before), Piece(Mark.ADDED, after))


def test_very_long_texts_are_shown_whole_rather_than_compared_for_seconds() -> None:
    before, after = "ord " * 5000, "annat " * 5000
    assert marked(before, after) == (Piece(Mark.REMOVED, before), Piece(Mark.ADDED, after))
