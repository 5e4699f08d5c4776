"""The life of an item: no sequence of acts leads outside of the table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_app.portfolio.states import ItemState
from lti_app.portfolio.workflow import (
    NEEDS_REASON,
    TABLE,
    Act,
    Refusal,
    Refused,
    after,
    is_plan_after,
    may,
)

ACTS = st.sampled_from(list(Act))
ATTEMPTS = st.lists(st.tuples(ACTS, st.booleans(), st.booleans(), st.sampled_from(["", " ", "why"])))


@given(ATTEMPTS)
def test_no_sequence_of_acts_leaves_the_table(attempts: list[tuple[Act, bool, bool, str]]) -> None:
    state = ItemState.DRAFT
    for act, is_opened, is_certified, reason in attempts:
        try:
            reached = after(state, act, is_opened=is_opened, is_certified=is_certified, reason=reason)
        except Refused:
            continue
        assert TABLE[state, act] is reached
        assert act not in NEEDS_REASON or reason.strip()
        assert not (act is Act.WITHDRAW and is_opened)
        assert not (state is ItemState.APPROVED and is_certified)
        state = reached


@given(ATTEMPTS)
def test_a_plan_is_never_an_approved_merit_and_ends_with_its_approval(
    attempts: list[tuple[Act, bool, bool, str]],
) -> None:
    state, is_plan = ItemState.DRAFT, True
    for act, is_opened, is_certified, reason in attempts:
        try:
            reached = after(
                state, act, is_plan=is_plan, is_opened=is_opened, is_certified=is_certified, reason=reason
            )
        except Refused:
            continue
        was_plan, is_plan = is_plan, is_plan_after(act, is_plan=is_plan)
        if was_plan:
            assert reached is not ItemState.APPROVED
            assert is_plan or (act is Act.APPROVE and reached is ItemState.DRAFT)
        else:
            assert not is_plan
            assert TABLE[state, act] is reached
        state = reached


@given(st.sampled_from(list(ItemState)), ACTS, st.booleans(), st.booleans())
def test_what_may_be_done_is_what_can_be_done(
    state: ItemState, act: Act, is_opened: bool, is_certified: bool
) -> None:
    try:
        after(state, act, is_opened=is_opened, is_certified=is_certified, reason="why")
    except Refused:
        assert not may(state, act, is_opened=is_opened, is_certified=is_certified)
    else:
        assert may(state, act, is_opened=is_opened, is_certified=is_certified)


@pytest.mark.parametrize(
    ("state", "act", "reached"),
    [
        (ItemState.DRAFT, Act.SUBMIT, ItemState.SUBMITTED),
        (ItemState.SUBMITTED, Act.WITHDRAW, ItemState.DRAFT),
        (ItemState.SUBMITTED, Act.APPROVE, ItemState.APPROVED),
        (ItemState.SUBMITTED, Act.RETURN, ItemState.RETURNED),
        (ItemState.SUBMITTED, Act.DECLINE, ItemState.DECLINED),
        (ItemState.RETURNED, Act.SUBMIT, ItemState.SUBMITTED),
        (ItemState.APPROVED, Act.REOPEN, ItemState.RETURNED),
        (ItemState.DECLINED, Act.REOPEN, ItemState.RETURNED),
    ],
)
def test_the_ways_between_the_states(state: ItemState, act: Act, reached: ItemState) -> None:
    assert after(state, act, reason="why") is reached


@pytest.mark.parametrize("state", [ItemState.SUBMITTED, ItemState.APPROVED, ItemState.DECLINED])
def test_what_is_not_in_the_students_hands_cannot_be_changed(state: ItemState) -> None:
    with pytest.raises(Refused) as refused:
        after(state, Act.CHANGE)
    assert refused.value.refusal is Refusal.WRONG_STATE
    assert refused.value.kind.status == 409


@pytest.mark.parametrize("act", [Act.RETURN, Act.DECLINE])
def test_a_refusal_needs_a_reason(act: Act) -> None:
    with pytest.raises(Refused) as refused:
        after(ItemState.SUBMITTED, act, reason="  ")
    assert refused.value.refusal is Refusal.NO_REASON


def test_what_a_reviewer_opened_is_not_withdrawn() -> None:
    with pytest.raises(Refused) as refused:
        after(ItemState.SUBMITTED, Act.WITHDRAW, is_opened=True)
    assert refused.value.slug == "already-opened"


def test_an_approval_that_a_certificate_rests_on_is_not_reopened() -> None:
    with pytest.raises(Refused) as refused:
        after(ItemState.APPROVED, Act.REOPEN, is_certified=True, reason="why")
    assert refused.value.slug == "certificate-stands"
    assert after(ItemState.DECLINED, Act.REOPEN, is_certified=True, reason="why") is ItemState.RETURNED
