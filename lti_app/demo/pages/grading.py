"""Gradebook, SpeedGrader, a student's grades and submission details, and the files Canvas downloaded."""

from __future__ import annotations

import math

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from lti_app.demo.current import the_canvas
from lti_app.demo.world.people import Person

from .visitor import assignment_for, visitor_in

blueprint = Blueprint("grading", __name__, url_prefix="/as/<login>/courses/<int:course_id>")

INLINE_TYPES = ("application/pdf", "image/jpeg", "image/png")


@blueprint.get("/gradebook")
def gradebook(login: str, course_id: int) -> str:
    """Students by assignments."""
    canvas = the_canvas()
    who, course = visitor_in(login, course_id)
    if not who.can_grade:
        abort(403)
    assignments = canvas.assignments.in_course(course_id)
    cells = {
        (submission.person_id, assignment.id): submission
        for assignment in assignments
        for submission in canvas.gradebook.of_assignment(assignment.id)
    }
    students = canvas.people.students_in(course_id)
    return render_template(
        "gradebook.html", who=who, course=course, assignments=assignments, students=students, cells=cells
    )


@blueprint.get("/gradebook/speed_grader")
def speed_grader(login: str, course_id: int) -> str:
    """One student's submission beside the means to grade it."""
    canvas = the_canvas()
    who, course = visitor_in(login, course_id)
    if not who.can_grade:
        abort(403)
    assignment = assignment_for(who, course, request.args.get("assignment_id", 0, type=int))
    students = canvas.people.students_in(course_id)
    student = _student(students, request.args.get("student_id", type=int))
    return render_template(
        "speedgrader.html",
        who=who,
        course=course,
        assignment=assignment,
        students=students,
        student=student,
        submission=canvas.gradebook.submission(assignment.id, student.id),
    )


def _student(students: list[Person], person_id: int | None) -> Person:
    if person_id is None and students:
        return students[0]
    found = next((student for student in students if student.id == person_id), None)
    return found or abort(404)


@blueprint.post("/assignments/<int:assignment_id>/submissions/<int:person_id>/grade")
def grade(login: str, course_id: int, assignment_id: int, person_id: int) -> BaseResponse:
    """A grade and a comment by a person, as in Canvas: nothing is pushed to the tool."""
    canvas = the_canvas()
    who, course = visitor_in(login, course_id)
    if not who.can_grade:
        abort(403)
    assignment = assignment_for(who, course, assignment_id)
    student = _student(canvas.people.students_in(course_id), person_id)
    if "score" in request.form:
        score = _score(request.form["score"])
        canvas.grading.grade_by_hand(
            assignment.id, student.id, score, grader_id=who.person.id, at=canvas.now()
        )
    text = request.form.get("comment", "").strip()
    if text:
        canvas.grading.comment_by_hand(
            assignment.id, student.id, text, author=who.person.name, at=canvas.now()
        )
    back = url_for("grading.speed_grader", login=login, course_id=course_id)
    return redirect(f"{back}?assignment_id={assignment.id}&student_id={student.id}")


def _score(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        score = float(text.replace(",", "."))
    except ValueError:
        abort(400, "A grade is a number.")
    if not math.isfinite(score) or score < 0:
        abort(400, "A grade is a number from 0.")
    return score


@blueprint.get("/grades")
def grades(login: str, course_id: int) -> str:
    """A student's own grades, or those of the student somebody observes."""
    canvas = the_canvas()
    who, course = visitor_in(login, course_id)
    student = who.person
    if not who.is_student:
        observed = sorted(who.observed_ids)
        if not observed:
            abort(403)
        student = canvas.people.by_id(observed[0])
    rows = [
        (assignment, canvas.gradebook.submission(assignment.id, student.id))
        for assignment in canvas.assignments.in_course(course_id)
        if assignment.is_published
    ]
    return render_template("grades.html", who=who, course=course, student=student, rows=rows)


@blueprint.get("/assignments/<int:assignment_id>/submissions/<int:person_id>")
def submission(login: str, course_id: int, assignment_id: int, person_id: int) -> str:
    """Submission details: what was handed in, attempts, files, comments."""
    canvas = the_canvas()
    who, course = visitor_in(login, course_id)
    assignment = assignment_for(who, course, assignment_id)
    if not who.may_see_work_of(person_id):
        abort(403)
    try:
        student = canvas.people.by_id(person_id)
    except KeyError:
        abort(404)
    return render_template(
        "submission.html",
        who=who,
        course=course,
        assignment=assignment,
        student=student,
        submission=canvas.gradebook.submission(assignment_id, person_id),
    )


@blueprint.get("/files/<int:file_id>")
def file(login: str, course_id: int, file_id: int) -> Response:
    """A submitted file's bytes: shown in place if harmless, else as a download."""
    canvas = the_canvas()
    who, _ = visitor_in(login, course_id)
    found = canvas.gradebook.file(file_id)
    owner = canvas.gradebook.submission_by_id(found.submission_id) if found else None
    if found is None or owner is None or not who.may_see_work_of(owner.person_id):
        abort(404)
    response = Response(canvas.gradebook.content(found), mimetype=found.media_type)
    inline = found.media_type in INLINE_TYPES and "download" not in request.args
    response.headers.set("Content-Disposition", "inline" if inline else "attachment", filename=found.title)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
