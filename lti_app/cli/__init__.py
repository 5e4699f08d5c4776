"""The `cim` command: what an operator does without the web. Every failure is one line on stderr.

Each module here holds one group of commands. They import the rooms and libraries they need when they run, so
that `cim --help` is quick.
"""

from __future__ import annotations

import sys

import click

from lti_app.cli import certificates, database, demo, doctor, keys, operator, platforms, schemes, serving
from lti_app.errors import Problem
from lti_app.settings import SettingsError


@click.group()
@click.version_option(package_name="cim-lti", message="cim %(version)s")
def cli() -> None:
    """The Certificate of International Merits (CIM): serve it, and look after it."""


for _commands in (serving, database, doctor, operator, platforms, keys, schemes, certificates, demo):
    for _command in _commands.COMMANDS:
        cli.add_command(_command)


def main() -> None:
    """Run the command; a refusal is one clear line and a non-zero exit code."""
    try:
        sys.exit(cli(standalone_mode=False))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(0)
    except click.ClickException as error:
        _refuse(error.format_message(), error.exit_code)
    except Problem as problem:
        _refuse(problem.detail or problem.kind.title)
    except OSError as error:
        _refuse(_in_words(error))
    except (SettingsError, ValueError) as error:
        _refuse(str(error))
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception as error:
        from sqlalchemy.exc import SQLAlchemyError

        if not isinstance(error, SQLAlchemyError):
            raise
        _refuse(f"The database refused: {getattr(error, 'orig', None) or error}")


def _in_words(error: OSError) -> str:
    """The file and what is the matter with it, without the number that the system gives it."""
    if error.filename is None or error.strerror is None:
        return str(error)
    return f"{click.format_filename(error.filename)}: {error.strerror}."


def _refuse(message: str, exit_code: int = 1) -> None:
    click.echo("cim: " + " ".join(message.split()), err=True)
    sys.exit(exit_code)
