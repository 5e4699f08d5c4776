"""What can go wrong, by slug: each has a status, a title and what a person should do.

Rooms raise `Problem(slug)`; the web room turns it into a page. The texts are message ids, translated there;
they stand in the modules beside this one, each of which is a table. docs/errors.md explains every slug to the
administrator, and a test holds the two together.
"""

from __future__ import annotations

import traceback
from pathlib import Path

from lti_app.errors.certificates import CERTIFICATES
from lti_app.errors.kinds import N_, Kind
from lti_app.errors.launch import LAUNCH
from lti_app.errors.operating import OPERATING
from lti_app.errors.portfolio import PORTFOLIO
from lti_app.errors.registration import REGISTRATION
from lti_app.errors.review import REVIEW
from lti_app.errors.web import WEB

__all__ = ["KINDS", "N_", "Conflict", "Kind", "NotAllowed", "NotFound", "Problem", "trace_of"]

KINDS: dict[str, Kind] = {
    **WEB,
    **LAUNCH,
    **REGISTRATION,
    **PORTFOLIO,
    **REVIEW,
    **CERTIFICATES,
    **OPERATING,
}


class Problem(Exception):  # noqa: N818 (what a person meets, not always a fault)
    """Something a person or platform did that the tool answers with a page.

    `detail` is for the log and the administrator; it must hold no token, name or e-mail address. `return_url`
    is the way back to the course, where a verified launch has named one.
    """

    return_url = ""

    def __init__(self, slug: str, detail: str = "") -> None:
        super().__init__(f"{slug}: {detail}" if detail else slug)
        self.slug = slug
        self.detail = detail

    @property
    def kind(self) -> Kind:
        """The texts and status of this problem."""
        return KINDS[self.slug]


class NotFound(Problem):
    """No such thing, or none that this person may know of: the two are told apart nowhere."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("not-found", detail)


class NotAllowed(Problem):
    """The person may see this, but may not do that."""

    def __init__(self, detail: str = "") -> None:
        super().__init__("not-allowed", detail)


class Conflict(Problem):
    """The thing has changed meanwhile, or its state does not allow the act."""

    def __init__(self, detail: str = "", slug: str = "changed-meanwhile") -> None:
        super().__init__(slug, detail)


def trace_of(error: BaseException) -> str:
    """Where an error arose and of which kinds it and its causes are, for the log.

    What they say is left out: a database quotes the row that it refuses, with names and addresses.
    """
    lines = []
    link: BaseException | None = error
    while link is not None:
        frames = traceback.extract_tb(link.__traceback__)
        lines.append(f"{type(link).__module__}.{type(link).__qualname__}")
        lines += [f"  {Path(each.filename).name}:{each.lineno} {each.name}" for each in frames]
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\n".join(lines)
