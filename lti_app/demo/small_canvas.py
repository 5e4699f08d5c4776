"""The handle on a running small Canvas: everything tests and the demo read, alter or break, from Python.

It is what `app.extensions["canvas"]` holds. Safe to use from any thread while the application is being
served.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from .config import CanvasConfig, Switches
from .launch.crafting import crafted_claims, crafted_token
from .launch.deep_linking import PLACEMENTS as DEEP_LINKING
from .launch.keys import KeyRing
from .launch.launches import Launches, LoginInitiation
from .launch.starting import Starting
from .launch.tokens import Tokens
from .launch.trouble import LaunchTrouble
from .registration.registrations import Registrations
from .services.metering import Meter
from .services.traffic import CallLog, Trouble
from .services.turns import Turns
from .world import seed
from .world.assignments import Assignment, Assignments
from .world.content import Content
from .world.copies import Copies
from .world.courses import Courses
from .world.gradebook import Gradebook, Submission
from .world.grading import Grading
from .world.line_items import LineItems
from .world.navigation import Navigation
from .world.people import People, Person
from .world.resource_links import ResourceLinks
from .world.sessions import Sessions
from .world.store import Store
from .world.tools import DeveloperKey, Tool, Tools


class SmallCanvas:
    """One school: people, courses, tools, gradebook, and the switches and faults of its services."""

    def __init__(self, config: CanvasConfig) -> None:
        self.config = config
        self.switches: Switches = config.switches
        self.store = Store(config.data_dir / "canvas.sqlite3")
        self.people = People(self.store)
        self.courses = Courses(self.store)
        self.tools = Tools(self.store)
        self.navigation = Navigation(self.store, self.tools)
        self.assignments = Assignments(self.store)
        self.line_items = LineItems(self.store)
        self.links = ResourceLinks(self.store)
        self.content = Content(self.store, self.assignments, self.line_items, self.links)
        self.copies = Copies(
            self.store, self.people, self.courses, self.assignments, self.line_items, self.links
        )
        self.gradebook = Gradebook(self.store, config.data_dir)
        self.grading = Grading(self.store, self.gradebook)
        self.sessions = Sessions(self.store, config.clock)
        self.keys = KeyRing(config.data_dir / "signing_keys.json", config.clock())
        self.secret = self._prepare()
        self.registrations = Registrations(self.store, self.tools, self.courses, self.secret, config.clock)
        self.tokens = Tokens(self.store, self.secret, config.token_url, config.clock)
        self.launches = Launches(config, self.store, self.keys, self.secret, lambda: self.switches)
        self.starting = Starting(
            config,
            self.people,
            self.courses,
            self.tools,
            self.assignments,
            self.line_items,
            self.gradebook,
            links=self.links,
            copies=self.copies,
            secret=self.secret,
        )
        self.trouble = Trouble()
        self.launch_trouble = LaunchTrouble()
        self.requests = CallLog()
        self.turns = Turns()
        self.meter = Meter()

    def _prepare(self) -> str:
        with self.store.writing():
            secret = self.store.setting("secret")
            if secret is None:
                secret = secrets.token_hex(32)
                self.store.remember("secret", secret)
                seed.plant(self.people, self.courses)
                if self.config.knows_tool:
                    seed.install(self.config.tool_url, self.courses, self.tools)
        return secret

    def now(self) -> datetime:
        """The small Canvas's own time."""
        return self.config.clock()

    def switch(self, **changes: Any) -> None:
        """Move switches (see `Switches`) at run time."""
        self.switches = replace(self.switches, **changes)

    @property
    def tool(self) -> Tool:
        """The installation that the seed made."""
        return self.tools.all()[0]

    @property
    def developer_key(self) -> DeveloperKey:
        """The developer key of that installation."""
        key = self.tools.key(self.tool.client_id)
        if key is None:
            raise RuntimeError("the seeded tool has no developer key")
        return key

    @property
    def client_id(self) -> str:
        """The tool's client_id."""
        return self.tool.client_id

    @property
    def deployment_id(self) -> str:
        """The tool's deployment id."""
        return self.tool.deployment_id

    def add_students(self, count: int, course_id: int = 1) -> list[Person]:
        """Enrol this many new students, named by number."""
        with self.store.writing() as db:
            first = int(db.execute("SELECT count(*) FROM person").fetchone()[0])
            students = [
                self.people.add(f"student-{n}", f"Student {n}", "Test") for n in range(first, first + count)
            ]
            for student in students:
                self.people.enrol(student.id, course_id, "StudentEnrollment")
        return students

    def assignment_named(self, name: str, course_id: int = 1) -> Assignment:
        """The course's assignment with exactly this name; KeyError when there is none."""
        for assignment in self.assignments.in_course(course_id):
            if assignment.name == name:
                return assignment
        raise KeyError(name)

    def submission_of(self, login: str, assignment_id: int) -> Submission | None:
        """What one person has in an assignment."""
        return self.gradebook.submission(assignment_id, self.people.get(login).id)

    def start_launch(
        self,
        person: str,
        *,
        course_id: int = 1,
        assignment_id: int | None = None,
        retrieve_url: str | None = None,
        link_id: int | None = None,
        placement: str = "course_navigation",
    ) -> LoginInitiation:
        """Begin a launch as a logged-in person, as the course pages do; post its fields to its action.

        A `placement` of deep linking asks for content; `account_navigation` lies outside of the course.
        """
        who = self.people.get(person)
        course = self.courses.get(course_id)
        assignment = None if assignment_id is None else self.assignments.get(assignment_id)
        if retrieve_url is not None:
            facts = self.starting.retrieve(who, course, retrieve_url, assignment, self.switches)
        elif assignment is not None:
            facts = self.starting.assignment(who, assignment)
        elif link_id is not None:
            facts = self.starting.module_item(who, self.links.get(link_id))
        elif placement in DEEP_LINKING:
            facts = self.starting.selection(placement, who, course, self.tool)
        elif placement == "account_navigation":
            facts = self.starting.account_navigation(who, self.tool)
        else:
            facts = self.starting.navigation(who, course, self.tool)
        return self.launches.begin(facts, self.sessions.open(f"python-{person}", who))

    def make_claims(self, **wishes: Any) -> dict[str, Any]:
        """See `crafted_claims`."""
        return crafted_claims(self, **wishes)

    def make_id_token(
        self,
        *,
        payload: Mapping[str, Any] | bytes | None = None,
        algorithm: str = "RS256",
        key: RSAPrivateKey | bytes | None = None,
        headers: Mapping[str, Any] | None = None,
        **wishes: Any,
    ) -> str:
        """A crafted id_token: `wishes` as for `crafted_claims` unless a payload is given.

        See `crafted_token`.
        """
        claims = crafted_claims(self, **wishes) if payload is None else payload
        return crafted_token(self, claims, algorithm=algorithm, key=key, headers=headers)
