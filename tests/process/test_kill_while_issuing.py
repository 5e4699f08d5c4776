"""A real worker process that is killed at one step of issuing after the other: one certificate in the end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lti_app.certificates.badge.models import Credential
from lti_app.certificates.models import Certificate, CertificateState
from lti_app.certificates.service import settle
from lti_app.db import Database
from lti_app.settings import Settings
from lti_app.storage import Storage
from lti_app.storage.models import StoredFile
from tests import world
from tests.unit.certificates.issuing import files_in
from tests.worker_process import WorkerProcess, wait_until

pytestmark = pytest.mark.process

STEPS = [
    ("lti_app.certificates.producing", "conclude"),
    ("lti_app.lti.ags.gradebook", "report_certificate"),
]


def test_whenever_it_dies_there_is_one_certificate_and_its_bytes_are_there(
    database: Database, settings: Settings, storage: Storage, tmp_path: Path
) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        portfolio = world.an_earned_portfolio(session, world.a_person(session, course), course)
        assert settle(session, portfolio.id)
    worker = WorkerProcess(replace(settings, lease_seconds=1), tmp_path / "worker.log")
    for module, name in STEPS:
        worker.run_until_it_dies(module, name)
        with database.reading() as session:
            assert session.query(Certificate).count() == 0
            assert session.query(Credential).filter(Credential.issued_at.is_not(None)).count() == 0

    def is_issued() -> bool:
        with database.reading() as session:
            return session.query(Certificate).count() > 0

    worker.start()
    wait_until(is_issued)
    assert worker.stop() == 0
    with database.reading() as session:
        issued = session.query(Certificate).one()
        assert issued.state is CertificateState.ISSUED
        assert issued.number.endswith("-000003"), "each death has burnt a number"
        badge = session.query(Credential).filter(Credential.issued_at.is_not(None)).one()
        assert badge.certificate_number == issued.number
        stored = session.get_one(StoredFile, issued.stored_file_id)
    with storage.open(stored.key) as opened:
        assert len(opened.read()) == stored.size_bytes
    assert len(files_in(settings)) == 1, "what the dead ones had stored is gone"
