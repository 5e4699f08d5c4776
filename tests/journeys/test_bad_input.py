"""What cannot be accepted is answered in clear words, and nothing typed is lost."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lti_app.db import Database
from lti_app.portfolio.models import Evidence
from lti_app.settings import Settings
from lti_app.storage.models import StoredFile
from lti_app.web.uploads import MOST_FILES, MOST_TEXT_BYTES
from tests.inspect_page import Page, page
from tests.unit.portfolio.conftest import a_pdf, an_image
from tests.visit import Visit

LIMIT_BYTES = 50_000


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, max_upload_bytes=LIMIT_BYTES)


def fill(visit: Visit, **typed: str) -> Page:
    """Send the form of a new activity with this, and read the page that refuses it."""
    path = "/activities/new/exchange_studies"
    response = visit.post(path, visit.page(path).form(path) | typed)
    assert response.status_code == 422
    return page(response)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": "x" * 300}, "Write at most 200 characters; you wrote 300."),
        ({"starts_on": "1949-12-31"}, "The date must lie between 1950-01-01 and 2100-12-31."),
        ({"starts_on": "10000-01-01"}, "The date must lie between 1950-01-01 and 2100-12-31."),
        ({"starts_on": "+99999-01-01"}, "The date must lie between 1950-01-01 and 2100-12-31."),
        ({"ends_on": "9999-12-31"}, "The date must lie between 1950-01-01 and 2100-12-31."),
        ({"starts_on": "2026-02-30"}, "Write the date as year, month and day"),
        ({"starts_on": "yesterday"}, "Write the date as year, month and day"),
        ({"starts_on": "2026-03-02", "ends_on": "2026-03-01"}, "The last day is before the first day."),
        ({"field_duration_weeks": "many"}, "Write a number in digits, such as 7.5."),
        ({"field_duration_weeks": "-1"}, "The number must be at least 0.2."),
        ({"field_duration_weeks": "100000"}, "The number can be at most 260."),
        ({"field_country": "Atlantis"}, "Choose one of the answers in the list."),
        ({"field_host": "x" * 501}, "Write at most"),
    ],
)
def test_a_field_says_what_is_wrong_and_keeps_what_was_typed(
    at_home: Visit, typed: dict[str, str], sentence: str
) -> None:
    refused = fill(at_home, **typed)
    assert "There is a problem" in refused.text
    assert sentence in refused.text
    kept = refused.form("/exchange_studies")
    for name, value in typed.items():
        if name != "field_country":
            assert kept[name] == value


def test_emoji_and_letters_of_any_script_are_kept(at_home: Visit) -> None:
    path = "/activities/new/language_cafe"
    title = "语言咖啡馆 👩‍🎓 <script>&amp; “Å”"
    response = at_home.post(path, at_home.page(path).form(path) | {"title": title})
    assert at_home.page(response.headers["Location"]).h1 == title


@pytest.fixture
def item(at_home: Visit) -> str:
    path = "/activities/new/language_cafe"
    response = at_home.post(path, at_home.page(path).form(path) | {"title": "Café"})
    return response.headers["Location"].split("?")[0]


def send(visit: Visit, item: str, *files: tuple[bytes, str]) -> Page:
    response = visit.post(
        f"{item}/evidence",
        {"files": [(io.BytesIO(content), name) for content, name in files]},
        content_type="multipart/form-data",
    )
    if response.status_code == 303:
        return visit.page(response.headers["Location"])
    assert response.status_code == 422, response.status
    return page(response)


def stored_files(settings: Settings) -> list[Path]:
    folder = Path(settings.var_dir) / "files"
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "tom.pdf", "“tom.pdf” is empty."),
        (b"MZ\x90\x00" + b"\x00" * 500, "intyg.pdf", "“intyg.pdf” is not a PDF, JPEG or PNG file."),
        (a_pdf(LIMIT_BYTES + 1), "stor.pdf", "“stor.pdf” is too large. A file can have at most"),
        (a_pdf(3 * LIMIT_BYTES), "stor.pdf", "“stor.pdf” is too large."),
        (an_image()[:20], "trasig.png", "“trasig.png” is damaged"),
        (b"<script>alert(1)</script>", "bild.png", "is not a PDF, JPEG or PNG file."),
        (b"hej", "x" * 300 + ".pdf", "is not a PDF, JPEG or PNG file."),
    ],
)
def test_a_file_that_cannot_be_evidence_is_refused_in_words_and_not_kept(
    at_home: Visit,
    item: str,
    settings: Settings,
    database: Database,
    content: bytes,
    name: str,
    sentence: str,
) -> None:
    refused = send(at_home, item, (content, name))
    assert sentence in refused.text
    assert stored_files(settings) == []
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_of_several_files_the_fit_ones_are_kept(at_home: Visit, item: str, settings: Settings) -> None:
    shown = send(
        at_home, item, (a_pdf(), "a.pdf"), (b"MZ", "b.exe"), (b"", "c.pdf"), (an_image("JPEG"), "d.JPG")
    )
    assert {"a.pdf", "d.JPG"} <= set(shown.links)
    assert "“b.exe” is not a PDF" in shown.text
    assert "“c.pdf” is empty." in shown.text
    assert len(stored_files(settings)) == 2


def test_a_file_of_exactly_the_limit_is_kept(at_home: Visit, item: str) -> None:
    assert "precis.pdf" in send(at_home, item, (a_pdf(LIMIT_BYTES), "precis.pdf")).links


def test_a_name_with_folders_controls_and_no_end_is_cleaned(
    at_home: Visit, item: str, database: Database
) -> None:
    send(at_home, item, (a_pdf(), "../../etc/" + "å" * 300 + "\u202efdp.exe"))
    with database.reading() as session:
        (name,) = session.scalars(select(Evidence.name)).all()
    assert len(name) == 255
    assert name.endswith("å.pdf")
    assert not set(name) & set("/\u202e")


def test_a_form_without_a_file_says_so(at_home: Visit, item: str) -> None:
    assert "Choose a file first." in send(at_home, item, (b"", "")).text


def test_far_too_much_is_refused_before_it_is_read(at_home: Visit, item: str, settings: Settings) -> None:
    claimed = str(4 * LIMIT_BYTES + MOST_TEXT_BYTES + 1)
    response = at_home.client.post(
        f"{item}/evidence",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": claimed},
    )
    assert response.status_code == 413
    assert b'data-error-code="too-large"' in response.data
    assert stored_files(settings) == []


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_a_text_beyond_what_is_read_is_refused_in_words(at_home: Visit, item: str, content_type: str) -> None:
    def send(characters: int) -> TestResponse:
        fields = {"csrf_token": at_home.csrf_token, "url": "https://example.org", "name": "x" * characters}
        parts = [
            f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
            for name, text in fields.items()
        ]
        sent = "".join(parts) + "--x--\r\n" if "boundary" in content_type else urlencode(fields)
        return at_home.client.post(f"{item}/links", data=sent, content_type=content_type)

    refused = send(MOST_TEXT_BYTES + 1)
    assert refused.status_code == 413
    assert b'data-error-code="text-too-long"' in refused.data
    assert "The texts of one form can be at most 4 MB together." in page(refused).text
    assert "Back button" in page(refused).text
    kept = send(3_000_000)
    assert kept.status_code == 422
    assert "Write at most 200 characters; you wrote 3000000." in page(kept).text


def test_too_many_files_at_once_are_refused(at_home: Visit, item: str, settings: Settings) -> None:
    files = [(io.BytesIO(a_pdf(100 + number)), f"{number}.pdf") for number in range(MOST_FILES + 1)]
    response = at_home.post(f"{item}/evidence", {"files": files}, content_type="multipart/form-data")
    assert response.status_code == 413
    assert stored_files(settings) == []


def test_a_file_without_a_launch_is_not_even_begun(
    app: Flask, at_home: Visit, item: str, settings: Settings
) -> None:
    stranger = app.test_client()
    form = {"csrf_token": "x", "files": (io.BytesIO(a_pdf()), "a.pdf")}
    response = stranger.post(f"{item}/evidence", data=form, content_type="multipart/form-data")
    assert response.status_code == 401
    assert stored_files(settings) == []


def test_a_file_with_a_forged_token_is_not_kept(at_home: Visit, item: str, settings: Settings) -> None:
    form = {"csrf_token": "forged", "files": (io.BytesIO(a_pdf()), "a.pdf")}
    response = at_home.client.post(f"{item}/evidence", data=form, content_type="multipart/form-data")
    assert response.status_code == 400
    assert stored_files(settings) == []


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "example.org", "https://", "data:text/html,hej"])
def test_a_link_that_is_none_is_refused_and_kept_in_its_field(at_home: Visit, item: str, url: str) -> None:
    response = at_home.post(f"{item}/links", {"url": url, "name": "Min film"})
    assert response.status_code == 422
    refused = page(response)
    assert "Write a web address that starts with https:// or http://." in refused.text
    assert refused.form("/language")["back"].endswith("/evidence"), "where the form is"
    assert refused.form("/links") == {"csrf_token": at_home.csrf_token, "url": url, "name": "Min film"}


def test_an_answer_too_long_is_refused_and_kept_in_its_field(at_home: Visit, item: str) -> None:
    typed = "å" * 5001
    form = at_home.page(f"{item}/answers").form("/answers") | {"answer_what": typed}
    response = at_home.post(f"{item}/answers", form)
    assert response.status_code == 422
    refused = page(response)
    assert "Write at most 5000 characters; you wrote 5001." in refused.text
    assert refused.form("/answers")["answer_what"].strip() == typed


def test_what_is_missing_leads_to_its_place(at_home: Visit, item: str) -> None:
    response = at_home.post(f"{item}/submit", {"version": "1"})
    assert response.status_code == 422
    refused = page(response)
    assert refused.links["Write the date."].endswith("/details#starts_on")
    assert refused.links["Add a certificate of attendance, or write a reflection instead."].endswith(
        "/evidence#files"
    )


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_a_nonsense_version_is_a_conflict_at_worst(at_home: Visit, item: str, version: str) -> None:
    form = at_home.page(f"{item}/details").form("/details") | {"title": "Ny", "version": version}
    assert at_home.post(f"{item}/details", form).status_code == 409


@pytest.mark.parametrize("new_id", ["", "x", "00000000"])
def test_a_nonsense_id_of_a_new_activity_does_no_harm(at_home: Visit, new_id: str) -> None:
    path = "/activities/new/language_cafe"
    form = at_home.page(path).form(path) | {"title": "Café", "new_id": new_id}
    assert at_home.post(path, form).status_code == 303
