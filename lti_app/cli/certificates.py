"""`cim certificate`: what a certificate of a scheme looks like before anybody has earned one, whether a file
is one, and erasing what one says of its holder. The first two need neither database nor network.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lti_app.cli import environment
from lti_app.clock import now

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lti_app.certificates.erasure import Erasure
    from lti_app.certificates.trust import Trust
    from lti_app.cli.verifying import Place
    from lti_app.schemes.document import SchemeDocument

_ISSUER = "https://cim.example"


def _as_text(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """What was typed, unless it holds bytes that are no text."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise click.ClickException(
            "The name cannot be read: it holds bytes that are no text (UTF-8)."
        ) from None
    return value


@click.group()
def certificate() -> None:
    """Certificates."""


@certificate.command()
@click.argument("scheme")
@click.option("--name", default="Åsa Öberg", show_default=True, callback=_as_text, help="The holder's name.")
@click.option("--merits", default=3, show_default=True, type=click.IntRange(1, 200))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: SCHEME-specimen.pdf")
def specimen(scheme: str, name: str, merits: int, out: Path | None) -> None:
    """Make a complete certificate of SCHEME (a bundled scheme's name, or a file), marked as specimen.

    It is signed with a key of its own that proves nothing.
    """
    from lti_app.certificates import pdf
    from lti_app.certificates.badge import signing
    from lti_app.certificates.conformance import NotConforming
    from lti_app.certificates.keys import specimen_key
    from lti_app.certificates.making import make_with
    from lti_app.certificates.specimen import specimen_facts

    document = _document(scheme)
    try:
        facts = specimen_facts(document, name=name, merits=merits, public_url=_ISSUER, issued_on=now().date())
    except ValueError as error:
        raise click.ClickException(f"{error}.") from None
    if facts.layout.assets():
        click.echo("The pictures of the layout lie with the institution; the specimen has none.", err=True)
        facts = replace(facts, layout=replace(facts.layout, logo="", signature_images=()))
    try:
        credential = signing.specimen(facts, _ISSUER).json_ld
        made = make_with(specimen_key(), facts, credential=credential)
    except (pdf.MissingGlyphs, pdf.DoesNotFit, NotConforming) as error:
        raise click.ClickException(str(error)) from None
    target = out or Path(f"{document.slug}-specimen.pdf")
    target.write_bytes(made)
    click.echo(click.format_filename(target))


@certificate.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--trust",
    type=click.Path(exists=True, path_type=Path),
    help="Certificates to go by, a file or folder. Default: this installation's own and CIM_SIGNING_TRUST.",
)
def verify(file: Path, trust: Path | None) -> None:
    """Say whether FILE is a certificate that was signed here and is unchanged; the exit code is 1 if not.

    Where no installation is set up, and without --trust: only whether it is unchanged since it was signed.
    Whether it was revoked since, only the tool's own verify page knows.
    """
    from lti_app.certificates.verification import MOST_BYTES
    from lti_app.certificates.verification import verify as judged
    from lti_app.cli.verifying import told

    trusted, place = _trusted(trust)
    with file.open("rb") as opened:
        verdict = judged(opened.read(MOST_BYTES + 1), *trusted)
    is_good, words = told(verdict, place)
    said = f"{click.format_filename(file)}: {words}"
    if not is_good:
        raise click.ClickException(said)
    click.echo(said)


def _trusted(named: Path | None) -> tuple[Trust, Place]:
    """The certificates to go by, and what kind of place this is. Raises TrustUnreadable, SettingsError."""
    from lti_app.certificates.trust import Trust, trust_in, trust_of
    from lti_app.cli.verifying import Place

    if named is not None:
        return trust_in(named), Place.TRUSTING
    found = environment.settings_for_judging()
    if found is None:
        return Trust((), {}), Place.ANYWHERE
    return trust_of(found), Place.DEVELOPMENT if found.development else Place.TRUSTING


@certificate.command()
@click.argument("number")
@click.option(
    "--institution", default="", metavar="NAME", help="Whose certificate, if the number is not one's alone."
)
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
def erase(number: str, institution: str, is_sure: bool) -> None:
    """Erase what certificate NUMBER says of its holder, and its file. It stays as valid as it was.

    Says what will go and what stays, and asks. For somebody who asks to be erased.
    """
    from lti_app.certificates import erasing

    with environment.database() as database:
        with database.reading() as session:
            found = _erasure(session, number, institution)
        if found.erased_at is None:
            click.echo(_what_happens(found))
            if not is_sure:
                _ask(f"Erase {found.number} of {found.holder_name}?")
            with database.writing() as session:
                erasing.erase(session, found.certificate_id)
            click.echo(f"{found.number} is erased.")
        else:
            click.echo(f"{found.number} was erased already, on {found.erased_at:%Y-%m-%d}.")
        with database.reading() as session:
            click.echo(_file_removed(session, found))


def _erasure(session: Session, number: str, institution: str) -> Erasure:
    """What there is of the one certificate with this number. Raises ClickException, ValueError."""
    from lti_app.certificates.erasure import erasures
    from lti_app.lti.operating.coordinators import find_institution

    where = find_institution(session, institution).id if institution else None
    number = number.strip().upper()
    found = erasures(session, number, where)
    if not found:
        raise click.ClickException(
            f"There is no certificate {number}{f' at {institution}' if institution else ''}."
        )
    if len(found) > 1:
        names = ", ".join(each.institution for each in found)
        raise click.ClickException(f"There is a {number} at each of {names}: name one with --institution.")
    return found[0]


def _ask(question: str) -> None:
    try:
        is_sure = click.confirm(question)
    except click.Abort:
        click.echo()
        is_sure = False
    if not is_sure:
        raise click.ClickException("Nothing was erased.")


def _what_happens(found: Erasure) -> str:
    others = f"Of the same person: {', '.join(found.others)}. Erase each by itself." if found.others else ""
    return "\n".join(
        line
        for line in (
            f"{found.number}: issued by {found.institution} on {found.issued_on}, {_STATES[found.state]}.",
            f"Goes: {', '.join(found.goes)}.",
            "Stays: number, code, title, day of issue, status and the file's hash, so that whoever has kept"
            " the file or the code can have it verified.",
            "Not touched: the person and the portfolio behind it, what the platform has, backups.",
            others,
            "It cannot be undone.",
        )
        if line
    )


def _file_removed(session: Session, found: Erasure) -> str:
    """Remove the file at once, which the worker does otherwise."""
    from lti_app.certificates.erasing import remove_file
    from lti_app.storage import open_storage

    try:
        remove_file(session, open_storage(environment.settings().storage_url), found.certificate_id)
    except OSError as error:
        return (
            f"The worker removes its file; from here the store cannot be reached ({error.strerror or error})."
        )
    return "Its file is removed."


_STATES = {"issued": "valid", "superseded": "replaced by a newer one", "revoked": "revoked"}


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
