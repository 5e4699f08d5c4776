"""The keys that sign credentials, the lists that say which are revoked, and the credentials as issued."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lti_app.clock import now
from lti_app.db import Base, new_id, words

_CURRENT = text("state = 'current'")


class BadgeKeyState(StrEnum):
    """current → retired. Both are published for ever, but for a compromised one."""

    CURRENT = "current"
    RETIRED = "retired"


class BadgeKey(Base):
    """An Ed25519 key; the private part is sealed under CIM_SECRET_KEY, and empty when that secret was lost.

    The public part needs no secret: what was signed stays verifiable whatever happens to the
    other. One with `compromised_at` counts no more, whatever it signed.
    """

    __tablename__ = "badge_key"
    __table_args__ = (
        CheckConstraint("state = 'retired' OR sealed_private <> ''", name="current_can_sign"),
        Index("uq_badge_key_current", "state", unique=True, sqlite_where=_CURRENT, postgresql_where=_CURRENT),
    )

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    public: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed_private: Mapped[str] = mapped_column(Text)
    state: Mapped[BadgeKeyState] = mapped_column(words(BadgeKeyState, "state"), default=BadgeKeyState.CURRENT)
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    compromised_at: Mapped[datetime | None]


class StatusList(Base):
    """One published list of bits: how many are allotted, and a version that goes up when one is set."""

    __tablename__ = "status_list"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("allotted >= 0", name="allotted_not_negative"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    allotted: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(default=now)


class Credential(Base):
    """A certificate's credential: first what was allotted to its number, then what was issued, byte for byte.

    `json_ld` and `jwt` are empty until the certificate is issued (a crash leaves them so), and again when
    they have been erased; the bit in the status list stays.
    """

    __tablename__ = "credential"
    __table_args__ = (
        UniqueConstraint("institution_id", "certificate_number"),
        UniqueConstraint("status_list", "status_index"),
        CheckConstraint("status_index >= 0", name="status_index_not_negative"),
        CheckConstraint("(json_ld = '') = (jwt = '')", name="both_forms"),
        CheckConstraint("issued_at IS NOT NULL OR json_ld = ''", name="kept_when_issued"),
        CheckConstraint("issued_at IS NOT NULL OR revoked_at IS NULL", name="revoked_when_issued"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("institution.id"))
    certificate_number: Mapped[str] = mapped_column(String(40))
    status_list: Mapped[int] = mapped_column(ForeignKey("status_list.number"))
    status_index: Mapped[int]
    salt: Mapped[str] = mapped_column(String(32))
    prepared_at: Mapped[datetime] = mapped_column(default=now)
    json_ld: Mapped[str] = mapped_column(Text, default="")
    jwt: Mapped[str] = mapped_column(Text, default="")
    issued_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
