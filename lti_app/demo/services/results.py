"""`GET <lineitem>/results`.

What the gradebook holds for a line item (Assignment and Grade Services 2.0 §3.3).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from lti_app.demo.current import the_canvas
from lti_app.demo.world.gradebook import Result
from lti_app.demo.world.line_items import LineItem

from .access import AGS, caller_in_open_course, line_item_of
from .calls import answer, not_found, page_of, page_size
from .gate import guard

CONTAINER_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
SCOPE = f"{AGS}result.readonly"

blueprint = Blueprint(
    "results", __name__, url_prefix="/api/lti/courses/<int:course_id>/line_items/<int:line_item_id>"
)
guard(blueprint)


@blueprint.get("/results")
def index(course_id: int, line_item_id: int) -> Response:
    """All results, or one student's; somebody who is no student gives an empty list."""
    canvas = the_canvas()
    item = line_item_of(caller_in_open_course(course_id, SCOPE), line_item_id)
    results = canvas.gradebook.results(item.id)
    if "user_id" in request.args:
        person = canvas.people.by_lti_user_id(request.args["user_id"])
        is_student = person is not None and canvas.people.is_student_in(person.id, course_id)
        wanted = person.id if person is not None and is_student else None
        results = [result for result in results if result.person_id == wanted]
    page, link = page_of(results, canvas.config.base_url, page_size())
    response = answer([_shown(result, item) for result in page], CONTAINER_TYPE)
    response.headers["Link"] = link
    return response


@blueprint.get("/results/<int:result_id>")
def show(course_id: int, line_item_id: int, result_id: int) -> Response:
    """One result."""
    item = line_item_of(caller_in_open_course(course_id, SCOPE), line_item_id)
    for result in the_canvas().gradebook.results(item.id):
        if result.id == result_id:
            return answer(_shown(result, item), CONTAINER_TYPE)
    raise not_found()


def _shown(result: Result, item: LineItem) -> dict[str, Any]:
    canvas = the_canvas()
    url = f"{canvas.config.base_url}/api/lti/courses/{item.course_id}/line_items/{item.id}"
    shown = {
        "id": f"{url}/results/{result.id}",
        "userId": canvas.people.by_id(result.person_id).lti_id,
        "resultScore": result.score,
        "resultMaximum": result.maximum if result.maximum is not None else item.score_maximum,
        "scoreOf": url,
        "comment": result.comment,
    }
    return {name: value for name, value in shown.items() if value is not None or name == "resultScore"}
