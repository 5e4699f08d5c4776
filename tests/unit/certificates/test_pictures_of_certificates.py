"""A certificate shows the pictures that its scheme's layout names, and keeps them whatever happens next."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from lti_app.certificates.erasing import erase
from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.tasks import HANDLERS
from lti_app.db import Database
from lti_app.errors import NotFound, Problem
from lti_app.jobs.delivering import Delivering
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.people.actors import Actor
from lti_app.people.roles import Role
from lti_app.schemes import assets
from lti_app.schemes.certificate_layout import CertificateLayout, Orientation
from lti_app.schemes.models import AssetKind, CourseSetup
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.service import publish
from lti_app.schemes.text import Text
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.web.context import Parts
from tests import world
from tests.classroom import Classroom, a_classroom
from tests.reading_certificates import figures_in
from tests.unit.certificates.issuing import an_earner, deliver_due, files_in, issues, only

CREST = Text(sv="Universitetets sigill", en="The university's seal")


def a_picture(colour: str = "navy") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(written, "PNG")
    return written.getvalue()


def coordinating(session: Session, room: Classroom) -> Actor:
    person = world.a_person(session, room.course, name="Karin Ko")
    return world.an_actor(person, room.course, Role.COORDINATOR)


def with_layout(session: Session, room: Classroom, layout: CertificateLayout) -> None:
    """From now on the course runs a version of its scheme whose certificates look like this."""
    document = bundled_schemes()["lund-medicine"]
    certificate = replace(document.certificate, layout=layout)
    version = publish(session, room.course.institution_id, replace(document, certificate=certificate))
    session.get_one(CourseSetup, room.course.id).scheme_version_id = version.id
    session.flush()


def added(session: Session, storage: Storage, actor: Actor, sent: bytes, alt: Text = CREST) -> str:
    made = assets.store_picture(storage, actor.institution_id, sent)
    return assets.add_picture(session, storage, actor, made, kind=AssetKind.LOGO, alt=alt).sha256


def test_a_certificate_shows_its_pictures_and_they_outlive_everything(
    parts: Parts, database: Database, settings: Settings, storage: Storage
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        coordinator = coordinating(session, room)
        logo = added(session, storage, coordinator, a_picture())
        signed = added(session, storage, coordinator, a_picture("black"), Text(sv="Namnteckning", en="Sign"))
        layout = CertificateLayout(Orientation.LANDSCAPE, logo=logo, signature_images=(signed,))
        with_layout(session, room, layout)
        an_earner(session, room)
    pictures = files_in(settings)
    assert len(pictures) == 2
    assert deliver_due(parts) == [DeliveryState.SENT]
    issued = only(database)
    facts = CertificateFacts.from_json(issued.facts)
    assert facts.layout == layout
    assert facts.text_of(logo, "") == CREST.en
    (file,) = set(files_in(settings)) - set(pictures)
    assert CREST.en in figures_in(file.read_bytes())

    before = file.read_bytes()
    with database.writing() as session:
        for each in assets.pictures_of(session, issued.institution_id):
            assets.withdraw_picture(session, coordinator, each.id)
        assert assets.pictures_of(session, issued.institution_id) == ()
        with_layout(session, room, CertificateLayout())
    assert file.read_bytes() == before
    with database.writing() as session:
        erase(session, issued.id)
        removing = (
            session.query(Delivery).filter_by(cause_id=issued.id, kind="certificate.remove_bytes").one()
        )
    Delivering(parts, HANDLERS).deliver(removing.id)
    assert sorted(files_in(settings)) == sorted(pictures), "only the certificate's own bytes are removed"


def test_a_picture_that_the_store_has_lost_stops_the_certificate_and_staff_read_why(
    parts: Parts, database: Database, settings: Settings, storage: Storage
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        logo = added(session, storage, coordinating(session, room), a_picture())
        with_layout(session, room, CertificateLayout(logo=logo))
        an_earner(session, room)
    for each in files_in(settings):
        Path(each).unlink()
    assert deliver_due(parts) == [DeliveryState.FAILED]
    with database.reading() as session:
        (failed,) = issues(session)
        assert failed.reason.startswith("A picture of the certificate's layout is missing")


def test_the_same_picture_twice_is_one_with_the_newer_words(
    database: Database, settings: Settings, storage: Storage
) -> None:
    with database.writing() as session:
        coordinator = coordinating(session, a_classroom(session))
        first = added(session, storage, coordinator, a_picture())
    with database.writing() as session:
        again = added(session, storage, coordinator, a_picture(), Text(sv="Ny", en="New"))
    assert again == first
    assert len(files_in(settings)) == 1
    with database.reading() as session:
        (only_one,) = assets.pictures_of(session, coordinator.institution_id)
    assert only_one.alt.en == "New"


def test_pictures_are_a_coordinators_and_stay_in_their_institution(
    database: Database, storage: Storage
) -> None:
    with database.writing() as session:
        room = a_classroom(session)
        coordinator = coordinating(session, room)
        logo = added(session, storage, coordinator, a_picture())
        elsewhere = a_classroom(session, world.a_course(session, world.an_institution(session, "KTH")))
        (shown,) = assets.pictures_of(session, coordinator.institution_id)
        assert assets.keys_of(session, elsewhere.course.institution_id, (logo,)) == {}
        for act in (assets.withdraw_picture, assets.offer_picture_again):
            for actor in (coordinating(session, elsewhere), room.teaching):
                with pytest.raises(NotFound):
                    act(session, actor, shown.id)
        assert assets.picture_of(session, elsewhere.course.institution_id, shown.id) is None
        with pytest.raises(NotFound):
            added(session, storage, room.teaching, a_picture("red"))
        with pytest.raises(Problem, match="bad-request"):
            added(session, storage, coordinator, a_picture("red"), Text(sv="Sigill", en=" "))
        with pytest.raises(Problem, match="too-large"):
            added(session, storage, coordinator, a_picture("red"), Text(sv="x" * 201, en="x"))


def test_there_is_room_for_so_many_and_one_that_comes_back_needs_it_too(
    database: Database, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "MOST_PICTURES", 1)
    with database.writing() as session:
        coordinator = coordinating(session, a_classroom(session))
        added(session, storage, coordinator, a_picture())
        (first,) = assets.pictures_of(session, coordinator.institution_id)
        assets.withdraw_picture(session, coordinator, first.id)
        added(session, storage, coordinator, a_picture("red"))
        with pytest.raises(Problem, match="too-many-pictures"):
            assets.offer_picture_again(session, coordinator, first.id)
