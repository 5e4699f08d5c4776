"""The answer to a request for content: the items, and the signed message that the browser posts back.

`aud` is the platform's issuer, not its token address, and `iss` our client id there. Nothing here knows the
database. Source: LTI Deep Linking 2.0 §3.1 (items), §4.5 (response); Canvas takes `iframe`, `lineItem`,
`submission` and `custom` of an item, and no answer that was issued over five minutes ago.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import jwt

from lti_app.lti.ags.scores import as_number
from lti_app.lti.deep_linking.settings import RESOURCE_LINK
from lti_app.lti.keys import SigningKey
from lti_app.lti.launch.claims import DEEP_LINKING, LTI

_FRAME = {"width": 1000, "height": 800}


@dataclass(frozen=True)
class OfferedLineItem:
    """The gradebook column that comes along with a link; the maximum is above 0."""

    score_maximum: Decimal
    label: str
    resource_id: str
    tag: str


@dataclass(frozen=True)
class ContentItem:
    """One link to a page of ours. `text` is what the platform shows above it; `due_at` the last moment."""

    url: str
    title: str
    text: str
    custom: Mapping[str, str]
    line_item: OfferedLineItem | None = None
    due_at: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """The item as the message has it."""
        item: dict[str, Any] = {
            "type": RESOURCE_LINK,
            "url": self.url,
            "title": self.title,
            "text": self.text,
            "custom": dict(self.custom),
            "iframe": _FRAME,
        }
        if self.line_item is not None:
            item["lineItem"] = {
                "scoreMaximum": as_number(self.line_item.score_maximum),
                "label": self.line_item.label,
                "resourceId": self.line_item.resource_id,
                "tag": self.line_item.tag,
            }
        if self.due_at is not None:
            item["submission"] = {"endDateTime": self.due_at.isoformat().replace("+00:00", "Z")}
        return item


@dataclass(frozen=True)
class Answer:
    """What goes back, and where to. Without items nothing was chosen; `message` is shown by the platform."""

    return_url: str
    issuer: str
    client_id: str
    deployment_id: str
    nonce: str
    data: str | None
    issued_at: datetime
    expires_at: datetime
    items: tuple[dict[str, Any], ...]
    message: str

    def signed(self, key: SigningKey) -> str:
        """The compact JWT for the form field `JWT`: the same one each time, as long as the key is."""
        claims: dict[str, Any] = {
            "iss": self.client_id,
            "aud": self.issuer,
            "iat": int(self.issued_at.timestamp()),
            "exp": int(self.expires_at.timestamp()),
            "nonce": self.nonce,
            LTI + "deployment_id": self.deployment_id,
            LTI + "message_type": "LtiDeepLinkingResponse",
            LTI + "version": "1.3.0",
            DEEP_LINKING + "content_items": list(self.items),
        }
        if self.data is not None:
            claims[DEEP_LINKING + "data"] = self.data
        if self.message:
            claims[DEEP_LINKING + "msg"] = self.message
        return jwt.encode(claims, key.private_key, algorithm="RS256", headers={"kid": key.kid})
