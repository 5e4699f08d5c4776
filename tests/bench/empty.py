"""An empty Flask application: what a request costs whoever answers it."""

from __future__ import annotations

from flask import Flask


def application() -> Flask:
    """Takes the same requests as the tool's entrance, and answers nothing."""
    app = Flask(__name__)

    @app.get("/lti/login")
    @app.post("/lti/launch")
    @app.get("/healthz")
    def empty() -> str:
        return ""

    return app
