"""What the worker does for this room: issue a certificate that was queued."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from lti_app.certificates import pdf
from lti_app.certificates.queries import ISSUE
from lti_app.certificates.service import Claim, ClaimedElsewhere, claim, conclude, release
from lti_app.jobs import Failed, Handler, Retry, Work
from lti_app.storage import Stored


def issue(work: Work) -> None:
    """Issue for one portfolio: claim, draw and store, conclude. Safe to repeat after a kill at any point."""
    portfolio_id = uuid.UUID(work.payload["portfolio_id"])
    try:
        with work.db.writing() as session:
            taken = claim(session, work.settings, portfolio_id)
        if taken is not None:
            _issue(work, taken)
    except ClaimedElsewhere as error:
        raise Retry("Another worker is issuing this certificate.", after_seconds=5) from error


def _issue(work: Work, taken: Claim) -> None:
    try:
        drawn = pdf.draw(taken.facts)
    except (pdf.MissingGlyphs, pdf.DoesNotFit) as error:
        with work.db.writing() as session:
            release(session, taken)
        raise Failed(str(error)) from error
    stored = _store(work, taken, drawn)
    try:
        with work.db.writing() as session:
            conclude(session, taken, stored)
    except ClaimedElsewhere:
        # Nothing refers to these bytes. After any other failure something might, so they stay.
        work.storage.delete(stored.key)
        raise


def _store(work: Work, taken: Claim, drawn: bytes) -> Stored:
    upload = work.storage.begin(taken.institution_id)
    try:
        upload.write(drawn)
        return upload.finish()
    except BaseException:
        upload.discard()
        raise


HANDLERS: Mapping[str, Handler] = {ISSUE: issue}
