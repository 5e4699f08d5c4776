"""What each answer of a gradebook means."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from lti_app.lti.verdicts import Answered, Verdict, said, verdict

MOMENT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def judged(status: int, body: object = b"", **headers: str) -> Verdict:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = CaseInsensitiveDict({name.replace("_", "-"): value for name, value in headers.items()})
    return verdict(status, named, raw, MOMENT)


def error(message: str) -> dict[str, object]:
    return {"errors": {"type": "some_type", "message": message}}


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_success_is_taken(status: int) -> None:
    assert judged(status).answered is Answered.TAKEN


def test_an_older_timestamp_needs_one_later_than_what_the_platform_has() -> None:
    told = (
        "Provided timestamp of 2026-11-02T09:30:00Z before last updated timestamp of 2026-11-02T10:00:00.123Z"
    )
    found = judged(400, error(told))
    assert found.answered is Answered.NEWER_NEEDED
    assert found.newer_than == datetime(2026, 11, 2, 10, 0, 0, 123_000, tzinfo=UTC)


def test_an_older_timestamp_without_a_readable_time_still_needs_a_newer_one() -> None:
    found = judged(400, error("Provided timestamp of x before last updated timestamp of yesterday"))
    assert (found.answered, found.newer_than) == (Answered.NEWER_NEEDED, None)


def test_moodles_conflict_within_a_second_needs_the_next_second() -> None:
    found = judged(409)
    assert (found.answered, found.newer_than) == (Answered.NEWER_NEEDED, MOMENT + timedelta(seconds=1))


def test_open_edx_refuses_a_repetition_that_has_arrived_and_an_older_score() -> None:
    repeated = judged(400, {"timestamp": ["Score already exists for the provided timestamp"]})
    assert repeated.answered is Answered.TAKEN
    older = judged(400, {"timestamp": ["Score timestamp can only be updated to a later point in time"]})
    assert (older.answered, older.newer_than) == (Answered.NEWER_NEEDED, None)


@pytest.mark.parametrize(
    "message", ["Provided submitted_at timestamp of X in the future", "param is missing"]
)
def test_any_other_bad_request_is_refused_with_what_was_said(message: str) -> None:
    found = judged(400, error(message))
    assert (found.answered, found.detail) == (Answered.REFUSED, f"400 {message}")


def test_throttling_comes_as_403_or_429() -> None:
    assert judged(429).answered is Answered.BUSY
    assert judged(403, X_Rate_Limit_Remaining="0.0").answered is Answered.BUSY
    assert judged(403, b"403 Forbidden (Rate Limit Exceeded)\n").answered is Answered.BUSY
    assert judged(403, X_Rate_Limit_Remaining="599.9").answered is Answered.REFUSED
    assert judged(403, X_Rate_Limit_Remaining="nonsense").answered is Answered.REFUSED


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("30", 30.0), ("0", 1.0), ("99999", 3600.0), ("-1", None), ("Mon, 2 Nov 2026", None)],
)
def test_the_wait_that_was_asked_for_is_kept_within_an_hour(asked: str, seconds: float | None) -> None:
    assert judged(429, Retry_After=asked).after_seconds == seconds


@pytest.mark.parametrize("status", [404, 410, 412])
def test_a_line_item_that_is_gone_is_said_to_be_gone(status: int) -> None:
    found = judged(status)
    assert found.answered is Answered.REFUSED
    assert found.reason.startswith("The assignment is no longer there")


@pytest.mark.parametrize(("status", "answered"), [(401, Answered.LATER), (503, Answered.LATER)])
def test_what_was_not_looked_at_may_be_repeated_whole(status: int, answered: Answered) -> None:
    assert judged(status).answered is answered


@pytest.mark.parametrize("status", [408, 500, 502, 504])
def test_after_an_error_inside_the_platform_nobody_knows(status: int) -> None:
    assert judged(status).answered is Answered.UNKNOWN


@pytest.mark.parametrize("status", [300, 302, 405, 413, 415, 422])
def test_everything_else_is_refused(status: int) -> None:
    assert judged(status).answered is Answered.REFUSED


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"errors":{"type":"x","message":"No."}}', "No."),
        (
            b'{"errors":[{"message":"The specified resource does not exist."}]}',
            "The specified resource does not exist.",
        ),
        (b'{"error":"invalid_request","error_description":"the \'aud\' is invalid"}', "the 'aud' is invalid"),
        (
            b'{"status":409,"reason":"Refusing score with an older timestamp"}',
            "Refusing score with an older timestamp",
        ),
        (b"plain\n words\x00", "plain words"),
        (b"<!doctype html><title>Oops</title>", ""),
        (b"", ""),
        (b"{", "{"),
        (b"\xff\xfe", "��"),
    ],
)
def test_what_was_said_is_found_in_every_shape(body: bytes, message: str) -> None:
    assert said(body) == message


@given(st.integers(min_value=100, max_value=599), st.binary(max_size=300))
def test_no_answer_is_beyond_judgement(status: int, body: bytes) -> None:
    assert len(judged(status, body).detail) <= 310


def test_a_deeply_nested_answer_is_not_followed() -> None:
    assert len(said(b'{"errors":' * 5000)) <= 300


@pytest.mark.parametrize(
    ("status", "message", "reason"),
    [
        (422, "This assignment is still unpublished", "The assignment is not published yet."),
        (422, "This course has concluded. AGS requests will no longer be accepted", "The course has ended"),
        (422, "User not found in course or is not a student", "The platform does not know this person"),
        (422, "The maximum number of allowed attempts has been reached", "allows only so many attempts"),
        (422, "ScoreMaximum must be greater than 0", "The platform refused it."),
        (404, "The specified resource does not exist.", "The assignment is no longer there"),
        (412, "The specified LTI link ID is not associated", "The assignment is no longer there"),
        (410, "", "The assignment is no longer there"),
    ],
)
def test_a_refusal_has_its_reason_in_words_of_ours(status: int, message: str, reason: str) -> None:
    found = judged(status, error(message))
    assert found.answered is Answered.REFUSED
    assert reason in found.reason
