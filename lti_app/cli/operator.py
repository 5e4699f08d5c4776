"""`cim admin-link` and `cim role`: the operator's way in, and who coordinates an institution."""

from __future__ import annotations

from datetime import timedelta

import click

from lti_app.cli import environment


@click.command("admin-link")
@click.option("--minutes", default=15, show_default=True, type=click.IntRange(1, 1440), help="How long.")
def admin_link(minutes: int) -> None:
    """Print a link that lets the operator in, once."""
    from lti_app.web.operators import new_link

    with environment.database() as database, database.writing() as session:
        link = new_link(session, environment.settings(), lives=timedelta(minutes=minutes))
    click.echo(link)


@click.group()
def role() -> None:
    """Roles that the tool itself gives."""


@role.command()
@click.option("--institution", required=True, metavar="NAME", help="As `cim platform list` shows it.")
@click.option("--person", required=True, metavar="SUB|EMAIL|ID", help="Somebody who has opened the tool.")
@click.option("--revoke", is_flag=True, help="Take the role back instead.")
def grant(institution: str, person: str, revoke: bool) -> None:
    """Make somebody a coordinator of an institution. It counts from the next launch on."""
    from lti_app.lti.operating.coordinators import find_institution, find_one, grant_to, revoke_from

    with environment.database() as database, database.writing() as session:
        where = find_institution(session, institution)
        found = find_one(session, where.id, person)
        act = revoke_from if revoke else grant_to
        changed = act(session, where.id, found.id)
    state = "is no longer" if revoke else "is now"
    if not changed:
        state = "was not" if revoke else "was already"
    click.echo(f"{found.name or found.sub} {state} a coordinator of {where.name}.")


COMMANDS = (admin_link, role)
