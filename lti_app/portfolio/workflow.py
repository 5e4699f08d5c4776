"""Which act leads from which state to which: the whole life of an activity, a report, a presentation. Pure.

An activity may begin as a plan (planned → plan approved → draft): the plan goes the same ways, except that
its approval is not an approved merit but the activity's beginning.

The table is the rule; `after` asks it, and adds what a state alone cannot say: nobody withdraws what a
reviewer has opened, nothing approved is reopened once a certificate rests on it, a refusal gives its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from lti_app.errors import Conflict
from lti_app.portfolio.states import ItemState


class Act(StrEnum):
    """What can be done to an item. Student: change to withdraw. Staff: the rest."""

    CHANGE = "change"
    DISCARD = "discard"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    RETURN = "return"
    DECLINE = "decline"
    REOPEN = "reopen"
    UNDO = "undo"


class Refusal(StrEnum):
    """Why an act is not possible."""

    WRONG_STATE = "wrong_state"
    ALREADY_OPENED = "already_opened"
    CERTIFIED = "certified"
    NO_REASON = "no_reason"


_SLUGS = {
    Refusal.ALREADY_OPENED: "already-opened",
    Refusal.CERTIFIED: "certificate-stands",
    Refusal.NO_REASON: "comment-missing",
}


class Refused(Conflict):
    """The workflow does not allow this act here; shown as a page, it says why."""

    def __init__(self, act: Act, state: ItemState, refusal: Refusal) -> None:
        super().__init__(f"{act} of {state}: {refusal}", slug=_SLUGS.get(refusal, "changed-meanwhile"))
        self.refusal = refusal


STUDENT_ACTS = frozenset({Act.CHANGE, Act.DISCARD, Act.SUBMIT, Act.WITHDRAW})
STAFF_ACTS = frozenset(Act) - STUDENT_ACTS
NEEDS_REASON = frozenset({Act.RETURN, Act.DECLINE, Act.REOPEN})

TABLE: Mapping[tuple[ItemState, Act], ItemState] = {
    (ItemState.DRAFT, Act.CHANGE): ItemState.DRAFT,
    (ItemState.DRAFT, Act.DISCARD): ItemState.DRAFT,
    (ItemState.DRAFT, Act.SUBMIT): ItemState.SUBMITTED,
    (ItemState.RETURNED, Act.CHANGE): ItemState.RETURNED,
    (ItemState.RETURNED, Act.SUBMIT): ItemState.SUBMITTED,
    (ItemState.SUBMITTED, Act.WITHDRAW): ItemState.DRAFT,
    (ItemState.SUBMITTED, Act.APPROVE): ItemState.APPROVED,
    (ItemState.SUBMITTED, Act.RETURN): ItemState.RETURNED,
    (ItemState.SUBMITTED, Act.DECLINE): ItemState.DECLINED,
    (ItemState.APPROVED, Act.REOPEN): ItemState.RETURNED,
    (ItemState.DECLINED, Act.REOPEN): ItemState.RETURNED,
    (ItemState.APPROVED, Act.UNDO): ItemState.SUBMITTED,
    (ItemState.RETURNED, Act.UNDO): ItemState.SUBMITTED,
    (ItemState.DECLINED, Act.UNDO): ItemState.SUBMITTED,
}
# What is different for a plan: approved it makes a draft of the activity, which then lives on as any other.
PLANS: Mapping[tuple[ItemState, Act], ItemState] = {
    (ItemState.SUBMITTED, Act.APPROVE): ItemState.DRAFT,
    (ItemState.DRAFT, Act.UNDO): ItemState.SUBMITTED,
}


def after(
    state: ItemState,
    act: Act,
    *,
    is_plan: bool = False,
    is_opened: bool = False,
    is_certified: bool = False,
    reason: str = "",
) -> ItemState:
    """The state that the act leads to. A discarded draft is gone, so its state stays what it was.

    `is_plan`: what is acted on is an activity's plan, not the activity. `is_opened`: a reviewer has opened
    the waiting submission. `is_certified`: a certificate that stands rests on the item. `reason`: the
    reviewer's comment; return, decline and reopen need one. Raises Refused.
    """
    reached = ({**TABLE, **PLANS} if is_plan else TABLE).get((state, act))
    if reached is None:
        raise Refused(act, state, Refusal.WRONG_STATE)
    if act is Act.WITHDRAW and is_opened:
        raise Refused(act, state, Refusal.ALREADY_OPENED)
    if is_certified and state is ItemState.APPROVED:
        raise Refused(act, state, Refusal.CERTIFIED)
    if act in NEEDS_REASON and not reason.strip():
        raise Refused(act, state, Refusal.NO_REASON)
    return reached


def is_plan_after(act: Act, *, is_plan: bool) -> bool:
    """Whether what was acted on as a plan, or was not, is one afterwards: only an approval ends that."""
    return is_plan and act is not Act.APPROVE


def may(state: ItemState, act: Act, *, is_opened: bool = False, is_certified: bool = False) -> bool:
    """Whether the act is possible now, a reason given where one is needed."""
    try:
        after(state, act, is_opened=is_opened, is_certified=is_certified, reason="given")
    except Refused:
        return False
    return True
