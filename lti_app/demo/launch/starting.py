"""Gathers the facts of a launch from the course pages: which placement, which target, whether it may be."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, urlsplit, urlunsplit

from lti_app.demo.config import CanvasConfig, Switches
from lti_app.demo.world.assignments import Assignment, Assignments
from lti_app.demo.world.copies import Copies
from lti_app.demo.world.courses import Course, Courses
from lti_app.demo.world.gradebook import Gradebook
from lti_app.demo.world.line_items import LineItems
from lti_app.demo.world.people import People, Person
from lti_app.demo.world.resource_links import ResourceLink, ResourceLinks
from lti_app.demo.world.tools import Tool, Tools

from . import deep_linking
from .claims import LaunchFacts


class NoLaunchError(Exception):
    """This page cannot launch the tool; the text says why, for a person."""


class Starting:
    """Builds the facts of each kind of launch."""

    def __init__(  # noqa: PLR0913 - a launch may speak of all of these
        self,
        config: CanvasConfig,
        people: People,
        courses: Courses,
        tools: Tools,
        assignments: Assignments,
        line_items: LineItems,
        gradebook: Gradebook,
        *,
        links: ResourceLinks,
        copies: Copies,
        secret: str,
    ) -> None:
        self._config = config
        self._people = people
        self._courses = courses
        self._tools = tools
        self._assignments = assignments
        self._line_items = line_items
        self._gradebook = gradebook
        self._links = links
        self._copies = copies
        self._secret = secret

    def navigation(self, person: Person | None, course: Course, tool: Tool) -> LaunchFacts:
        """A launch from the course menu."""
        return self._from_menu("course_navigation", person, course, tool)

    def account_navigation(self, person: Person, tool: Tool) -> LaunchFacts:
        """A launch from the account menu: administrative roles, no services."""
        return self._from_menu("account_navigation", person, None, tool)

    def _from_menu(
        self, placement: str, person: Person | None, course: Course | None, tool: Tool
    ) -> LaunchFacts:
        facts = self._facts(person, course, tool)
        entry = facts.key.placement(placement)
        if entry is None:
            raise NoLaunchError(f"The tool has no placement {placement}.")
        target = entry.get("target_link_uri", facts.key.target_link_uri)
        return replace(facts, target_link_uri=target, placement=placement)

    def assignment(self, person: Person, assignment: Assignment) -> LaunchFacts:
        """A launch from an assignment's page, as a resource link."""
        if assignment.tool_id is None or assignment.tool_url is None:
            raise NoLaunchError("This assignment does not open a tool.")
        facts = self._facts(
            person,
            self._courses.get(assignment.course_id),
            self._tools.get(assignment.tool_id),
            "/assignments",
        )
        primary = self._line_items.on_assignment(assignment.id)[:1]
        submission = self._gradebook.submission(assignment.id, person.id)
        return replace(
            facts,
            target_link_uri=assignment.tool_url,
            assignment=assignment,
            is_resource_link=True,
            line_item=primary[0] if primary and primary[0].client_id == facts.key.client_id else None,
            attempts=submission.attempt if submission else 0,
            link=self._links.of_assignment(assignment.id),
        )

    def module_item(self, person: Person, link: ResourceLink) -> LaunchFacts:
        """A launch from a link in a module; one that is an assignment is launched as that."""
        if link.assignment_id is not None:
            return self.assignment(person, self._assignments.get(link.assignment_id))
        facts = self._facts(
            person, self._courses.get(link.course_id), self._tools.get(link.tool_id), "/modules"
        )
        return replace(facts, target_link_uri=link.url, placement="link_selection", link=link)

    def selection(self, placement: str, person: Person, course: Course, tool: Tool) -> LaunchFacts:
        """A launch that asks for content, from a dialog."""
        facts = self._from_menu(placement, person, course, tool)
        page = f"{self._config.base_url}/as/{person.login}/courses/{course.id}"
        asked = deep_linking.ReturnData(placement, tool.id, course.id)
        return replace(
            facts,
            deep_linking=deep_linking.settings(self._config, self._secret, page, asked),
            return_url=f"{page}/deep_linking_cancel?include_host=true&placement={placement}",
        )

    def retrieve(
        self, person: Person, course: Course, url: str, assignment: Assignment | None, switches: Switches
    ) -> LaunchFacts:
        """A launch of a stored submission address: SpeedGrader, or the student's submission details."""
        try:
            domain = urlsplit(url).netloc
        except ValueError:
            domain = ""
        tool = next((tool for tool in self._tools.all() if tool.domain == domain), None)
        if tool is None:
            raise NoLaunchError("Couldn't find valid settings for this link: no tool has its domain.")
        return replace(
            self._facts(person, course, tool),
            target_link_uri=_double_encoded(url) if switches.double_encode_retrieve else url,
            assignment=assignment,
            is_resource_link=switches.retrieve_keeps_resource_link and assignment is not None,
        )

    def _facts(self, person: Person | None, course: Course | None, tool: Tool, page: str = "") -> LaunchFacts:
        key = self._tools.key(tool.client_id)
        if key is None or not tool.is_available:
            raise NoLaunchError("The tool is not available here.")
        everywhere = tuple(self._people.active_enrolments(person.id)) if person else ()
        observed = {entry.observed_id for entry in everywhere if course and entry.course_id == course.id} - {
            None
        }
        place = f"courses/{course.id}{page}" if course else ""
        return LaunchFacts(
            config=self._config,
            key=key,
            tool=tool,
            account=self._courses.account(),
            person=person,
            everywhere=everywhere,
            observed_lti_ids=tuple(self._people.by_id(one).lti_id for one in observed if one),
            target_link_uri=key.target_link_uri,
            return_url=f"{self._config.base_url}/as/{person.login if person else 'nobody'}/{place}",
            placement=None,
            course=course,
            history=tuple(self._copies.history(course.id)) if course else (),
        )


def _double_encoded(url: str) -> str:
    """The address with its query values percent-encoded once more (canvas-lms #1486)."""
    parts = urlsplit(url)
    query = "&".join(
        f"{name}{mark}{quote(value, safe='')}"
        for name, mark, value in (pair.partition("=") for pair in parts.query.split("&"))
    )
    return urlunsplit(parts._replace(query=query))
