"""The LTI room: login, launch, platforms and keys, gradebook (AGS) and roster (NRPS)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Give the application this room's pages."""
    from lti_app.lti.frame import views as frame_views  # noqa: PLC0415 (as below)
    from lti_app.lti.launch.platform_keys import PlatformKeys  # noqa: PLC0415 (as below)
    from lti_app.lti.launch.views import blueprints  # noqa: PLC0415 (pages load Flask; the rest of the room does not)
    from lti_app.lti.operating.views import blueprints as operating  # noqa: PLC0415 (as below)
    from lti_app.lti.registration.views import registration  # noqa: PLC0415 (as below)

    for blueprint in (*blueprints, *operating, registration, frame_views.pages):
        app.register_blueprint(blueprint)
    app.extensions["cim.platform_keys"] = PlatformKeys(development=app.extensions["cim"].settings.development)
