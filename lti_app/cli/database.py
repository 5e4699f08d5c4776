"""`cim db`: bringing the database up to date."""

from __future__ import annotations

import click

from lti_app.cli import environment


@click.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Bring the database up to date; nothing happens when it is."""
    from lti_app import migrations

    with environment.database() as database:
        migrations.upgrade(database.engine)
    click.echo("The database is up to date.")


COMMANDS = (db,)
