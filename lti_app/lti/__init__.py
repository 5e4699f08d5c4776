"""The LTI room: login, launch, platforms and keys, gradebook (AGS) and roster (NRPS)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Give the application this room's pages."""
    from lti_app.lti import frame_views  # noqa: PLC0415 (as below)
    from lti_app.lti.operating.views import blueprints as operating  # noqa: PLC0415 (as below)
    from lti_app.lti.platform_keys import PlatformKeys  # noqa: PLC0415 (as below)
    from lti_app.lti.registration_views import registration  # noqa: PLC0415 (as below)
    from lti_app.lti.views import blueprints  # noqa: PLC0415 (pages load Flask; the rest of the room does not)

    for blueprint in (*blueprints, *operating, registration, frame_views.pages):
        app.register_blueprint(blueprint)
    app.extensions["cim.platform_keys"] = PlatformKeys(development=app.extensions["cim"].settings.development)
