"""Gathering the facts of a certificate at the moment it is claimed; nothing printed is looked up later.

The merits are what the approved submissions froze, so that the certificate says what the reviewers saw.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.facts import CertificateFacts, Merit, PictureText, Presentation, Signatory, Text
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.portfolio.printed import places
from lti_app.portfolio.snapshots import Snapshot
from lti_app.portfolio.states import ItemKind, ItemState, SubmissionState
from lti_app.schemes import catalogue
from lti_app.schemes.assets import alternatives_of
from lti_app.schemes.certificate_layout import CertificateLayout
from lti_app.schemes.queries import document_of

SETTING_LABELS = {
    "abroad": Text(sv="Utomlands", en="Abroad"),
    "home": Text(sv="På hemmaplan", en="At home"),
    "virtual": Text(sv="Virtuellt", en="Virtual"),
    "own": Text(sv="På egen hand", en="On own initiative"),
}


def facts_of(
    session: Session, portfolio: Portfolio, *, number: str, code: str, verify_url: str, issued_on: date
) -> CertificateFacts:
    """Everything the certificate of this portfolio says, as it stands now. The same facts come out equal."""
    document = document_of(session, portfolio.scheme_version_id)
    texts = document.certificate
    approved = _approved(session, portfolio.id)
    programme = catalogue.programmes().get(portfolio.programme_code)
    return CertificateFacts(
        number=number,
        code=code,
        verify_url=verify_url,
        holder_name=portfolio.printed_name,
        title=texts.title,
        scheme_name=document.name,
        issuer=texts.issuer,
        issued_on=issued_on,
        merits=tuple(_merit(each) for each in approved if each.kind is ItemKind.ACTIVITY),
        faculty=texts.faculty,
        programme=programme.label if programme else None,
        statement=texts.statement,
        presentation=_presentation(approved),
        signatories=tuple(Signatory(each.name, each.role) for each in texts.signatories),
        layout=texts.layout,
        picture_texts=picture_texts(session, portfolio.institution_id, texts.layout),
    )


def picture_texts(
    session: Session, institution_id: uuid.UUID, layout: CertificateLayout
) -> tuple[PictureText, ...]:
    """What is said in place of the layout's pictures, in their order."""
    found = alternatives_of(session, institution_id, layout.assets())
    return tuple(PictureText(each, found[each]) for each in layout.assets() if each in found)


def _approved(session: Session, portfolio_id: uuid.UUID) -> list[Snapshot]:
    """What was approved of each item that stands approved: its last submission decided on."""
    rows = session.execute(
        select(Item.id, Submission.snapshot)
        .join(Submission, Submission.item_id == Item.id)
        .where(
            Item.portfolio_id == portfolio_id,
            Item.state == ItemState.APPROVED,
            Submission.state == SubmissionState.DECIDED,
            Submission.is_plan.is_(False),
        )
        .order_by(Item.created_at, Item.id, Submission.revision)
    )
    last = {row.id: row.snapshot for row in rows}
    return [Snapshot.from_json(each) for each in last.values()]


def _merit(approved: Snapshot) -> Merit:
    unnamed = Text(sv=approved.setting, en=approved.setting)
    return Merit(
        type_label=approved.type_label or Text(sv=approved.type_code, en=approved.type_code),
        title=approved.title,
        setting=approved.setting,
        setting_label=SETTING_LABELS.get(approved.setting, unnamed),
        starts_on=approved.starts_on,
        ends_on=approved.ends_on,
        place=", ".join(places(approved.fields).values()),
    )


def _presentation(approved: Sequence[Snapshot]) -> Presentation | None:
    held = next((each for each in approved if each.kind is ItemKind.PRESENTATION), None)
    return Presentation(held.form_label, held.starts_on) if held and held.form_label else None
