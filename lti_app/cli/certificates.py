"""`cim certificate`: what a certificate of a scheme looks like, before anybody has earned one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lti_app.clock import now

if TYPE_CHECKING:
    from lti_app.certificates.facts import CertificateFacts, Merit
    from lti_app.schemes.document import SchemeDocument

_CODE = "SPEC1MEN0000"
_PLACES = ("Universitetet i Oslo, Norge", "University of Nairobi, Kenya", "Lund", "São Paulo, Brasil")


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

    document = _document(scheme)
    try:
        drawn = pdf.draw(_facts(document, name.strip(), merits))
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


def _facts(document: SchemeDocument, name: str, merits: int) -> CertificateFacts:
    from lti_app.certificates import facts

    if not name:
        raise click.ClickException("--name must not be empty.")
    texts, today = document.certificate, now().date()
    form = document.presentation.forms[0] if document.presentation.forms else None
    return facts.CertificateFacts(
        number=f"CIM-{today.year}-000000",
        code=_CODE,
        verify_url=f"https://cim.example/verify/{_CODE}",
        holder_name=name,
        title=texts.title,
        scheme_name=document.name,
        issuer=texts.issuer,
        issued_on=today,
        merits=_merits(document, merits),
        faculty=texts.faculty,
        statement=texts.statement,
        presentation=facts.Presentation(form.name, today) if form else None,
        signatories=tuple(facts.Signatory(each.name, each.role) for each in texts.signatories),
        specimen=True,
    )


def _merits(document: SchemeDocument, count: int) -> tuple[Merit, ...]:
    """Made-up activities of the scheme's own types, one after the other in time."""
    from lti_app.certificates.facts import Merit
    from lti_app.certificates.snapshot import SETTING_LABELS
    from lti_app.schemes import catalogue

    types = [each for each in catalogue.activity_types().values() if document.accepts(each.code)]
    first = now().date() - timedelta(days=40 * count)
    return tuple(
        Merit(
            type_label=types[n % len(types)].label,
            title=types[n % len(types)].label.sv,
            setting=types[n % len(types)].setting,
            setting_label=SETTING_LABELS[types[n % len(types)].setting],
            starts_on=first + timedelta(days=40 * n),
            ends_on=first + timedelta(days=40 * n + 10),
            place=_PLACES[n % len(_PLACES)],
        )
        for n in range(count)
    )


COMMANDS = (certificate,)
