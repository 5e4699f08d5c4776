"""A plain LTI 1.3 platform (shaped as Moodle or Open edX) that answers over HTTP and knows our tool."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from lti_app.clock import now
from lti_app.db import Database
from lti_app.demo.launch.keys import SigningKey, new_key
from lti_app.demo.plain import PlainConfig, PlainPlatform, Shape, create_plain_platform
from lti_app.demo.plain.school import DEPLOYMENT_ID
from lti_app.lti.keys import published_keys
from lti_app.lti.platforms import PlatformDetails, add_platform
from lti_app.settings import Settings
from tests.served_canvas import Server


@contextmanager
def served_plain(
    shape: Shape, settings: Settings, database: Database, institution: str = "Lunds universitet"
) -> Iterator[PlainPlatform]:
    """A new platform, registered as its administrator and our operator would."""
    server = Server()
    keys = published_keys(database, settings)["keys"]
    app = create_plain_platform(PlainConfig(shape, server.url, settings.public_url, keys, _signing_key()))
    platform: PlainPlatform = app.extensions["plain"]
    details = PlatformDetails(
        name=f"{institution} at {server.url}",
        issuer=server.url,
        client_id=shape.client_id,
        auth_url=platform.url(shape.paths.authorize),
        token_url=platform.url(shape.paths.token),
        jwks_url=platform.url(shape.paths.keys),
    )
    with database.writing() as session:
        add_platform(session, settings, details, deployment_ids=[DEPLOYMENT_ID], institution=institution)
    with server.serving(app):
        yield platform


@cache
def _signing_key() -> SigningKey:
    """One key for all platforms of a run: making one takes a tenth of a second."""
    return new_key(now())
