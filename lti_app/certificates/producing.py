"""Producing one certificate that was queued: claim, draw and sign, store, conclude."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from lti_app.certificates import pdf
from lti_app.certificates.badge import signing
from lti_app.certificates.conformance import NotConforming
from lti_app.certificates.issuing import (
    Claim,
    ClaimedElsewhere,
    Outdated,
    claim,
    clear_abandoned,
    conclude,
    release,
)
from lti_app.certificates.keys import NoSigningKey
from lti_app.certificates.making import make, require_ready
from lti_app.certificates.timestamps import TimestampUnavailable
from lti_app.errors import N_
from lti_app.jobs import Failed, Retry, Work
from lti_app.schemes import assets
from lti_app.storage import Stored

_CLAIMED = N_("Another worker is issuing this certificate.")
_OUTDATED = N_("Something was changed while the certificate was drawn; it is drawn again.")
_MISSING_GLYPHS = N_("The name or a title has a character that the certificate's typeface lacks.")
_BLANK = N_("The name or a title on the certificate is blank.")
_GONE = N_("The portfolio is no longer there.")
_DOES_NOT_FIT = N_("The name or a title is too long for the certificate.")
_PICTURE = N_("A picture of the certificate's layout is missing or cannot be used.")
_NOT_CONFORMING = N_("The certificate is not fit for archives and screen readers, so it was not issued.")
_NO_KEY = N_("The tool has no key to sign certificates with; its operator must set one.")
_NO_TIMESTAMP = N_("The timestamp authority did not answer; it is asked again.")

_STOPS = {
    pdf.MissingGlyphs: _MISSING_GLYPHS,
    pdf.NothingToSee: _BLANK,
    pdf.DoesNotFit: _DOES_NOT_FIT,
    pdf.PictureMissing: _PICTURE,
    pdf.PictureInvalid: _PICTURE,
    NotConforming: _NOT_CONFORMING,
    NoSigningKey: _NO_KEY,
}


def issue(work: Work) -> None:
    """Issue for one portfolio: claim, draw and store, conclude. Safe to repeat after a kill at any point."""
    portfolio_id = uuid.UUID(work.payload["portfolio_id"])
    _require_ready(work)
    try:
        with work.db.writing() as session:
            clear_abandoned(session, portfolio_id)
            taken = claim(session, work.settings, portfolio_id)
        if taken is not None:
            _issue(work, taken)
    except ClaimedElsewhere as error:
        raise Retry(_CLAIMED, after_seconds=5) from error
    except LookupError as error:
        raise Failed(_GONE) from error


def _issue(work: Work, taken: Claim) -> None:
    badge = signing.make(taken.facts, taken.badge)
    stored = _store(work, taken, _made(work, taken, badge.json_ld))
    try:
        with work.db.writing() as session:
            conclude(session, taken, stored, badge)
    except Outdated as error:
        work.storage.delete(stored.key)
        _release(work, taken)
        raise Retry(_OUTDATED, after_seconds=1) from error
    except ClaimedElsewhere:
        # Nothing refers to these bytes. After any other failure something might, so they stay.
        work.storage.delete(stored.key)
        raise


def _require_ready(work: Work) -> None:
    """Find out before a number is taken that nothing could be signed."""
    try:
        require_ready(work.settings)
    except NoSigningKey as error:
        raise Failed(_NO_KEY, detail=str(error)) from error
    except TimestampUnavailable as error:
        raise Retry(_NO_TIMESTAMP, detail=str(error)) from error


def _made(work: Work, taken: Claim, credential: bytes) -> bytes:
    """The signed bytes; what stops them releases the claim, and staff read why."""
    try:
        return make(work.settings, taken.facts, pictures=_pictures(work, taken), credential=credential)
    except Exception as error:
        _release(work, taken)
        raise _outcome(error) from error


def _pictures(work: Work, taken: Claim) -> Mapping[str, bytes]:
    """The bytes that the layout names; what is missing stops the drawing, which says so."""
    if not (named := taken.facts.layout.assets()):
        return {}
    with work.db.reading() as session:
        keys = assets.keys_of(session, taken.institution_id, named)
    return assets.read_pictures(work.storage, keys)


def _outcome(error: Exception) -> Exception:
    if isinstance(error, TimestampUnavailable):
        return Retry(_NO_TIMESTAMP, detail=str(error))
    reason = next((said for kind, said in _STOPS.items() if isinstance(error, kind)), None)
    return Failed(reason, detail=str(error)) if reason else error


def _release(work: Work, taken: Claim) -> None:
    with work.db.writing() as session:
        release(session, taken)


def _store(work: Work, taken: Claim, drawn: bytes) -> Stored:
    upload = work.storage.begin(taken.institution_id, seed=taken.token.bytes)
    try:
        upload.write(drawn)
        return upload.finish()
    except BaseException:
        upload.discard()
        raise
