"""The claims of a launch that has nothing but what every launch must have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lti_app.lti.launch.claims import LTI

WHOLE: Mapping[str, Any] = {
    LTI + "version": "1.3.0",
    LTI + "message_type": "LtiResourceLinkRequest",
    LTI + "deployment_id": "1",
    LTI + "target_link_uri": "https://tool.example/lti/launch",
    LTI + "resource_link": {"id": "1"},
    LTI + "roles": [],
    "sub": "1",
}
