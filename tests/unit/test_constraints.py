"""What the workflow forbids the database refuses too, on both databases: one case for each constraint.

A complete world is made with one good row in every table; each case changes one thing in it, past the
tool's own code, and is taken back before the next. A constraint without a case fails a test of its own.

Longer than most: one table of cases and the good rows they start from, held against every constraint at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import (
    CheckConstraint,
    Connection,
    Index,
    Table,
    UniqueConstraint,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from lti_app.certificates.badge.models import BadgeKey, BadgeKeyState, Credential, StatusList
from lti_app.certificates.models import Certificate, CertificateClaim, CertificateSequence
from lti_app.clock import now
from lti_app.db import Base, Database
from lti_app.jobs.models import Delivery, LanePause, Round
from lti_app.lti.ags.models import ChangedGrade, LineItem, LineItemKind, ScoreClock, SpareAssignment
from lti_app.lti.deep_linking.models import DeepLinkRequest
from lti_app.lti.models import Brand, CourseHint, Invitation, KeyState, LaunchFailure, LoginState, ToolKey
from lti_app.lti.nrps.models import RosterReading
from lti_app.people.models import Observation, RoleGrant
from lti_app.people.roles import Role
from lti_app.portfolio.models import Answer, Decision, Evidence, Item, Submission
from lti_app.portfolio.moves import CourseMove, PortfolioMove, ProgrammeChange
from lti_app.portfolio.states import DecisionKind, ItemKind
from lti_app.schemes.models import SchemeVersion, VersionAuthors, VersionState
from lti_app.storage.models import StoredFile
from lti_app.web.models import LaunchSession, OperatorLink, OperatorSession
from tests import world
from tests.unit import constraints_of_certificates

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
ANOTHER = "another institution"
Changes = dict[str, Any]

# Constraint, table, what the good row is changed to.
FORBIDDEN_CHANGES: list[tuple[str, str, Changes]] = [
    ("ck_stored_file_sha256_length", "stored_file", {"sha256": "abc"}),
    ("ck_stored_file_size_positive", "stored_file", {"size_bytes": 0}),
    ("ck_tool_key_state", "tool_key", {"state": "lost"}),
    ("ck_deployment_approved_has_institution", "deployment", {"institution_id": None}),
    ("ck_delivery_lease_only_while_waiting", "delivery", {"state": "cancelled", "lease_until": NOON}),
    ("ck_delivery_sent_is_finished", "delivery", {"state": "sent", "finished_at": None}),
    ("ck_delivery_sent_is_finished", "delivery", {"state": "sent", "finished_at": NOON, "reason": "why"}),
    ("ck_delivery_sent_is_finished", "delivery", {"state": "failed", "finished_at": NOON, "reason": ""}),
    ("ck_delivery_state", "delivery", {"state": "lost"}),
    ("ck_enrolment_role", "enrolment", {"role": "dean"}),
    ("ck_line_item_kind", "line_item", {"kind": "quiz"}),
    ("ck_spare_assignment_kind", "spare_assignment", {"kind": "quiz"}),
    ("ck_line_item_score_maximum_positive", "line_item", {"score_maximum": Decimal(0)}),
    ("ck_role_grant_coordinator_only", "role_grant", {"role": "teacher"}),
    ("ck_role_grant_role", "role_grant", {"role": "dean"}),
    ("ck_portfolio_move_to_another_version", "portfolio_move", {"to_version_id": "draft"}),
    ("ck_course_move_stopped_by_somebody", "course_move", {"stopped_at": NOON}),
    (
        "ck_course_move_stopped_is_not_finished",
        "course_move",
        {"stopped_at": NOON, "stopped_by_id": uuid.uuid4(), "finished_at": NOON},
    ),
    ("ck_course_move_outdated_is_finished", "course_move", {"is_outdated": True}),
    ("ck_programme_change_to_another_programme", "programme_change", {"to_code": "lakare"}),
    ("ck_scheme_version_published_has_time", "scheme_version", {"published_at": NOON}),
    ("ck_scheme_version_published_has_time", "scheme_version", {"state": "published"}),
    ("ck_scheme_version_state", "scheme_version", {"state": "lost"}),
    ("ck_portfolio_confirmed_name_exists", "portfolio", {"printed_name": ""}),
    ("ck_certificate_revoked_has_time", "certificate", {"state": "revoked", "revoke_reason": "why"}),
    ("ck_certificate_revoked_has_time", "certificate", {"revoked_at": NOON}),
    ("ck_certificate_revoked_has_reason", "certificate", {"state": "revoked", "revoked_at": NOON}),
    ("ck_certificate_revoked_has_reason", "certificate", {"revoke_reason": "why"}),
    ("ck_certificate_superseded_has_successor", "certificate", {"state": "superseded"}),
    ("ck_certificate_superseded_has_successor", "certificate", {"superseded_by_id": uuid.uuid4()}),
    (
        "ck_certificate_superseded_by_another",
        "certificate",
        {"state": "superseded", "superseded_by_id": "itself"},
    ),
    ("ck_certificate_code_length", "certificate", {"code": "SHORT"}),
    ("ck_certificate_state", "certificate", {"state": "lost"}),
    ("ck_certificate_sequence_last_positive", "certificate_sequence", {"last": 0}),
    ("ck_item_activity_has_setting", "item", {"setting": ""}),
    ("ck_item_activity_has_type", "item", {"type_code": ""}),
    ("ck_item_ends_after_start", "item", {"ends_on": date(2026, 3, 1)}),
    ("ck_item_kind", "item", {"kind": "poem", "type_code": "", "setting": ""}),
    ("ck_item_only_presentation_has_form", "item", {"form": "talk"}),
    ("ck_item_plan_is_no_merit", "item", {"is_plan": True, "state": "approved"}),
    ("ck_item_state", "item", {"state": "lost"}),
    ("ck_evidence_file_or_link", "evidence", {"url": "https://example.org"}),
    ("ck_evidence_file_or_link", "evidence", {"stored_file_id": None}),
    ("ck_submission_state", "submission", {"state": "lost"}),
    ("ck_decision_kind", "decision", {"kind": "lost"}),
    ("ck_decision_reason_given", "decision", {"kind": "return", "comment": ""}),
    ("ck_decision_reason_given", "decision", {"kind": "decline", "comment": ""}),
    ("ck_decision_reason_given", "decision", {"kind": "reopen", "comment": ""}),
    ("ck_deep_link_request_answered_has_answer", "deep_link_request", {"answered_at": NOON}),
    ("ck_deep_link_request_answered_has_answer", "deep_link_request", {"answer": "{}"}),
    ("ck_invitation_used_for_a_platform", "invitation", {"used_at": NOON}),
    ("ck_invitation_deployment_of_a_platform", "invitation", {"first_deployment_until": NOON}),
    ("ck_invitation_token_hash_length", "invitation", {"token_hash": "abc"}),
    ("ck_lane_pause_times_positive", "lane_pause", {"times": 0}),
    ("ck_roster_reading_begun_has_page", "roster_reading", {"begun_at": NOON}),
    ("ck_roster_reading_read_count_not_negative", "roster_reading", {"read_count": -1}),
    ("ck_launch_failure_count_positive", "launch_failure", {"count": 0}),
    ("ck_operator_link_token_hash_length", "operator_link", {"token_hash": "abc"}),
    ("ck_operator_session_secret_hash_length", "operator_session", {"secret_hash": "abc"}),
    ("ck_badge_key_state", "badge_key", {"state": "lost"}),
    ("ck_badge_key_current_can_sign", "badge_key", {"sealed_private": ""}),
    ("ck_status_list_number_positive", "status_list", {"number": 0}),
    ("ck_status_list_allotted_not_negative", "status_list", {"allotted": -1}),
    ("ck_credential_status_index_not_negative", "credential", {"status_index": -1}),
    ("ck_credential_both_forms", "credential", {"jwt": ""}),
    ("ck_credential_kept_when_issued", "credential", {"issued_at": None}),
    (
        "ck_credential_revoked_when_issued",
        "credential",
        {"issued_at": None, "json_ld": "", "jwt": "", "revoked_at": NOON},
    ),
]

# Constraint, table, what a copy of the good row differs in, beside a fresh key: the rest is equal.
FORBIDDEN_COPIES: list[tuple[str, str, Changes]] = [
    ("uq_institution_name", "institution", {}),
    ("uq_platform_issuer_client_id", "platform", {"name": "Other"}),
    ("uq_stored_file_key", "stored_file", {}),
    ("uq_tool_key_current", "tool_key", {}),
    ("uq_tool_key_next", "tool_key", {"state": "next"}),
    ("uq_course_institution_id_platform_id_context_id", "course", {"title": "Other"}),
    ("uq_deployment_platform_id_deployment_id", "deployment", {}),
    ("uq_person_institution_id_platform_id_sub", "person", {"name": "Other"}),
    ("uq_scheme_institution_id_slug", "scheme", {}),
    ("uq_delivery_id", "delivery", {"sequence": 99}),
    ("uq_enrolment_person_id_course_id_role", "enrolment", {}),
    ("uq_line_item_course_id_kind", "line_item", {"label": "Other"}),
    ("uq_role_grant_person_id_role", "role_grant", {}),
    ("uq_scheme_version_scheme_id_number", "scheme_version", {"state": "published", "published_at": NOON}),
    ("uq_scheme_version_draft", "scheme_version", {"number": 9}),
    ("uq_portfolio_person_id_scheme_id", "portfolio", {}),
    ("uq_course_move_open", "course_move", {"total": 2}),
    (
        "uq_certificate_code",
        "certificate",
        {"state": "revoked", "revoked_at": NOON, "revoke_reason": "why", "number": "2"},
    ),
    (
        "uq_certificate_institution_id_number",
        "certificate",
        {"state": "revoked", "revoked_at": NOON, "revoke_reason": "why", "code": "2" * 12},
    ),
    ("uq_certificate_issued", "certificate", {"code": "2" * 12, "number": "2"}),
    ("uq_item_one_of_each", "item", {"kind": "final_report", "type_code": "", "setting": ""}),
    ("uq_answer_item_id_question_id", "answer", {"text": "Other"}),
    ("uq_submission_item_id_revision", "submission", {"state": "decided"}),
    ("uq_submission_waiting", "submission", {"revision": 2}),
    ("uq_decision_standing", "decision", {"kind": "return"}),
    ("uq_invitation_token_hash", "invitation", {"institution": "Other"}),
    ("uq_spare_assignment_course_id_url", "spare_assignment", {"title": "Other"}),
    ("uq_brand_platform_id_url", "brand", {"colours": {"link": "#000000"}}),
    ("uq_badge_key_current", "badge_key", {}),
    ("uq_credential_institution_id_certificate_number", "credential", {"status_index": 2}),
    ("uq_credential_status_list_status_index", "credential", {"certificate_number": "2"}),
]

# What the partial indexes let pass: the same copies, outside of their condition.
ALLOWED_COPIES: list[tuple[str, Changes]] = [
    ("tool_key", {"state": "retired"}),
    ("badge_key", {"state": "retired", "sealed_private": ""}),
    (
        "certificate",
        {"state": "revoked", "revoked_at": NOON, "revoke_reason": "why", "code": "2" * 12, "number": "2"},
    ),
    ("item", {}),
    ("submission", {"state": "withdrawn", "revision": 2}),
    ("scheme_version", {"number": 9, "state": "published", "published_at": NOON}),
    ("decision", {"kind": "reopen"}),
    ("decision", {"undone_at": NOON}),
]

FORBIDDEN_CHANGES += constraints_of_certificates.FORBIDDEN_CHANGES
FORBIDDEN_COPIES += constraints_of_certificates.FORBIDDEN_COPIES
ALLOWED_COPIES += constraints_of_certificates.ALLOWED_COPIES


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """A database with one good row in every table; whatever the test does is rolled back."""
    with database.writing() as session:
        _fill(session)
    with database.engine.connect() as connection:
        yield connection


def _fill(session: Any) -> None:
    other = world.an_institution(session, ANOTHER)
    world.a_deployment(session)
    course = world.a_course(session)
    student = world.a_person(session, course)
    portfolio = world.a_portfolio(session, student, course)
    portfolio.name_confirmed_at = now()
    portfolio.name_confirmed_by_id = student.id
    versions = {"institution_id": course.institution_id, "scheme_id": portfolio.scheme_id}
    draft = SchemeVersion(**versions, number=2, document={})
    session.add(draft)
    session.flush()
    session.add_all(
        [
            VersionAuthors(**versions, version_id=draft.id, edited_by_id=student.id),
            PortfolioMove(
                **versions,
                portfolio_id=portfolio.id,
                from_version_id=draft.id,
                to_version_id=portfolio.scheme_version_id,
                moved_by_id=student.id,
            ),
            CourseMove(
                **versions,
                course_id=course.id,
                to_version_id=portfolio.scheme_version_id,
                started_by_id=student.id,
            ),
            ProgrammeChange(
                institution_id=course.institution_id,
                portfolio_id=portfolio.id,
                from_code="lakare",
                to_code="fysioterapeut",
                changed_by_id=student.id,
            ),
        ]
    )
    item = world.a_submitted_item(session, portfolio)
    submission = session.query(Submission).one()
    session.add(
        Item(institution_id=course.institution_id, portfolio_id=portfolio.id, kind=ItemKind.FINAL_REPORT)
    )
    submission.state = "waiting"
    inside = {"institution_id": course.institution_id}
    file = StoredFile(**inside, key="k", media_type="application/pdf", size_bytes=1, sha256="0" * 64)
    line_item = LineItem(
        **inside, course_id=course.id, kind=LineItemKind.ACTIVITIES, label="A", score_maximum=3
    )
    session.add_all([file, line_item])
    session.flush()
    certificate = Certificate(
        **inside, portfolio_id=portfolio.id, number="1", code="1" * 12, facts="{}", stored_file_id=file.id
    )
    session.add(certificate)
    session.flush()
    session.add_all(constraints_of_certificates.rows(certificate, file, student.id, course.id))
    session.add_all(
        [
            Answer(**inside, item_id=item.id, question_id="q", text="t"),
            Evidence(**inside, item_id=item.id, stored_file_id=file.id, name="a.pdf"),
            Decision(
                **inside,
                submission_id=submission.id,
                kind=DecisionKind.APPROVE,
                comment="Fine",
                reviewer_id=student.id,
            ),
            CertificateClaim(portfolio_id=portfolio.id, number="1", code="1" * 12, lease_until=now()),
            CertificateSequence(**inside, year=2026, last=1),
            BadgeKey(kid="a", public=b"x", sealed_private="x", state=BadgeKeyState.CURRENT),
            StatusList(number=1),
            Delivery(**inside, course_id=course.id, kind="a", payload={}, order_key="a"),
            ToolKey(kid="a", encrypted_pem="x", state=KeyState.CURRENT),
            ToolKey(kid="b", encrypted_pem="x", state=KeyState.NEXT),
            Brand(platform_id=course.platform_id, url="https://x", colours={}, asked_at=now()),
            LaunchFailure(
                platform_id=course.platform_id, slug="s", count=1, last_at=now(), last_reference="0"
            ),
            OperatorLink(token_hash="0" * 64, expires_at=now()),
            OperatorSession(secret_hash="0" * 64, expires_at=now()),
            Invitation(token_hash="0" * 64, institution="Lunds universitet", expires_at=now()),
            LoginState(
                state="s",
                nonce="n",
                platform_id=course.platform_id,
                browser_hash="b",
                target_link_uri="u",
                expires_at=now(),
            ),
            CourseHint(**inside, course_id=course.id),
            SpareAssignment(**inside, course_id=course.id, kind=LineItemKind.ACTIVITIES, url="https://x"),
            DeepLinkRequest(
                **inside,
                platform_id=course.platform_id,
                person_id=student.id,
                course_id=course.id,
                roles="teacher",
                deployment_id="1",
                locale="sv",
                return_url="https://x",
                accepts_several=True,
                accepts_line_items=True,
                frame_ancestors="",
                expires_at=now(),
            ),
            ScoreClock(line_item_id=line_item.id, person_id=student.id, last_timestamp=now()),
            ChangedGrade(**inside, line_item_id=line_item.id, person_id=student.id, points=1, maximum=3),
            RosterReading(**inside, course_id=course.id),
            Observation(**inside, observer_id=student.id, course_id=course.id, sub="s"),
            LanePause(lane="platform", until_at=now()),
            Round(name="night", due_at=now()),
            LaunchSession(
                sid="s",
                secret_hash="h",
                **inside,
                platform_id=course.platform_id,
                person_id=student.id,
                course_id=course.id,
                expires_at=now(),
            ),
            RoleGrant(**inside, person_id=student.id, role=Role.COORDINATOR),
        ]
    )
    session.flush()
    session.add(
        Credential(
            **inside,
            certificate_number="1",
            status_list=1,
            status_index=1,
            salt="0",
            json_ld="{}",
            jwt="x",
            issued_at=now(),
        )
    )
    assert other.id != course.institution_id


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _row(connection: Connection, table: Table) -> dict[str, Any]:
    """The good row: of several, the one of the main institution's student."""
    query = select(table)
    if table.name == "institution":
        query = query.where(table.c.name != ANOTHER)
    if table.name == "person":
        query = query.where(table.c.name == "Åsa Öberg")
    if table.name == "item":
        query = query.where(table.c.kind == ItemKind.ACTIVITY)
    if table.name == "scheme_version":
        query = query.where(table.c.state == VersionState.DRAFT)
    if table.name == "tool_key":
        query = query.where(table.c.state == KeyState.CURRENT)
    if table.name == "enrolment":
        query = query.where(table.c.role == Role.STUDENT)
    return dict(connection.execute(query).mappings().one())


def _raw(table: Table, values: Changes) -> Any:
    """The values as they are, so that it is the database that looks at them and not SQLAlchemy."""
    words = {column.name for column in table.columns if hasattr(column.type, "enums")}
    return {name: text(f"'{value}'") if name in words else value for name, value in values.items()}


def _copy(connection: Connection, table: Table, changes: Changes) -> None:
    row = _row(connection, table)
    fresh: Changes = {}
    if "id" in row and table.name != "delivery":
        fresh["id"] = uuid.uuid4()
    if "kid" in row:
        fresh["kid"] = "another"
    kept = {name: value for name, value in row.items() if name not in changes | fresh}
    connection.execute(insert(table).values(kept | fresh | _raw(table, changes)))


def _refusal(connection: Connection, act: Callable[[], None]) -> str:
    """What the database says to this; empty when it lets it pass. Either way it is taken back."""
    savepoint = connection.begin_nested()
    try:
        act()
    except IntegrityError as error:
        return str(error)
    finally:
        savepoint.rollback()
    return ""


def _change(connection: Connection, table: Table, changes: Changes) -> None:
    row = _row(connection, table)
    itself = {"itself": row.get("id"), "draft": row.get("from_version_id")}
    values = {
        name: itself.get(value, value) if isinstance(value, str) else value for name, value in changes.items()
    }
    key = [column == row[column.name] for column in table.primary_key.columns]
    connection.execute(update(table).where(*key).values(_raw(table, values)))


def test_no_row_can_become_what_the_checks_forbid(connection: Connection) -> None:
    passed = []
    for constraint, name, changes in FORBIDDEN_CHANGES:
        said = _refusal(connection, partial(_change, connection, _table(name), changes))
        # No word but a coordinator's passes one, and none but a role's the other: either may answer first.
        if ("ck_role_grant_" if name == "role_grant" else constraint) not in said:
            passed.append((constraint, changes, said))
    assert passed == []


def test_there_are_no_two_of_what_is_unique(connection: Connection) -> None:
    passed = []
    for constraint, name, changes in FORBIDDEN_COPIES:
        said = _refusal(connection, partial(_copy, connection, _table(name), changes))
        columns = ", ".join(f"{name}.{column}" for column in _unique_columns(_table(name))[constraint])
        # PostgreSQL names the constraint, SQLite its columns.
        if constraint not in said and f"UNIQUE constraint failed: {columns}\n" not in said:
            passed.append((constraint, changes, said))
    assert passed == []


def test_what_the_partial_indexes_do_not_mean_passes(connection: Connection) -> None:
    refused = [
        (name, changes, said)
        for name, changes in ALLOWED_COPIES
        if (said := _refusal(connection, partial(_copy, connection, _table(name), changes)))
    ]
    assert refused == []


def test_nothing_refers_to_another_institution(connection: Connection) -> None:
    institution = _table("institution")
    other = connection.scalar(select(institution.c.id).where(institution.c.name == ANOTHER))
    carrying = [
        table
        for table in Base.metadata.sorted_tables
        for constraint in table.foreign_key_constraints
        if "institution_id" in constraint.column_keys and len(constraint.column_keys) > 1
    ]
    assert len(carrying) > 15
    for table in carrying:
        said = _refusal(connection, partial(_change, connection, table, {"institution_id": other}))
        assert "foreign key" in said.lower(), table.name


@pytest.mark.parametrize(
    "changes",
    [{"document": {}}, {"number": 9}, {"note": "x"}, {"state": "draft", "published_at": None}],
    ids=lambda changes: next(iter(changes)),
)
def test_a_published_version_never_changes(connection: Connection, changes: Changes) -> None:
    table = _table("scheme_version")
    published = update(table).where(table.c.state == "published")
    said = _refusal(connection, lambda: connection.execute(published.values(_raw(table, changes))))
    assert "published_version_never_changes" in said


def test_a_certificate_is_replaced_in_one_transaction(connection: Connection) -> None:
    """The old one names its successor before the new one is there; commit looks at both."""
    table, successor = _table("certificate"), uuid.uuid4()
    replaced = update(table).values(_raw(table, {"state": "superseded"}) | {"superseded_by_id": successor})
    row = _row(connection, table)
    connection.execute(replaced)
    connection.execute(insert(table).values(row | {"id": successor, "code": "2" * 12, "number": "2"}))
    connection.commit()


def test_a_certificate_cannot_name_a_successor_that_never_comes(connection: Connection) -> None:
    table = _table("certificate")
    values = _raw(table, {"state": "superseded"}) | {"superseded_by_id": uuid.uuid4()}
    connection.execute(update(table).values(values))
    with pytest.raises(IntegrityError):
        connection.commit()


def _unique_columns(table: Table) -> dict[str, list[str]]:
    """Columns by the name of each unique constraint and unique index."""
    return {
        str(found.name): [column.name for column in found.columns]
        for found in (*table.constraints, *table.indexes)
        if isinstance(found, UniqueConstraint) or (isinstance(found, Index) and found.unique)
    }


def test_every_constraint_has_a_case_here() -> None:
    tried = {case[0] for case in (*FORBIDDEN_CHANGES, *FORBIDDEN_COPIES)}
    wanted: set[str] = set()
    for table in Base.metadata.sorted_tables:
        wanted |= {str(each.name) for each in table.constraints if isinstance(each, CheckConstraint)}
        # Those with `id` only let foreign keys carry the institution along.
        unique = _unique_columns(table)
        wanted |= {name for name, columns in unique.items() if columns[0] != "id" or len(columns) == 1}
    assert wanted - tried == set()
    assert tried - wanted == set()


def test_every_table_has_a_row_here(connection: Connection) -> None:
    empty = [
        table.name for table in Base.metadata.sorted_tables if not connection.execute(select(table)).first()
    ]
    assert empty == []
