"""`cim demo-canvas`: the small Canvas as a process of its own, started by `cim demo`."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click


@click.command("demo-canvas", hidden=True)
@click.option("--port", required=True, type=click.IntRange(1, 65535))
@click.option("--tool-url", required=True)
@click.option("--data", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--bare", is_flag=True, help="Without the tool: an administrator has to register it.")
def demo_canvas(port: int, tool_url: str, data: Path, bare: bool) -> None:
    """Serve the small Canvas on 127.0.0.1 until Ctrl-C or SIGTERM."""
    from werkzeug.serving import make_server

    from lti_app.demo import CanvasConfig, create_canvas

    data.mkdir(parents=True, exist_ok=True)
    canvas = create_canvas(
        CanvasConfig(
            base_url=f"http://127.0.0.1:{port}", data_dir=data, tool_url=tool_url, knows_tool=not bare
        )
    )
    server = make_server("127.0.0.1", port, canvas, threaded=True)

    def stop(_number: int, _frame: object) -> None:
        threading.Thread(
            target=server.shutdown, daemon=True
        ).start()  # it waits for the loop that this interrupts

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        server.serve_forever()
    finally:
        server.server_close()
