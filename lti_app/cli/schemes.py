"""`cim scheme`: judging a scheme file before anybody uses it."""

from __future__ import annotations

from pathlib import Path

import click

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def scheme() -> None:
    """Certificate schemes."""


@scheme.command()
@click.argument("file", type=_FILE)
def check(file: Path) -> None:
    """Say whether FILE is a scheme that can be used; every problem with its line and field."""
    from lti_app.schemes.reading import SchemeInvalid, from_yaml

    try:
        document = from_yaml(text_of(file), file.name)
    except SchemeInvalid as invalid:
        if len(invalid.problems) == 1:
            raise click.ClickException(f"{file.name}: {invalid.problems[0]}") from None
        for problem in invalid.problems:
            click.echo(f"{file.name}: {problem}")
        raise click.ClickException(f"{file.name} has {len(invalid.problems)} problems.") from None
    click.echo(f"{file.name}: {document.name.en} ({document.slug}) can be used.")


def text_of(file: Path) -> str:
    """The file's text. Raises ClickException when it is none."""
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise click.ClickException(f"{file.name} is no text in UTF-8.") from None


COMMANDS = (scheme,)
