"""A tool's side of deep linking at the small Canvas: it signs answers, right or wrong, and sends them."""

from __future__ import annotations

from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_app.demo import SmallCanvas

from .conftest import BASE, TOOL
from .launching import launched

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
ITEM: dict[str, Any] = {
    "type": "ltiResourceLink",
    "url": f"{TOOL}/lti/launch/activities",
    "title": "Activities",
    "text": "Collect",
    "custom": {"cim_kind": "activities", "cim_scheme": "lund"},
    "iframe": {"width": 1000, "height": 800},
    "lineItem": {"scoreMaximum": 3, "label": "My activities", "tag": "cim:activities", "resourceId": "cim:1"},
    "submission": {"endDateTime": "2026-12-24T12:00:00Z"},
}
PLAIN = {name: value for name, value in ITEM.items() if name not in {"lineItem", "submission"}}


def asked(
    canvas: SmallCanvas, client: FlaskClient, placement: str = "link_selection", person: str = "tove"
) -> dict[str, Any]:
    return launched(canvas, client, person, placement=placement)


def return_url(canvas: SmallCanvas, client: FlaskClient, placement: str = "link_selection") -> str:
    """Where the answer to a new request goes."""
    settings = asked(canvas, client, placement)[f"{DL}deep_linking_settings"]
    return str(settings["deep_link_return_url"])


class Tool:
    """Its key, and the browser."""

    def __init__(self, canvas: SmallCanvas, client: FlaskClient, key: RSAPrivateKey) -> None:
        self.canvas, self.client, self.key = canvas, client, key

    def claims(self, *items: dict[str, Any], **changes: Any) -> dict[str, Any]:
        issued = int(self.canvas.now().timestamp())
        claims = {
            "iss": self.canvas.client_id,
            "aud": BASE,
            "iat": issued,
            "exp": issued + 300,
            "nonce": "n",
            f"{LTI}deployment_id": self.canvas.deployment_id,
            f"{LTI}message_type": "LtiDeepLinkingResponse",
            f"{LTI}version": "1.3.0",
            f"{DL}content_items": list(items),
        } | changes
        return {name: value for name, value in claims.items() if value is not None}

    def signed(self, *items: dict[str, Any], **changes: Any) -> str:
        return jwt.encode(self.claims(*items, **changes), self.key, "RS256", headers={"kid": "tool-1"})

    def answer(
        self, token: str, placement: str = "link_selection", person: str = "tove", url: str = ""
    ) -> TestResponse:
        where = (url or return_url(self.canvas, self.client, placement)).removeprefix(BASE)
        return self.client.post(where.replace("/as/tove/", f"/as/{person}/"), data={"JWT": token})
