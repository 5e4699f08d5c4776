"""Who and where: institutions (the tenants), the platforms they launch from, people, courses, enrolments.

A person is (institution, platform, sub): a platform may serve several institutions, and none meets another.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, validates

from lti_app.clock import now
from lti_app.db import Base, by_code_point, new_id, words
from lti_app.people.names import KEY_CHARS, name_key
from lti_app.people.roles import Role


class Institution(Base):
    """A university: portfolios, schemes and certificates hang on it, and nothing crosses to another."""

    __tablename__ = "institution"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Platform(Base):
    """An LTI registration: (issuer, client_id), compared exactly.

    `frame_ancestors` are origins that may frame the tool besides those a launch names, separated by blanks.
    """

    __tablename__ = "platform"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    issuer: Mapped[str] = mapped_column(String(500))
    client_id: Mapped[str] = mapped_column(String(200))
    auth_url: Mapped[str] = mapped_column(String(1000))
    token_url: Mapped[str] = mapped_column(String(1000))
    jwks_url: Mapped[str] = mapped_column(String(1000))
    product_family: Mapped[str] = mapped_column(String(100), default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    trusts_new_deployments: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    frame_ancestors: Mapped[str] = mapped_column(String(1000), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


class Deployment(Base):
    """One installation of a platform, usable once approved, which attaches it to an institution."""

    __tablename__ = "deployment"
    __table_args__ = (
        UniqueConstraint("platform_id", "deployment_id"),
        CheckConstraint("NOT is_approved OR institution_id IS NOT NULL", name="approved_has_institution"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("platform.id"))
    deployment_id: Mapped[str] = mapped_column(String(255))
    institution_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("institution.id"))
    is_approved: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)


_NAMES = ("name", "given_name", "family_name")


def _key_of_new(context: Any) -> str:
    told = context.get_current_parameters()
    return name_key(**{each: told.get(each) or "" for each in _NAMES})


class Person(Base):
    """Somebody a platform told us of; names and address are as it last gave them, or empty.

    One whom only a roster named has not launched; `last_launch_at` is then when that was. Lists of people are
    in order by `name_key`, then by an id.
    """

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("institution_id", "platform_id", "sub"),
        UniqueConstraint("id", "institution_id"),
        # With ix_enrolment_course, a class is put in order without reading its people.
        Index("ix_person_names", "id", "institution_id", "is_test", "name_key"),
        # When somebody last launched from a platform stands at its end.
        Index("ix_person_launch", "platform_id", "has_launched", "last_launch_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("institution.id"))
    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("platform.id"))
    sub: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(300), default="")
    given_name: Mapped[str] = mapped_column(String(300), default="")
    family_name: Mapped[str] = mapped_column(String(300), default="")
    name_key: Mapped[str] = mapped_column(by_code_point(KEY_CHARS), default=_key_of_new, server_default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    language: Mapped[str] = mapped_column(String(2), default="")
    is_test: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_launch_at: Mapped[datetime] = mapped_column(default=now)
    has_launched: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    @validates(*_NAMES)
    def _keep_the_key(self, which: str, told: str) -> str:
        names = {each: getattr(self, each) or "" for each in _NAMES} | {which: told}
        self.name_key = name_key(**names)
        return told


class Course(Base):
    """An LTI context, with the service addresses that its last launch gave, or empty ones.

    `gradebook_scopes` are the last words of what the gradebook lets the tool do, separated by blanks; `-` for
    nothing at all, empty when no launch has said.
    """

    __tablename__ = "course"
    __table_args__ = (
        UniqueConstraint("institution_id", "platform_id", "context_id"),
        UniqueConstraint("id", "institution_id"),
        Index("ix_course_institution", "institution_id", "created_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("institution.id"))
    platform_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("platform.id"))
    context_id: Mapped[str] = mapped_column(String(255))
    label: Mapped[str] = mapped_column(String(300), default="")
    title: Mapped[str] = mapped_column(String(500), default="")
    lineitems_url: Mapped[str] = mapped_column(String(1000), default="")
    memberships_url: Mapped[str] = mapped_column(String(1000), default="")
    gradebook_scopes: Mapped[str] = mapped_column(String(200), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


class Enrolment(Base):
    """A person's role in a course, refreshed at each launch: a role that is gone is no longer active."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("person_id", "course_id", "role"),
        ForeignKeyConstraint(["person_id", "institution_id"], ["person.id", "person.institution_id"]),
        ForeignKeyConstraint(["course_id", "institution_id"], ["course.id", "course.institution_id"]),
        Index("ix_enrolment_course", "course_id", "role", "is_active", "person_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]
    course_id: Mapped[uuid.UUID]
    role: Mapped[Role] = mapped_column(words(Role, "role"))
    is_active: Mapped[bool] = mapped_column(default=True)
    seen_at: Mapped[datetime] = mapped_column(default=now)


class Observation(Base):
    """Whom an observer of a course observes, by `sub` and as her last launch there named them."""

    __tablename__ = "observation"
    __table_args__ = (
        ForeignKeyConstraint(["observer_id", "institution_id"], ["person.id", "person.institution_id"]),
        ForeignKeyConstraint(["course_id", "institution_id"], ["course.id", "course.institution_id"]),
    )

    observer_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    course_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    sub: Mapped[str] = mapped_column(String(255), primary_key=True)
    institution_id: Mapped[uuid.UUID]


class RoleGrant(Base):
    """A coordinator of an institution, granted by an administrator."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("person_id", "role"),
        ForeignKeyConstraint(["person_id", "institution_id"], ["person.id", "person.institution_id"]),
        CheckConstraint("role = 'coordinator'", name="coordinator_only"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    institution_id: Mapped[uuid.UUID]
    person_id: Mapped[uuid.UUID]
    role: Mapped[Role] = mapped_column(words(Role, "role"))
    granted_at: Mapped[datetime] = mapped_column(default=now)
