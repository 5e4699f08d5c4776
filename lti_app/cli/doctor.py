"""`cim doctor`: does this installation have what it needs? One line each, and an exit code."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from lti_app.cli import environment
from lti_app.errors import Problem
from lti_app.settings import Settings

if TYPE_CHECKING:
    from lti_app.db import Database


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check settings, database, storage, queue, keys and timestamps; the exit code is 1 when one fails."""
    if unknown := environment.unknown_variables():
        # Before the settings are read: a misspelt one may be what is missing there.
        click.echo(f"warning settings   without effect, no settings of this version: {', '.join(unknown)}")
    found = environment.settings()
    click.echo(f"ok      settings   {found.public_url}" + (" (development)" if found.development else ""))
    with environment.database() as database:
        checks: tuple[tuple[str, Callable[[], str]], ...] = (
            ("database", lambda: _database(database)),
            ("storage", lambda: _storage(found)),
            ("queue", lambda: _queue(found)),
            ("keys", lambda: _keys(database, found)),
            ("signing", lambda: _signing(found)),
            *([("timestamps", lambda: _timestamps(found))] if found.timestamp_url else []),
            ("platforms", lambda: _platforms(database)),
        )
        results = [_passes(name, check) for name, check in checks]
    context.exit(0 if all(results) else 1)


def _passes(name: str, check: Callable[[], str]) -> bool:
    try:
        said = check()
    except Problem as problem:
        said, is_good = problem.detail, False
    except Exception as error:  # whatever is wrong, the next check still has something to say
        said, is_good = f"{getattr(error, 'orig', None) or error}", False
    else:
        is_good = True
    click.echo(f"{'ok' if is_good else 'failed':<7} {name:<10} {' '.join(said.split())}")
    return is_good


def _database(database: Database) -> str:
    from lti_app import migrations

    if not migrations.is_current(database.engine):
        raise click.ClickException("not up to date: run cim db upgrade")
    return f"{database.engine.dialect.name}, up to date"


def _storage(found: Settings) -> str:
    from lti_app.storage import open_storage

    open_storage(found.storage_url).check()
    return f"{found.storage_url} can be written"


def _queue(found: Settings) -> str:
    from lti_app.jobs.queue import open_queue

    queue = open_queue(found.queue_url)
    try:
        queue.check()
        return f"{queue.pending()} waiting"
    finally:
        queue.close()


def _keys(database: Database, found: Settings) -> str:
    from lti_app.certificates.badge.did import did_web
    from lti_app.certificates.badge.keys import signer_if_any
    from lti_app.lti.keys import current_key

    current = current_key(database, found).kid
    with database.reading() as session:
        badges = signer_if_any(session, found, did_web(found.public_url))
    return f"signing with {current}, badges with {badges.jwk_fragment if badges else 'none yet'}"


def _signing(found: Settings) -> str:
    from lti_app.certificates.keys import NoSigningKey
    from lti_app.certificates.trust import trust_of, usable_key

    try:
        key = usable_key(found)
    except NoSigningKey as error:
        raise click.ClickException(str(error)) from error
    ends_on = key.certificate.not_valid_after_utc.date()
    kind = "a development key" if key.is_development else key.certificate.subject.rfc4514_string()
    return f"{kind}, until {ends_on}; {len(trust_of(found).certificates)} certificates trusted"


def _timestamps(found: Settings) -> str:
    from lti_app.certificates.timestamps import Authority, TimestampUnavailable

    host = urlsplit(found.timestamp_url).hostname  # the rest of the address may hold a password
    try:
        told = Authority(found.timestamp_url).ask()
    except TimestampUnavailable as error:
        raise click.ClickException(
            f"{host} gave no timestamp: {error}; certificates wait until it does"
        ) from error
    return f"{host} gave a timestamp; its clock says {told:%Y-%m-%d %H:%M:%S} UTC"


def _platforms(database: Database) -> str:
    from sqlalchemy import func, select

    from lti_app.people.models import Deployment, Platform

    with database.reading() as session:
        platforms = session.scalar(select(func.count()).select_from(Platform))
        waiting = session.scalar(select(func.count()).select_from(Deployment).where(~Deployment.is_approved))
    return f"{platforms} registered, {waiting} deployments waiting for approval"


COMMANDS = (doctor,)
