"""A coordinator adds a crest, and sees a specimen of the scheme with what to know of its layout."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from dataclasses import replace

import pypdf
import pytest
from PIL import Image

from lti_app.db import Database
from lti_app.people.roles import Role
from lti_app.schemes.certificate_layout import CertificateLayout, Orientation
from lti_app.schemes.editor.beginning import begin_from_version
from lti_app.schemes.models import SchemeVersion
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.service import publish
from lti_app.schemes.text import Text
from tests import world
from tests.filling import Sent, sent_by
from tests.inspect_page import Node, fragment, page
from tests.reading_certificates import figures_in
from tests.visit import Visit

Visiting = Callable[..., Visit]
SPECIMEN = "/schemes/lund-medicine/draft/specimen"
LOOK = "/schemes/lund-medicine/draft/look"
SECTION = "/schemes/lund-medicine/draft/sections/certificate"


@pytest.fixture
def coordinator(visit: Visiting, database: Database) -> Visit:
    with database.writing() as session:
        course = world.a_running_course(session)
        actor = world.an_actor(world.a_person(session, course, name="Karin Ko"), course, Role.COORDINATOR)
    return visit(actor)


def look(database: Database, coordinator: Visit, layout: CertificateLayout, **texts: Text) -> None:
    """Publish the scheme with this layout, and these texts of its certificate."""
    document = bundled_schemes()["lund-medicine"]
    certificate = replace(document.certificate, layout=layout, **texts)
    with database.writing() as session:
        publish(session, coordinator.actor.institution_id, replace(document, certificate=certificate))


def a_crest() -> tuple[io.BytesIO, str]:
    written = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(written, "PNG")
    return io.BytesIO(written.getvalue()), "crest.png"


def test_a_coordinator_adds_a_crest_and_sees_it_in_the_specimen(
    coordinator: Visit, database: Database
) -> None:
    told = {"kind": "logo", "alt_sv": "Sigill", "alt_en": "The seal"}
    sent = coordinator.post("/pictures", told | {"picture": a_crest()}, content_type="multipart/form-data")
    assert sent.status_code == 303
    shown = coordinator.page("/pictures")
    (crest,) = shown.main.all("img")
    assert crest.attributes["alt"] == "The seal"
    served = coordinator.get(crest.attributes["src"])
    served.close()
    assert (served.status_code, served.mimetype) == (200, "image/png")
    names = [each.attributes["value"] for each in shown.main.all("input") if "readonly" in each.attributes]

    look(database, coordinator, CertificateLayout(logo=names[0]))
    shown = coordinator.page(f"{SPECIMEN}?merits=3")
    assert "Everything fits." in shown.text
    (frame,) = shown.main.all("iframe")
    drawn = coordinator.get(frame.attributes["src"].partition("#")[0])
    assert drawn.mimetype == "application/pdf"
    assert "sandbox" in drawn.headers["Content-Security-Policy"]
    assert "The seal" in figures_in(drawn.data)
    assert "SPECIMEN" in pypdf.PdfReader(io.BytesIO(drawn.data)).pages[0].extract_text()


def test_the_specimen_of_a_draft_stands_among_the_drafts_other_pages(
    coordinator: Visit, database: Database
) -> None:
    look(database, coordinator, CertificateLayout())
    assert "Publish" not in coordinator.page(SPECIMEN).text
    with database.writing() as session:
        begin_from_version(session, coordinator.actor, "lund-medicine", 1)
    shown = coordinator.page(SPECIMEN)
    here = [each.text for each in shown.main.all("a") if "aria-current" in each.attributes]
    assert here == ["Specimen"]
    assert "Publish" in shown.text


def test_the_specimen_follows_the_form_and_nothing_is_written(coordinator: Visit, database: Database) -> None:
    look(database, coordinator, CertificateLayout())
    with database.writing() as session:
        begin_from_version(session, coordinator.actor, "lund-medicine", 1)
    before = drafted(database)
    form = sent_by(coordinator.page(SECTION), "sections/certificate")
    as_saved = followed(coordinator, form)
    assert "Everything fits." in as_saved.text
    assert "“Vice-Dean” signs without a name" in as_saved.text
    named = followed(coordinator, form | {"certificate.signatories.0.name": ["Anna Berg"]})
    assert "Good to know" not in named.text
    (sheet,) = sheets(as_saved)
    assert sheet.size == (900, 1272)

    typed = followed(coordinator, form | {"certificate.layout.orientation": ["landscape"]})
    assert sheets(typed)[0].size == (1272, 900)
    typed = followed(coordinator, form | {"certificate.title.sv": ["Långt " * 24]})
    assert "The title in Swedish: set at" in typed.text
    tried = followed(coordinator, form | {"merits": ["40"], "name": ["王"]})
    assert "lacks these characters: 王." in tried.text
    assert sheets(tried) == []
    for typed_number, tried_number in (("0", 1), ("", 5)):
        told = followed(coordinator, form | {"merits": [typed_number]})
        assert f"Write a number from 1 to 60. The specimen has {tried_number}." in told.text
    many = sheets(followed(coordinator, form | {"merits": ["40"]}))
    assert [each.width for each in many] == [900] * 2
    gaps = {"certificate.title.sv": [""], "certificate.layout.accent": ["red"]}
    lacking = followed(coordinator, form | gaps)
    assert sorted(addresses(lacking)) == ["#f-certificate.layout.accent", "#f-certificate.title.sv"]
    assert len(sheets(lacking)) == 1, "what is missing is shown as such"
    too_long = followed(coordinator, form | {"certificate.title.sv": ["Långt " * 40]})
    assert addresses(too_long) == ["#f-certificate.title.sv"]
    assert "The picture shows how it was before." in too_long.text
    assert sheets(too_long) == []
    assert drafted(database) == before


def test_the_specimen_that_follows_has_the_pictures_that_are_chosen(
    coordinator: Visit, database: Database
) -> None:
    told = {"kind": "logo", "alt_sv": "Sigill", "alt_en": "The seal"}
    sent = coordinator.post("/pictures", told | {"picture": a_crest()}, content_type="multipart/form-data")
    assert sent.status_code == 303
    look(database, coordinator, CertificateLayout())
    with database.writing() as session:
        begin_from_version(session, coordinator.actor, "lund-medicine", 1)
    shown = coordinator.page(SECTION)
    form = sent_by(shown, "sections/certificate")
    (seal,) = {each.attributes["value"] for each in shown.main.all("option") if each.text == "The seal"}
    (without,) = sheets(followed(coordinator, form))
    (chosen,) = sheets(followed(coordinator, form | {"certificate.layout.logo": [seal]}))
    assert navy(chosen) > navy(without) + 1000
    elsewhere = followed(coordinator, form | {"certificate.layout.logo": ["a" * 64]})
    assert "A picture of the layout is not there" in elsewhere.text
    assert "The picture shows how it was before." in elsewhere.text
    assert sheets(elsewhere) == []


def test_the_specimen_follows_though_another_section_is_unfinished(
    coordinator: Visit, database: Database
) -> None:
    look(database, coordinator, CertificateLayout())
    with database.writing() as session:
        draft = begin_from_version(session, coordinator.actor, "lund-medicine", 1)
        draft.document = draft.document | {"final_report": {"questions": []}, "name": {}}
    form = sent_by(coordinator.page(SECTION), "sections/certificate")
    assert len(sheets(followed(coordinator, form))) == 1
    lacking = followed(coordinator, form | {"certificate.title.en": [""]})
    assert addresses(lacking) == ["#f-certificate.title.en"]


def test_a_signatory_just_added_has_a_place_in_the_specimen_before_the_role_is_known(
    coordinator: Visit, database: Database
) -> None:
    look(database, coordinator, CertificateLayout())
    with database.writing() as session:
        begin_from_version(session, coordinator.actor, "lund-medicine", 1)
    form = sent_by(coordinator.page(SECTION), "sections/certificate")
    (before,) = sheets(followed(coordinator, form))
    added = coordinator.post(SECTION, form | {"do": ["add:certificate.signatories"]}).location
    form = sent_by(coordinator.page(added.partition("#")[0]), "sections/certificate")
    assert addresses(followed(coordinator, form)) == [], "what was just added is not wrong"
    form = sent_by(coordinator.page(SECTION), "sections/certificate")
    told = followed(coordinator, form)
    assert len(addresses(told)) == 2, "the role in both languages"
    (after,) = sheets(told)
    assert after.tobytes() != before.tobytes()


def addresses(told: Node) -> list[str]:
    return [each.attributes["href"] for each in told.all("a")]


def navy(sheet: Image.Image) -> int:
    """How many pixels of it are about the colour of the crest."""
    pixels = sheet.convert("RGB").get_flattened_data()
    return sum(red < 40 and green < 40 and 100 < blue < 160 for red, green, blue in pixels)


def test_the_look_of_a_draft_that_is_gone_or_of_half_a_form_is_refused(
    coordinator: Visit, database: Database
) -> None:
    look(database, coordinator, CertificateLayout())
    assert coordinator.post(LOOK, {"end": "1"}).status_code == 404
    with database.writing() as session:
        begin_from_version(session, coordinator.actor, "lund-medicine", 1)
    assert coordinator.post(LOOK, {"certificate.title.sv": "Intyg"}).status_code == 400


def drafted(database: Database) -> list[tuple[int, object]]:
    """Every version as it stands."""
    with database.reading() as session:
        return [(each.revision, each.document) for each in session.query(SchemeVersion)]


def followed(coordinator: Visit, form: Sent) -> Node:
    """What the page is told while this stands in the form."""
    answer = coordinator.post(LOOK, form)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return fragment(answer)


def sheets(told: Node) -> list[Image.Image]:
    """The pages in it, as pictures."""
    return [
        Image.open(io.BytesIO(base64.b64decode(each.attributes["src"].partition(",")[2])))
        for each in told.all("img")
    ]


def test_what_does_not_fit_is_said_before_anybody_earns_it(coordinator: Visit, database: Database) -> None:
    shown = coordinator.page(f"{SPECIMEN}?merits=999&name={'Wolfeschlegelsteinhausenbergerdorff-' * 4}")
    assert "of the usual size" in shown.text
    assert "Good to know" in [each.text for each in shown.main.all("h2")]
    assert "The merits stand in an annex" in shown.text
    assert "Write a number from 1 to 60. The specimen has 60." in shown.text
    (number,) = (each for each in shown.main.all("input") if each.attributes["name"] == "merits")
    assert number.attributes["value"] == "999", "as it was typed"
    assert "Write a number" not in coordinator.page(f"{SPECIMEN}?merits=60").text
    shown = coordinator.page(f"{SPECIMEN}?name=王&merits=x")
    assert "lacks these characters: 王." in shown.text
    assert "This stops the certificate" in [each.text for each in shown.main.all("h2")]
    assert "of the usual size" not in shown.text
    assert shown.main.all("iframe") == []
    assert coordinator.get(f"{SPECIMEN}.pdf?name=王").status_code == 404
    look(database, coordinator, CertificateLayout(logo="a" * 64))
    assert "A picture of the layout is not there" in coordinator.page(SPECIMEN).text


def test_a_statement_that_leaves_little_room_is_named_and_one_that_cannot_be_read_stops(
    coordinator: Visit, database: Database
) -> None:
    lying = CertificateLayout(orientation=Orientation.LANDSCAPE)
    look(database, coordinator, lying, statement=Text("har gjort det " * 42, "has done it " * 50))
    shown = coordinator.page(SPECIMEN)
    assert "What the holder has done: so long that little room is left" in shown.text
    assert "This stops the certificate" not in shown.text
    look(database, coordinator, lying, statement=Text("W" * 600, "M" * 600))
    shown = coordinator.page(SPECIMEN)
    assert re.search(r"What the holder has done.*: \d+ mm too long\.", shown.text)
    assert "This stops the certificate" in shown.text


def test_a_draft_that_is_not_whole_says_what_it_lacks(coordinator: Visit, database: Database) -> None:
    with database.writing() as session:
        version = session.query(SchemeVersion).one()
        session.add(
            SchemeVersion(
                institution_id=version.institution_id,
                scheme_id=version.scheme_id,
                number=2,
                document=version.document | {"certificate": {}},
            )
        )
    refused = coordinator.get(SPECIMEN)
    assert refused.status_code == 422
    assert "not complete yet" in page(refused).text
    assert coordinator.get(f"{SPECIMEN}.pdf").status_code == 404
