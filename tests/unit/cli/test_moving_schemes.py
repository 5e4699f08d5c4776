"""Bringing a scheme's file in as a draft, and writing a scheme out as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from lti_app.db import Database
from lti_app.people.roles import Role
from lti_app.schemes.editor.beginning import begin_from_bundled
from lti_app.schemes.editor.queries import versions_of
from lti_app.schemes.editor.service import undo_change
from lti_app.schemes.models import SchemeVersion, VersionState
from lti_app.schemes.queries import bundled_schemes, published_version
from lti_app.schemes.reading import from_json, from_yaml
from lti_app.schemes.service import publish
from lti_app.schemes.writing import to_json
from lti_app.settings import data_path
from tests import world
from tests.unit.cli.conftest import Said

Cim = Callable[..., Said]
BUNDLED = sorted((data_path("config") / "schemes").glob("*.yaml"))


def test_a_file_becomes_a_draft_that_no_course_can_choose_yet(cim: Cim, database: Database) -> None:
    with database.writing() as session:
        institution = world.an_institution(session).id
    said = cim("scheme", "import", str(BUNDLED[0]))
    assert said.code == 0, said.err
    assert "version 1 is a draft at" in said.out
    assert cim("scheme", "import", str(BUNDLED[0])).out == said.out

    with database.reading() as session:
        (version,) = session.scalars(select(SchemeVersion)).all()
        assert version.institution_id == institution
        assert (version.state, version.published_at) == (VersionState.DRAFT, None)
        assert from_json(version.document) == from_yaml(BUNDLED[0].read_text("utf-8"), "again")
        assert published_version(session, institution, BUNDLED[0].stem) is None
    assert "has published no scheme" in cim("scheme", "export", BUNDLED[0].stem).err


def test_a_draft_that_says_something_else_is_overwritten_only_on_demand(
    cim: Cim, database: Database, tmp_path: Path
) -> None:
    with database.writing() as session:
        world.an_institution(session)
    cim("scheme", "import", str(BUNDLED[0]))
    changed = tmp_path / "changed.yaml"
    changed.write_text(BUNDLED[0].read_text("utf-8").replace("source: ", "source: Changed; "), "utf-8")

    refused = cim("scheme", "import", str(changed))
    assert (refused.code, "--replace" in refused.err) == (1, True)
    assert cim("scheme", "import", str(changed), "--replace").code == 0
    with database.reading() as session:
        (version,) = session.scalars(select(SchemeVersion)).all()
        assert "Changed" in str(version.document["source"])
        assert (version.revision, version.origin) == (2, "file")
        assert version.undo_document is not None
        assert "Changed" not in str(version.undo_document["source"])


def test_a_draft_that_a_file_replaced_names_nobody_as_its_author_and_can_be_undone(
    cim: Cim, database: Database
) -> None:
    slug = from_yaml(BUNDLED[0].read_text("utf-8"), BUNDLED[0].name).slug
    with database.writing() as session:
        course = world.a_course(session)
        coordinator = world.a_person(session, course, Role.COORDINATOR)
        actor = world.an_actor(coordinator, course, Role.COORDINATOR)
        begin_from_bundled(session, actor, BUNDLED[1].stem, slug)
    assert cim("scheme", "import", str(BUNDLED[0]), "--replace").code == 0
    with database.writing() as session:
        (row,) = versions_of(session, actor.institution_id, slug)
        assert (row.origin, row.edited_by, row.revision) == ("file", "", 2)
        undone = undo_change(session, actor, slug, revision=2)
        assert undone.document["name"] == to_json(bundled_schemes()[BUNDLED[1].stem])["name"]


def test_a_published_scheme_is_exported_as_a_file_that_says_the_same(
    cim: Cim, database: Database, tmp_path: Path
) -> None:
    document = from_yaml(BUNDLED[0].read_text("utf-8"), BUNDLED[0].name)
    with database.writing() as session:
        publish(session, world.an_institution(session).id, document)
    out = tmp_path / "exported.yaml"
    assert cim("scheme", "export", document.slug, "--out", str(out)).code == 0
    assert from_yaml(out.read_text("utf-8"), out.name) == document
    assert cim("scheme", "export", document.slug, "--bundled").out == out.read_text("utf-8")


def test_importing_asks_which_institution_where_there_are_several(cim: Cim, database: Database) -> None:
    with database.writing() as session:
        world.an_institution(session, name="Lunds universitet")
        world.an_institution(session, name="Karolinska Institutet")
    for name in ("", "Nowhere"):
        said = cim("scheme", "import", str(BUNDLED[0]), "--institution", name)
        assert said.code == 1
        assert "There are: Karolinska Institutet, Lunds universitet." in said.err
    assert cim("scheme", "import", str(BUNDLED[0]), "--institution", "Lunds universitet").code == 0
