"""What a student has who has everything: drafts, submissions, decisions, a certificate, deliveries.

All of it bears her secret word. Made by the real verbs as far as they reach.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from lti_app.certificates import afterwards, runs, sharing
from lti_app.certificates.code import new_code
from lti_app.certificates.models import Certificate
from lti_app.certificates.snapshot import facts_of
from lti_app.clock import now
from lti_app.jobs import outbox
from lti_app.jobs.models import DeliveryState
from lti_app.lti.ags import gradebook
from lti_app.lti.ags.models import LineItemKind
from lti_app.lti.ags.results import HELD
from lti_app.people.actors import Actor
from lti_app.portfolio import service as student_service
from lti_app.portfolio.inspection import FileType
from lti_app.portfolio.models import Item, Portfolio, Submission
from lti_app.portfolio.moves import CourseMove
from lti_app.portfolio.service import Details
from lti_app.review import service as review_service
from lti_app.storage import Storage, Stored
from lti_app.storage.models import note_stored
from tests.classroom import LONG_ANSWER, TYPES

Ids = dict[str, uuid.UUID]
UNDO = timedelta(hours=1)


class Belongings:
    """What one student has; `code` verifies her certificate."""

    def __init__(self, session: Session, storage: Storage, actor: Actor, teaching: Actor, word: str) -> None:
        self.session, self.storage = session, storage
        self.actor, self.teaching, self.word = actor, teaching, word
        self.said = f"{word} {LONG_ANSWER}"
        self.code = new_code()

    def made(self) -> Ids:
        """Everything, with its ids."""
        ids: Ids = {}
        for code in TYPES[:3]:
            sent = self.submitted(code)
            comment = f"Bra {self.word}"
            review_service.approve(self.session, self.teaching, sent.id, undo_for=UNDO, comment=comment)
            ids["approved"] = sent.id
        ids |= self.closing_steps()
        waiting = self.submitted(TYPES[3])
        ids |= {"waiting item": waiting.item_id, "waiting": waiting.id, "sent evidence": self.evidence_id}
        declined = self.submitted(TYPES[0])
        verdict = review_service.decline(
            self.session, self.teaching, declined.id, undo_for=UNDO, comment=f"Nej {self.word}"
        )
        ids |= {"declined": declined.id, "declined item": declined.item_id, "declined decision": verdict.id}
        draft = self.draft(TYPES[0])
        ids |= {"draft": draft.id, "evidence": self.evidence_id, "portfolio": draft.portfolio_id}
        ids["person"] = self.actor.person_id
        if self.actor.course_id is not None:
            ids["course"] = self.actor.course_id
        ids |= self.certificate(draft.portfolio_id)
        return ids | self.deliveries(waiting)

    def draft(self, type_code: str) -> Item:
        """An activity with answers, a file and a link."""
        details = Details(f"Titel {self.word}", date(2026, 3, 2), date(2026, 3, 6))
        item = student_service.add_activity(self.session, self.actor, type_code, details)
        pdf = FileType("application/pdf", (".pdf",))
        self.evidence_id = student_service.add_file_evidence(
            self.session,
            self.storage,
            self.actor,
            item.id,
            stored=self.stored(),
            file_type=pdf,
            name=f"{self.word}.pdf",
        ).id
        url = f"https://example.org/{self.word}"
        student_service.add_link_evidence(self.session, self.actor, item.id, url=url)
        answers = {"what": self.said, "learned": self.said}
        student_service.write_answers(self.session, self.actor, item.id, answers, item.version)
        return item

    def submitted(self, type_code: str) -> Submission:
        return student_service.submit(self.session, self.actor, self.draft(type_code).id)

    def closing_steps(self) -> Ids:
        """A report that was approved, and a presentation that is not yet submitted."""
        report = student_service.open_report(self.session, self.actor)
        answers = {"q1": self.said, "q2": self.said}
        student_service.write_answers(self.session, self.actor, report.id, answers, report.version)
        student_service.choose_printed_name(self.session, self.actor, f"Åsa {self.word}")
        sent = student_service.submit(self.session, self.actor, report.id)
        review_service.approve(self.session, self.teaching, sent.id, undo_for=UNDO)
        presentation = student_service.open_presentation(self.session, self.actor)
        return {"report": report.id, "presentation": presentation.id}

    def deliveries(self, waiting: Submission) -> Ids:
        """One that failed, one that is uncertain and one held, besides those that the verbs queued."""
        made: Ids = {}
        held = gradebook.report_reviewed(
            self.session,
            course_id=waiting.course_id,
            person_id=self.actor.person_id,
            kind=LineItemKind.ACTIVITIES,
            fraction=Decimal(1),
            comment=self.word,
            cause_id=None,
        )
        assert held is not None
        held.state, held.reason = DeliveryState.FAILED, HELD
        made["held"] = held.id
        for state in (DeliveryState.FAILED, DeliveryState.UNCERTAIN):
            delivery = outbox.enqueue(
                self.session,
                kind="ags.score",
                payload={"person_id": str(self.actor.person_id)},
                institution_id=waiting.institution_id,
                course_id=waiting.course_id,
                order_key=secrets.token_hex(8),
            )
            delivery.state, delivery.reason = state, f"The platform refused it.\n{self.word}"
            made[str(state)] = delivery.id
        return made

    def certificate(self, portfolio_id: uuid.UUID) -> Ids:
        """One that stands, although no verb would issue it without a presentation; with a correction and a
        link.
        """
        portfolio = self.session.get_one(Portfolio, portfolio_id)
        number = f"CIM-2026-{secrets.randbelow(10**6):06d}"
        facts = facts_of(
            self.session,
            portfolio,
            number=number,
            code=self.code,
            verify_url="http://localhost/verify/x",
            issued_on=date(2026, 6, 1),
        )
        inside = portfolio.institution_id
        file = note_stored(self.session, self.stored(), institution_id=inside, media_type="application/pdf")
        found = Certificate(
            institution_id=portfolio.institution_id,
            portfolio_id=portfolio_id,
            number=number,
            code=self.code,
            facts=facts.to_json(),
            stored_file_id=file.id,
        )
        self.session.add(found)
        self.session.flush()
        note = f"Fel {self.word}"
        asked = afterwards.request_correction(self.session, self.actor, found.id, note=note)
        link = sharing.share(self.session, self.actor, found.id, shows_name=True, shows_merits=True)
        run = runs.start_run(self.session, self.teaching)
        return {
            "certificate": found.id,
            "correction": asked.id,
            "link": link.id,
            "run": run.id,
            "move": self.course_move(portfolio).id,
        }

    def course_move(self, portfolio: Portfolio) -> CourseMove:
        """That its course has moved, which is over."""
        move = CourseMove(
            institution_id=portfolio.institution_id,
            course_id=portfolio.course_id,
            scheme_id=portfolio.scheme_id,
            to_version_id=portfolio.scheme_version_id,
            started_by_id=self.teaching.person_id,
            finished_at=now(),
        )
        self.session.add(move)
        self.session.flush()
        return move

    def stored(self) -> Stored:
        """A file of the student's, with her secret word in it."""
        upload = self.storage.begin(self.actor.institution_id)
        upload.write(f"%PDF-1.7\n{self.word} {secrets.token_hex(4)}\n%%EOF\n".encode())
        return upload.finish()
