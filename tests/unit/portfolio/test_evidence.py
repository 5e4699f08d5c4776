"""Files and links: kept once, removed for good only when no submission shows them."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import func, select

from lti_app.db import Database
from lti_app.errors import Conflict, NotFound, Problem
from lti_app.people.actors import Actor, require
from lti_app.portfolio import service
from lti_app.portfolio.evidence_access import evidence_file
from lti_app.portfolio.inspection import FileType
from lti_app.portfolio.limits import MOST_EVIDENCE
from lti_app.portfolio.models import Evidence
from lti_app.portfolio.permissions import PERMISSIONS
from lti_app.portfolio.queries import evidence_of
from lti_app.portfolio.states import ItemKind
from lti_app.storage import Storage, Stored
from lti_app.storage.models import StoredFile
from tests import world
from tests.unit.portfolio.conftest import CAFE, Class, a_pdf

PDF = FileType("application/pdf", (".pdf",))


@pytest.fixture
def item_id(database: Database, people: Class) -> uuid.UUID:
    with database.writing() as session:
        return service.add_activity(session, people.student, "language_cafe", CAFE).id


def stored(storage: Storage, people: Class, content: bytes | None = None) -> Stored:
    upload = storage.begin(people.course.institution_id)
    upload.write(content or a_pdf())
    return upload.finish()


def add(
    database: Database, storage: Storage, people: Class, item_id: uuid.UUID, content: bytes | None = None
) -> Evidence:
    kept = stored(storage, people, content)
    with database.writing() as session:
        return service.add_file_evidence(
            session, storage, people.student, item_id, stored=kept, file_type=PDF, name="intyg.pdf"
        )


def test_the_same_bytes_twice_are_one_file(
    database: Database, storage: Storage, people: Class, item_id: uuid.UUID
) -> None:
    first = add(database, storage, people, item_id)
    assert add(database, storage, people, item_id).id == first.id
    with database.reading() as session:
        (only,) = session.scalars(select(StoredFile)).all()
        (shown,) = evidence_of(session, item_id)
    assert (shown.sha256, shown.size_bytes, shown.media_type) == (only.sha256, 200, "application/pdf")


def test_bytes_sent_twice_leave_no_orphan(
    database: Database, storage: Storage, people: Class, item_id: uuid.UUID
) -> None:
    add(database, storage, people, item_id)
    second = stored(storage, people)
    with database.writing() as session:
        service.add_file_evidence(
            session, storage, people.student, item_id, stored=second, file_type=PDF, name="b.pdf"
        )
    with pytest.raises(FileNotFoundError):
        storage.open(second.key)


def test_a_removed_draft_file_is_gone_with_its_bytes(
    database: Database, storage: Storage, people: Class, item_id: uuid.UUID
) -> None:
    added = add(database, storage, people, item_id)
    with database.reading() as session:
        key = session.get_one(StoredFile, added.stored_file_id).key
    for _ in range(2):
        with database.writing() as session:
            service.remove_evidence(session, storage, people.student, item_id, added.id)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 0
    with pytest.raises(FileNotFoundError):
        storage.open(key)


def test_a_submitted_file_is_only_hidden(
    database: Database, storage: Storage, people: Class, item_id: uuid.UUID
) -> None:
    added = add(database, storage, people, item_id)
    with database.writing() as session:
        service.submit(session, people.student, item_id)
        service.withdraw(session, people.student, item_id)
    with database.writing() as session:
        service.remove_evidence(session, storage, people.student, item_id, added.id)
    with database.reading() as session:
        assert evidence_of(session, item_id) == ()
        assert session.get_one(Evidence, added.id).removed_at is not None


def test_discarding_a_draft_takes_its_files_along(
    database: Database, storage: Storage, people: Class, item_id: uuid.UUID
) -> None:
    added = add(database, storage, people, item_id)
    with database.reading() as session:
        key = session.get_one(StoredFile, added.stored_file_id).key
    with database.writing() as session:
        portfolio = service.begin_portfolio(session, people.student)
        service.discard_activity(session, storage, people.student, portfolio.id, item_id)
    with pytest.raises(FileNotFoundError):
        storage.open(key)


def test_nothing_is_added_to_what_waits_for_review(
    database: Database, storage: Storage, people: Class, item_id: uuid.UUID
) -> None:
    add(database, storage, people, item_id)
    with database.writing() as session:
        service.submit(session, people.student, item_id)
    with pytest.raises(Conflict):
        add(database, storage, people, item_id, a_pdf(300))


def test_a_report_takes_no_files(database: Database, storage: Storage, people: Class) -> None:
    with database.writing() as session:
        portfolio = service.begin_portfolio(session, people.student)
        report = world.a_submitted_item(session, portfolio, kind=ItemKind.FINAL_REPORT)
    with pytest.raises(NotFound):
        add(database, storage, people, report.id)


def test_there_is_an_end_to_how_many(
    database: Database, storage: Storage, people: Class, item_id: uuid.UUID
) -> None:
    with database.writing() as session:
        for number in range(MOST_EVIDENCE):
            service.add_link_evidence(session, people.student, item_id, url=f"https://example.org/{number}")
    with database.writing() as session, pytest.raises(Conflict) as refused:
        service.add_link_evidence(session, people.student, item_id, url="https://example.org/more")
    assert refused.value.slug == "too-many-files"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://example.org", "example.org", "https://", "", "https://a b"]
)
def test_only_web_addresses_are_links(
    database: Database, people: Class, item_id: uuid.UUID, url: str
) -> None:
    with database.writing() as session, pytest.raises(Problem):
        service.add_link_evidence(session, people.student, item_id, url=url)


def test_the_same_link_twice_is_one(database: Database, people: Class, item_id: uuid.UUID) -> None:
    for _ in range(2):
        with database.writing() as session:
            service.add_link_evidence(session, people.student, item_id, url="https://example.org/ö")
    with database.reading() as session:
        assert [each.url for each in evidence_of(session, item_id)] == ["https://example.org/ö"]


def may_look(database: Database, actor: Actor, evidence_id: uuid.UUID) -> bool:
    try:
        with database.reading() as session:
            require(PERMISSIONS, "submission.see", actor, evidence_file(session, actor, evidence_id).owned)
    except NotFound:
        return False
    return True


def test_a_file_is_the_students_alone_until_it_is_submitted(
    database: Database, storage: Storage, people: Class, item_id: uuid.UUID
) -> None:
    added = add(database, storage, people, item_id)
    everybody = ("student", "classmate", "teacher", "coordinator", "designer", "observer")
    strangers = ("other_teacher", "foreign_teacher", "test_student")

    def who() -> list[str]:
        actors = {name: getattr(people, name) for name in (*everybody, *strangers)}
        return [name for name, actor in actors.items() if may_look(database, actor, added.id)]

    assert who() == ["student"]
    with database.writing() as session:
        service.submit(session, people.student, item_id)
    assert who() == ["student", "teacher", "coordinator"]
    with database.writing() as session:
        service.withdraw(session, people.student, item_id)
    assert who() == ["student"]
