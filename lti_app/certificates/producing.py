"""Producing one certificate that was queued: claim, draw and sign, store, conclude."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from lti_app.certificates import hindrances, pdf
from lti_app.certificates.badge import signing
from lti_app.certificates.conformance import NotConforming
from lti_app.certificates.facts import CertificateFacts
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
from lti_app.glyphs import listed, missing
from lti_app.jobs import Failed, Retry, Work
from lti_app.schemes import assets
from lti_app.storage import Stored

_STOPS = {
    pdf.NothingToSee: hindrances.BLANK,
    pdf.PictureMissing: hindrances.PICTURE,
    pdf.PictureInvalid: hindrances.PICTURE,
    NotConforming: hindrances.NOT_CONFORMING,
    NoSigningKey: hindrances.NO_KEY,
}
_MOST_TEXTS, _LONGEST_TEXT = 3, 45


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
        raise Retry(hindrances.CLAIMED, after_seconds=5) from error
    except LookupError as error:
        raise Failed(hindrances.GONE) from error


def _issue(work: Work, taken: Claim) -> None:
    badge = signing.make(taken.facts, taken.badge)
    stored = _store(work, taken, _made(work, taken, badge.json_ld))
    try:
        with work.db.writing() as session:
            conclude(session, taken, stored, badge)
    except Outdated as error:
        work.storage.delete(stored.key)
        _release(work, taken)
        raise Retry(hindrances.OUTDATED, after_seconds=1) from error
    except ClaimedElsewhere:
        # Nothing refers to these bytes. After any other failure something might, so they stay.
        work.storage.delete(stored.key)
        raise


def _require_ready(work: Work) -> None:
    """Find out before a number is taken that nothing could be signed."""
    try:
        require_ready(work.settings)
    except NoSigningKey as error:
        raise Failed(hindrances.NO_KEY, detail=str(error)) from error
    except TimestampUnavailable as error:
        raise Retry(hindrances.NO_TIMESTAMP, detail=str(error)) from error


def _made(work: Work, taken: Claim, credential: bytes) -> bytes:
    """The signed bytes; what stops them releases the claim, and staff read why."""
    try:
        return make(work.settings, taken.facts, pictures=_pictures(work, taken), credential=credential)
    except Exception as error:
        _release(work, taken)
        raise _outcome(error, taken.facts) from error


def _pictures(work: Work, taken: Claim) -> Mapping[str, bytes]:
    """The bytes that the layout names; what is missing stops the drawing, which says so."""
    if not (named := taken.facts.layout.assets()):
        return {}
    with work.db.reading() as session:
        keys = assets.keys_of(session, taken.institution_id, named)
    return assets.read_pictures(work.storage, keys)


def _outcome(error: Exception, facts: CertificateFacts) -> Exception:
    if isinstance(error, TimestampUnavailable):
        return Retry(hindrances.NO_TIMESTAMP, detail=str(error))
    if isinstance(error, pdf.MissingGlyphs):
        return _lacking(error, facts)
    if isinstance(error, pdf.DoesNotFit):
        return Failed(hindrances.DOES_NOT_FIT, values={"millimetres": error.millimetres})
    reason = next((said for kind, said in _STOPS.items() if isinstance(error, kind)), None)
    return Failed(reason, detail=str(error)) if reason else error


def _lacking(error: pdf.MissingGlyphs, facts: CertificateFacts) -> Failed:
    """Whose words the characters stand in: the student's, which are told first, or the scheme's."""
    merits = (text for each in facts.merits for text in (each.title, each.place))
    own = {facts.holder_name, *merits}.intersection(error.texts)
    texts = [each for each in dict.fromkeys(error.texts) if not own or each in own]
    named = [each if len(each) <= _LONGEST_TEXT else f"{each[:_LONGEST_TEXT]}…" for each in texts]
    more = ["…"] if len(named) > _MOST_TEXTS else []
    return Failed(
        hindrances.OWN_CHARACTERS if own else hindrances.SCHEME_CHARACTERS,
        values={"characters": listed(missing(texts)), "texts": " · ".join([*named[:_MOST_TEXTS], *more])},
    )


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
