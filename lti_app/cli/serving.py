"""`cim serve` and `cim worker`: the two processes of an installation."""

from __future__ import annotations

import gc
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from lti_app.cli import environment
from lti_app.cli.ports import check_free

if TYPE_CHECKING:
    from flask import Flask

    from lti_app.jobs import Handler
    from lti_app.settings import Settings
    from lti_app.web.context import Parts

_DRAIN_SECONDS = 30


class ExpectedThreads(logging.Filter):
    """Drops the remark on having more threads than cores: ours mostly wait for database and disk."""

    def filter(self, record: logging.LogRecord) -> bool:
        return "Python threads" not in record.getMessage()


_LOGGING = {
    "filters": {"expected": {"()": "lti_app.cli.serving.ExpectedThreads"}},
    "handlers": {
        "console": {"formatter": "generic", "class": "logging.StreamHandler", "filters": ["expected"]},
        "access": {"formatter": "access", "class": "logging.StreamHandler"},
    },
}


def application() -> Flask:
    """The tool's WSGI application out of this environment; any WSGI server can call this."""
    made = _made()
    _warn_of_unknown()
    _leave_to_stay()
    return made


def _made() -> Flask:
    from lti_app import create_app
    from lti_app.cli.log import start_log

    found = environment.settings()
    start_log(found)
    return create_app(found)


def _leave_to_stay() -> None:
    """Let the garbage collector look no more at what start-up made: it stays as long as the process does.

    It looks at everything only when a quarter as much has come to be since. So garbage in circles, of which
    pages leave some, would wait for thousands of requests, and every search would hold up all threads for
    the tenth of a second that it takes to see start-up's objects again.
    """
    gc.collect()
    gc.freeze()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(host: str, port: int) -> None:
    """Serve the tool until Ctrl-C or SIGTERM."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    found = environment.settings()
    check_free(host, port)
    _warn_if_outdated()
    _made().extensions["cim"].db.engine.dispose()  # what cannot start says so here, in one line
    click.echo(f"Serving {found.public_url} on http://{host}:{port}", err=True)
    Granian(
        "lti_app.cli.serving:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=found.server_threads,
        workers_kill_timeout=_DRAIN_SECONDS,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=_LOGGING,
    ).serve()


@click.command()
def worker() -> None:
    """Deliver to the platforms and issue certificates until Ctrl-C or SIGTERM."""
    from lti_app.cli.log import start_log
    from lti_app.jobs.rounds import SURVEY
    from lti_app.jobs.worker import run_worker
    from lti_app.schemes.tasks import ROUNDS
    from lti_app.web.context import Parts

    found = environment.settings()
    start_log(found)
    _warn_of_unknown()
    is_current = _warn_if_outdated()
    _warn_if_keyless(found)
    parts, handlers = Parts.of(found), _handlers()
    try:
        if is_current:
            _have_a_badge_key(parts)
        _leave_to_stay()
        run_worker(parts, handlers, (*ROUNDS, SURVEY))
    finally:
        parts.db.engine.dispose()


def _handlers() -> Mapping[str, Handler]:
    """Every room's deliveries: what to do for each kind. Connecting an assignment is more to the room of
    reviews than to that of LTI: it knows what happened before.
    """
    from lti_app.certificates import tasks as certificates
    from lti_app.home import tasks as home
    from lti_app.lti import tasks as lti
    from lti_app.review import tasks as review

    return {**lti.HANDLERS, **certificates.HANDLERS, **review.HANDLERS, **home.HANDLERS}


def _warn_of_unknown() -> None:
    """Say in the log which variables look like settings and are none: somebody relies on them."""
    import structlog

    if unknown := environment.unknown_variables():
        structlog.get_logger("cim.settings").warning("settings.unknown", variables=unknown)


def _warn_if_outdated() -> bool:
    """Say so if the database lacks something; whether it is up to date."""
    from lti_app import migrations

    with environment.database() as database:
        is_current = migrations.is_current(database.engine)
    if not is_current:
        click.echo("cim: The database is not up to date: run cim db upgrade.", err=True)
    return is_current


def _warn_if_keyless(found: Settings) -> None:
    """A worker without a key still delivers; only certificates wait."""
    from lti_app.certificates.keys import NoSigningKey
    from lti_app.certificates.trust import usable_key

    try:
        usable_key(found)
    except NoSigningKey as error:
        click.echo(f"cim: No certificates can be issued: {error}", err=True)


def _have_a_badge_key(parts: Parts) -> None:
    """Publish the key before anything is signed with it: whoever looks it up early keeps the answer."""
    from lti_app.certificates.badge.keys import have_one

    with parts.db.writing() as session:
        have_one(session, parts.settings)


COMMANDS = (serve, worker)
