"""Both sides by hand, without a browser: a served small Canvas, the tool's client, the forms between.

`InCanvas` does what a browser does in a course page's frame: it posts forms that post themselves, and follows
redirects on the tool's side. On the small Canvas's side the person stands in the address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lti_app.db import Database
from lti_app.demo import LoginInitiation, SmallCanvas
from lti_app.jobs import leases
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery
from lti_app.lti.tasks import HANDLERS
from lti_app.settings import Settings
from lti_app.web.context import Parts
from tests.inspect_page import Page, page
from tests.served_canvas import register, served_canvas

SETUP = {"scheme": "lund-medicine", "programme": "lakare"}  # what a teacher chooses


@dataclass
class InCanvas:
    """The tool in a small Canvas that knows it."""

    canvas: SmallCanvas
    client: FlaskClient
    database: Database

    def launch(self, person: str, client: FlaskClient | None = None, **where: Any) -> TestResponse:
        """Do what the browser does: login form, redirect to the platform, the form it answers with."""
        browser = client or self.client
        begun = self.canvas.start_launch(person, **where)
        answered = requests.get(log_in(browser, begun), timeout=60)
        assert answered.ok, answered.text
        action, fields = form_of(answered.text)
        return browser.post(urlsplit(action).path, data=fields)

    def landing(self, person: str, **where: Any) -> TestResponse:
        """The page on which a launch ends."""
        response = self.launch(person, **where)
        assert response.status_code == 303, response.text
        return self.client.get(response.location, follow_redirects=True)

    def picker(self, person: str = "tove", placement: str = "assignment_selection", **where: Any) -> Page:
        """The picker that a dialog of Canvas shows, inspected."""
        asked = self.launch(person, placement=placement, **where)
        assert asked.status_code == 303, asked.text
        return page(self.without_cookies.get(asked.location))

    def choose(self, picker: Page, **changes: Any) -> TestResponse:
        """Send the picker's form, filled in; a change to None leaves a field out."""
        fields = picker.form("/deep-link") | {"kinds": []} | changes
        fields.pop("cancel", None)
        return self.send({name: value for name, value in fields.items() if value is not None})

    def cancel(self, picker: Page) -> TestResponse:
        """Press Cancel."""
        return self.send({"token": picker.form("/deep-link")["token"], "cancel": "yes"})

    def send(self, fields: Mapping[str, Any]) -> TestResponse:
        """Post the picker's form."""
        return self.without_cookies.post("/deep-link", data=dict(fields))

    def hand_back(self, answer: TestResponse) -> requests.Response:
        """Post the tool's answer to Canvas, as its page does by itself."""
        assert answer.status_code == 200, answer.text
        page(answer)
        action, fields = form_of(answer.text)
        assert set(fields) == {"JWT"}
        return requests.post(action, data=fields, timeout=60)

    def add(self, picker: Page, **changes: Any) -> requests.Response:
        """Choose, and hand back; Canvas must take it."""
        taken = self.hand_back(self.choose(picker, **changes))
        assert taken.ok, taken.text
        return taken

    def save_assignment(self, taken: requests.Response, person: str = "tove", **changes: str) -> None:
        """Save the form of the new assignment that the dialog led to, and publish what was made."""
        back = re.search(r'id="back" href="([^"]+)"', taken.text)
        assert back
        form = requests.get(self.canvas.config.base_url + unescape(back[1]), timeout=60)
        action, fields = form_of(form.text)
        requests.post(
            self.canvas.config.base_url + action, data=fields | changes, timeout=10
        ).raise_for_status()
        self.publish_all()

    def publish_all(self) -> None:
        """A teacher publishes what is there."""
        for course in self.canvas.courses.all():
            for each in self.canvas.assignments.in_course(course.id):
                self.canvas.assignments.change(each.id, is_published=True)
            for link in self.canvas.links.in_course(course.id):
                self.canvas.links.publish(link.id, is_published=True)

    def work(self) -> list[Delivery]:
        """Let the worker do what is due, until nothing is."""
        parts: Parts = self.client.application.extensions["cim"]
        delivering = Delivering(parts, HANDLERS)
        for _ in range(5):
            with self.database.reading() as session:
                due = leases.due(session, 100)
            if not due:
                break
            for each in due:
                delivering.deliver(each)
        with self.database.reading() as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.sequence)))

    @property
    def without_cookies(self) -> FlaskClient:
        """A browser that keeps none."""
        return self.client.application.test_client(use_cookies=False)


@contextmanager
def in_canvas(
    folder: Path, settings: Settings, database: Database, client: FlaskClient
) -> Iterator[InCanvas]:
    """A small Canvas that the tool has been told of as an operator would."""
    with served_canvas(folder, settings, database) as canvas:
        register(canvas, settings, database)
        yield InCanvas(canvas, client, database)


def log_in(client: FlaskClient, begun: LoginInitiation) -> str:
    """Where the browser is sent on to, when it has posted the login form and shown that it keeps cookies."""
    started = client.post(urlsplit(begun.action).path, data=dict(begun.fields))
    if started.location.startswith("/"):
        started = client.get(started.location)
    assert started.status_code == 302, started.text
    return started.location


def form_of(html: str) -> tuple[str, dict[str, str]]:
    """The address and the fields of the page's form that holds more than a button."""
    for form in re.findall(r"<form.*?</form>", html, flags=re.DOTALL):
        action = re.search(r'<form[^>]*action="([^"]+)"', form)
        fields = {}
        for tag in re.findall(r"<input[^>]*>", form):
            attributes = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
            if "name" in attributes:
                fields[attributes["name"]] = attributes.get("value", "")
        if action and fields:
            return unescape(action[1]), fields
    raise AssertionError(f"no form in {html}")
