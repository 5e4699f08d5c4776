"""The school's colours: asked for when a page first needs them, fetched by the worker, kept for a week.

No request waits for them: until they are there, and wherever they fail, pages wear the tool's own. Where
they may lie is checked as they are told (`look.py`), how they are fetched in `lti/fetching.py`, and what
may be used of them in `colours.py`.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import insert_into, new_id
from lti_app.errors import N_
from lti_app.jobs import Failed, Retry, Work, outbox
from lti_app.lti.fetching import FetchError, fetch_json
from lti_app.lti.frame.colours import Palette, palette_from, palette_of
from lti_app.lti.models import Brand
from lti_app.people.actors import Actor

KIND = "lti.brand"
FRESH = timedelta(days=7)
_FORGOTTEN_AFTER = timedelta(days=90)
_UNREACHABLE = N_("The school's colours could not be fetched.")
_NO_COLOURS = N_("What lies at the address of the school's colours is something else.")


@dataclass(frozen=True)
class BrandView:
    """What is known of the colours at one address. `is_due`: nobody has asked for them lately."""

    palette: Palette
    is_fetched: bool
    is_due: bool


def brand_of(session: Session, platform_id: uuid.UUID, url: str) -> BrandView:
    """The colours at an address as they were last fetched."""
    kept = session.scalars(select(Brand).filter_by(platform_id=platform_id, url=url)).one_or_none()
    if kept is None:
        return BrandView(Palette(), is_fetched=False, is_due=True)
    return BrandView(
        palette_from(kept.colours),
        is_fetched=kept.fetched_at is not None,
        is_due=kept.asked_at <= now() - FRESH,
    )


def ask_for_brand(session: Session, actor: Actor, url: str) -> None:
    """Queue the fetching of colours that are due; of many who ask at once, one does."""
    moment = now()
    row = {"id": new_id(), "platform_id": actor.platform_id, "url": url, "colours": {}, "asked_at": moment}
    statement = insert_into(session, Brand).values(row)
    brand_id = session.scalar(
        statement.on_conflict_do_update(
            index_elements=["platform_id", "url"],
            set_={"asked_at": moment},
            where=Brand.asked_at <= moment - FRESH,
        ).returning(Brand.id)
    )
    if brand_id is None or outbox.is_waiting(session, _order_key(brand_id), KIND):
        return
    outbox.enqueue(
        session,
        kind=KIND,
        payload={"brand_id": str(brand_id)},
        institution_id=actor.institution_id,
        order_key=_order_key(brand_id),
    )


def fetch_brand(work: Work) -> None:
    """Fetch and keep the colours at one address; repeating it changes nothing."""
    brand_id = uuid.UUID(work.payload["brand_id"])
    with work.db.reading() as session:
        brand = session.get(Brand, brand_id)
    if brand is None:
        return
    try:
        document = fetch_json(brand.url, development=work.settings.development)
    except FetchError as error:
        raise Retry(_UNREACHABLE, detail=str(error)) from error
    if not isinstance(document, dict):
        raise Failed(_NO_COLOURS)
    with work.db.writing() as session:
        kept = session.get(Brand, brand_id)
        if kept is not None:
            kept.colours, kept.fetched_at = palette_of(document).stored(), now()
        session.execute(
            delete(Brand).where(
                Brand.platform_id == brand.platform_id, Brand.asked_at < now() - _FORGOTTEN_AFTER
            )
        )


def _order_key(brand_id: uuid.UUID) -> str:
    return f"brand:{brand_id}"
