"""What happens to a certificate after it was issued: it is corrected, revoked, or followed by another.

The bytes that were issued never change. A correction is asked for by the holder or by staff and decided by
staff; once approved, what the certificate rests on may be reopened (review/service/taking_back.py), and the
next certificate that is issued supersedes this one; until something is, the approval can be taken back. A
revoked certificate is not followed by another until a coordinator says so. All these verbs stand in one
module because they lock certificate, portfolio and correction in one order.
"""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.badge import service as badges
from lti_app.certificates.handing_in import line_of, may_be_at, queued_of, tell_answer, tell_revoked
from lti_app.certificates.models import (
    Certificate,
    CertificateState,
    Correction,
    CorrectionKind,
    CorrectionState,
    Revocation,
    RevokeReason,
)
from lti_app.certificates.permissions import PERMISSIONS
from lti_app.certificates.printable import require_printable, require_printable_name
from lti_app.certificates.queries import last_of, owned_of, reopened_since, standing_of
from lti_app.certificates.service import settle
from lti_app.clock import now
from lti_app.errors import Conflict, NotAllowed, NotFound, Problem
from lti_app.jobs import outbox
from lti_app.people.actors import Actor, require
from lti_app.portfolio.models import Portfolio
from lti_app.web.typed import clean_line, clean_text

LONGEST_NAME = 300
LONGEST_NOTE = 2000


def request_correction(
    session: Session, actor: Actor, certificate_id: uuid.UUID, *, new_name: str = "", note: str = ""
) -> Correction:
    """Ask that the certificate be corrected: its name, if a new one is given, else what the note says.

    Asked twice in the same words, it is asked once. Raises Conflict for a certificate that does not stand or
    was erased, and while another is open, Conflict("name-not-printable") for a name that the typeface lacks,
    Problem("bad-request") for too little, Problem("too-large") for too much.
    """
    found, portfolio = _locked(session, actor, certificate_id, "certificate.request_correction")
    new_name, note = _one_line(new_name), clean_text(note)
    if len(note) > LONGEST_NOTE:
        raise Problem("too-large", "correction")
    if not new_name and not note:
        raise Problem("bad-request", "neither a name nor a note")
    kind = CorrectionKind.NAME if new_name else CorrectionKind.OTHER
    if found.state is not CertificateState.ISSUED or found.erased_at is not None:
        raise Conflict(f"the certificate is {found.state}, or erased")
    standing = _open_correction(session, found.id)
    if standing is not None:
        if (standing.kind, standing.new_name, standing.note) == (kind, new_name, note):
            return standing
        raise Conflict("another correction is open", slug="correction-open")
    if kind is CorrectionKind.NAME:
        _require_new(portfolio, new_name)
        require_printable_name(new_name)
    asked = Correction(
        institution_id=found.institution_id,
        certificate_id=found.id,
        kind=kind,
        new_name=new_name,
        note=note,
        requested_by_id=actor.person_id,
    )
    session.add(asked)
    session.flush()
    return asked


def withdraw_correction(session: Session, actor: Actor, correction_id: uuid.UUID) -> None:
    """Take back what one asked for oneself and nobody has decided yet. Raises Conflict once it is decided."""
    asked, _, _ = _locked_correction(session, actor, correction_id, "certificate.request_correction")
    if asked.requested_by_id != actor.person_id:
        raise NotAllowed("somebody else asked")
    if asked.state is CorrectionState.WITHDRAWN:
        return
    if asked.state is not CorrectionState.REQUESTED:
        raise Conflict(f"the correction is {asked.state}")
    asked.state = CorrectionState.WITHDRAWN


def approve_correction(
    session: Session, actor: Actor, correction_id: uuid.UUID, *, new_name: str = ""
) -> Correction:
    """Agree. A new name is printed at once; for anything else, what is wrong can now be reopened and mended.

    `new_name` is for whoever asked in words alone: what the words mean, as staff understand them. A name that
    was asked for is approved as it was written, or declined.

    Approved twice, it is approved once. Raises Conflict when it was withdrawn or declined, or the certificate
    does not stand any more; Conflict("name-not-printable") for a name that the typeface lacks,
    Conflict("cannot-be-printed") where it lacks something else that a new certificate would say,
    Conflict("name-unchanged") for the one that it has, Problem("bad-request") for another than was asked for.
    """
    asked, found, portfolio = _locked_correction(session, actor, correction_id, "certificate.correct")
    if asked.state in {CorrectionState.APPROVED, CorrectionState.DONE}:
        return asked
    if asked.state is not CorrectionState.REQUESTED or found.state is not CertificateState.ISSUED:
        raise Conflict(f"the correction is {asked.state}, the certificate {found.state}")
    if new_name := _one_line(new_name):
        _understand_as_name(asked, portfolio, new_name)
    _decide(asked, actor, CorrectionState.APPROVED)
    session.flush()
    tell_answer(session, portfolio, found, asked)
    if asked.kind is CorrectionKind.NAME:
        portfolio.printed_name = asked.new_name
        portfolio.name_confirmed_at, portfolio.name_confirmed_by_id = asked.decided_at, actor.person_id
        session.flush()
        require_printable(session, portfolio)
        settle(session, portfolio.id, cause_id=asked.id)
    return asked


def issue_corrected(session: Session, actor: Actor, correction_id: uuid.UUID) -> bool:
    """Issue anew as things stand, when nothing needs to be approved again; answers whether it was queued now.

    Raises Conflict for a correction that is not approved or whose certificate is not earned as things stand.
    """
    asked, _, portfolio = _locked_correction(session, actor, correction_id, "certificate.correct")
    if asked.state is CorrectionState.DONE:
        return False
    if asked.state is not CorrectionState.APPROVED:
        raise Conflict(f"the correction is {asked.state}")
    if not standing_of(session, portfolio.id).is_earned:
        raise Conflict("something is reopened")
    return settle(session, portfolio.id, cause_id=asked.id)


def take_back_approval(session: Session, actor: Actor, correction_id: uuid.UUID) -> None:
    """Let an approved correction wait for an answer again, before anything was mended or issued.

    Taken back twice, it is taken back once. Raises Conflict for one of a name, which was issued anew at once,
    and where something was reopened or issued meanwhile, even if that is approved again.
    """
    asked, _, portfolio = _locked_correction(session, actor, correction_id, "certificate.correct")
    if asked.state is CorrectionState.REQUESTED:
        return
    is_of_name = asked.kind is CorrectionKind.NAME
    if asked.state is not CorrectionState.APPROVED or asked.decided_at is None or is_of_name:
        raise Conflict(f"the correction is {asked.state}, of kind {asked.kind}")
    is_earned = standing_of(session, portfolio.id).is_earned
    if not is_earned or reopened_since(session, portfolio.id, asked.decided_at):
        raise Conflict("something is or was reopened")
    asked.state, asked.decided_at, asked.decided_by_id = CorrectionState.REQUESTED, None, None
    outbox.cancel(session, asked.id)


def decline_correction(session: Session, actor: Actor, correction_id: uuid.UUID, *, reply: str) -> Correction:
    """Leave the certificate as it is, and say why, at the platform, too. Raises Conflict("comment-missing")
    without a reply, Conflict when it was approved or withdrawn.
    """
    asked, found, portfolio = _locked_correction(session, actor, correction_id, "certificate.correct")
    reply = clean_text(reply)
    if not reply:
        raise Conflict("no reply", slug="comment-missing")
    if len(reply) > LONGEST_NOTE:
        raise Problem("too-large", "reply")
    if asked.state is CorrectionState.DECLINED and asked.reply == reply:
        return asked
    if asked.state is not CorrectionState.REQUESTED:
        raise Conflict(f"the correction is {asked.state}")
    asked.reply = reply
    _decide(asked, actor, CorrectionState.DECLINED)
    session.flush()
    tell_answer(session, portfolio, found, asked)
    return asked


def revoke(
    session: Session, actor: Actor, certificate_id: uuid.UUID, *, reason: RevokeReason, note: str = ""
) -> Certificate:
    """Revoke for good. The reason is public, the note is for staff; none is kept with an erased certificate.
    Each course that it, or what it took the place of, was handed in to is told; what still waits to tell that
    it stands is taken back.

    Revoked twice, it is revoked once. Raises Conflict for a superseded certificate: its successor is what
    stands.
    """
    found, portfolio = _locked(session, actor, certificate_id, "certificate.revoke")
    note = clean_text(note)
    if len(note) > LONGEST_NOTE:
        raise Problem("too-large", "note")
    if found.state is CertificateState.REVOKED:
        return found
    if found.state is not CertificateState.ISSUED:
        raise Conflict(f"the certificate is {found.state}")
    line = line_of(session, found)
    told_at = may_be_at(session, line)
    for each in queued_of(session, found, line=line):
        if outbox.has_not_left(each):
            outbox.drop(each, outbox.UNDONE)
    found.state, found.revoked_at, found.revoke_reason = CertificateState.REVOKED, now(), reason.value
    session.add(
        Revocation(
            certificate_id=found.id,
            institution_id=found.institution_id,
            revoked_by_id=actor.person_id,
            note="" if found.erased_at else note,
        )
    )
    badges.revoke(session, found.institution_id, found.number)
    if (asked := _open_correction(session, found.id)) is not None:
        asked.reply = asked.reply or "–"
        _decide(asked, actor, CorrectionState.DECLINED)
    for course_id in told_at:
        tell_revoked(session, portfolio, found, course_id)
    session.flush()
    return found


def allow_another(session: Session, actor: Actor, certificate_id: uuid.UUID) -> bool:
    """Let another certificate follow a revoked one, and queue it if it is earned, unless the scheme leaves
    issuing to staff; answers whether it was.

    Raises Conflict for a certificate that is not revoked, is not the portfolio's last, or was erased.
    """
    found, portfolio = _locked(session, actor, certificate_id, "certificate.revoke")
    last = last_of(session, portfolio.id)
    is_last = last is not None and last.id == found.id
    if found.state is not CertificateState.REVOKED or not is_last or found.erased_at is not None:
        raise Conflict("not the last, not revoked, or erased")
    session.get_one(Revocation, found.id).may_be_followed = True
    session.flush()
    return settle(session, portfolio.id, cause_id=found.id)


def _locked(
    session: Session, actor: Actor, certificate_id: uuid.UUID, action: str
) -> tuple[Certificate, Portfolio]:
    """The certificate and its portfolio, locked in the order in which issuing locks them."""
    portfolio_id = session.scalar(select(Certificate.portfolio_id).where(Certificate.id == certificate_id))
    owned = owned_of(session, portfolio_id) if portfolio_id is not None else None
    if portfolio_id is None or owned is None:
        raise NotFound("certificate")
    require(PERMISSIONS, action, actor, owned)
    portfolio = session.get_one(Portfolio, portfolio_id, with_for_update=True, populate_existing=True)
    found = session.get_one(Certificate, certificate_id, with_for_update=True, populate_existing=True)
    return found, portfolio


def _locked_correction(
    session: Session, actor: Actor, correction_id: uuid.UUID, action: str
) -> tuple[Correction, Certificate, Portfolio]:
    certificate_id = session.scalar(select(Correction.certificate_id).where(Correction.id == correction_id))
    if certificate_id is None:
        raise NotFound("correction")
    found, portfolio = _locked(session, actor, certificate_id, action)
    asked = session.get(Correction, correction_id, with_for_update=True, populate_existing=True)
    if asked is None:
        raise NotFound("correction")
    return asked, found, portfolio


def _open_correction(session: Session, certificate_id: uuid.UUID) -> Correction | None:
    return session.scalars(
        select(Correction).where(
            Correction.certificate_id == certificate_id,
            Correction.state.in_((CorrectionState.REQUESTED, CorrectionState.APPROVED)),
        )
    ).one_or_none()


def _decide(asked: Correction, actor: Actor, state: CorrectionState) -> None:
    asked.state, asked.decided_at, asked.decided_by_id = state, now(), actor.person_id


def _understand_as_name(asked: Correction, portfolio: Portfolio, new_name: str) -> None:
    """Let a correction that was asked for in words be one of the name; the words stay as they are."""
    if asked.kind is CorrectionKind.NAME and asked.new_name != new_name:
        raise Problem("bad-request", "another name than was asked for")
    _require_new(portfolio, new_name)
    require_printable_name(new_name)
    asked.kind, asked.new_name = CorrectionKind.NAME, new_name


def _one_line(name: str) -> str:
    """A name as it is printed. Raises Problem("too-large")."""
    line = clean_line(name)
    if len(line) > LONGEST_NAME:
        raise Problem("too-large", "name")
    return line


def _require_new(portfolio: Portfolio, new_name: str) -> None:
    if new_name == portfolio.printed_name:
        raise Conflict("the certificate has this name", slug="name-unchanged")
