"""What browser tests of certificates share: a student who has earned one, and the worker's part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from playwright.sync_api import Browser
from sqlalchemy import select

from lti_app.certificates.tasks import HANDLERS
from lti_app.db import Database
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.settings import Settings
from lti_app.web.context import Parts
from tests.browser.served_tool import ServedTool, served_tool
from tests.classroom import Classroom, a_classroom
from tests.unit.certificates.issuing import an_earner

Done = TypeVar("Done")


@contextmanager
def with_an_earner(
    chromium: Browser, settings: Settings, database: Database
) -> Iterator[tuple[ServedTool, Classroom]]:
    """The tool, where the student `asa` of the teacher `tove` has earned her certificate; and the course."""
    with served_tool(chromium, settings) as tool:
        with database.writing() as session:
            room = a_classroom(session)
            an_earner(session, room)
        tool.actors |= {"asa": room.learning, "tove": room.teaching}
        yield tool, room


def work(parts: Parts, kind: str, *, most: int = 99) -> None:
    """Do what waits of a kind."""
    waiting = select(Delivery.id).where(Delivery.kind == kind, Delivery.state == DeliveryState.WAITING)
    with parts.db.reading() as session:
        due = session.scalars(waiting.order_by(Delivery.sequence).limit(most)).all()
    elsewhere(lambda: [Delivering(parts, HANDLERS).deliver(each) for each in due])


def elsewhere(act: Callable[[], Done]) -> Done:
    """Act in a thread without Playwright's event loop: signing brings its own."""
    with ThreadPoolExecutor(1) as worker:
        return worker.submit(act).result()
