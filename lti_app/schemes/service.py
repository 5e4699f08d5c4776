"""Setting a course up: which scheme and programme it runs, and its three assignments at the platform."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.db import IN_TURN
from lti_app.errors import NotFound, Problem
from lti_app.lti.ags import binding, gradebook, spares
from lti_app.lti.ags.models import LineItem, LineItemKind, SpareAssignment
from lti_app.people.actors import Actor, require
from lti_app.people.models import Course, Institution
from lti_app.schemes import catalogue
from lti_app.schemes.assignments import label_of, wanted_assignments
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.models import CourseSetup, Scheme, SchemeVersion, VersionState
from lti_app.schemes.origins import carried_setup
from lti_app.schemes.permissions import PERMISSIONS
from lti_app.schemes.queries import bundled_schemes, document_of, offered_schemes, published_version
from lti_app.schemes.writing import to_json


def course_to_set_up(session: Session, actor: Actor) -> Course:
    """The course whose set-up the actor may look at. Raises NotFound without one, NotAllowed for students."""
    course = session.get(Course, actor.course_id) if actor.course_id else None
    if course is None or course.institution_id != actor.institution_id:
        raise NotFound("course")
    require(PERMISSIONS, "see_setup", actor, course)
    return course


def set_up_course(
    session: Session,
    actor: Actor,
    scheme_slug: str,
    programme_code: str,
    *,
    language: str = "en",
    makes_assignments: bool = True,
) -> CourseSetup:
    """Choose scheme and programme for the actor's course, and queue its three assignments, named in this
    language if they have no names yet, unless whoever asks makes them otherwise.

    May be done again: portfolios that were begun keep their version. Raises NotFound for a scheme or
    programme that is not there, Problem("bad-request") for a programme that the scheme is not for, or that
    is another institution's.
    """
    course = _locked_course(session, actor)
    require(PERMISSIONS, "set_up", actor, course)
    earlier = session.get(CourseSetup, course.id)
    before = document_of(session, earlier.scheme_version_id) if earlier else None
    if earlier is None or _runs(session, earlier) != (scheme_slug, programme_code):
        _check_programme(session, course, scheme_slug, programme_code)
    setup = _run(session, actor, course, scheme_slug, programme_code)
    if makes_assignments:
        document = document_of(session, setup.scheme_version_id)
        _connect(session, course, document, language, before or document)
    return setup


def set_up_as_carried(session: Session, actor: Actor) -> CourseSetup | None:
    """Set the course of this launch up by the codes that its assignments carry; None when there are none, or
    none that hold at this institution. Raises NotFound outside of a course.

    Whoever launches first does it, a student too: a teacher chose when the assignments were made, here or in
    the course that this is a copy of. The other copies are looked for; nothing is made. Repeating changes
    nothing.
    """
    course = _locked_course(session, actor)
    known = session.get(CourseSetup, course.id)
    carried = carried_setup(session, actor.institution_id, course.id)
    if known is not None or carried is None:
        return known
    setup = _run(session, actor, course, carried.scheme_slug, carried.programme_code)
    if course.lineitems_url:
        binding.look_for_others(session, course)
    return setup


def _run(
    session: Session, actor: Actor, course: Course, scheme_slug: str, programme_code: str
) -> CourseSetup:
    """Let the course run this from now on."""
    version = _adopted(session, actor.institution_id, scheme_slug)
    document = document_of(session, version.id)
    if programme_code not in catalogue.programmes():
        raise NotFound("programme")
    if not document.is_for(programme_code):
        raise Problem("bad-request", "the scheme is not for this programme")
    setup = session.get(CourseSetup, course.id) or CourseSetup(
        course_id=course.id, institution_id=course.institution_id
    )
    setup.scheme_id = version.scheme_id
    setup.scheme_version_id = version.id
    setup.programme_code = programme_code
    setup.set_up_by_id = actor.person_id
    setup.set_up_at = now()
    session.add(setup)
    session.flush()
    return setup


def _runs(session: Session, setup: CourseSetup) -> tuple[str, str]:
    """The scheme and the programme that a course runs."""
    return session.get_one(Scheme, setup.scheme_id).slug, setup.programme_code


def _check_programme(session: Session, course: Course, scheme_slug: str, programme_code: str) -> None:
    """Raise NotFound for what is not there, Problem("bad-request") for a programme not offered here."""
    schemes = {each.slug: each for each in offered_schemes(session, course.institution_id)}
    programme = catalogue.programmes().get(programme_code)
    if scheme_slug not in schemes or programme is None:
        raise NotFound("scheme or programme")
    institution = session.get_one(Institution, course.institution_id).name
    if not catalogue.is_offered(programme, schemes[scheme_slug], institution):
        raise Problem("bad-request", "the scheme is not for this programme here")


def reconnect(session: Session, actor: Actor, *, language: str = "en") -> None:
    """Queue the course's assignments that are not connected, or no longer there, once more; what failed for
    them waits anew. Those that are connected stay as they are.
    """
    course = _locked_course(session, actor)
    require(PERMISSIONS, "retry_connection", actor, course)
    setup = session.get(CourseSetup, course.id)
    if setup is None:
        raise NotFound("set-up")
    document = document_of(session, setup.scheme_version_id)
    _connect(session, course, document, language, document)


def rename_assignments(session: Session, actor: Actor, language: str) -> None:
    """Give the course's assignments our names for them in this language, in the course as well."""
    course = _locked_course(session, actor)
    require(PERMISSIONS, "set_up", actor, course)
    names = {kind: label_of(kind, language) for kind in LineItemKind}
    gradebook.rename_line_items(session, course=course, names=names)


def choose_spare(session: Session, actor: Actor, spare_id: uuid.UUID, *, is_used: bool) -> None:
    """Let results go to this spare assignment of the course instead, or forget it until somebody opens it.

    Without effect when it is none any more: somebody else was faster.
    """
    course = _locked_course(session, actor)
    require(PERMISSIONS, "retry_connection", actor, course)
    spare = session.get(SpareAssignment, spare_id)
    if spare is None or spare.course_id != course.id:
        return
    if is_used:
        spares.use_instead(session, course, spare)
    else:
        session.delete(spare)


def follow_version(
    session: Session, course: Course, setup: CourseSetup, version_id: uuid.UUID, *, language: str = "en"
) -> None:
    """Let the course run another version of its scheme; those assignments that it has follow.

    Who may is the caller's to check.
    """
    before = document_of(session, setup.scheme_version_id)
    setup.scheme_version_id = version_id
    held = session.scalars(select(LineItem.kind).where(LineItem.course_id == course.id)).all()
    _connect(session, course, document_of(session, version_id), language, before, only=held)


def publish(session: Session, institution_id: uuid.UUID, document: SchemeDocument) -> SchemeVersion:
    """Make this document the institution's newest published version of its scheme.

    Idempotent: a document equal to the newest version is that version.
    """
    session.get_one(Institution, institution_id, with_for_update=IN_TURN)
    newest = published_version(session, institution_id, document.slug)
    if newest is not None and newest.document == to_json(document):
        return newest
    scheme = session.scalars(
        select(Scheme).where(Scheme.institution_id == institution_id, Scheme.slug == document.slug)
    ).one_or_none()
    if scheme is None:
        scheme = Scheme(institution_id=institution_id, slug=document.slug)
        session.add(scheme)
        session.flush()
    last = session.scalar(select(func.max(SchemeVersion.number)).where(SchemeVersion.scheme_id == scheme.id))
    version = SchemeVersion(
        institution_id=institution_id,
        scheme_id=scheme.id,
        number=(last or 0) + 1,
        document=to_json(document),
        state=VersionState.PUBLISHED,
        published_at=now(),
    )
    session.add(version)
    session.flush()
    return version


def _locked_course(session: Session, actor: Actor) -> Course:
    """The course of the actor's launch, locked, so that two people setting it up take turns."""
    course = session.get(Course, actor.course_id, with_for_update=IN_TURN) if actor.course_id else None
    if course is None or course.institution_id != actor.institution_id:
        raise NotFound("course")
    return course


def _adopted(session: Session, institution_id: uuid.UUID, slug: str) -> SchemeVersion:
    """The institution's published version, or the bundled scheme published for it now."""
    session.get_one(Institution, institution_id, with_for_update=IN_TURN)
    if (own := published_version(session, institution_id, slug)) is not None:
        return own
    bundled = bundled_schemes().get(slug)
    if bundled is None:
        raise NotFound("scheme")
    return publish(session, institution_id, bundled)


def _connect(
    session: Session,
    course: Course,
    document: SchemeDocument,
    language: str,
    before: SchemeDocument,
    *,
    only: Collection[LineItemKind] = tuple(LineItemKind),
) -> None:
    """Nothing where the platform offers no gradebook, or says that it would refuse. `before` is what ran."""
    if not course.lineitems_url or gradebook.missing_rights(course):
        return
    earlier = wanted_assignments(before, language)
    wanted = [
        replace(each, instead_of=earlier[kind].score_maximum)
        for kind, each in wanted_assignments(document, language).items()
        if kind in only
    ]
    gradebook.connect_line_items(session, course=course, wanted=wanted)
