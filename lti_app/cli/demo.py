"""`cim demo`: the tool beside a small Canvas on one machine, for trying it; no way to run it for real people.

It starts the small Canvas, the tool and its worker as processes, registers the one with the other as an
administrator would (`cim platform add`), and keeps everything in one folder for the next start.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from lti_app.cli.children import Children
from lti_app.cli.ports import check_free
from lti_app.cli.small_canvas import demo_canvas

_INSTITUTION = "Small Canvas University"
_KEPT_VARIABLES = ("CIM_UNDO_SECONDS", "CIM_LOG_LEVEL", "CIM_LEASE_SECONDS")


@dataclass(frozen=True)
class Kept:
    """What a demo folder remembers: both addresses are in its data, so they cannot change."""

    secret_key: str
    port: int
    canvas_port: int

    @property
    def tool_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def canvas_url(self) -> str:
        return f"http://127.0.0.1:{self.canvas_port}"


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--canvas-port", default=8001, show_default=True, type=click.IntRange(1, 65535))
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Default: var/demo")
@click.option("--once", is_flag=True, help="Drive the whole journey over HTTP, print the certificate, stop.")
def demo(port: int, canvas_port: int, data: Path | None, once: bool) -> None:
    """Try the tool beside a small Canvas, until Ctrl-C."""
    if port == canvas_port:
        raise click.UsageError("The tool and the small Canvas need two different ports.")
    check_free("127.0.0.1", port, "--port (make demo PORT=…)")
    check_free("127.0.0.1", canvas_port, "--canvas-port (make demo CANVAS_PORT=…)")
    folder = _folder(data, once)
    kept = _kept(folder, port, canvas_port)
    children = Children(folder, _environment(folder, kept, once))
    for each in (signal.SIGINT, signal.SIGTERM):  # a shell starts what it runs behind it deaf to Ctrl-C
        signal.signal(each, _interrupt)
    try:
        _start(children, folder, kept)
        if once:
            _travel(folder, kept)
        else:
            click.echo(_WELCOME.format(tool=kept.tool_url, canvas=kept.canvas_url, folder=folder))
            while True:
                time.sleep(0.5)
                children.check()
    except KeyboardInterrupt:
        click.echo("\nStopping …")
    finally:
        children.stop()


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _folder(data: Path | None, once: bool) -> Path:
    if data is None:
        data = Path(tempfile.mkdtemp(prefix="cim-demo-")) if once else Path("var/demo")
    try:
        data.mkdir(parents=True, exist_ok=True)
        (data / "tool").mkdir(exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"The folder {data} cannot be written: {error.strerror}.") from None
    return data.resolve()


def _kept(folder: Path, port: int, canvas_port: int) -> Kept:
    """What the folder remembers, written on the first start. Raises ClickException for other ports."""
    file = folder / "demo.json"
    if not file.exists():
        fresh = Kept(secrets.token_hex(32), port, canvas_port)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
            json.dump(asdict(fresh), target)
        return fresh
    try:
        kept = Kept(**json.loads(file.read_text("utf-8")))
    except (ValueError, TypeError):
        raise click.ClickException(f"{file} is no demo's file; choose another --data.") from None
    if (kept.port, kept.canvas_port) != (port, canvas_port):
        raise click.ClickException(
            f"The data in {folder} belong to --port {kept.port} --canvas-port {kept.canvas_port}; "
            "use these, or another --data."
        )
    return kept


def _environment(folder: Path, kept: Kept, once: bool) -> dict[str, str]:
    """The children's environment: nothing of an installation that this shell may be set up for."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CIM_")}
    environment |= {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    environment.setdefault("CIM_UNDO_SECONDS", "0" if once else "10")
    return environment | {
        "CIM_PUBLIC_URL": kept.tool_url,
        "CIM_SECRET_KEY": kept.secret_key,
        "CIM_DEVELOPMENT": "1",
        "CIM_VAR_DIR": str(folder / "tool"),
        "NO_PROXY": "localhost,127.0.0.1",
        "no_proxy": "localhost,127.0.0.1",
        "PYTHONUNBUFFERED": "1",
    }


def _start(children: Children, folder: Path, kept: Kept) -> None:
    """Start everything; return when all of it answers."""
    from lti_app.cli.answering import answers, json_from

    canvas = ("--port", str(kept.canvas_port), "--tool-url", kept.tool_url, "--data", str(folder / "canvas"))
    children.start("The small Canvas", "demo-canvas", *canvas)
    children.run("db", "upgrade")
    registration: dict[str, Any] = {}

    def canvas_answers() -> bool:
        registration.update(json_from(f"{kept.canvas_url}/simulator/registration"))
        return bool(registration)

    children.wait_for(canvas_answers, "The small Canvas")
    details = {name.replace("_", "-"): str(value) for name, value in registration.items()}
    options = [part for name, value in sorted(details.items()) for part in (f"--{name}", value)]
    children.run("platform", "add", "--name", "Small Canvas", "--institution", _INSTITUTION, *options)
    children.start("The tool", "serve", "--port", str(kept.port))
    children.start("The worker", "worker")
    children.wait_for(lambda: answers(f"{kept.tool_url}/readyz"), "The tool")


def _travel(folder: Path, kept: Kept) -> None:
    """Drive the journey, and print what it ends in."""
    from lti_app.cli.journey import travel

    arrived = travel(kept.canvas_url, kept.tool_url, say=click.echo)
    file = folder / "certificate.pdf"
    file.write_bytes(arrived.pdf)
    click.echo(f"certificate: {file}")
    click.echo(f"verify: {arrived.verify_url}")


_WELCOME = """
The demo is running.

  Small Canvas  {canvas}
                Choose who you are (a teacher first), open the course, then International Merits in its menu.
  The tool      {tool}
                Opens inside the small Canvas; {tool}/verify is for anybody.
  Data          {folder}
                Kept for the next start. The logs are there, too.

  CIM_DEVELOPMENT IS ON: this is for trying the tool, never for real people.
  Safari refuses secure cookies on http, so the tool does not open there: use Chrome, Edge or Firefox.

Ctrl-C stops everything.
"""

COMMANDS = (demo, demo_canvas)
