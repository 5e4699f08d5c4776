"""What a launch carries from the deep link that made it: custom parameters, which survive a course copy.

A platform, or a teacher there, can change them, so each is read as a stranger's text: what is no code or
number of the right shape is absent, and whether a code means anything is for the room of schemes to say.
Pure. Source: LTI Deep Linking 2.0 §3.1.2 (custom), LTI 1.3 core §5.4.6; `$Context.id.history` of LTI 1.3
core, appendix B.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from lti_app.lti.addresses import launch_path
from lti_app.lti.ags.models import LineItemKind
from lti_app.lti.launch.claims import LaunchClaims

KIND, SCHEME, PROGRAMME, POINTS = "cim_kind", "cim_scheme", "cim_programme", "cim_points"
HISTORY = "context_history"
MOST_POINTS = 1000
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_POINTS = re.compile(r"[1-9][0-9]{0,3}")
_MOST_EARLIER = 5
_LONGEST_CONTEXT = 255
_KINDS = {kind.value: kind for kind in LineItemKind}


@dataclass(frozen=True)
class Carried:
    """Which of the three assignments it is, what its course ran when it was made, where a course came from.

    Each is empty or None where the launch does not say. `earlier_contexts` are context ids, nearest first.
    """

    kind: LineItemKind | None
    scheme: str
    programme: str
    points: Decimal | None
    earlier_contexts: tuple[str, ...]

    @property
    def says_setup(self) -> bool:
        """Whether there is anything that the set-up of a course could begin with."""
        return bool((self.scheme and self.programme) or self.earlier_contexts)


def carried_by(claims: LaunchClaims, public_origin: str) -> Carried:
    """What these claims carry; the target's path names the assignment where custom parameters got lost."""
    custom = claims.custom
    path = launch_path(claims.target_link_uri, public_origin) or ""
    points = custom.get(POINTS, "").removesuffix(".0")
    return Carried(
        kind=_KINDS.get(custom.get(KIND, "")) or _KINDS.get(path.removeprefix("/")),
        scheme=_code(custom.get(SCHEME, "")),
        programme=_code(custom.get(PROGRAMME, "")),
        points=Decimal(points) if _POINTS.fullmatch(points) and int(points) <= MOST_POINTS else None,
        earlier_contexts=_contexts(custom.get(HISTORY, ""), claims.course.id if claims.course else ""),
    )


def _code(text: str) -> str:
    return text if _CODE.fullmatch(text) else ""


def _contexts(listed: str, here: str) -> tuple[str, ...]:
    ids = dict.fromkeys(each.strip() for each in listed.split(","))
    fit = [each for each in ids if each and each != here and len(each) <= _LONGEST_CONTEXT]
    return tuple(fit[:_MOST_EARLIER])
