"""The files that Canvas downloads because of a score: once, exactly, within its limits."""

from __future__ import annotations

import hashlib
import os
import threading

import pytest

from lti_app.demo import SmallCanvas

from .conftest import BASE, EXTENSION, Caller, FileServer, submission_of


def upload(url: str, title: str = "certificate.pdf") -> dict[str, object]:
    return {"content_items": [{"type": "file", "url": url, "title": title, "media_type": "application/pdf"}]}


def test_canvas_downloads_the_file_itself_and_keeps_it_exactly(
    canvas: SmallCanvas, caller: Caller, column: str, file_server: FileServer
) -> None:
    content = os.urandom(300_000)
    url = file_server.offer("/files/1", content)
    answer = caller.score(column, extension=upload(url, "Intyg åäö.pdf"))
    submission = submission_of(canvas)
    [stored] = submission.files
    assert canvas.gradebook.content(stored) == content
    assert (stored.title, stored.media_type) == ("Intyg åäö.pdf", "application/pdf")
    assert (stored.size_bytes, stored.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert (submission.type, submission.attempt, submission.score) == ("online_upload", 1, 8)
    [item] = answer.json[EXTENSION]["content_items"]
    progress = caller.get(item["progress"].removeprefix(BASE))
    assert (progress.json["workflow_state"], progress.json["completion"]) == ("completed", 100)
    [(_, headers)] = file_server.seen
    assert "Cookie" not in headers
    assert "Authorization" not in headers


def test_an_equal_submitted_at_downloads_nothing_again(
    canvas: SmallCanvas, caller: Caller, column: str, file_server: FileServer
) -> None:
    url = file_server.offer("/files/1", b"%PDF")
    moment = {"submittedAt": canvas.now().isoformat()}
    for _ in range(3):
        assert caller.score(column, extension=upload(url), submission=moment).status_code == 200
    assert len(file_server.seen) == 1
    assert (submission_of(canvas).attempt, len(submission_of(canvas).files)) == (1, 1)


def test_no_file_is_fetched_when_the_score_is_no_new_submission(
    caller: Caller, column: str, file_server: FileServer
) -> None:
    url = file_server.offer("/files/1", b"%PDF")
    caller.score(column, extension={**upload(url), "new_submission": False})
    assert file_server.seen == []


@pytest.mark.parametrize(("status", "expected"), [(400, 400), (403, 500), (404, 500), (500, 500)])
def test_a_download_that_is_answered_with_an_error_fails_the_score_and_stores_nothing(
    canvas: SmallCanvas, caller: Caller, column: str, file_server: FileServer, status: int, expected: int
) -> None:
    url = file_server.offer("/files/1", b"no", status=status)
    assert caller.score(column, extension=upload(url), comment="no").status_code == expected
    assert canvas.gradebook.of_assignment(1) == []
    assert list((canvas.config.data_dir / "files").iterdir()) == []


def test_a_download_that_takes_too_long_answers_504(
    canvas: SmallCanvas, caller: Caller, column: str, file_server: FileServer
) -> None:
    canvas.switch(download_timeout_seconds=0.2)
    url = file_server.offer("/files/1", b"late", delay_seconds=10.0)
    assert caller.score(column, extension=upload(url)).status_code == 504


def test_a_download_from_nowhere_answers_504_and_an_odd_address_400(caller: Caller, column: str) -> None:
    assert caller.score(column, extension=upload("http://127.0.0.1:9/nothing")).status_code == 504
    assert caller.score(column, extension=upload("file:///etc/passwd")).status_code == 400


def test_a_file_over_the_limit_answers_400(
    canvas: SmallCanvas, caller: Caller, column: str, file_server: FileServer
) -> None:
    canvas.switch(download_max_bytes=1000)
    url = file_server.offer("/files/1", b"x" * 1001)
    assert caller.score(column, extension=upload(url)).status_code == 400


def test_scores_for_one_submission_wait_for_each_other(
    canvas: SmallCanvas, caller: Caller, column: str, file_server: FileServer
) -> None:
    """Sixteen at once, with the same submittedAt and a file: one attempt, one download."""
    url = file_server.offer("/files/1", b"%PDF", delay_seconds=0.05)
    moment = {"submittedAt": canvas.now().isoformat()}
    statuses: list[int] = []

    def post() -> None:
        one = Caller(canvas, canvas.app.test_client())  # type: ignore[attr-defined]
        statuses.append(one.score(column, extension=upload(url), submission=moment).status_code)

    threads = [threading.Thread(target=post) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 16
    assert len(file_server.seen) == 1
    assert submission_of(canvas).attempt == 1
