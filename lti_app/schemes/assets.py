"""The pictures that an institution's layouts may name: adding one, withdrawing it, finding its bytes.

A picture is what its SHA-256 says, so adding the same file twice gives the same one. Bytes are never removed:
what a certificate was drawn with stays, whatever the scheme shows today.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import after_commit
from lti_app.errors import Conflict, NotFound, Problem
from lti_app.people.actors import Actor, Permissions, Rule, require
from lti_app.schemes.models import AssetKind, SchemeAsset
from lti_app.schemes.pictures import plain_picture
from lti_app.schemes.text import Text
from lti_app.storage import Storage, Stored
from lti_app.storage.models import StoredFile, note_stored
from lti_app.web.typed import clean_line

LONGEST_ALT = 200
MOST_PICTURES = 200  # at one institution


def _coordinates(actor: Actor, _subject: object) -> bool:
    return actor.is_coordinator and not actor.is_test


PERMISSIONS: Permissions = {"pictures.edit": Rule(may_see=_coordinates, may_act=_coordinates)}


@dataclass(frozen=True)
class AssetView:
    """A picture that layouts can name by `sha256`; width and height in pixels."""

    id: uuid.UUID
    sha256: str
    stored_file_id: uuid.UUID
    kind: AssetKind
    alt: Text
    width: int
    height: int
    added_at: datetime
    is_withdrawn: bool


@dataclass(frozen=True)
class Picture:
    """A picture that was made plain and lies in the store, on its way into the database."""

    stored: Stored
    media_type: str
    width: int
    height: int


def store_picture(storage: Storage, institution_id: uuid.UUID, sent: bytes) -> Picture:
    """Make what was sent plain and store it, before any transaction. Raises PictureInvalid."""
    plain = plain_picture(sent)
    upload = storage.begin(institution_id)
    try:
        upload.write(plain.data)
        return Picture(upload.finish(), plain.media_type, plain.width, plain.height)
    except BaseException:
        upload.discard()
        raise


def add_picture(
    session: Session, storage: Storage, actor: Actor, picture: Picture, *, kind: AssetKind, alt: Text
) -> AssetView:
    """Let layouts name it. One that is there already is offered again, with these words, and its second copy
    is removed from the store.

    Raises Problem("bad-request") without an alternative text in each language, Problem("too-large") for a
    long one, Conflict("too-many-pictures").
    """
    require(PERMISSIONS, "pictures.edit", actor, None)
    alt = Text(sv=clean_line(alt.sv), en=clean_line(alt.en))
    if not alt.sv or not alt.en:
        raise Problem("bad-request", "no alternative text")
    if max(len(alt.sv), len(alt.en)) > LONGEST_ALT:
        raise Problem("too-large", "alternative text")
    found = _named(session, actor.institution_id, picture.stored.sha256)
    if found is None:
        _check_room(session, actor)
        found = _kept(session, actor, picture)
    else:
        after_commit(session, partial(storage.delete, picture.stored.key))
    found.kind, found.alt_sv, found.alt_en, found.withdrawn_at = kind, alt.sv, alt.en, None
    session.add(found)
    session.flush()
    return _view(found)


def withdraw_picture(session: Session, actor: Actor, asset_id: uuid.UUID) -> None:
    """Stop offering it. Layouts that name it keep it, and so do the certificates. Done twice, done once."""
    found = _held(session, actor, asset_id)
    found.withdrawn_at = found.withdrawn_at or now()


def offer_picture_again(session: Session, actor: Actor, asset_id: uuid.UUID) -> None:
    """Offer one again that was withdrawn. Done twice, done once. Raises Conflict("too-many-pictures")."""
    found = _held(session, actor, asset_id)
    if found.withdrawn_at is not None:
        _check_room(session, actor)
        found.withdrawn_at = None


def picture_of(session: Session, institution_id: uuid.UUID, asset_id: uuid.UUID) -> AssetView | None:
    """One of the institution's pictures, whether it is offered or not."""
    found = session.get(SchemeAsset, asset_id)
    return _view(found) if found is not None and found.institution_id == institution_id else None


def pictures_of(
    session: Session, institution_id: uuid.UUID, *, named: Collection[str] = ()
) -> tuple[AssetView, ...]:
    """Those offered to whoever edits a layout, and those `named` that no longer are; newest first."""
    rows = session.scalars(
        select(SchemeAsset)
        .where(
            SchemeAsset.institution_id == institution_id,
            or_(SchemeAsset.withdrawn_at.is_(None), SchemeAsset.sha256.in_(named)),
        )
        .order_by(SchemeAsset.added_at.desc(), SchemeAsset.id)
    )
    return tuple(_view(each) for each in rows)


def alternatives_of(
    session: Session, institution_id: uuid.UUID, asset_ids: tuple[str, ...]
) -> Mapping[str, Text]:
    """What a screen reader says in place of each; those that are not there are left out."""
    if not asset_ids:
        return {}
    rows = session.execute(
        select(SchemeAsset.sha256, SchemeAsset.alt_sv, SchemeAsset.alt_en).where(
            SchemeAsset.institution_id == institution_id, SchemeAsset.sha256.in_(asset_ids)
        )
    )
    return {row.sha256: Text(sv=row.alt_sv, en=row.alt_en) for row in rows}


def keys_of(session: Session, institution_id: uuid.UUID, asset_ids: tuple[str, ...]) -> Mapping[str, str]:
    """Where the bytes of each lie in the store; those that are not there are left out."""
    if not asset_ids:
        return {}
    rows = session.execute(
        select(SchemeAsset.sha256, StoredFile.key)
        .join(StoredFile, StoredFile.id == SchemeAsset.stored_file_id)
        .where(SchemeAsset.institution_id == institution_id, SchemeAsset.sha256.in_(asset_ids))
    )
    return {row.sha256: row.key for row in rows}


def read_pictures(storage: Storage, keys: Mapping[str, str]) -> dict[str, bytes]:
    """The bytes of each; those that the store has lost are left out."""
    found: dict[str, bytes] = {}
    for asset_id, key in keys.items():
        try:
            with storage.open(key) as opened:
                found[asset_id] = opened.read()
        except FileNotFoundError:
            continue
    return found


def _held(session: Session, actor: Actor, asset_id: uuid.UUID) -> SchemeAsset:
    """The picture, locked, for a coordinator of its institution. Raises NotFound."""
    require(PERMISSIONS, "pictures.edit", actor, None)
    found = session.get(SchemeAsset, asset_id, with_for_update=True)
    if found is None or found.institution_id != actor.institution_id:
        raise NotFound("picture")
    return found


def _check_room(session: Session, actor: Actor) -> None:
    if len(pictures_of(session, actor.institution_id)) >= MOST_PICTURES:
        raise Conflict("pictures", slug="too-many-pictures")


def _named(session: Session, institution_id: uuid.UUID, sha256: str) -> SchemeAsset | None:
    return session.scalars(
        select(SchemeAsset)
        .where(SchemeAsset.institution_id == institution_id, SchemeAsset.sha256 == sha256)
        .with_for_update()
    ).one_or_none()


def _kept(session: Session, actor: Actor, picture: Picture) -> SchemeAsset:
    file = note_stored(
        session, picture.stored, institution_id=actor.institution_id, media_type=picture.media_type
    )
    return SchemeAsset(
        institution_id=actor.institution_id,
        sha256=picture.stored.sha256,
        stored_file_id=file.id,
        width=picture.width,
        height=picture.height,
        added_by_id=actor.person_id,
    )


def _view(found: SchemeAsset) -> AssetView:
    return AssetView(
        id=found.id,
        sha256=found.sha256,
        stored_file_id=found.stored_file_id,
        kind=found.kind,
        alt=Text(sv=found.alt_sv, en=found.alt_en),
        width=found.width,
        height=found.height,
        added_at=found.added_at,
        is_withdrawn=found.withdrawn_at is not None,
    )
