"""What whoever edits a scheme's layout sees before anybody earns a certificate: a specimen, and warnings.

Drawing loads what most pages never need, so it is loaded when it is asked for.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.facts import CertificateFacts, PictureText
from lti_app.certificates.snapshot import picture_texts
from lti_app.certificates.specimen import specimen_facts
from lti_app.certificates.unfinished import drawable
from lti_app.errors import NotFound
from lti_app.people.actors import Actor, require
from lti_app.schemes.assets import PERMISSIONS, keys_of, read_pictures
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.models import Scheme, SchemeVersion
from lti_app.schemes.reading import from_json
from lti_app.storage import Storage

if TYPE_CHECKING:
    from lti_app.certificates.pdf import LayoutWarning
    from lti_app.certificates.pdf.rasterising import PagePicture

MOST_MERITS = 60
LONGEST_NAME = 300
_LONGEST_SIDE = 1272  # pixels: a page stands beside a form, and can be enlarged until its letters are read
_NONE: Mapping[str, bytes] = {}


@dataclass(frozen=True)
class Sample:
    """Whose specimen it is to be: a short or a long name, few or many merits."""

    name: str
    merits: int
    public_url: str
    issued_on: date


@dataclass(frozen=True)
class Look:
    """What there is to draw of a scheme: what its certificates would say, and where its pictures lie."""

    facts: CertificateFacts
    keys: Mapping[str, str]
    is_draft: bool

    def pictures(self, storage: Storage) -> Mapping[str, bytes]:
        """The bytes of the pictures, of those that are there."""
        return read_pictures(storage, self.keys)


def specimen_pdf(
    document: SchemeDocument, pictures: Mapping[str, bytes] = _NONE, *, sample: Sample
) -> tuple[bytes, tuple[LayoutWarning, ...]]:
    """A complete specimen of this scheme, and what to know of its layout; no bytes when a warning stops it.

    Raises ValueError for a blank name or no merits.
    """
    facts = _facts(document, sample)
    return specimen_of(facts, pictures), warnings_of(facts, pictures)


def specimen_of(facts: CertificateFacts, pictures: Mapping[str, bytes]) -> bytes:
    """The specimen itself, signed with a key that proves nothing; no bytes when it cannot be drawn."""
    from lti_app.certificates import pdf  # noqa: PLC0415
    from lti_app.certificates.badge import signing  # noqa: PLC0415
    from lti_app.certificates.keys import specimen_key  # noqa: PLC0415
    from lti_app.certificates.making import make_with  # noqa: PLC0415

    credential = signing.specimen(facts, facts.verify_url.partition("/verify/")[0]).json_ld
    try:
        return make_with(specimen_key(), facts, pictures=pictures, credential=credential)
    except (pdf.MissingGlyphs, pdf.DoesNotFit, pdf.PictureMissing, pdf.PictureInvalid):
        return b""


def pages_of(facts: CertificateFacts, pictures: Mapping[str, bytes]) -> tuple[PagePicture, ...]:
    """The specimen's pages to look at, unsigned; none when it cannot be drawn."""
    from lti_app.certificates import pdf  # noqa: PLC0415
    from lti_app.certificates.pdf.rasterising import pages_as_pictures  # noqa: PLC0415

    try:
        drawn = pdf.draw(facts, pictures=pictures)
    except (pdf.MissingGlyphs, pdf.DoesNotFit, pdf.PictureMissing, pdf.PictureInvalid):
        return ()
    return pages_as_pictures(drawn, _LONGEST_SIDE)


def warnings_of(facts: CertificateFacts, pictures: Mapping[str, bytes]) -> tuple[LayoutWarning, ...]:
    """What is set smaller, does not fit, or is missing; nothing is drawn for it."""
    from lti_app.certificates.pdf import measure  # noqa: PLC0415

    return measure(facts, pictures)


def look_of(session: Session, actor: Actor, slug: str, sample: Sample) -> Look:
    """How the certificates of the institution's scheme will look: its draft if there is one, else its newest
    version.

    Raises NotFound, NotAllowed, SchemeInvalid for a draft that lacks something yet.
    """
    require(PERMISSIONS, "pictures.edit", actor, None)
    found = session.execute(
        select(SchemeVersion.document, SchemeVersion.published_at)
        .join(Scheme, Scheme.id == SchemeVersion.scheme_id)
        .where(Scheme.institution_id == actor.institution_id, Scheme.slug == slug)
        .order_by(SchemeVersion.number.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFound("scheme")
    is_draft = found.published_at is None
    return _look(session, actor.institution_id, from_json(found.document), sample, is_draft=is_draft)


def look_of_typed(session: Session, actor: Actor, typed: Mapping[str, Any], sample: Sample) -> Look:
    """How certificates will look by a draft's plain values, written to the database or not: as much of it as
    can be drawn (see `drawable`).

    Raises NotAllowed, SchemeInvalid when too little of the certificate is right.
    """
    require(PERMISSIONS, "pictures.edit", actor, None)
    return _look(session, actor.institution_id, drawable(typed), sample, is_draft=True)


def _look(
    session: Session, institution_id: uuid.UUID, document: SchemeDocument, sample: Sample, *, is_draft: bool
) -> Look:
    layout = document.certificate.layout
    texts = picture_texts(session, institution_id, layout)
    return Look(
        facts=_facts(document, sample, texts),
        keys=keys_of(session, institution_id, layout.assets()),
        is_draft=is_draft,
    )


def _facts(document: SchemeDocument, sample: Sample, texts: tuple[PictureText, ...] = ()) -> CertificateFacts:
    return specimen_facts(
        document,
        name=sample.name,
        merits=sample.merits,
        public_url=sample.public_url,
        issued_on=sample.issued_on,
        picture_texts=texts,
    )
