"""`cim scheme`: judging a scheme file before anybody uses it, and moving schemes in and out of the tool."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lti_app.cli import environment

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lti_app.people.models import Institution
    from lti_app.schemes.document import SchemeDocument

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_INSTITUTION = "The institution's name; may be left out where there is only one."


@click.group()
def scheme() -> None:
    """Certificate schemes."""


@scheme.command()
@click.argument("file", type=_FILE)
def check(file: Path) -> None:
    """Say whether FILE is a scheme that can be used; every problem with its line and field."""
    document = scheme_of(file)
    click.echo(f"{file.name}: {document.name.en} ({document.slug}) can be used.")


@scheme.command("import")
@click.argument("file", type=_FILE)
@click.option("--institution", default="", metavar="NAME", help=_INSTITUTION)
@click.option("--replace", is_flag=True, help="Overwrite a draft that says something else.")
def import_(file: Path, institution: str, replace: bool) -> None:
    """Bring FILE in as a draft of its scheme. No course runs it before a coordinator publishes it."""
    from lti_app.schemes.drafting import DraftExists, import_draft

    document = scheme_of(file)
    with environment.database() as database, database.writing() as session:
        found = _institution(session, institution)
        try:
            draft = import_draft(session, found.id, document, replaces=replace)
        except DraftExists as exists:
            raise click.ClickException(f"{exists}; --replace overwrites it.") from None
        said = f"{document.slug}: version {draft.number} is a draft at {found.name}."
    click.echo(said)


@scheme.command()
@click.argument("slug")
@click.option("--institution", default="", metavar="NAME", help=_INSTITUTION)
@click.option("--bundled", is_flag=True, help="The scheme that comes with the tool, not an institution's.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: written to stdout.")
def export(slug: str, institution: str, bundled: bool, out: Path | None) -> None:
    """Write the scheme SLUG as a file: an institution's newest published version."""
    from lti_app.schemes.queries import bundled_schemes, document_of, published_version
    from lti_app.schemes.writing import to_yaml

    if bundled:
        document = bundled_schemes().get(slug)
        if document is None:
            raise click.ClickException(f"No scheme {slug!r} comes with the tool.")
    else:
        with environment.database() as database, database.reading() as session:
            found = _institution(session, institution)
            version = published_version(session, found.id, slug)
            if version is None:
                raise click.ClickException(f"{found.name} has published no scheme {slug!r}.")
            document = document_of(session, version.id)
    written = to_yaml(document)
    if out is None:
        click.echo(written, nl=False)
    else:
        out.write_text(written, "utf-8")
        click.echo(str(out))


def scheme_of(file: Path) -> SchemeDocument:
    """The scheme in the file. Raises ClickException, after listing the problems if there are several."""
    from lti_app.schemes.reading import SchemeInvalid, from_yaml

    try:
        return from_yaml(text_of(file), file.name)
    except SchemeInvalid as invalid:
        if len(invalid.problems) == 1:
            raise click.ClickException(f"{file.name}: {invalid.problems[0]}") from None
        for problem in invalid.problems:
            click.echo(f"{file.name}: {problem}")
        raise click.ClickException(f"{file.name} has {len(invalid.problems)} problems.") from None


def text_of(file: Path) -> str:
    """The file's text. Raises ClickException when it is none."""
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise click.ClickException(f"{file.name} is no text in UTF-8.") from None


def _institution(session: Session, name: str) -> Institution:
    """The institution of this name, or the only one. Raises ClickException."""
    from sqlalchemy import select

    from lti_app.people.models import Institution

    every = session.scalars(select(Institution).order_by(Institution.name)).all()
    found = [each for each in every if name in {"", each.name}]
    if len(found) == 1:
        return found[0]
    names = ", ".join(each.name for each in every) or "none yet; `cim platform add` makes one"
    if name:
        raise click.ClickException(f"There is no institution {name!r}. There are: {names}.")
    raise click.ClickException(f"Say which institution by --institution. There are: {names}.")


COMMANDS = (scheme,)
