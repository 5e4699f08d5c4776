"""What the pages that everybody opens most cost: queries, CPU beside the least it takes, bytes on the way.

The least for the queue is its own statement by the bare driver, and a template with nothing but the rows, by
the same template engine. Bytes are those of HTML, CSS and JavaScript, each compressed as a web server in
front does it.
"""

from __future__ import annotations

import gzip
import re
import time
import uuid
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from jinja2 import Template
from sqlalchemy import Engine

from lti_app.review.permissions import scope_of
from lti_app.review.queries import queue_for, values_for, waiting_statement
from lti_app.web.context import Parts
from lti_app.web.paging import ROWS
from tests.bench.installation import installation
from tests.bench.long_lists import application
from tests.bench.many_submissions import School, fill
from tests.queries import counting_queries
from tests.visit import Visit

ENOUGH = 10_000
_LEAST = """<table>{% for row in rows %}
<tr><th><a href="/review/{{ row.submission_id }}">{{ row.title }}</a></th><td>{{ row.student_name }}</td>
<td>{{ row.kind }}</td><td>{{ row.submitted_at }}</td><td>{{ row.opened_at or "" }} {{ row.opened_by }}</td>
</tr>
{% endfor %}</table>"""
_REFERENCES = re.compile(r'<link rel="stylesheet" href="([^"]+)"|<script src="([^"]+)"')
_IMPORTS = re.compile(r'(?:from|import) "(\./[^"]+)"')


@dataclass(frozen=True)
class Opened:
    """An installation with a teacher and a student looking at it."""

    parts: Parts
    app: Flask
    school: School
    teacher: Visit
    student: Visit


@contextmanager
def opened(count: int = ENOUGH) -> Iterator[Opened]:
    """One on SQLite with so many submissions, all pages opened once before."""
    with installation() as parts:
        school = fill(parts.db, count)
        app = application(parts)
        visits = [Visit(app.test_client(), parts.db, who) for who in (school.teaching, school.learning)]
        found = Opened(parts, app, school, *visits)
        for visit, path in ((found.teacher, "/queue"), (found.student, "/")):
            assert visit.get(path).status_code == 200, path
        yield found


def queries(engine: Engine, visit: Visit, path: str) -> int:
    """How many statements a page needs."""
    with counting_queries(engine) as seen:
        assert visit.get(path).status_code == 200
    return seen.count


def queue_beside_the_least(found: Opened, rounds: int) -> tuple[float, float]:
    """CPU of the queue's rows in a template of the least, and of its whole page with session, frame and
    navigation, as multiples of the least. They take turns.
    """
    template = found.app.jinja_env.from_string(_LEAST)
    acts = (
        _rows_of_the_tool(found, template),
        lambda: found.teacher.get("/queue"),
        _rows_of_the_driver(found, template),
    )
    spent = [[_cpu(act) for act in acts] for _ in range(rounds + 1)][1:]
    rows, page, least = (median(each) for each in zip(*spent, strict=True))
    return rows / least, page / least


def _rows_of_the_tool(found: Opened, template: Template) -> Callable[[], object]:
    who = found.school.teaching

    def page() -> str:
        with found.parts.db.reading() as session:
            rows = queue_for(session, scope_of(who), not_of=who.person_id).rows
        return template.render(rows=rows)

    return page


def _rows_of_the_driver(found: Opened, template: Template) -> Callable[[], object]:
    """The same statement, kept as the text and the values that the driver takes."""
    who = found.school.teaching
    wanted = waiting_statement(in_course=True, kind=None, is_after=False)
    given = values_for(scope_of(who), who.person_id, None, ROWS + 1)
    compiled = wanted.compile(dialect=found.parts.db.engine.dialect)
    values = [_plain((compiled.params | given)[name]) for name in compiled.positiontup or ()]
    driver: Any = found.parts.db.engine.raw_connection().dbapi_connection
    named = namedtuple("named", [column.name for column in wanted.selected_columns])

    def page() -> str:
        rows = [named(*row) for row in driver.execute(str(compiled), values)][:ROWS]
        assert len(rows) == ROWS
        return template.render(rows=rows)

    return page


def _plain(value: Any) -> Any:
    """A value as the driver takes it."""
    return value.hex if isinstance(value, uuid.UUID) else value


def _cpu(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return time.process_time() - started


def weights(visit: Visit, path: str) -> tuple[int, int]:
    """Bytes of a page for a browser that was never here, and for one that was: what must be sent again."""
    answer = visit.get(path)
    page = _compressed(answer.data)
    kept: dict[str, tuple[int, str]] = {}
    wanted = ["".join(each) for each in _REFERENCES.findall(answer.text)]
    while wanted:
        url = wanted.pop()
        if url in kept:
            continue
        file = visit.client.get(url)
        assert file.status_code == 200, url
        kept[url] = _compressed(file.data), file.headers["ETag"]
        if urlsplit(url).path.endswith(".js"):
            wanted += [urljoin(url, each) for each in _IMPORTS.findall(file.text)]
    again = sum(
        _compressed(visit.client.get(url, headers={"If-None-Match": tag}).data)
        for url, (_, tag) in kept.items()
    )
    return page + sum(size for size, _ in kept.values()), page + again


def _compressed(data: bytes) -> int:
    return len(gzip.compress(data, 6)) if data else 0
