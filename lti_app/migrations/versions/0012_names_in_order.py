"""People in the Swedish order: the key that puts them so (docs/decisions/038-people-in-the-swedish-order.md).

No database makes it by itself. It is made here as it is for everybody who comes later, some people at a time.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

from lti_app.people.names import name_key

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

AT_ONCE = 1000
_NAMES = ("name", "given_name", "family_name")
_PERSON = sa.table("person", sa.column("id", sa.Uuid()), *map(sa.column, (*_NAMES, "name_key")))
_KEY = sa.String(100).with_variant(sa.String(100, collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("person", sa.Column("name_key", _KEY, server_default="", nullable=False))
    op.drop_index("ix_person_names", "person")
    _fill()
    op.create_index("ix_person_names", "person", ["id", "institution_id", "is_test", "name_key"])


def _fill() -> None:
    connection, after = op.get_bind(), uuid.UUID(int=0)
    some = (
        sa.select(_PERSON.c.id, *(_PERSON.c[name] for name in _NAMES)).order_by(_PERSON.c.id).limit(AT_ONCE)
    )
    filled = sa.update(_PERSON).where(_PERSON.c.id == sa.bindparam("which"))
    filled = filled.values(name_key=sa.bindparam("key"))
    while people := connection.execute(some.where(_PERSON.c.id > after)).all():
        keys = [{"which": each.id, "key": name_key(*each[1:])} for each in people]
        connection.execute(filled, keys)
        after = people[-1].id
