"""Gathering the facts of a certificate at the moment it is claimed; nothing printed is looked up later."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.certificates.facts import CertificateFacts, Merit, Presentation, Signatory, Text
from lti_app.people.models import Person
from lti_app.portfolio.models import Item, Portfolio
from lti_app.portfolio.states import ItemKind, ItemState
from lti_app.schemes import catalogue
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.places import countries
from lti_app.schemes.queries import document_of

SETTING_LABELS = {
    "abroad": Text(sv="Utomlands", en="Abroad"),
    "home": Text(sv="På hemmaplan", en="At home"),
    "virtual": Text(sv="Virtuellt", en="Virtual"),
    "own": Text(sv="På egen hand", en="On own initiative"),
}
_PLACE_FIELDS = ("host_institution", "host", "host_organisation", "clinic", "event", "organisation", "city")


def facts_of(
    session: Session, portfolio_id: uuid.UUID, *, number: str, code: str, verify_url: str, issued_on: date
) -> CertificateFacts:
    """Everything the certificate of this portfolio says, as it stands now."""
    portfolio = session.get_one(Portfolio, portfolio_id)
    document = document_of(session, portfolio.scheme_version_id)
    language = session.get_one(Person, portfolio.person_id).language or "en"
    items = session.scalars(
        select(Item).where(Item.portfolio_id == portfolio_id, Item.state == ItemState.APPROVED)
    ).all()
    programme = catalogue.programmes().get(portfolio.programme_code)
    return CertificateFacts(
        number=number,
        code=code,
        verify_url=verify_url,
        holder_name=portfolio.printed_name,
        title=document.certificate.title,
        scheme_name=document.name,
        issuer=document.certificate.issuer,
        issued_on=issued_on,
        merits=tuple(_merit(item, language) for item in items if item.kind is ItemKind.ACTIVITY),
        faculty=document.certificate.faculty,
        programme=programme.label if programme else None,
        statement=document.certificate.statement,
        presentation=_presentation(document, items),
        signatories=tuple(Signatory(each.name, each.role) for each in document.certificate.signatories),
    )


def _merit(item: Item, language: str) -> Merit:
    kind = catalogue.activity_types()[item.type_code]
    return Merit(
        type_label=kind.label,
        title=item.title,
        setting=item.setting,
        setting_label=SETTING_LABELS[item.setting],
        starts_on=item.starts_on,
        ends_on=item.ends_on,
        place=_place(item, language),
    )


def _place(item: Item, language: str) -> str:
    """`University of Nairobi, Kenya` from whichever fields the type asked for."""
    known = [str(item.attributes[name]) for name in _PLACE_FIELDS if item.attributes.get(name)]
    country = dict(countries(language)).get(str(item.attributes.get("country", "")), "")
    return ", ".join([*known[:2], *([country] if country else [])])


def _presentation(document: SchemeDocument, items: Sequence[Item]) -> Presentation | None:
    held = next((item for item in items if item.kind is ItemKind.PRESENTATION), None)
    form = document.presentation.form(held.form) if held else None
    return Presentation(form.name, held.starts_on) if held and form else None
