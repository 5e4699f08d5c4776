"""One score as it is queued and posted."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.lti.ags.scores import (
    EXTENSION,
    Activity,
    Grading,
    HandedIn,
    Score,
    as_number,
    body_of,
    later_than,
    points_of,
    scores_url,
    written,
)

MOMENT = datetime(2026, 11, 2, 9, 30, 1, 250_000, tzinfo=UTC)
seconds_since_1970 = st.integers(min_value=1_500_000_000, max_value=4_000_000_000)
milliseconds = st.builds(
    lambda seconds, thousandth: datetime.fromtimestamp(seconds, UTC) + timedelta(milliseconds=thousandth),
    seconds_since_1970,
    st.integers(min_value=0, max_value=999),
)
moments = st.builds(
    lambda moment, more: moment + timedelta(microseconds=more), milliseconds, st.integers(0, 999)
)
numbers = st.decimals(min_value="0.01", max_value="9999", places=2)
handed_in = st.one_of(
    st.none(),
    st.builds(HandedIn, submission_id=st.uuids()),
    st.builds(HandedIn, stored_file_id=st.uuids(), file_title=st.text(max_size=40)),
)
scores = st.builds(
    Score,
    line_item_id=st.uuids(),
    person_id=st.uuids(),
    timestamp=milliseconds,
    activity=st.sampled_from(Activity),
    grading=st.sampled_from(Grading),
    points=st.none() | numbers,
    maximum=st.none() | numbers,
    submitted_at=st.none() | milliseconds,
    handed_in=handed_in,
    comment=st.text(max_size=100),
    takes_back=st.booleans(),
)


def a_score(**more: object) -> Score:
    given = {
        "line_item_id": uuid.uuid4(),
        "person_id": uuid.uuid4(),
        "timestamp": MOMENT,
        "activity": Activity.COMPLETED,
        "grading": Grading.FULLY_GRADED,
    }
    return Score(**(given | more))  # type: ignore[arg-type]


def body(score: Score, *, is_canvas: bool = True) -> dict[str, object]:
    return body_of(
        score, user_id="sub-1", is_canvas=is_canvas, launch_url="https://t/launch", file_url="https://t/f"
    )


@given(scores)
def test_a_score_survives_the_outbox(score: Score) -> None:
    assert Score.from_payload(json.loads(json.dumps(score.to_payload()))) == score


@given(scores, st.booleans())
def test_points_never_go_without_their_maximum_nor_a_grade_unguarded(score: Score, is_canvas: bool) -> None:
    posted = body(score, is_canvas=is_canvas)
    assert ("scoreGiven" in posted) == ("scoreMaximum" in posted)
    assert (EXTENSION in posted) == is_canvas
    if is_canvas:
        extension = posted[EXTENSION]
        assert isinstance(extension, dict)
        assert extension["new_submission"] is (score.handed_in is not None)
        is_left_alone = score.points is None and not score.takes_back
        assert extension.get("preserve_score", False) is is_left_alone


def test_a_graded_score_in_full() -> None:
    score = a_score(points=Decimal("1.5"), maximum=Decimal(3), submitted_at=MOMENT, comment="Bra!")
    assert body(score) == {
        "userId": "sub-1",
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": "2026-11-02T09:30:01.250Z",
        "scoreGiven": 1.5,
        "scoreMaximum": 3,
        "comment": "Bra!",
        "submission": {"submittedAt": "2026-11-02T09:30:01.250Z"},
        EXTENSION: {"new_submission": False, "submitted_at": "2026-11-02T09:30:01.250Z"},
    }


def test_a_file_is_handed_in_by_its_address() -> None:
    score = a_score(handed_in=HandedIn(stored_file_id=uuid.uuid4(), file_title="C.pdf"), points=Decimal(1))
    extension = body(score)[EXTENSION]
    assert isinstance(extension, dict)
    assert extension["content_items"] == [
        {"type": "file", "url": "https://t/f", "title": "C.pdf", "media_type": "application/pdf"}
    ]


@given(st.fractions(min_value="1/1000", max_value=1), st.integers(min_value=1, max_value=500))
def test_points_lie_above_nothing_and_at_most_at_the_maximum(fraction: object, maximum: int) -> None:
    from fractions import Fraction

    assert isinstance(fraction, Fraction)
    share = Decimal(fraction.numerator) / Decimal(fraction.denominator)
    assert 0 < points_of(share, Decimal(maximum)) <= maximum


@pytest.mark.parametrize("fraction", ["0", "-0.1", "1.01"])
def test_a_fraction_out_of_range_is_a_mistake_of_the_caller(fraction: str) -> None:
    with pytest.raises(ValueError, match="fraction"):
        points_of(Decimal(fraction), Decimal(3))


@given(st.lists(moments, min_size=2, max_size=30))
def test_timestamps_grow_whatever_the_clock_does(clock: list[datetime]) -> None:
    last: datetime | None = None
    stamps = []
    for moment in clock:
        last = later_than(last, moment)
        stamps.append(datetime.fromisoformat(written(last)))
    assert all(one < other for one, other in pairwise(stamps))


def test_a_clock_that_stands_still_ticks_by_a_millisecond() -> None:
    assert later_than(MOMENT, MOMENT) == MOMENT + timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("line_item", "expected"),
    [
        ("https://c/li/1", "https://c/li/1/scores"),
        ("https://c/li/1/", "https://c/li/1/scores"),
        ("https://m/li/1/lineitem?type_id=2", "https://m/li/1/lineitem/scores?type_id=2"),
    ],
)
def test_scores_go_before_the_query_string(line_item: str, expected: str) -> None:
    assert scores_url(line_item) == expected


def test_whole_numbers_are_written_without_a_point() -> None:
    assert json.dumps([as_number(Decimal("3.00")), as_number(Decimal("0.3333"))]) == "[3, 0.3333]"
