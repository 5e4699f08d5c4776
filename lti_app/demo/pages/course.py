"""Course pages: home, the tool's frame from the menu, assignments, people, Student View, concluding."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_app.demo.current import the_canvas
from lti_app.demo.world.tools import Tool

from .visitor import assignment_for, visitor, visitor_in

blueprint = Blueprint("course", __name__, url_prefix="/as/<login>/courses/<int:course_id>")


@blueprint.app_context_processor
def course_menu() -> dict[str, object]:
    """Lists the tools in a course's menu, for the templates."""
    return {"menu_tools": tools_in_menu}


def tools_in_menu(course_id: int) -> list[tuple[Tool, str]]:
    """The tools that the course's menu shows, and their names there."""
    entries = the_canvas().navigation.entries(course_id)
    return [(entry.tool, entry.text) for entry in entries if entry.is_shown]


@blueprint.get("")
def home(login: str, course_id: int) -> str:
    """The course's front page, also where a tool's return URL leads."""
    who, course = visitor_in(login, course_id)
    notice = request.args.get("lti_msg", "")
    problem = request.args.get("lti_errormsg", "")
    return render_template("course.html", who=who, course=course, notice=notice, problem=problem)


@blueprint.get("/external_tools/<int:tool_id>")
def external_tool(login: str, course_id: int, tool_id: int) -> str:
    """The tool in a frame, opened from the course menu."""
    who, course = visitor_in(login, course_id)
    entry = next(((tool, text) for tool, text in tools_in_menu(course_id) if tool.id == tool_id), None)
    if entry is None:
        abort(404)
    source = url_for("launching.navigation", login=login, course_id=course_id, tool_id=tool_id)
    return render_template("tool.html", who=who, course=course, tool=entry[0], title=entry[1], source=source)


@blueprint.get("/assignments")
def assignments(login: str, course_id: int) -> str:
    """All assignments; students see published ones."""
    who, course = visitor_in(login, course_id)
    shown = [
        assignment
        for assignment in the_canvas().assignments.in_course(course_id)
        if assignment.is_published or who.can_manage
    ]
    return render_template("assignments.html", who=who, course=course, assignments=shown)


@blueprint.get("/assignments/<int:assignment_id>")
def assignment(login: str, course_id: int, assignment_id: int) -> str:
    """One assignment: the tool in a frame, or a plain gradebook column."""
    who, course = visitor_in(login, course_id)
    shown = assignment_for(who, course, assignment_id)
    source = None
    if shown.tool_url:
        source = url_for(
            "launching.assignment", login=login, course_id=course_id, assignment_id=assignment_id
        )
    submission = the_canvas().gradebook.submission(assignment_id, who.person.id) if who.is_student else None
    return render_template(
        "assignment.html", who=who, course=course, assignment=shown, source=source, submission=submission
    )


@blueprint.post("/assignments/<int:assignment_id>/publish")
def publish(login: str, course_id: int, assignment_id: int) -> BaseResponse:
    """Publish or unpublish."""
    who, course = visitor_in(login, course_id)
    if not who.can_manage:
        abort(403)
    shown = assignment_for(who, course, assignment_id)
    the_canvas().assignments.change(shown.id, is_published=request.form.get("published") == "1")
    return redirect(url_for("course.assignments", login=login, course_id=course_id))


@blueprint.get("/people")
def people(login: str, course_id: int) -> str:
    """Who is in the course."""
    canvas = the_canvas()
    who, course = visitor_in(login, course_id)
    rows = [
        (person, sorted({entry.type for entry in canvas.people.active_enrolments(person.id, course_id)}))
        for person in canvas.people.enrolled_in(course_id)
        if not person.is_test_student
    ]
    return render_template("people.html", who=who, course=course, rows=rows)


@blueprint.post("/student_view")
def student_view(login: str, course_id: int) -> BaseResponse:
    """Become the course's Test Student, remembering who to come back to."""
    who, _ = visitor_in(login, course_id)
    if not who.can_manage:
        abort(403)
    test_student = the_canvas().people.test_student_of(course_id)
    session["before_student_view"] = login
    return redirect(url_for("course.home", login=test_student.login, course_id=course_id))


@blueprint.post("/leave_student_view")
def leave_student_view(login: str, course_id: int) -> BaseResponse:
    """Back to the person who entered Student View."""
    visitor(login)
    before = session.pop("before_student_view", None)
    if before is None:
        return redirect(url_for("account.start"))
    return redirect(url_for("course.home", login=before, course_id=course_id))


@blueprint.post("/conclude")
def conclude(login: str, course_id: int) -> BaseResponse:
    """Conclude the course, or open it again: for administrators."""
    who, course = visitor_in(login, course_id)
    if not who.person.is_admin:
        abort(403)
    courses = the_canvas().courses
    (courses.reopen if course.is_concluded else courses.conclude)(course_id)
    return redirect(url_for("course.home", login=login, course_id=course_id))
