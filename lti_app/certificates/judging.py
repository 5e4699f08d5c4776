"""What the tool says of a file that somebody holds: whether it is a certificate, byte for byte as issued.

The bytes are looked for by their hash; only a file that is not known is read, to say whether it is one of
ours that was changed. What becomes of the certificate afterwards is what its code tells, too.

A copy that was saved anew is no file of ours even where the certificate is genuine. The code that stands in
it is handed on for whoever wants to look that up; it proves nothing about the file, since anybody can write
one into a file, so nothing is said here of what was issued under it. A scan names none that could be read: it
is judged as any other document is.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.code_in_file import codes_in
from lti_app.certificates.models import Certificate
from lti_app.certificates.queries import PublicView, public_view
from lti_app.errors import Problem
from lti_app.settings import Settings
from lti_app.storage.models import StoredFile

MOST_BYTES = 8_000_000

# Readers take for a PDF what says so within its first kilobyte (PDF Reference 1.7, appendix H, note 13).
_HEADER, _HEADER_BYTES = b"%PDF-", 1024


class Judgement(StrEnum):
    """What a file is."""

    GENUINE = "genuine"  # the very bytes that were issued; what became of the certificate is another question
    CHANGED = "changed"  # carries a signature from here, and is not as it was signed
    SIGNED_ONLY = "signed_only"  # signed here and whole, but no certificate: a specimen, for example
    COMPROMISED = "compromised"  # signed with a key of ours that others have, too; nobody knows by whom
    COPY = "copy"  # not signed here, and names a certificate's code: saved anew by a program, or forged
    FOREIGN = "foreign"  # another PDF, or a scan
    NOT_PDF = "not_pdf"


@dataclass(frozen=True)
class Judged:
    """The judgement, and for a genuine file what its code tells.

    `code` is what another file says is its, grouped; empty where it names none, or several.
    """

    judgement: Judgement
    view: PublicView | None = None
    code: str = ""


def judge_file(session: Session, settings: Settings, pdf: bytes) -> Judged:
    """Judge any bytes, whatever they are. Raises Problem("not-ready") when the operator's certificates cannot
    be read.
    """
    code = session.scalar(
        select(Certificate.code)
        .join(StoredFile, StoredFile.id == Certificate.stored_file_id)
        .where(StoredFile.sha256 == hashlib.sha256(pdf).hexdigest())
        .limit(1)
    )
    if code is not None:
        return Judged(Judgement.GENUINE, public_view(session, code))
    # They load what no other page needs.
    from lti_app.certificates.trust import TrustUnreadable, trust_of  # noqa: PLC0415
    from lti_app.certificates.verification import Finding, verify  # noqa: PLC0415

    try:
        verdict = verify(pdf, *trust_of(settings))
    except TrustUnreadable as error:
        raise Problem("not-ready", str(error)) from error
    match verdict.finding:
        case Finding.VALID | Finding.DEVELOPMENT:
            return Judged(Judgement.SIGNED_ONLY)
        case Finding.CHANGED | Finding.EXTENDED if verdict.has_trusted_certificate:
            judgement = Judgement.CHANGED
        case Finding.COMPROMISED:
            judgement = Judgement.COMPROMISED
        case _ if _HEADER not in pdf[:_HEADER_BYTES]:
            return Judged(Judgement.NOT_PDF)
        case _:
            judgement = Judgement.COPY
    codes = codes_in(pdf)
    if judgement is Judgement.COPY and not codes:
        return Judged(Judgement.FOREIGN)
    return Judged(judgement, code=codes.pop() if len(codes) == 1 else "")
