"""A coordinator adds pictures that certificates may show, takes one out of the offer, and puts it back."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from lti_app.certificates.views import pictures as views
from lti_app.db import Database
from lti_app.people.models import Course
from lti_app.people.roles import Role
from lti_app.schemes.editor.beginning import begin_from_version
from lti_app.schemes.models import SchemeAsset
from lti_app.schemes.pictures import MOST_PIXELS
from lti_app.settings import Settings
from tests import world
from tests.filling import sent_by
from tests.inspect_page import Node, Page, page
from tests.visit import Visit

Visiting = Callable[..., Visit]
TOLD = {"kind": "logo", "alt_sv": "Sigill", "alt_en": "The seal"}
DRAFT = "draft=lund-medicine"
LIMIT_BYTES = 400_000  # of any file


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, max_upload_bytes=LIMIT_BYTES)


@pytest.fixture
def course(database: Database) -> Course:
    with database.writing() as session:
        return world.a_running_course(session)


@pytest.fixture
def karin(visit: Visiting, database: Database, course: Course) -> Visit:
    with database.writing() as session:
        person = world.a_person(session, course, name="Karin Ko")
        actor = world.an_actor(person, course, Role.COORDINATOR)
    return visit(actor)


def an_image(size: tuple[int, int] = (60, 40), colour: str = "navy") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, "PNG")
    return written.getvalue()


def sent(
    karin: Visit, file: bytes | None, told: dict[str, str] = TOLD, path: str = "/pictures"
) -> TestResponse:
    form = told | ({} if file is None else {"picture": (io.BytesIO(file), "crest.png")})
    return karin.post(path, form, content_type="multipart/form-data")


def notice(shown: Page) -> Node:
    (found,) = (each for each in shown.main.all("div") if each.attributes.get("role") == "status")
    return found


def test_what_was_added_is_shown_at_once(karin: Visit) -> None:
    assert "No pictures yet" in karin.page("/pictures").text
    shown = karin.page(sent(karin, an_image()).location)
    assert notice(shown).text == "Added."
    (added,) = notice(shown).all("img")
    assert added.attributes["alt"] == "The seal"
    served = karin.get(added.attributes["src"])
    served.close()
    assert served.mimetype == "image/png"


def test_the_name_for_files_is_there_for_whoever_looks_for_it(karin: Visit, database: Database) -> None:
    sent(karin, an_image())
    (name,) = (each for each in karin.page("/pictures").main.all("input") if "readonly" in each.attributes)
    assert name.inside("details") is not None
    with database.reading() as session:
        assert name.attributes["value"] == session.query(SchemeAsset).one().sha256


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (None, "Choose a file first."),
        (b"", "This file is empty. Choose another one."),
        (b"GIF89a", "This file is not a complete PNG or JPEG picture. Choose another one."),
        (an_image()[:60], "This file is not a complete PNG or JPEG picture. Choose another one."),
        (b"x" * (LIMIT_BYTES // 2 + 1), "This file is too large. A picture may have at most 2 MB."),
        (b"x" * (LIMIT_BYTES + 1), "This file is too large. A picture may have at most 2 MB."),
        (
            an_image((MOST_PIXELS // 1000 + 1, 1000)),
            "This picture is too large: it may have at most 8 million pixels.",
        ),
    ],
    ids=["none", "empty", "no picture", "half a picture", "too large", "larger than any", "too many pixels"],
)
def test_a_file_that_cannot_be_used_is_told_so_beside_its_field_and_the_words_stay(
    karin: Visit, monkeypatch: pytest.MonkeyPatch, file: bytes | None, said: str
) -> None:
    monkeypatch.setattr(views, "MOST_BYTES", LIMIT_BYTES // 2)
    refused = sent(karin, file)
    assert refused.status_code == 422
    shown = page(refused)
    assert shown.h1 == "Pictures for certificates"
    assert shown.links[said] == "#picture"
    (field,) = (each for each in shown.main.all("input") if each.attributes["name"] == "picture")
    assert field.attributes["aria-describedby"] == "picture-hint picture-error"
    kept = sent_by(shown, "/pictures")
    assert {name: kept[name] for name in TOLD} == {name: [words] for name, words in TOLD.items()}
    assert "No pictures yet" in karin.page("/pictures").text


def test_words_that_are_missing_are_asked_for(karin: Visit) -> None:
    refused = sent(karin, an_image(), {})
    assert refused.status_code == 422
    assert "Say what it shows" in page(refused).text


def test_one_that_is_offered_no_more_can_be_offered_again(karin: Visit, database: Database) -> None:
    sent(karin, an_image())
    shown = karin.page("/pictures")
    (withdraw,) = (each for each in shown.main.all("form") if "withdraw" in each.attributes["action"])
    for _ in range(2):  # pressed twice
        gone = karin.page(karin.post(withdraw.attributes["action"]).location)
        assert "“The seal” is no longer offered." in notice(gone).text
        assert "No pictures yet" in gone.text
    (again,) = notice(gone).all("form")
    for _ in range(2):
        there = karin.page(karin.post(again.attributes["action"], sent_by(gone, "/offer")).location)
        assert notice(there).text == "“The seal” is offered again."
    assert len(there.main.all("li")) == 1
    assert "no longer offered" not in karin.page(gone_address(shown, withdraw)).text, "it is there again"


def gone_address(shown: Page, withdraw: Node) -> str:
    """Where somebody stands who goes back to the notice."""
    asset_id = withdraw.attributes["action"].split("/")[-2]
    return f"/pictures?done=withdrawn&picture={asset_id}"


@pytest.mark.parametrize("picture", ["", "x", "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "%00"])
def test_an_address_that_names_no_picture_tells_of_none(karin: Visit, picture: str) -> None:
    answer = karin.get(f"/pictures?done=added&picture={picture}")
    assert answer.status_code in {200, 400}
    assert "Added." not in answer.get_data(as_text=True)


def test_there_is_a_way_from_the_schemes_and_back(karin: Visit) -> None:
    assert karin.page("/schemes").links["Pictures for certificates"] == karin.path("/pictures")
    assert karin.page("/pictures").links["All schemes"] == karin.path("/schemes")


def test_whoever_came_from_a_draft_finds_the_way_back_through_every_act(
    karin: Visit, database: Database
) -> None:
    with database.writing() as session:
        begin_from_version(session, karin.actor, "lund-medicine", 1)
    shown = karin.page("/schemes/lund-medicine/draft/specimen")
    shown = karin.page(shown.links["Pictures for certificates"])
    back = "Back to the draft's certificate"
    section = karin.path("/schemes/lund-medicine/draft/sections/certificate")
    assert shown.links[back] == section
    refused = page(sent(karin, b"x", path=f"/pictures?{DRAFT}"))
    assert refused.links[back] == section
    assert karin.page(refused.form("/language")["back"]).links[back] == section
    shown = karin.page(sent(karin, an_image(), path=f"/pictures?{DRAFT}").location)
    assert shown.links[back] == section
    for act in ("withdraw", "offer"):
        (form,) = (each for each in shown.main.all("form") if f"/{act}" in each.attributes["action"])
        shown = karin.page(karin.post(form.attributes["action"]).location)
        assert shown.links[back] == section
    assert karin.page(section).h1 == "Certificate"


@pytest.mark.parametrize("act", ["withdraw", "offer"])
def test_another_language_on_a_page_of_an_act_that_failed_leads_to_the_pictures(
    karin: Visit, act: str
) -> None:
    failed = page(karin.post(f"/pictures/{uuid.uuid4()}/{act}?{DRAFT}"))
    back = failed.form("/language")["back"]
    led = karin.get(karin.post("/language", {"language": "sv", "back": back}).location)
    assert led.status_code == 303
    assert led.location == karin.path(f"/pictures?{DRAFT}")


@pytest.mark.parametrize(
    "named", ["lund-medicine", "//elsewhere.test", "https://elsewhere.test/", "../x", "%E5"]
)
def test_what_names_no_draft_leads_to_the_schemes(karin: Visit, named: str) -> None:
    shown = karin.page(f"/pictures?draft={named}")
    assert "Back to the draft's certificate" not in shown.links
    assert "elsewhere.test" not in "".join(shown.links.values())


def test_a_draft_of_another_institution_is_no_way_back(
    karin: Visit, visit: Visiting, database: Database
) -> None:
    with database.writing() as session:
        there = world.a_course(session, world.an_institution(session, "KTH"))
        world.a_setup(session, there)
        other = world.an_actor(world.a_person(session, there), there, Role.COORDINATOR)
        begin_from_version(session, other, "lund-medicine", 1)
    assert "Back to the draft's certificate" not in karin.page(f"/pictures?{DRAFT}").links
