"""`cim keys`: the tool's own keys. Some sign what it asks of platforms, others the badges of certificates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lti_app.cli import environment
from lti_app.clock import now

if TYPE_CHECKING:
    from lti_app.certificates.badge.keys import KnownKey
    from lti_app.lti.keys import KeyView


@click.group()
def keys() -> None:
    """The tool's own keys: next, current, retired."""


@keys.command("list")
def list_() -> None:
    """List the keys; all are published but compromised ones, the current ones sign."""
    from lti_app.certificates.badge.keys import known_keys
    from lti_app.lti.keys import list_keys

    with environment.database() as database, database.reading() as session:
        found, badges = list_keys(session), known_keys(session)
    if not found and not badges:
        click.echo("There is no key yet; the first is made when it is needed.")
    _show(found)
    _show(badges, " for badges")


@keys.command()
@click.option("--now", "is_urgent", is_flag=True, help="Even if platforms may not know the next key yet.")
@click.option("--badge", "is_badge", is_flag=True, help="The key that signs badges, instead: at once.")
def rotate(is_urgent: bool, is_badge: bool) -> None:
    """Sign with the next key from now on, and retire the current one.

    Platforms keep a key set for a while, so a key signs an hour after it was published at the earliest. The
    first time there is no next key yet: it is made now, and the command asks to be repeated in an hour.
    """
    if is_badge:
        _rotate_badge_key()
        return
    from lti_app.lti.keys import current_key, prepare_rotation
    from lti_app.lti.keys import rotate as rotate_keys

    found = environment.settings()
    with environment.database() as database:
        current_key(database, found)  # there is one, and CIM_SECRET_KEY reads it
        with database.writing() as session:
            kid = prepare_rotation(session, found)
        with database.writing() as session:
            rotated = rotate_keys(session, found, kid, is_urgent=is_urgent)
    _show(rotated)


def _rotate_badge_key() -> None:
    from lti_app.certificates.badge.keys import rotate as rotate_badge_keys

    with environment.database() as database, database.writing() as session:
        rotated = rotate_badge_keys(session, environment.settings())
    _show(rotated, " for badges")


@keys.command()
@click.option(
    "--old-secret-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file that holds the CIM_SECRET_KEY of before.",
)
@click.option("--lost", is_flag=True, help="The old one is lost: delete the keys that need it.")
def reencrypt(old_secret_file: Path | None, lost: bool) -> None:
    """Store the keys under the present CIM_SECRET_KEY, after it was changed."""
    from lti_app.certificates.badge.keys import reencrypt as reencrypt_badge_keys
    from lti_app.lti.keys import reencrypt as reencrypt_keys

    if (old_secret_file is None) is not lost:
        raise click.UsageError("Give --old-secret-file, or --lost if there is none any more.")
    old_secret = old_secret_file.read_text("utf-8").strip("\r\n") if old_secret_file else None
    found = environment.settings()
    with environment.database() as database, database.writing() as session:
        changed = reencrypt_keys(session, found, old_secret)
        changed += reencrypt_badge_keys(session, found, old_secret)
    done = "deleted" if lost else "stored anew"
    click.echo(f"{changed} of the tool's keys {done}. Restart the server and the worker.")


@keys.command(context_settings={"ignore_unknown_options": True})  # one name of 64 begins with a dash
@click.argument("key")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="From when on others may have had it, in UTC. Default: now.",
)
def compromised(key: str, since: datetime | None) -> None:
    """Let what KEY signed count no more: a key for badges as `cim keys list` names it, or the file with the
    certificate of a signing key, among those that CIM_SIGNING_TRUST names.
    """
    from lti_app.certificates.trust import mark_compromised

    at = since.replace(tzinfo=UTC) if since else now().replace(microsecond=0)
    if (file := Path(key)).is_file():
        marked = mark_compromised(environment.settings(), file, at)
        click.echo(f"{file}: what its key signed counts only with a timestamp from before {_moment(marked)}.")
        return
    _mark_badge_key(key, at)


def _mark_badge_key(kid: str, at: datetime) -> None:
    from lti_app.certificates.badge.keys import mark_compromised

    with environment.database() as database, database.writing() as session:
        try:
            marked = mark_compromised(session, environment.settings(), kid, at)
        except LookupError as error:
            raise click.ClickException(f"There is neither a badge key nor a file named {kid}.") from error
    _show(marked, " for badges")


def _show(found: Sequence[KeyView] | Sequence[KnownKey], use: str = "") -> None:
    for each in found:
        click.echo(f"{each.state.value:<8} {each.kid}{use}  since {_moment(each.changed_at)}{_marked(each)}")


def _marked(key: KeyView | KnownKey) -> str:
    from lti_app.certificates.badge.keys import KnownKey

    if isinstance(key, KnownKey) and key.compromised_at is not None:
        return f", compromised since {_moment(key.compromised_at)}"
    return ""


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


COMMANDS = (keys,)
