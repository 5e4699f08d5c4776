"""What only some schemes ask for, in a real Chromium: plans, rubrics, lists of a programme's own.

Narrow in Swedish, wide in English, axe on each page. A journey (test_obey_the_scheme.py) reads what they say.
"""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Browser

from lti_app.db import Database
from lti_app.portfolio.service import Details, add_activity
from lti_app.review.service import approve
from lti_app.schemes.counting import SchemeRules, TypeList
from lti_app.schemes.document import Criterion, Level, PlanRule
from lti_app.schemes.requirements import Distinct, Setting
from lti_app.schemes.text import Text
from lti_app.settings import Settings
from tests.browser.served_tool import served_tool
from tests.classroom import TYPES, UNDO, a_submitted_activity, submitted_again
from tests.schemes_of_ours import a_room_with

DEPTH = Criterion(
    "depth",
    Text("Djup i reflektionen", "Depth of the reflection"),
    (
        Level("tells", Text("Återger", "Tells"), Text("Berättar vad som hände.", "Tells what happened.")),
        Level(
            "relates",
            Text("Relaterar", "Relates"),
            Text("Ser det egna i det andra.", "Sees the own in the other."),
        ),
        Level("changes", Text("Omprövar", "Reconsiders")),
    ),
)


def test_a_plan_a_rubric_and_another_programme_can_be_read_by_everybody(
    chromium: Browser, settings: Settings, database: Database
) -> None:
    with database.writing() as session:
        rules = SchemeRules(
            Distinct(3, "types"), per_programme={"fysioterapeut": TypeList(refused=frozenset(TYPES))}
        )
        plans = PlanRule(settings=frozenset({Setting.OWN}))
        room = a_room_with(session, rules=rules, plans=plans, rubric=(DEPTH,))
        camp = Details("Läger i Kenya", date(2026, 9, 1))
        item = add_activity(session, room.learning, "own_activity", camp)
        plan = submitted_again(session, room.learning, item, plan="För att lära mig swahili på plats.")
        talk = a_submitted_activity(session, room.learning)
    with served_tool(chromium, settings) as tool:
        tool.actors |= {"asa": room.learning, "tove": room.teaching}
        tool.look("tove", {"review-plan": f"/review/{plan.id}", "review-rubric": f"/review/{talk.id}"})
        with database.writing() as session:
            approve(session, room.teaching, plan.id, undo_for=UNDO)
            approve(session, room.teaching, talk.id, undo_for=UNDO, levels={"depth": "relates"})
        tool.look(
            "asa",
            {
                "plan-approved": f"/items/{item.id}",
                "levels-chosen": f"/items/{talk.item_id}",
                "programme-unchosen": f"/programme/{item.portfolio_id}?programme=",
                "programme": f"/programme/{item.portfolio_id}?programme=fysioterapeut",
            },
        )
