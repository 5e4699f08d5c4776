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
    """

    base_url: str
    data_dir: Path
    tool_url: str
    issuer: str | None = None
    knows_tool: bool = True
    switches: Switches = field(default_factory=Switches)
    clock: Callable[[], datetime] = utc_now

    @property
    def issuer_url(self) -> str:
        """The `iss` of every id_token."""
        return self.issuer or self.base_url

    @property
    def token_url(self) -> str:
        """The token endpoint, which is also the only accepted `aud` of a client assertion."""
        return f"{self.base_url}/login/oauth2/token"
