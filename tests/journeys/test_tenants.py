"""Two universities in one installation: nothing of the one opens for the other, be each on a platform of its
own, or both on one that they share by a global client id.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from lti_app.db import Base
from lti_app.people.models import Institution
from tests.database import Backend
from tests.everybody import LUND, UPPSALA, Somebody
from tests.journeys.access import Public, Thing
from tests.journeys.building import Building, a_building, path_of
from tests.journeys.routes import ROUTES
from tests.rolled_back import RolledBack

pytestmark = pytest.mark.database
FRAMED = [(endpoint, row) for endpoint, rows in ROUTES.items() for row in rows if not isinstance(row, Public)]
OTHER = {LUND: UPPSALA, UPPSALA: LUND}
PROPERTY = hypothesis_settings(
    max_examples=160,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module", params=["each has its platform", "both share one"])
def building(
    request: pytest.FixtureRequest, backend: Backend, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Building]:
    folder = tmp_path_factory.mktemp("tenants")
    is_one = request.param == "both share one"
    with a_building(backend.fresh(), folder, RolledBack, is_one_platform=is_one) as made:
        yield made
        assert isinstance(made.database, RolledBack)
        made.database.close()


class Tenants:
    """What belongs to which university."""

    def __init__(self, building: Building) -> None:
        self.building = building
        with building.database.reading() as session:
            self.ids = {each.name: each.id for each in session.scalars(select(Institution))}
        self.rows = {name: self.rows_of(name) for name in OTHER}
        self.values = {name: self._values_of(name) for name in OTHER}

    def rows_of(self, institution: str) -> dict[str, list[Any]]:
        """Every row of the institution, in every table that has any."""
        found = {}
        with self.building.database.reading() as session:
            for table in Base.metadata.sorted_tables:
                if "institution_id" in table.c:
                    wanted = select(table).where(table.c.institution_id == self.ids[institution])
                    found[table.name] = sorted(map(repr, session.execute(wanted)))
        return found

    def _values_of(self, institution: str) -> list[str]:
        """Every id of theirs, and what else names one of their things."""
        found = {str(self.ids[institution])}
        with self.building.database.reading() as session:
            for table in Base.metadata.sorted_tables:
                if "institution_id" not in table.c:
                    continue
                wanted = select(table).where(table.c.institution_id == self.ids[institution])
                for row in session.execute(wanted).mappings():
                    found |= {str(value) for value in row.values() if isinstance(value, uuid.UUID)}
        return sorted(found)

    def words(self, institution: str) -> set[str]:
        """What a page shows of them."""
        everybody = self.building.all
        courses = {who.course for who in everybody.people.values() if who.institution == institution}
        return {owner.word for owner in everybody.owners.values() if owner.institution == institution} | {
            word for course, word in everybody.course_words.items() if course in courses
        }


@pytest.fixture(scope="module")
def tenants(building: Building) -> Tenants:
    return Tenants(building)


@PROPERTY
@given(data=st.data())
def test_no_id_of_one_opens_lists_or_changes_anything_of_the_other(
    building: Building, tenants: Tenants, data: st.DataObject
) -> None:
    who: Somebody = data.draw(st.sampled_from(list(building.all.people.values())), "who")
    other = OTHER[who.institution]
    endpoint, row = data.draw(st.sampled_from(FRAMED), "route")
    values = st.sampled_from(tenants.values[other])
    rule = next(
        each for each in building.app.url_map.iter_rules(endpoint) if row.method in (each.methods or ())
    )
    parts = dict(row.parts) | {name: data.draw(values, name) for name in rule.arguments - {"sid"}}
    form: dict[str, str] = {}
    if row.method == "POST":
        form = {name: value for name, value in row.form.items() if value != "FILE"}
        for name in data.draw(st.sets(st.sampled_from(["new_id", "id", "item_id", "course_id", *form]))):
            form[name] = data.draw(values, name)
        form["csrf_token"] = who.csrf_token
    path = path_of(rule, who.sid, parts)
    query = {
        name: data.draw(values, name) for name in data.draw(st.sets(st.sampled_from(["after", "type", "q"])))
    }

    response = building.ask(who, row.method, path, data=form or None, query_string=query)

    shown = response.get_data(as_text=True) + str(response.headers)
    assert not [word for word in tenants.words(other) if word in shown], f"{who.name} reads it at {path}"
    assert isinstance(building.database, RolledBack)
    if building.database.written:
        assert tenants.rows_of(other) == tenants.rows[other], f"{who.name} changed it at {path}"
    building.database.forget()
    if isinstance(row, Thing) and rule.arguments - {"sid"} - set(row.parts):
        assert response.status_code >= 400, f"{who.name} gets {response.status_code} at {path}"


def test_the_ids_are_there_to_be_tried(tenants: Tenants) -> None:
    """Else the property would look for what is nowhere."""
    ours, theirs = (set(tenants.values[name]) for name in (LUND, UPPSALA))
    assert min(len(ours), len(theirs)) > 30
    assert all(rows for rows in (tenants.rows[LUND]["item"], tenants.rows[UPPSALA]["item"]))
    shared = ours & theirs
    assert len(shared) <= 1, "only the platform itself may be common to both"


def test_the_cookie_of_a_launch_at_the_one_opens_no_launch_at_the_other(building: Building) -> None:
    people = building.all.people
    for name, stranger in (("student", "foreign teacher"), ("foreign student", "coordinator")):
        owner, other = people[name], people[stranger]
        borrowed = Somebody("x", other.actor, other.institution, other.course, owner.sid, other.secret)
        response = building.ask(borrowed, "GET", f"/l/{owner.sid}/mine")
        assert response.status_code == 401
