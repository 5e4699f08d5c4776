"""`cim certificate`: what a certificate of a scheme looks like, before anybody has earned one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lti_app.clock import now

if TYPE_CHECKING:
    from lti_app.schemes.document import SchemeDocument


@click.group()
def certificate() -> None:
    """Certificates."""


@certificate.command()
@click.argument("scheme")
@click.option("--name", default="Åsa Öberg", show_default=True, help="The holder's name.")
@click.option("--merits", default=3, show_default=True, type=click.IntRange(1, 200))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: SCHEME-specimen.pdf")
def specimen(scheme: str, name: str, merits: int, out: Path | None) -> None:
    """Draw a complete certificate of SCHEME (a bundled scheme's name, or a file), marked as specimen."""
    from lti_app.certificates import pdf
    from lti_app.certificates.specimen import specimen_facts

    document = _document(scheme)
    try:
        facts = specimen_facts(
            document, name=name, merits=merits, public_url="https://cim.example", issued_on=now().date()
        )
    except ValueError as error:
        raise click.ClickException(f"{error}.") from None
    try:
        drawn = pdf.draw(facts)
    except (pdf.MissingGlyphs, pdf.DoesNotFit) as error:
        raise click.ClickException(str(error)) from None
    target = out or Path(f"{document.slug}-specimen.pdf")
    target.write_bytes(drawn)
    click.echo(str(target))


def _document(scheme: str) -> SchemeDocument:
    """The scheme of this name or file. Raises ClickException or SchemeInvalid, which is a ValueError."""
    from lti_app.cli.schemes import text_of
    from lti_app.schemes.reading import from_yaml
    from lti_app.settings import data_path

    bundled = data_path("config") / "schemes"
    file = next((path for path in bundled.glob("*.yaml") if path.stem == scheme), Path(scheme))
    if not file.is_file():
        names = ", ".join(sorted(path.stem for path in bundled.glob("*.yaml")))
        raise click.ClickException(f"There is no scheme {scheme!r}: give a file, or one of {names}.")
    return from_yaml(text_of(file), file.name)


COMMANDS = (certificate,)
