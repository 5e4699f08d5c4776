"""Answering a request for content: set the course up if need be, and hand back the assignments chosen.

An assignment brings a gradebook column, unless the course has one of its kind, or the platform takes none;
then it is a plain link. The platform makes the assignments, or does not, if the teacher thinks better of it:
so each is only expected here, until somebody opens it or it is found (lti/ags/binding.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from lti_app.clock import now
from lti_app.errors import N_
from lti_app.home.picker_queries import kinds_here
from lti_app.i18n import translator
from lti_app.lti.ags.binding import expect_line_items, look_for_others, tag_of
from lti_app.lti.ags.gradebook import WantedLineItem, resource_id_of
from lti_app.lti.ags.models import LineItemKind
from lti_app.lti.deep_linking import requested as deep_linking
from lti_app.lti.deep_linking.answer import Answer, ContentItem, OfferedLineItem
from lti_app.lti.deep_linking.requested import Asked
from lti_app.lti.launch import carried
from lti_app.people.models import Course
from lti_app.schemes.assignments import label_of, points_of
from lti_app.schemes.queries import Setup, document_of, setup_of
from lti_app.schemes.service import set_up_course

# By then most teachers have saved what they were making; those who have not are found when it is opened.
_LOOK_AFTER = timedelta(minutes=3)
_NOTHING = N_("Nothing was added.")
_TEXTS = {
    LineItemKind.ACTIVITIES: N_(
        "Collect your international activities here. Add each with its evidence or reflection, and submit it "
        "for review."
    ),
    LineItemKind.FINAL_REPORT: N_(
        "Write your final report and present it, once your approved activities meet the requirements."
    ),
    LineItemKind.CERTIFICATE: N_("Your certificate appears here when everything is approved."),
}


@dataclass(frozen=True)
class Choice:
    """One assignment as the teacher wants it; what is empty is as the scheme has it."""

    kind: LineItemKind
    label: str = ""
    points: Decimal | None = None
    due_at: datetime | None = None


@dataclass(frozen=True)
class ChosenSetup:
    """Scheme and programme for a course that has none yet."""

    scheme_slug: str
    programme_code: str


def add_to_course(
    session: Session,
    asked: Asked,
    choices: Iterable[Choice],
    *,
    chosen_setup: ChosenSetup | None,
    public_url: str,
    language: str,
) -> Answer:
    """Close the request with these assignments. Sent again, the same request gets its first answer.

    Raises Problem("deep-link-over"), and as `set_up_course` for a course that has no set-up yet.
    """
    if (first := deep_linking.first_answer(session, asked.id)) is not None:
        return first
    setup = setup_of(session, asked.course_id)
    if setup is None and chosen_setup is not None:
        slug, programme = chosen_setup.scheme_slug, chosen_setup.programme_code
        set_up_course(session, asked.actor, slug, programme, language=language, makes_assignments=False)
        setup = setup_of(session, asked.course_id)
    making = _Making(session, asked, setup, public_url, language)
    items = [making.item(each) for each in choices]
    if any(each.line_item for each in items):
        course = session.get_one(Course, asked.course_id)
        look_for_others(session, course, not_before=now() + _LOOK_AFTER)
    return deep_linking.answer(session, asked.id, items, message="")


def add_nothing(session: Session, asked: Asked, *, language: str) -> Answer:
    """Close the request without any content. Raises Problem("deep-link-over")."""
    if (first := deep_linking.first_answer(session, asked.id)) is not None:
        return first
    return deep_linking.answer(session, asked.id, (), message=translator(language)(_NOTHING))


class _Making:
    """Content items for one course."""

    def __init__(
        self, session: Session, asked: Asked, setup: Setup | None, public_url: str, language: str
    ) -> None:
        self._session, self._setup = session, setup
        self._public_url, self._language = public_url, language
        self._course = session.get_one(Course, asked.course_id)
        takes_columns = asked.accepts_line_items and bool(self._course.lineitems_url)
        self._columns = frozenset(LineItemKind) - kinds_here(session, self._course) if takes_columns else ()

    def item(self, choice: Choice) -> ContentItem:
        """The link, with its column if it is to have one."""
        label = choice.label or label_of(choice.kind, self._language)
        wanted = WantedLineItem(choice.kind, label, choice.points or self._usual_points(choice.kind))
        column = self._column(wanted) if choice.kind in self._columns else None
        return ContentItem(
            url=f"{self._public_url}/lti/launch/{choice.kind.value}",
            title=label,
            text=translator(self._language)(_TEXTS[choice.kind]),
            custom=self._custom(wanted, has_column=column is not None),
            line_item=column,
            due_at=choice.due_at,
        )

    def _usual_points(self, kind: LineItemKind) -> Decimal:
        if self._setup is None:
            return Decimal(1)
        return points_of(kind, document_of(self._session, self._setup.scheme_version_id))

    def _column(self, wanted: WantedLineItem) -> OfferedLineItem:
        (line_item,) = expect_line_items(self._session, course=self._course, wanted=[wanted])
        return OfferedLineItem(
            score_maximum=wanted.score_maximum,
            label=wanted.label,
            resource_id=resource_id_of(line_item),
            tag=tag_of(wanted.kind),
        )

    def _custom(self, wanted: WantedLineItem, *, has_column: bool) -> Mapping[str, str]:
        custom = {carried.KIND: wanted.kind.value}
        if self._setup is not None:
            custom[carried.SCHEME] = self._setup.scheme_slug
            custom[carried.PROGRAMME] = self._setup.programme_code
        if has_column:
            custom[carried.POINTS] = str(wanted.score_maximum)
        return custom
