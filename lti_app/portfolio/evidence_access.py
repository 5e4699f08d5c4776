"""Finding one file for whoever may look at it: its owner, and the staff of courses where it was submitted."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lti_app.errors import NotFound
from lti_app.people.actors import Actor
from lti_app.portfolio.models import Evidence, Item, Portfolio, Submission
from lti_app.portfolio.permissions import Owned
from lti_app.portfolio.states import SubmissionState
from lti_app.storage.models import StoredFile


@dataclass(frozen=True)
class EvidenceFile:
    """A file, its name, and whom it concerns."""

    stored: StoredFile
    name: str
    owned: Owned


def evidence_file(session: Session, actor: Actor, evidence_id: uuid.UUID) -> EvidenceFile:
    """The file of this evidence within the actor's institution. Raises NotFound, also for a link.

    Its courses are those where a submission that was not withdrawn shows it: a draft is the student's alone.
    """
    row = session.execute(
        select(Evidence, StoredFile, Portfolio.person_id)
        .join(StoredFile, StoredFile.id == Evidence.stored_file_id)
        .join(Item, Item.id == Evidence.item_id)
        .join(Portfolio, Portfolio.id == Item.portfolio_id)
        .where(Evidence.id == evidence_id, Evidence.institution_id == actor.institution_id)
    ).one_or_none()
    if row is None:
        raise NotFound("evidence")
    shown = session.execute(
        select(Submission.course_id, Submission.snapshot).where(
            Submission.item_id == row.Evidence.item_id, Submission.state != SubmissionState.WITHDRAWN
        )
    )
    wanted = str(evidence_id)
    courses = frozenset(
        each.course_id
        for each in shown
        if any(frozen["evidence_id"] == wanted for frozen in each.snapshot["evidence"])
    )
    owned = Owned(row.Evidence.institution_id, row.person_id, courses)
    return EvidenceFile(row.StoredFile, row.Evidence.name, owned)
