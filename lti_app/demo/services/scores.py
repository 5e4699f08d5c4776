"""`POST <lineitem>/scores`: checks, downloads, effects, one at a time per submission.

And the download's progress.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from lti_app.demo.current import the_canvas

from .access import AGS, bearer, caller_in
from .calls import answer, json_object, not_found, refused
from .downloads import Downloaded, download
from .gate import guard
from .score_checks import EXTENSION, checked_score, line_item_for_score
from .score_effects import apply_score, repeats_attempt
from .score_values import CheckedScore

SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
SCOPE = f"{AGS}score"
PROGRESS_SCOPE = "https://canvas.instructure.com/lti-ags/progress/scope/show"

blueprint = Blueprint("scores", __name__, url_prefix="/api/lti")
guard(blueprint)


@blueprint.post("/courses/<int:course_id>/line_items/<int:line_item_id>/scores")
def create(course_id: int, line_item_id: int) -> Response:
    """Take a score: files are downloaded first; when one fails nothing at all is changed."""
    canvas = the_canvas()
    caller = caller_in(course_id, SCOPE)
    body = json_object()
    item = line_item_for_score(caller, line_item_id, body)
    person = canvas.people.by_lti_user_id(str(body.get("userId") or ""))
    with canvas.turns.taken(item.assignment_id, person.id if person else 0):
        score = checked_score(item, body)
        files = _downloads(score)
        result_id, progress_ids = apply_score(score, caller, files)
    base = canvas.config.base_url
    return answer(
        {
            "resultUrl": f"{base}/api/lti/courses/{course_id}/line_items/{line_item_id}/results/{result_id}",
            EXTENSION: {"content_items": _shown_files(files, progress_ids)},
        },
        SCORE_TYPE,
    )


def _downloads(score: CheckedScore) -> list[Downloaded]:
    canvas = the_canvas()
    if not score.is_new_submission or repeats_attempt(score):
        return []
    return [download(item, canvas.config.data_dir, canvas.switches) for item in score.files]


def _shown_files(files: list[Downloaded], progress_ids: list[int]) -> list[dict[str, Any]]:
    base = the_canvas().config.base_url
    return [
        {
            "type": "file",
            "url": file.item.url,
            "title": file.item.title,
            "progress": f"{base}/api/lti/progress/{progress_id}",
        }
        for file, progress_id in zip(files, progress_ids, strict=True)
    ]


@blueprint.get("/progress/<int:progress_id>")
def progress(progress_id: int) -> Response:
    """How far Canvas is with a file."""
    token = bearer()
    if PROGRESS_SCOPE not in token.scopes:
        raise refused(401, "Insufficient permissions")
    with the_canvas().store.reading() as db:
        row = db.execute(
            "SELECT * FROM progress WHERE id = ? AND client_id = ?", (progress_id, token.client_id)
        ).fetchone()
    if row is None:
        raise not_found()
    shown = {
        "id": row["id"],
        "context_type": "Attachment",
        "tag": "upload_via_url",
        "workflow_state": row["state"],
        "completion": row["completion"],
        "message": row["message"],
        "url": f"{the_canvas().config.base_url}/api/lti/progress/{row['id']}",
    }
    return answer(shown, "application/json")
