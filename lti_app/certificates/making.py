"""Making a certificate: drawn, signed, and checked as a whole before anybody gets it.

It touches neither database nor store; nothing is locked while it works. Only `tasks.py` and the command use
it, because it loads what a page never needs.
"""

from __future__ import annotations

from collections.abc import Mapping

from lti_app.certificates import pdf
from lti_app.certificates.conformance import require_conforming
from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.keys import SigningKey
from lti_app.certificates.signature import sign
from lti_app.certificates.timestamps import Authority, authority_at
from lti_app.certificates.trust import usable_key
from lti_app.settings import Settings

_NONE: Mapping[str, bytes] = {}


def require_ready(settings: Settings) -> None:
    """Pass when a certificate could be signed now. Raises NoSigningKey and TimestampUnavailable."""
    usable_key(settings)
    if (authority := authority_of(settings)) is not None:
        authority.require_awake()


def authority_of(settings: Settings) -> Authority | None:
    """The timestamp authority, if the operator has named one."""
    return authority_at(settings.timestamp_url) if settings.timestamp_url else None


def make(
    settings: Settings,
    facts: CertificateFacts,
    *,
    pictures: Mapping[str, bytes] = _NONE,
    credential: bytes | None = None,
) -> bytes:
    """Draw, attach, sign with this installation's key, and check that archives and screen readers accept it.

    Raises MissingGlyphs, NothingToSee, DoesNotFit, PictureMissing, PictureInvalid, NoSigningKey,
    TimestampUnavailable and NotConforming.
    """
    key = usable_key(settings)
    return make_with(key, facts, authority_of(settings), pictures=pictures, credential=credential)


def make_with(
    key: SigningKey,
    facts: CertificateFacts,
    authority: Authority | None = None,
    *,
    pictures: Mapping[str, bytes] = _NONE,
    credential: bytes | None = None,
) -> bytes:
    """The same with a key at hand."""
    drawn = pdf.draw(facts, pictures=pictures, credential=credential, development=key.is_development)
    signed = sign(drawn, key, timestamps=authority)
    require_conforming(signed)
    return signed
