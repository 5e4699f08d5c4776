"""Lists at an institution that grows a hundredfold: what pages take then.

Both sizes stand side by side and are asked in turns; the quickest of each counts, since all that comes from
outside only adds. Depth is where nine tenths of what waits has been passed.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from flask import Flask

from lti_app import create_app
from lti_app.web.context import Parts
from lti_app.web.paging import Place
from tests.bench.installation import installation
from tests.bench.many_submissions import fill
from tests.database import postgresql
from tests.visit import Visit

DEPTH = 0.9
_BEFORE_ANY_ROW = uuid.UUID(int=0)


@dataclass(frozen=True)
class Growth:
    """How much longer a page takes at the larger institution, and what it takes there."""

    page: str
    ratio: float
    milliseconds: float


def growths(kind: str, small: int, large: int, rounds: int) -> Iterator[Growth]:
    """Each list's growth between so many submissions and so many, on a database of this kind."""
    with ExitStack() as stack:
        looks = [_looks(stack, kind, count) for count in (small, large)]
        for page in looks[0]:
            fewer, more = looks[0][page], looks[1][page]
            spent = [(_seconds(fewer), _seconds(more)) for _ in range(rounds + 2)][2:]
            few, many = (min(each) for each in zip(*spent, strict=True))
            yield Growth(page, many / few, many * 1000)


def _looks(stack: ExitStack, kind: str, count: int) -> dict[str, Callable[[], object]]:
    """What is looked at in an institution of that many submissions."""
    url = "" if kind == "sqlite" else stack.enter_context(postgresql()).fresh()
    parts = stack.enter_context(installation(url))
    school = fill(parts.db, count)
    app = application(parts)
    teacher = Visit(app.test_client(), parts.db, school.teaching)
    coordinator = Visit(app.test_client(), parts.db, school.coordinating)
    student = Visit(app.test_client(), parts.db, school.learning)
    deep = f"/queue?after={Place(school.submitted_at(DEPTH), _BEFORE_ANY_ROW).cursor}"
    return {
        "queue of a course": lambda: _opened(teacher, "/queue"),
        "queue of a course, deep": lambda: _opened(teacher, deep),
        "queue of an institution": lambda: _opened(coordinator, "/queue"),
        "queue of an institution, deep": lambda: _opened(coordinator, deep),
        "class table": lambda: _opened(teacher, "/class"),
        "coordinators' overview": lambda: _opened(coordinator, "/overview"),
        "certificates of a course": lambda: _opened(teacher, "/certificates"),
        "certificates of a course, all": lambda: _opened(teacher, "/certificates?show=all"),
        "certificates of an institution": lambda: _opened(coordinator, "/certificates"),
        "certificates to correct": lambda: _opened(coordinator, "/certificates?show=to-correct"),
        "deliveries of a course, unsettled": lambda: _opened(teacher, "/deliveries"),
        "deliveries of an institution, unsettled": lambda: _opened(coordinator, "/deliveries"),
        "deliveries of an institution, sent": lambda: _opened(coordinator, "/deliveries?show=sent"),
        "list of schemes": lambda: _opened(coordinator, "/schemes"),
        "student's home": lambda: _opened(student, "/"),
        "student's record": lambda: _opened(student, "/record"),
    }


def application(parts: Parts) -> Flask:
    """The tool over this installation, with its templates read once."""
    app = create_app(parts.settings)
    app.extensions["cim"].db.engine.dispose()
    app.extensions["cim"] = parts
    return app


def _opened(visit: Visit, path: str) -> None:
    answer = visit.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    assert answer.text.count("<tr>") + answer.text.count("<li") > 1, path


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
