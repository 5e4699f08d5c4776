"""The `cim` command: what an operator does without the web. Every failure is one line on stderr."""

from __future__ import annotations

import os
import sys

import click

from lti_app import settings as settings_module
from lti_app.db import Database
from lti_app.settings import Settings, SettingsError


@click.group()
@click.version_option(package_name="cim-lti")
def cli() -> None:
    """The Certificate of International Merits (CIM): serve it, and look after it."""


def main() -> None:
    """Run the command; a refusal is one clear line and a non-zero exit code."""
    try:
        cli(standalone_mode=False)
    except click.ClickException as error:
        sys.exit(f"cim: {error.format_message()}")
    except (SettingsError, ValueError, OSError) as error:
        sys.exit(f"cim: {error}")
    except click.Abort:
        sys.exit(130)


def _settings() -> Settings:
    return settings_module.load(os.environ)


def _database() -> Database:
    return Database(_settings().database_url)


@cli.group()
def db() -> None:
    """The database."""


@db.command()
def upgrade() -> None:
    """Bring the database up to date."""
    from lti_app import migrations  # noqa: PLC0415 (Alembic is slow to load and rarely needed)

    migrations.upgrade(_database().engine)
    click.echo("The database is up to date.")
