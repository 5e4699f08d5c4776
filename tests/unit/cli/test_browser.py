"""The demo's browser keeps cookies as browsers do, fills in forms by labels, and says where it got lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask, Response, make_response, redirect, request
from werkzeug.serving import make_server
from werkzeug.wrappers import Response as AnyResponse

from lti_app.cli.browser import Browser, LostError
from lti_app.cli.html import fields_of, read

_FORM = """<html lang="en"><main><h1>Form</h1>
<form method="post" action="/sent" enctype="multipart/form-data">
<input type="hidden" name="token" value="t&amp;1">
<label for="name">Name <span>(optional)</span></label><input id="name" name="name" value="before">
<label><input type="radio" name="form" value="talk"> Talk</label>
<label><input type="radio" name="form" value="film" checked> Film</label>
<label for="country">Country</label><select id="country" name="country">
  <option value="">Choose</option><option value="KE">Kenya</option></select>
<label for="why">Why</label><textarea id="why" name="why">
two
lines</textarea>
<label for="file">Paper</label><input type="file" id="file" name="file">
<input type="checkbox" name="unticked" value="1"><input name="off" value="1" disabled>
<button name="do" value="save">Save</button><button name="do" value="drop">Drop</button></form>
<iframe aria-hidden="true" src="/hidden"></iframe><iframe src="cookies"></iframe>
<a href="/round">Around</a></main></html>"""


def _site() -> Flask:
    app = Flask(__name__)

    @app.get("/form")
    def form() -> str:
        return _FORM

    @app.post("/sent")
    def sent() -> str:
        given = sorted(request.form.items(multi=True))
        files = [(key, each.filename, each.read().decode()) for key, each in request.files.items()]
        return f"<main><h1>Sent</h1>{given} {files}</main>"

    @app.get("/set")
    def set_cookies() -> AnyResponse:
        response: AnyResponse = redirect("/l/one/page", 303)
        response.set_cookie(
            "secret", "1", path="/l/one/", secure=True, httponly=True, samesite="None", partitioned=True
        )
        response.set_cookie("secret", "2", path="/l/two/", secure=True)
        response.set_cookie("gone", "3", path="/")
        return response

    @app.get("/forget")
    def forget() -> Response:
        response = make_response("<main></main>")
        response.delete_cookie("gone", path="/")
        return response

    @app.get("/<path:rest>")
    def cookies(rest: str) -> str:
        return f"<main>{rest}: {sorted(request.cookies.items())}</main>"

    @app.get("/round")
    def around() -> AnyResponse:
        return redirect("/round")

    @app.get("/refused")
    def refused() -> tuple[str, int]:
        return "<main><h1>You may not do this</h1></main>", 403

    return app


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A site's address."""
    server = make_server("127.0.0.1", 0, _site(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def browser() -> Iterator[Browser]:
    opened = Browser()
    yield opened
    opened.close()


def test_a_cookie_goes_where_its_path_says(site: str, browser: Browser) -> None:
    assert browser.open(f"{site}/set").words == "l/one/page: [('gone', '3'), ('secret', '1')]"
    assert "('secret', '2')" in browser.open(f"{site}/l/two/deep/page").words
    assert "secret" not in browser.open(f"{site}/l/three/").words
    assert "secret" not in browser.open(f"{site}/l/one-more").words


def test_a_cookie_is_for_its_host_and_can_be_deleted(site: str, browser: Browser) -> None:
    browser.open(f"{site}/set")
    assert "gone" not in browser.open(site.replace("127.0.0.1", "localhost") + "/elsewhere").words
    browser.open(f"{site}/forget")
    assert "gone" not in browser.open(f"{site}/elsewhere").words


def test_a_form_is_filled_in_by_its_labels(site: str, browser: Browser) -> None:
    page = browser.open(f"{site}/form")
    values = {"Name": "Åsa", "Talk": "", "Country": "Kenya", "Paper": ("a.pdf", b"bytes", "application/pdf")}
    words = browser.press(page, "Save", values).words
    for each in (("name", "Åsa"), ("form", "talk"), ("country", "KE"), ("do", "save"), ("token", "t&1")):
        assert str(each) in words
    assert "('file', 'a.pdf', 'bytes')" in words
    assert "unticked" not in words
    assert "drop" not in words


def test_what_is_not_filled_in_stays_as_it_stands() -> None:
    form = read(_FORM).first("form")
    assert form is not None
    assert fields_of(form) == [
        ("token", "t&1"),
        ("name", "before"),
        ("form", "film"),
        ("country", ""),
        ("why", "two\nlines"),
    ]


def test_the_visible_frame_is_found(site: str, browser: Browser) -> None:
    assert browser.open(f"{site}/form").frame() == f"{site}/cookies"


@pytest.mark.parametrize(
    ("words", "values", "said"),
    [
        ("Publish", {}, "has no button or link 'Publish'"),
        ("Save", {"Age": "7"}, "asks for no 'Age'"),
        ("Save", {"Country": "Norway"}, "offers no 'Norway'"),
        ("Around", {}, "leads in circles"),
    ],
)
def test_being_lost_is_one_sentence(
    site: str, browser: Browser, words: str, values: dict[str, str], said: str
) -> None:
    page = browser.open(f"{site}/form")
    with pytest.raises(LostError, match=said):
        browser.press(page, words, values)


def test_a_refusal_says_what_the_page_says(site: str, browser: Browser) -> None:
    with pytest.raises(LostError, match="'You may not do this' answered 403"):
        browser.open(f"{site}/refused")


def test_a_server_that_is_not_there_is_one_sentence(browser: Browser) -> None:
    with pytest.raises(LostError, match="does not answer"):
        browser.open("http://127.0.0.1:1/")
