CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS account (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, opaque_id TEXT NOT NULL UNIQUE, guid TEXT NOT NULL,
    brand TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS person (
    id INTEGER PRIMARY KEY, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, given_name TEXT NOT NULL,
    family_name TEXT NOT NULL, email TEXT, sis_id TEXT, lti_id TEXT NOT NULL UNIQUE, opaque_id TEXT NOT NULL UNIQUE,
    locale TEXT NOT NULL, timezone TEXT NOT NULL, is_admin INTEGER NOT NULL, is_site_admin INTEGER NOT NULL,
    is_test_student INTEGER NOT NULL, prefers_high_contrast INTEGER NOT NULL DEFAULT 0);

CREATE TABLE IF NOT EXISTS course (
    id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account, name TEXT NOT NULL, code TEXT NOT NULL,
    opaque_id TEXT NOT NULL UNIQUE, sis_id TEXT, term_name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('available', 'completed', 'claimed')), start_at TEXT, end_at TEXT);

CREATE TABLE IF NOT EXISTS enrolment (
    id INTEGER PRIMARY KEY, course_id INTEGER NOT NULL REFERENCES course, person_id INTEGER NOT NULL REFERENCES person,
    type TEXT NOT NULL CHECK (type IN ('StudentEnrollment', 'TeacherEnrollment', 'TaEnrollment',
        'DesignerEnrollment', 'ObserverEnrollment', 'StudentViewEnrollment')),
    state TEXT NOT NULL CHECK (state IN ('active', 'inactive', 'invited', 'completed', 'deleted')),
    observed_id INTEGER REFERENCES person);
CREATE UNIQUE INDEX IF NOT EXISTS enrolment_once
    ON enrolment (course_id, person_id, type, coalesce(observed_id, 0));

CREATE TABLE IF NOT EXISTS developer_key (
    client_id TEXT PRIMARY KEY, name TEXT NOT NULL, redirect_uris TEXT NOT NULL, oidc_initiation_url TEXT NOT NULL,
    target_link_uri TEXT NOT NULL, public_jwk_url TEXT, public_jwk TEXT NOT NULL, scopes TEXT NOT NULL,
    custom_fields TEXT NOT NULL, placements TEXT NOT NULL, is_active INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS tool (
    id INTEGER PRIMARY KEY, client_id TEXT NOT NULL REFERENCES developer_key, course_id INTEGER REFERENCES course,
    deployment_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, domain TEXT NOT NULL,
    privacy_level TEXT NOT NULL CHECK (privacy_level IN ('anonymous', 'email_only', 'name_only', 'public')),
    is_available INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS assignment (
    id INTEGER PRIMARY KEY, course_id INTEGER NOT NULL REFERENCES course, name TEXT NOT NULL,
    description TEXT NOT NULL, points_possible REAL NOT NULL, lti_id TEXT NOT NULL UNIQUE,
    submission_type TEXT NOT NULL CHECK (submission_type IN ('external_tool', 'none')),
    tool_id INTEGER REFERENCES tool, tool_url TEXT, grading_type TEXT NOT NULL
        CHECK (grading_type IN ('points', 'pass_fail')),
    allowed_attempts INTEGER NOT NULL, due_at TEXT, is_published INTEGER NOT NULL, is_deleted INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS line_item (
    id INTEGER PRIMARY KEY, course_id INTEGER NOT NULL REFERENCES course,
    assignment_id INTEGER NOT NULL REFERENCES assignment, client_id TEXT NOT NULL REFERENCES developer_key,
    label TEXT NOT NULL, score_maximum REAL NOT NULL, tag TEXT, resource_id TEXT, resource_link_id TEXT,
    end_at TEXT, extension_type TEXT, extension_url TEXT, is_coupled INTEGER NOT NULL, is_primary INTEGER NOT NULL,
    is_deleted INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS line_item_primary_once
    ON line_item (assignment_id) WHERE is_primary = 1 AND is_deleted = 0;

CREATE TABLE IF NOT EXISTS submission (
    id INTEGER PRIMARY KEY, assignment_id INTEGER NOT NULL REFERENCES assignment,
    person_id INTEGER NOT NULL REFERENCES person, attempt INTEGER NOT NULL, submitted_at TEXT, type TEXT, url TEXT,
    body TEXT, score REAL, grader TEXT, graded_at TEXT, graded_attempt INTEGER, needs_review INTEGER NOT NULL,
    UNIQUE (assignment_id, person_id));

CREATE TABLE IF NOT EXISTS attempt (
    id INTEGER PRIMARY KEY, submission_id INTEGER NOT NULL REFERENCES submission, number INTEGER NOT NULL,
    submitted_at TEXT NOT NULL, type TEXT NOT NULL, url TEXT, body TEXT, UNIQUE (submission_id, number));

CREATE TABLE IF NOT EXISTS file (
    id INTEGER PRIMARY KEY, submission_id INTEGER NOT NULL REFERENCES submission, attempt INTEGER NOT NULL,
    title TEXT NOT NULL, media_type TEXT NOT NULL, size_bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
    source_url TEXT NOT NULL, path TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS comment (
    id INTEGER PRIMARY KEY, submission_id INTEGER NOT NULL REFERENCES submission, author TEXT,
    text TEXT NOT NULL, attempt INTEGER NOT NULL, created_at TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS result (
    id INTEGER PRIMARY KEY, line_item_id INTEGER NOT NULL REFERENCES line_item,
    person_id INTEGER NOT NULL REFERENCES person, score REAL, maximum REAL, activity_progress TEXT NOT NULL,
    grading_progress TEXT NOT NULL, comment TEXT, updated_at TEXT NOT NULL, UNIQUE (line_item_id, person_id));

CREATE TABLE IF NOT EXISTS progress (
    id INTEGER PRIMARY KEY, client_id TEXT NOT NULL, state TEXT NOT NULL, completion INTEGER NOT NULL, message TEXT);

CREATE TABLE IF NOT EXISTS session (
    id TEXT PRIMARY KEY, browser TEXT NOT NULL, person_id INTEGER NOT NULL REFERENCES person, ended_at TEXT);

CREATE TABLE IF NOT EXISTS launch (
    verifier TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES session, client_id TEXT NOT NULL,
    claims TEXT NOT NULL, created_at TEXT NOT NULL, used_at TEXT);

CREATE TABLE IF NOT EXISTS key_configuration (
    client_id TEXT PRIMARY KEY REFERENCES developer_key,
    source TEXT NOT NULL CHECK (source IN ('json', 'dynamic')), domain TEXT NOT NULL,
    privacy_level TEXT NOT NULL CHECK (privacy_level IN ('anonymous', 'email_only', 'name_only', 'public')));

CREATE TABLE IF NOT EXISTS registration (
    uuid TEXT PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES person, tool_url TEXT NOT NULL,
    started_at TEXT NOT NULL, client_id TEXT UNIQUE REFERENCES developer_key);

CREATE TABLE IF NOT EXISTS course_navigation (
    course_id INTEGER NOT NULL REFERENCES course, tool_id INTEGER NOT NULL REFERENCES tool,
    is_shown INTEGER NOT NULL, PRIMARY KEY (course_id, tool_id));

CREATE TABLE IF NOT EXISTS resource_link (
    id INTEGER PRIMARY KEY, course_id INTEGER NOT NULL REFERENCES course, lti_id TEXT NOT NULL UNIQUE,
    tool_id INTEGER NOT NULL REFERENCES tool, url TEXT NOT NULL, title TEXT NOT NULL, custom TEXT NOT NULL,
    width INTEGER, height INTEGER, assignment_id INTEGER UNIQUE REFERENCES assignment, is_in_module INTEGER NOT NULL,
    is_published INTEGER NOT NULL);

CREATE TABLE IF NOT EXISTS chosen_content (
    id TEXT PRIMARY KEY, course_id INTEGER NOT NULL REFERENCES course, tool_id INTEGER NOT NULL REFERENCES tool,
    item TEXT NOT NULL, used_at TEXT);

CREATE TABLE IF NOT EXISTS course_copy (
    course_id INTEGER PRIMARY KEY REFERENCES course, origin_id INTEGER NOT NULL REFERENCES course);
