"""What Moodle and Open edX do differently: each a set of switches.

Sources: Moodle's `mod/lti` (auth.php, token.php, the services gradebookservices and memberships) and Open
edX's `xblock-lti-consumer` (lti_1p3 and plugin/views.py), as read in 2026.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paths:
    """Where things lie on the platform's host; `<int:column_id>` stands for a line item."""

    authorize: str
    keys: str
    token: str
    line_items: str
    line_item: str
    memberships: str
    results: str = "/results"


@dataclass(frozen=True, slots=True)
class Shape:
    """How a platform behaves. Each switch is something that a tool for Canvas only would stumble over."""

    paths: Paths
    client_id: str
    context_id: str
    context_type: str
    resource_link_id: str
    login_method: str  # how the browser reaches the tool's login: POST by a form, or GET by a redirect
    product_family: str | None  # None: no tool_platform claim at all
    has_numeric_ids: bool  # `sub` is a small number, unique only with the issuer
    has_azp: bool
    has_context_roles: bool  # else only roles at the institution, as Open edX before 2026
    has_names: bool
    id_token_seconds: int
    token_seconds: int
    token_media_type: str  # of the answer that holds the access token, which is JSON all the same
    service_query: str  # what each service address ends in
    is_exact_about_media_types: bool  # 400 unless Accept or Content-Type is the one right word
    takes_whole_maximum_only: bool
    offers_delete: bool
    refuses_same_second: bool  # by 409; else the same or an older timestamp by 400
    taken_status: int  # of a score that was taken
    has_short_roster_roles: bool


MOODLE = Shape(
    paths=Paths(
        authorize="/mod/lti/auth.php",
        keys="/mod/lti/certs.php",
        token="/mod/lti/token.php",  # noqa: S106 - an address
        line_items="/mod/lti/services.php/2/lineitems",
        line_item="/mod/lti/services.php/2/lineitems/<int:column_id>/lineitem",
        memberships="/mod/lti/services.php/CourseSection/2/bindings/1/memberships",
    ),
    client_id="9wZJ0bUcsHTrfgb",
    context_id="2",
    context_type="CourseSection",
    resource_link_id="3",
    login_method="POST",
    product_family="moodle",
    has_numeric_ids=True,
    has_azp=False,
    has_context_roles=True,
    has_names=True,
    id_token_seconds=60,
    token_seconds=3600,
    token_media_type="text/html",  # noqa: S106 - a type
    service_query="type_id=1",
    is_exact_about_media_types=True,
    takes_whole_maximum_only=False,
    offers_delete=True,
    refuses_same_second=True,
    taken_status=200,
    has_short_roster_roles=True,
)

OPEN_EDX = Shape(
    paths=Paths(
        authorize="/api/lti_consumer/v1/launch/",
        keys="/api/lti_consumer/v1/public_keysets/5f8c",
        token="/api/lti_consumer/v1/token/5f8c",  # noqa: S106 - an address
        line_items="/api/lti_consumer/v1/lti/7/lti-ags",
        line_item="/api/lti_consumer/v1/lti/7/lti-ags/<int:column_id>",
        memberships="/api/lti_consumer/v1/lti/7/memberships",
        results="/results/",
    ),
    client_id="0b5a4f7e-2d9c-4c37-9d6e-1f3f0a6f7c11",
    context_id="course-v1:LU+INTM01+2026_T2",
    context_type="http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering",
    resource_link_id="block-v1:LU+INTM01+2026_T2+type@lti_consumer+block@5f8c",
    login_method="GET",
    product_family=None,
    has_numeric_ids=False,
    has_azp=True,
    has_context_roles=True,
    has_names=True,
    id_token_seconds=3600,
    token_seconds=60,
    token_media_type="application/json",  # noqa: S106 - a type
    service_query="",
    is_exact_about_media_types=False,
    takes_whole_maximum_only=True,
    offers_delete=False,
    refuses_same_second=False,
    taken_status=201,
    has_short_roster_roles=False,
)
