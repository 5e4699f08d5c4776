"""A school's colours from the moment a page needs them until they are kept: fetched once, by the worker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from lti_app.clock import now
from lti_app.db import Database
from lti_app.demo import SmallCanvas
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.frame import brand
from lti_app.lti.models import Brand
from lti_app.lti.tasks import HANDLERS
from lti_app.people.actors import Actor
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts
from tests import world
from tests.served_canvas import served_canvas


@dataclass
class School:
    """A small Canvas, somebody of it, and the tool's worker."""

    canvas: SmallCanvas
    parts: Parts
    actor: Actor

    @property
    def url(self) -> str:
        return self.canvas.config.base_url + self.canvas.courses.account().brand_path

    def ask(self, url: str = "") -> None:
        with self.parts.db.writing() as session:
            brand.ask_for_brand(session, self.actor, url or self.url)

    def seen(self, url: str = "") -> brand.BrandView:
        with self.parts.db.reading() as session:
            return brand.brand_of(session, self.actor.platform_id, url or self.url)

    def deliveries(self) -> list[Delivery]:
        with self.parts.db.reading() as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.sequence)))

    def deliver(self) -> None:
        for each in self.deliveries():
            if each.state is DeliveryState.WAITING:
                Delivering(self.parts, HANDLERS).deliver(each.id)


@pytest.fixture
def school(tmp_path: Path, settings: Settings, database: Database, storage: Storage) -> Iterator[School]:
    with served_canvas(tmp_path / "canvas", settings, database) as canvas:
        with database.writing() as session:
            course = world.a_course(session)
            actor = world.an_actor(world.a_person(session, course), course)
        yield School(canvas, Parts(settings, database, storage), actor)


def test_colours_are_fetched_by_the_worker_and_kept(school: School) -> None:
    school.canvas.courses.paint({"ic-link-color": "#7B2D6E"})
    assert school.seen() == brand.BrandView(brand.Palette(), is_fetched=False, is_due=True)
    school.ask()
    assert not school.seen().is_due
    school.deliver()
    found = school.seen()
    assert (found.palette.link, found.is_fetched, found.is_due) == ("#7b2d6e", True, False)


def test_of_many_pages_that_ask_one_has_them_fetched(school: School) -> None:
    for _ in range(3):
        school.ask()
    assert len(school.deliveries()) == 1


def test_they_are_asked_for_again_after_a_week(school: School) -> None:
    school.ask()
    school.deliver()
    with time_machine.travel(now() + brand.FRESH + timedelta(seconds=1)):
        assert school.seen().is_due
        school.ask()
        assert not school.seen().is_due
        assert [each.state for each in school.deliveries()] == [DeliveryState.SENT, DeliveryState.WAITING]


def test_what_cannot_be_fetched_is_tried_again_and_staff_see_why(school: School) -> None:
    school.ask(f"{school.canvas.config.base_url}/dist/brandable_css/gone/variables-gone.json")
    school.deliver()
    (waiting,) = school.deliveries()
    assert waiting.state is DeliveryState.WAITING
    assert waiting.attempts == 1
    assert waiting.reason.endswith(f"{school.canvas.config.base_url} answered 404")


def test_what_is_no_list_of_colours_fails(school: School) -> None:
    school.ask(f"{school.canvas.config.base_url}/simulator/trouble")  # a JSON list
    school.deliver()
    (failed,) = school.deliveries()
    assert failed.state is DeliveryState.FAILED


def test_colours_that_nobody_has_asked_for_in_months_are_forgotten(school: School) -> None:
    school.ask()
    school.deliver()
    school.canvas.courses.paint({"ic-link-color": "#7B2D6E"})
    with time_machine.travel(now() + timedelta(days=100)):
        school.ask()
        school.deliver()
    with school.parts.db.reading() as session:
        assert [each.url for each in session.scalars(select(Brand))] == [school.url]


def test_outside_of_development_a_private_address_is_never_asked(school: School) -> None:
    strict = replace(school.parts.settings, development=False)
    school.ask()
    calls = len(school.canvas.requests.all())
    for each in school.deliveries():
        Delivering(replace(school.parts, settings=strict), HANDLERS).deliver(each.id)
    (waiting,) = school.deliveries()
    assert "must start with https://" in waiting.reason
    assert len(school.canvas.requests.all()) == calls
    assert not school.seen().is_fetched
