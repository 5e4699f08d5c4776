"""Where a course's own page lies in its platform, for people: no launch says so, but Canvas lets it be told.

Canvas's services of a course have its id in their addresses, at the host on which the course is shown
(developerdocs.instructure.com: Line Items, Names and Role). Other platforms hide it, and get no link.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from lti_app.lti.addresses import origin_of

_CANVAS_SERVICE = re.compile(r"/api/lti/courses/([0-9]{1,20})/(?:line_items|names_and_roles)")


def course_page(product_family: str, *service_urls: str) -> str:
    """The address of the course's page, by the addresses of its services; empty where none tells.

    A platform that was entered by hand may have no family; what its addresses look like decides.
    """
    if product_family not in {"", "canvas"}:
        return ""
    for url in service_urls:
        origin = origin_of(url)
        found = _CANVAS_SERVICE.fullmatch(urlsplit(url).path) if origin else None
        if found is not None:
            return f"{origin}/courses/{found[1]}"
    return ""
