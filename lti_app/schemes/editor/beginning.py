"""How a draft begins: from a scheme that comes with the tool, from a published version, or from a file.

A scheme has one draft at most, and nothing that is refused leaves anything behind.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import IN_TURN
from lti_app.errors import Conflict, NotFound
from lti_app.people.actors import Actor
from lti_app.people.models import Institution
from lti_app.schemes.editor.queries import version_named
from lti_app.schemes.editor.service import TooLarge, authors_of, is_too_large, require_editing
from lti_app.schemes.messages import Message
from lti_app.schemes.models import Scheme, SchemeVersion, VersionState
from lti_app.schemes.nodes import FileProblem
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.reading import SchemeInvalid, check_short_name, from_yaml
from lti_app.schemes.writing import to_json


class DraftThere(Conflict):
    """The scheme of this short name has a draft, which goes first."""

    def __init__(self, scheme: str) -> None:
        super().__init__("a draft is there", slug="draft-exists")
        self.scheme = scheme


def begin_from_bundled(session: Session, actor: Actor, bundled: str, slug: str = "") -> SchemeVersion:
    """A draft of a scheme that comes with the tool, under its own short name or another.

    Raises NotFound, SchemeInvalid for a short name that is none, DraftThere.
    """
    require_editing(actor)
    document = bundled_schemes().get(bundled)
    if document is None:
        raise NotFound("bundled scheme")
    check_short_name(slug or bundled)
    return _begin(session, actor, to_json(document) | {"scheme": slug or bundled}, f"bundled:{bundled}")


def begin_from_version(session: Session, actor: Actor, slug: str, number: int) -> SchemeVersion:
    """A draft of what a published version says. Raises NotFound, DraftThere, and TooLarge for a
    version that came by another way than the editor and is too large for it.
    """
    require_editing(actor)
    version = version_named(session, actor.institution_id, slug, number)
    if version is None:
        raise NotFound("version")
    if is_too_large(version.document):
        raise TooLarge
    return _begin(session, actor, dict(version.document), f"version:{number}")


def begin_from_yaml(session: Session, actor: Actor, text: str, name: str) -> SchemeVersion:
    """A draft of what a file says. Raises SchemeInvalid with every problem, DraftThere."""
    require_editing(actor)
    return _begin(session, actor, to_json(from_yaml(text, name)), "file")


def _begin(session: Session, actor: Actor, document: dict[str, Any], origin: str) -> SchemeVersion:
    slug = str(document["scheme"])
    if is_too_large(document):
        raise SchemeInvalid(slug, [FileProblem(None, "", Message("the scheme is too large to be edited"))])
    session.get_one(Institution, actor.institution_id, with_for_update=IN_TURN)
    scheme = session.scalars(
        select(Scheme).where(Scheme.institution_id == actor.institution_id, Scheme.slug == slug)
    ).one_or_none()
    if scheme is None:
        scheme = Scheme(institution_id=actor.institution_id, slug=slug)
        session.add(scheme)
        session.flush()
    versions = session.scalars(select(SchemeVersion).where(SchemeVersion.scheme_id == scheme.id)).all()
    if any(each.state is VersionState.DRAFT for each in versions):
        raise DraftThere(slug)
    draft = SchemeVersion(
        institution_id=actor.institution_id,
        scheme_id=scheme.id,
        number=max((each.number for each in versions), default=0) + 1,
        document=document,
        origin=origin,
        edited_at=now(),
    )
    session.add(draft)
    session.flush()
    authors_of(session, draft).edited_by_id = actor.person_id
    session.flush()
    return draft
