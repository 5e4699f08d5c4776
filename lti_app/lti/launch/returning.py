"""The launch of somebody who was here before and of whom it says nothing new: most launches are.

Who is known was looked up with the login, and what else would be written is looked up here, outside of any
transaction; if all of it is there already, the launch is one exchange: its login goes, its session comes.
Whatever is new, rare or needs a closer look is left to `arrivals`, which does the same and more.
"""

from __future__ import annotations

import uuid

from sqlalchemy import bindparam, select

from lti_app.db import table_of
from lti_app.db.direct import Direct, Exchange, Prepared
from lti_app.errors import Problem
from lti_app.lti.addresses import origin_of
from lti_app.lti.ags.models import LineItem, LineItemKind
from lti_app.lti.frame.look import look_of
from lti_app.lti.launch.arrivals import Arrival, actor_of, ancestors_of, callable_url, place_of
from lti_app.lti.launch.attendance import unchanged
from lti_app.lti.launch.carried import Carried, carried_by
from lti_app.lti.launch.claims import LaunchClaims
from lti_app.lti.launch.logins import CONSUMPTION, PendingLogin
from lti_app.lti.launch.noticing import allowed_attempts
from lti_app.lti.models import CourseHint
from lti_app.people.roles import Role
from lti_app.web.models import LaunchSession
from lti_app.web.sessions import NewLaunch, open_launch_directly


def arrive_again(
    direct: Direct,
    login: PendingLogin,
    institution_id: uuid.UUID,
    claims: LaunchClaims,
    *,
    development: bool,
    public_origin: str,
) -> Arrival | None:
    """Carry out a verified launch, once, if it changes nothing; else None, and nothing was done.

    Raises Problem("launch-used").
    """
    if claims.product_family not in {"", login.product_family}:
        return None
    place = place_of(login, institution_id, claims, development=development)
    there = unchanged(login.known, place, claims)
    if there is None or there.course_id is None or Role.OBSERVER in there.roles:
        return None
    carried = carried_by(claims, public_origin)
    line_item_url = callable_url(claims.lineitem_url, development)
    kind = carried.kind
    if line_item_url and (kind := _known_kind(direct, there.course_id, line_item_url, claims)) is None:
        return None
    if carried.says_setup and not _is_known_hint(direct, there.course_id, carried):
        return None
    ancestors = ancestors_of(login, claims)
    look = look_of(claims.custom, ancestors, origin_of(claims.return_url), login.auth_url)
    launch = NewLaunch(
        actor_of(place, there),
        claims.locale,
        claims.return_url,
        ancestors,
        look,
        login.deployment_row_id,
    )
    opened = open_launch_directly(direct, launch, _SESSION_FOR_LOGIN, {"consumed": login.state})
    if opened is None:
        raise Problem("launch-used")
    return Arrival(*opened, ancestors, kind)


def _known_kind(direct: Direct, course_id: uuid.UUID, url: str, claims: LaunchClaims) -> LineItemKind | None:
    """Which assignment has this address, if it is known to be there and its attempts are as before."""
    row = direct.one(_LINE_ITEM, {"in_course": course_id, "at": url})
    if row is None or row.gone_at is not None or row.allowed_attempts != allowed_attempts(claims):
        return None
    return LineItemKind(row.kind)


def _is_known_hint(direct: Direct, course_id: uuid.UUID, carried: Carried) -> bool:
    """Whether what the launch says of the course's set-up is what was said before."""
    row = direct.one(_HINT, {"of_course": course_id})
    if row is None:
        return False
    carries_setup = carried.scheme and carried.programme
    if carries_setup and (row.scheme_slug, row.programme_code) != (carried.scheme, carried.programme):
        return False
    return not carried.earlier_contexts or row.earlier_contexts == list(carried.earlier_contexts)


_LINE_ITEMS, _HINTS = table_of(LineItem).c, table_of(CourseHint).c
_SESSION_FOR_LOGIN = Exchange(CONSUMPTION, table_of(LaunchSession))
_LINE_ITEM = Prepared(
    select(_LINE_ITEMS.kind, _LINE_ITEMS.gone_at, _LINE_ITEMS.allowed_attempts).where(
        _LINE_ITEMS.course_id == bindparam("in_course"), _LINE_ITEMS.url == bindparam("at")
    )
)
_HINT = Prepared(
    select(_HINTS.scheme_slug, _HINTS.programme_code, _HINTS.earlier_contexts).where(
        _HINTS.course_id == bindparam("of_course")
    )
)
