"""How one small Canvas is set up.

Its addresses, its folder, its clock, and the switches between Canvas releases.

Canvas releases differ in the points listed in `Switches`; a tool has to work with each position.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path


def utc_now() -> datetime:
    """The system clock, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Switches:
    """Behaviour that differs between Canvas releases or installations.

    The defaults follow the newest one seen.
    """

    concluded_course_422: bool = True  # else a concluded course answers a score with 404
    ags_assignments_published: bool = True  # state of an assignment made through a line item
    test_student_scores: bool = True  # older releases refuse scores for the Test Student
    test_student_in_roster: bool = False
    comments_without_score: bool = True  # one measurement found none stored with a no-score result
    retrieve_keeps_resource_link: bool = False  # else resource_link.id is the context id
    double_encode_retrieve: bool = False  # query values of SpeedGrader addresses encoded twice
    storage_target: str | None = "post_message_forwarding"  # or "_parent", or None for no platform storage
    rate_limit_status: int = 403  # or 429
    calls_per_second: float = 0.0  # how many service calls the tool may make; 0 does not meter them
    calls_at_once: int = 100  # and how many of them at once
    canvas_environment: str = "prod"
    canvas_region: str = "not_configured"
    registration_installs: bool = True  # else a dynamic registration makes a key and no deployment
    registration_prefixes: bool = True  # else the configuration lists the bare names of placements
    download_timeout_seconds: float = 10.0
    download_max_bytes: int = 50_000_000


@dataclass(frozen=True, slots=True)
class CanvasConfig:
    """Where the small Canvas lives and which tool it knows.

    `base_url` and `tool_url` are origins without a final slash. `data_dir` keeps the database, the signing
    keys and downloaded files, so that a second start finds everything again. Without `issuer` the base URL is
    the issuer. Unless it `knows_tool`, an administrator has to register it first.

    A hosted Canvas has one `issuer` for all schools, and `shared_url`, the origin of a host that they share
    for logins, keys and tokens; pages and services lie at the school's own `base_url`. A self-hosted one
    behind a proxy may write http into `lineitems` (`has_http_lineitems`) although all is https.
    """

    base_url: str
    data_dir: Path
    tool_url: str
    issuer: str | None = None
    shared_url: str | None = None
    has_http_lineitems: bool = False
    knows_tool: bool = True
    switches: Switches = field(default_factory=Switches)
    clock: Callable[[], datetime] = utc_now

    @property
    def issuer_url(self) -> str:
        """The `iss` of every id_token."""
        return self.issuer or self.base_url

    @property
    def shared_origin(self) -> str:
        """Where logins start and keys lie: the shared host, or the school's own."""
        return self.shared_url or self.base_url

    @property
    def auth_url(self) -> str:
        """The authentication endpoint, which sends on to the school's own host."""
        return f"{self.shared_origin}/api/lti/authorize_redirect"

    @property
    def jwks_url(self) -> str:
        """The platform's public keys."""
        return f"{self.shared_origin}/api/lti/security/jwks"

    @property
    def token_url(self) -> str:
        """The token endpoint that a tool is told of."""
        return f"{self.shared_origin}/login/oauth2/token"

    def token_url_at(self, host: str) -> str:
        """The token endpoint at the host that was called: the only accepted `aud` of a client assertion."""
        is_shared = self.shared_url is not None and host == self.shared_url.partition("://")[2]
        return self.token_url if is_shared else f"{self.base_url}/login/oauth2/token"
