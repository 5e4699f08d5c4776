"""What a scheme says is met on the pages: plans, phases, languages, rubric, approver, tags, programmes."""

from __future__ import annotations

from collections.abc import Callable

from lti_app.db import Database
from lti_app.people.roles import Role
from lti_app.portfolio.queries import portfolio_here
from lti_app.portfolio.service import add_activity
from lti_app.portfolio.states import ItemState
from lti_app.schemes.counting import SchemeRules, TypeList
from lti_app.schemes.document import Approver, Criterion, Level, Phase, PlanRule, Question, ReflectionRule
from lti_app.schemes.requirements import Distinct, Setting
from lti_app.schemes.text import Text
from tests.classroom import Classroom, a_submitted_activity, state_of
from tests.inspect_page import Page
from tests.journeys.filling_in import follow
from tests.schemes_of_ours import a_room_with
from tests.visit import Visit
from tests.world import a_person, an_actor

Visiting = Callable[..., Visit]
WHY = Question("why", Text("Varför?", "Why?"), None, True, 0, 2000, Phase.BEFORE)
LEARNED = Question("learned", Text("Vad lärde du dig?", "What did you learn?"), None, True, 0, 2000)
DEPTH = Criterion(
    "depth",
    Text("Djup", "Depth"),
    (
        Level("some", Text("Något", "Some"), Text("Berättar.", "Tells.")),
        Level("much", Text("Mycket", "Much")),
    ),
)


def a_room(database: Database, **differences: object) -> Classroom:
    with database.writing() as session:
        return a_room_with(session, **differences)


def test_a_plan_goes_to_the_teacher_and_comes_back_as_a_draft(visit: Visiting, database: Database) -> None:
    room = a_room(
        database,
        plans=PlanRule(settings=frozenset({Setting.OWN})),
        reflection=ReflectionRule(True, (LEARNED, WHY), "en"),
    )
    asa, tove = visit(room.learning), visit(room.teaching)
    assert "You send a plan first" in asa.page("/activities/new?q=own").text
    blank = asa.page("/activities/new/own_activity")
    form = blank.form("/activities/new/own_activity")
    assert [each.attributes["name"] for each in blank.root.all("textarea")] == ["field_description"]
    sent = form | {"title": "Läger", "starts_on": "2026-09-01"}
    item = follow(asa.post("/activities/new/own_activity", sent)).split("?")[0]
    begun = asa.page(item)
    assert "Plan: Draft" in begun.text
    assert "Evidence" not in begun.links
    assert "You have begun a plan for “Läger”." in asa.page("/").text
    plan = asa.page(f"{item}/answers")
    assert plan.h1 == "The plan"
    assert "Write in English." in plan.text
    assert "What did you learn?" not in plan.text
    follow(asa.post(f"{item}/answers", plan.form("/answers") | {"answer_why": "To help."}))
    check = asa.page(f"{item}/check")
    assert "Send the plan" in check.text
    assert "Evidence" not in check.text
    follow(asa.post(f"{item}/submit", check.form("/submit")))

    queue = tove.page("/queue?kind=plan")
    review = tove.page(queue.links["Läger"])
    assert "This is a plan." in review.text
    assert "No file or link was added." not in review.text
    assert "The scheme asks the student: Write in English." in review.text
    assert tove.page("/queue?kind=activity").text.count("Läger") == 0
    done = tove.post(
        queue.links["Läger"].split("?")[0] + "/decide", {"decision": "approve", "comment": "Go!"}
    )
    assert done.status_code == 303

    approved = asa.page(item)
    assert "Your plan is approved." in approved.text
    assert "Plan submitted" in approved.text
    phases = asa.page(f"{item}/answers")
    assert phases.text.index("Before the activity") < phases.text.index("After the activity")
    assert "Plan submitted" in asa.page("/record").text


def test_where_everything_begins_with_a_plan_the_types_say_so_once(
    visit: Visiting, database: Database
) -> None:
    room = a_room(database, plans=PlanRule(settings=frozenset(Setting)))
    assert visit(room.learning).page("/activities/new").text.count("You send a plan first") == 1


def test_a_reviewer_chooses_levels_and_the_student_reads_them(visit: Visiting, database: Database) -> None:
    room = a_room(database, rubric=(DEPTH,))
    with database.writing() as session:
        waiting = a_submitted_activity(session, room.learning)
    tove, asa = visit(room.teaching), visit(room.learning, locale="sv")
    where = f"/review/{waiting.id}"
    assert "Tells." in tove.page(where).text
    refused = tove.post(f"{where}/decide", {"decision": "approve"})
    assert refused.status_code == 422
    assert "Choose a level before you approve." in refused.text
    odd = tove.post(f"{where}/decide", {"decision": "approve", "level_depth": "none"})
    assert odd.status_code == 422
    done = tove.post(f"{where}/decide", {"decision": "approve", "level_depth": "much"})
    assert done.status_code == 303
    assert "Depth Much" in tove.page(where).text
    assert "Djup Mycket" in asa.page(f"/items/{waiting.item_id}").text
    undone = tove.post(f"/decisions/{done.location.partition('decided=')[2][:36]}/undo")
    assert tove.page(undone.location).form("/decide")["level_depth"] == "much"


def test_where_coordinators_approve_a_teacher_reads_and_has_no_buttons(
    visit: Visiting, database: Database
) -> None:
    room = a_room(database, approver=Approver.COORDINATOR)
    with database.writing() as session:
        waiting = a_submitted_activity(session, room.learning)
        coordinating = an_actor(a_person(session, room.course), None, Role.COORDINATOR)
    tove, cora = visit(room.teaching), visit(coordinating)
    where = f"/review/{waiting.id}"
    assert "Coordinators decide on what is submitted here." in tove.page("/queue").text
    page = tove.page(where)
    assert "Coordinators decide on what is submitted here." in page.text
    assert not [form for form in page.main.all("form") if "decide" in form.attributes.get("action", "")]
    assert tove.post(f"{where}/decide", {"decision": "approve"}).status_code == 403
    assert cora.post(f"{where}/decide", {"decision": "approve"}).status_code == 303
    with database.reading() as session:
        assert state_of(session, waiting.item_id) is ItemState.APPROVED


def test_goals_and_competences_are_ticked_kept_and_read_by_the_reviewer(
    visit: Visiting, database: Database
) -> None:
    room = a_room(database)
    asa = visit(room.learning)
    form = asa.page("/activities/new/mooc").form("/activities/new/mooc")
    sent = form | {"title": "Kurs", "field_goals": ["13", "3"], "field_competences": ["respect"]}
    item = follow(asa.post("/activities/new/mooc", sent)).split("?")[0]
    assert "3. Good health and well-being; 13. Climate action" in asa.page(f"{item}/check").text
    kept = [
        box.attributes["value"]
        for box in asa.page(f"{item}/details").main.all("input")
        if "checked" in box.attributes
    ]
    assert kept == ["3", "13", "respect"]
    wrong = asa.post("/activities/new/mooc", form | {"field_goals": ["18"]})
    assert wrong.status_code == 422
    assert "Choose one of the answers in the list." in wrong.text


def test_the_list_of_types_says_what_counts_and_what_does_not(visit: Visiting, database: Database) -> None:
    own = TypeList(accepted=frozenset({"mooc", "language_cafe"}))
    room = a_room(database, rules=SchemeRules(Distinct(2, "types"), per_programme={"lakare": own}))
    with database.writing() as session:
        add_activity(session, room.learning, "language_cafe")
    asa = visit(room.learning)
    everything = asa.page("/activities/new").text
    assert "You have one of this type; a type counts once." in everything
    assert "Would count towards: Different types." in everything
    assert "it is not on the list of what counts for your programme" in everything
    useful = asa.page("/activities/new?show=useful")
    codes = [href.rpartition("/")[2] for href in useful.links.values() if "/activities/new/" in href]
    assert codes == ["mooc"]
    assert asa.post("/activities/new/conference_abroad", {"title": "x"}).status_code == 404


def chosen_of(shown: Page) -> str:
    """The programme that stands in the list; a browser takes the first where none is marked."""
    (options,) = [
        each.all("option") for each in shown.main.all("select") if each.attributes["id"] == "programme"
    ]
    marked = [each for each in options if "selected" in each.attributes] or options
    return marked[0].attributes["value"]


def test_a_student_changes_her_programme_and_sees_first_what_it_would_do(
    visit: Visiting, database: Database
) -> None:
    own = TypeList(refused=frozenset({"language_cafe"}))
    room = a_room(database, rules=SchemeRules(Distinct(2, "types"), per_programme={"sjukskoterska": own}))
    with database.writing() as session:
        a_submitted_activity(session, room.learning)
    asa = visit(room.learning)
    change = asa.page(asa.page("/").links["Change programme"])
    assert "Study Programme in Nursing" in change.text
    with database.reading() as session:
        portfolio = portfolio_here(session, room.learning)
    assert portfolio is not None
    where = f"/programme/{portfolio.id}"
    assert "There is a problem" not in change.text
    assert chosen_of(change) == "", "nothing is chosen for her"
    unchosen = asa.page(f"{where}?programme=")
    assert "There is a problem Choose a programme." in unchosen.text
    assert unchosen.links["Choose a programme."] == "#programme"
    assert "What would change" not in unchosen.text
    looked_at = asa.page(f"{where}?programme=sjukskoterska")
    assert "The progress stays as it is." in looked_at.text
    assert chosen_of(looked_at) == "sjukskoterska"
    done = asa.post(where, {"programme": "sjukskoterska"})
    assert "The programme is changed." in asa.page(done.location).text
    assert asa.post(where, {"programme": "\0"}).status_code == 400
