"""`cim platform` and `cim deployment`: which platforms may launch the tool, and for which institution."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import click

from lti_app.cli import environment


@click.group()
def platform() -> None:
    """Platforms: the LTI registrations that may launch the tool."""


@platform.command()
@click.option("--name", required=True, help="What to call it, such as the university's name.")
@click.option("--issuer", required=True, metavar="URL", help="The iss of its launches.")
@click.option("--client-id", required=True, metavar="ID", help="The number of its LTI key.")
@click.option("--auth-url", required=True, metavar="URL", help="Where a login is sent.")
@click.option("--token-url", required=True, metavar="URL", help="Where the tool asks for access.")
@click.option("--jwks-url", required=True, metavar="URL", help="The platform's public keys.")
@click.option("--deployment-id", "deployment_ids", multiple=True, metavar="ID", help="May be repeated.")
@click.option("--institution", default="", metavar="NAME", help="Whose students these are.")
def add(deployment_ids: tuple[str, ...], institution: str, **details: str) -> None:
    """Add a platform, or bring it up to date.

    The deployments named are approved; others wait for approval. Prints what is stored, as JSON.
    """
    from lti_app.lti.platforms import PlatformDetails, add_platform

    with environment.database() as database, database.writing() as session:
        view = add_platform(
            session,
            environment.settings(),
            PlatformDetails(**details),
            deployment_ids=deployment_ids,
            institution=institution,
        )
    click.echo(_json(asdict(view)))


@platform.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(as_json: bool) -> None:
    """List the platforms and their deployments."""
    from lti_app.lti.platforms import list_platforms

    with environment.database() as database, database.reading() as session:
        views = list_platforms(session)
    if as_json:
        click.echo(_json([asdict(view) for view in views]))
        return
    if not views:
        click.echo("No platform is registered yet; `cim platform invite` and `cim platform add` do that.")
    for view in views:
        click.echo(
            f"{view.name}: {view.issuer} (client {view.client_id})" + ("" if view.is_active else ", inactive")
        )
        for each in view.deployments:
            standing = f"approved for {each.institution}" if each.is_approved else "waiting for approval"
            click.echo(f"  deployment {each.deployment_id} ({each.id}): {standing}")


@platform.command()
@click.option("--institution", required=True, metavar="NAME", help="Whose students these will be.")
@click.option(
    "--days", default=7, show_default=True, type=click.IntRange(1, 90), help="How long it is valid."
)
def invite(institution: str, days: int) -> None:
    """Print an address by which an administrator can register one platform, once, for this institution."""
    from lti_app.lti.registration.invitations import invite

    with environment.database() as database, database.writing() as session:
        address = invite(session, environment.settings(), institution=institution, lives=timedelta(days=days))
    click.echo(address)


@platform.command()
@click.argument("old")
@click.argument("new")
def adopt(old: str, new: str) -> None:
    """Move everything of platform OLD to platform NEW, each named by id or client id, and pause OLD.

    For a university that has got a new client id or issuer. Before: register NEW, and approve its
    installation for the same institution. Whoever or whatever has turned up on both is put together, as long
    as only one of the two has work; otherwise the command says which, and changes nothing.
    """
    from lti_app.lti.operating.adoption import adopt as adopt_platform

    with environment.database() as database, database.writing() as session:
        done = adopt_platform(session, old, new)
    click.echo(
        f"{done.new} has adopted {done.old}, which is paused now. Moved: {done.people} people, "
        f"{done.courses} courses, {done.deployments} deployments. "
        f"Known to both and put together: {done.merged} people and courses."
    )


@click.group()
def deployment() -> None:
    """Deployments: the installations of a platform."""


@deployment.command()
@click.argument("deployment_id", metavar="ID")
@click.option("--institution", default="", metavar="NAME", help="Whose students these are.")
def approve(deployment_id: str, institution: str) -> None:
    """Approve the deployment with this ID, as `cim platform list` shows it. Prints it as JSON."""
    from lti_app.lti.platforms import approve_deployment

    with environment.database() as database, database.writing() as session:
        view = approve_deployment(session, deployment_id, institution=institution)
    click.echo(_json(asdict(view)))


def _json(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False, indent=2)


COMMANDS = (platform, deployment)
