"""The worker's part: issue a certificate that was queued, and remove the bytes of an erased one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from lti_app.certificates import pdf
from lti_app.certificates.erasing import REMOVE_BYTES, remove_bytes
from lti_app.certificates.queries import ISSUE
from lti_app.certificates.runs import RUN, gather
from lti_app.certificates.service import Claim, ClaimedElsewhere, Outdated, claim, conclude, release
from lti_app.errors import N_
from lti_app.jobs import Failed, Handler, Retry, Work
from lti_app.storage import Stored

_CLAIMED = N_("Another worker is issuing this certificate.")
_OUTDATED = N_("Something was changed while the certificate was drawn; it is drawn again.")
_MISSING_GLYPHS = N_("The name or a title has a character that the certificate's typeface lacks.")
_GONE = N_("The portfolio is no longer there.")
_DOES_NOT_FIT = N_("The name or a title is too long for the certificate.")


def issue(work: Work) -> None:
    """Issue for one portfolio: claim, draw and store, conclude. Safe to repeat after a kill at any point."""
    portfolio_id = uuid.UUID(work.payload["portfolio_id"])
    try:
        with work.db.writing() as session:
            taken = claim(session, work.settings, portfolio_id)
        if taken is not None:
            _issue(work, taken)
    except ClaimedElsewhere as error:
        raise Retry(_CLAIMED, after_seconds=5) from error
    except LookupError as error:
        raise Failed(_GONE) from error


def _issue(work: Work, taken: Claim) -> None:
    stored = _store(work, taken, _drawn(work, taken))
    try:
        with work.db.writing() as session:
            conclude(session, taken, stored)
    except Outdated as error:
        work.storage.delete(stored.key)
        _release(work, taken)
        raise Retry(_OUTDATED, after_seconds=1) from error
    except ClaimedElsewhere:
        # Nothing refers to these bytes. After any other failure something might, so they stay.
        work.storage.delete(stored.key)
        raise


def _drawn(work: Work, taken: Claim) -> bytes:
    try:
        return pdf.draw(taken.facts)
    except pdf.MissingGlyphs as error:
        _release(work, taken)
        raise Failed(_MISSING_GLYPHS, detail=str(error)) from error
    except pdf.DoesNotFit as error:
        _release(work, taken)
        raise Failed(_DOES_NOT_FIT, detail=str(error)) from error


def _release(work: Work, taken: Claim) -> None:
    with work.db.writing() as session:
        release(session, taken)


def _store(work: Work, taken: Claim, drawn: bytes) -> Stored:
    upload = work.storage.begin(taken.institution_id)
    try:
        upload.write(drawn)
        return upload.finish()
    except BaseException:
        upload.discard()
        raise


HANDLERS: Mapping[str, Handler] = {ISSUE: issue, RUN: gather, REMOVE_BYTES: remove_bytes}
