"""A teacher opens the tool for the first time in a course and sets it up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from lti_app.clock import now
from lti_app.db import Database
from lti_app.jobs.models import Delivery, DeliveryState
from lti_app.lti.ags.models import LineItem, LineItemKind, SpareAssignment
from lti_app.people.actors import Actor
from lti_app.people.models import Course
from lti_app.people.roles import Role
from lti_app.schemes.models import CourseSetup
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.service import publish
from lti_app.schemes.text import Text
from tests.inspect_page import Page, page
from tests.visit import Visit
from tests.world import a_course, a_person, a_setup, an_actor

Visiting = Callable[..., Visit]
CHOICE = {"scheme": "lund-medicine", "programme": "lakare"}


def _staff(database: Database, role: Role = Role.TEACHER, lineitems_url: str | None = None) -> Actor:
    with database.writing() as session:
        course = a_course(session)
        if lineitems_url is not None:
            course.lineitems_url = lineitems_url
        return an_actor(a_person(session, course, role), course, role)


@pytest.mark.parametrize("role", [Role.TEACHER, Role.DESIGNER])
def test_the_first_visit_leads_to_the_form_and_the_choice_to_the_status(
    visit: Visiting, database: Database, role: Role
) -> None:
    staff = visit(_staff(database, role))
    first = staff.get("/set-up")
    assert first.status_code == 303
    form = staff.page(first.location)
    assert form.form("/set-up/choose") | CHOICE == form.form("/set-up/choose") | {
        "programme": "lakare",
        "scheme": "lund-medicine",
    }

    saved = staff.post("/set-up/choose", CHOICE)
    assert saved.status_code == 303
    status = staff.page(saved.location)
    assert "Lund, Medicine" in status.text
    assert status.text.count("Connecting") == 4
    assert "International merits: certificate" in status.text


def test_the_guide_goes_from_programme_to_scheme_to_assignments_and_says_where_one_is(
    visit: Visiting, database: Database
) -> None:
    staff = visit(_staff(database))
    first = staff.page("/set-up/choose")
    assert first.h1 == "Set up the certificate in this course"
    assert _step_at_hand(first) == "Programme"
    led_on = staff.post("/set-up/choose", first.form("/set-up/choose") | {"programme": "lakare"})
    assert led_on.status_code == 303

    second = staff.page(led_on.location)
    assert _step_at_hand(second) == "Certificate scheme"
    assert "Study Programme in Medicine" in second.text
    assert "Approved activities of at least 3 different types; a type counts once." in second.text
    assert "Source: " in second.text
    named = [name for name in second.links if name.startswith("Preview as a student")]
    assert len(named) > 5
    assert named == sorted(named, key=str.casefold)
    preview = staff.page(second.links["Preview as a student : Lund, Medicine"])
    assert "Language café" in preview.text
    assert "Every activity needs a certificate of attendance or a reflection." in preview.text

    done = staff.post(
        "/set-up/choose", second.form("/set-up/choose?programme=lakare") | {"scheme": "lund-medicine"}
    )
    last = staff.page(done.location)
    assert _step_at_hand(last) == "Assignments"
    assert staff.page(last.links["Certificate scheme"]).h1 == "Choose a certificate scheme"


def test_what_the_institution_has_published_itself_stands_first(visit: Visiting, database: Database) -> None:
    actor = _staff(database)
    staff, step = visit(actor), "/set-up/choose?programme=lakare"
    with database.writing() as session:
        publish(session, actor.institution_id, bundled_schemes()["lund-medicine"])
    shown = staff.page(step)
    assert "own schemes" not in shown.text, "the tool's own, adopted as it is, is not theirs"
    with database.writing() as session:
        for slug in ("lund-medicine", "our-own"):
            named = replace(
                bundled_schemes()["lund-medicine"], slug=slug, name=Text(f"Vår {slug}", f"Our {slug}")
            )
            publish(session, actor.institution_id, named)
    shown = staff.page(step)
    headings = [each.text for each in shown.main.all("h2")]
    assert headings == ["Your institution's own schemes", "Schemes that come with the tool"]
    order = [
        each.text for each in shown.main.all("h2", "strong") if each.text in headings or "Our " in each.text
    ]
    assert order == [headings[0], "Our lund-medicine", "Our our-own", headings[1]]
    ids = [each.attributes["id"] for each in shown.main.all("input") if each.attributes["name"] == "scheme"]
    assert ids == [f"scheme-{number}" for number in range(len(ids))]


def test_a_scheme_must_be_chosen_before_the_last_step(visit: Visiting, database: Database) -> None:
    staff = visit(_staff(database))
    step = "/set-up/choose?programme=lakare"
    sent = staff.page(step).form(step)
    del sent["scheme"]
    answer = staff.post(step, sent)
    assert answer.status_code == 422
    back = page(answer).form("/language")["back"]
    assert staff.page(back).h1 == "Choose a certificate scheme", "the language button leads to this step"
    assert page(answer).links["Choose a certificate scheme."] == "#scheme-0"


def test_a_scheme_that_is_not_there_has_no_preview(visit: Visiting, database: Database) -> None:
    staff = visit(_staff(database))
    for path in ("/set-up/preview/nowhere", "/set-up/preview/lund-medicine?programme=nowhere"):
        assert staff.get(path).status_code == 404


def _step_at_hand(shown: Page) -> str:
    (step,) = [node for node in shown.root.every() if node.attributes.get("aria-current") == "step"]
    return step.text


def test_the_assignments_are_named_in_the_teachers_language(visit: Visiting, database: Database) -> None:
    staff = visit(_staff(database), locale="sv")
    staff.post("/set-up/choose", CHOICE)
    assert "Lund, medicin" in staff.page("/set-up").text


def test_a_missing_choice_is_said_beside_its_field_and_in_the_summary(
    visit: Visiting, database: Database
) -> None:
    staff = visit(_staff(database))
    answer = staff.post("/set-up/choose", {"scheme": "lund-medicine"})
    assert answer.status_code == 422
    shown = page(answer)
    assert shown.text.count("Choose a programme.") == 2
    assert shown.links["Choose a programme."] == "#programme"


@pytest.mark.parametrize("wrong", [{"scheme": "x"}, {"programme": "x"}, {"scheme": ""}, {"programme": "\0"}])
def test_a_choice_that_is_not_offered_is_refused(
    visit: Visiting, database: Database, wrong: dict[str, str]
) -> None:
    staff = visit(_staff(database))
    assert staff.post("/set-up/choose", CHOICE | wrong).status_code in {400, 422}
    with database.reading() as session:
        assert session.scalars(select(CourseSetup)).all() == []


def test_a_double_click_sets_up_once(visit: Visiting, database: Database) -> None:
    staff = visit(_staff(database))
    for _ in range(2):
        assert staff.post("/set-up/choose", CHOICE).status_code == 303
    with database.reading() as session:
        assert len(session.scalars(select(CourseSetup)).all()) == 1
        assert len(session.scalars(select(Delivery)).all()) == 3


def test_the_choice_can_be_changed(visit: Visiting, database: Database) -> None:
    staff = visit(_staff(database))
    staff.post("/set-up/choose", CHOICE)
    form = staff.page("/set-up/choose")
    assert form.form("/set-up/choose")["programme"] == "lakare"
    schemes = staff.page("/set-up/choose?programme=lakare")
    marked = [each.attributes["value"] for each in schemes.main.all("input") if "checked" in each.attributes]
    assert marked == ["lund-medicine"]
    assert "keep the rules they began with" in schemes.text
    staff.post("/set-up/choose", CHOICE | {"programme": "sjukskoterska"})
    assert "Nursing" in staff.page("/set-up").text


def test_a_course_whose_programme_is_offered_no_more_keeps_it_and_can_be_set_up_again(
    visit: Visiting, database: Database
) -> None:
    with database.writing() as session:
        course = a_course(session)
        a_setup(session, course, programme="master_toxikologi")
        teacher = an_actor(a_person(session, course, Role.TEACHER), course, Role.TEACHER)
    staff = visit(teacher)
    form = staff.page("/set-up/choose")
    assert form.form("/set-up/choose")["programme"] == "master_toxikologi"
    schemes = staff.page("/set-up/choose?programme=master_toxikologi")
    offered = [each for each in schemes.main.all("input") if each.attributes.get("type") == "radio"]
    assert [each.attributes["value"] for each in offered] == ["lund-medicine"]
    kept = staff.post("/set-up/choose", CHOICE | {"programme": "master_toxikologi"})
    assert kept.status_code == 303
    assert "Toxicology" in staff.page(kept.location).text
    refused = staff.post("/set-up/choose", {"scheme": "malmo", "programme": "master_toxikologi"})
    assert refused.status_code == 422


def test_a_failed_assignment_shows_why_and_can_be_tried_again(visit: Visiting, database: Database) -> None:
    staff = visit(_staff(database))
    staff.post("/set-up/choose", CHOICE)
    with database.writing() as session:
        for item in session.scalars(select(LineItem)):
            item.url = f"https://canvas.test/line_items/{item.kind}"
        for delivery in session.scalars(select(Delivery)):
            delivery.state, delivery.finished_at = DeliveryState.SENT, now()
        lost = session.scalars(select(LineItem).limit(1)).one()
        lost.url = ""
        session.flush()
        failed = next(
            each for each in session.scalars(select(Delivery)) if each.payload["line_item_id"] == str(lost.id)
        )
        failed.state, failed.reason = DeliveryState.FAILED, "The platform refused it.\n403 Forbidden"

    status = staff.page("/set-up")
    assert "Failed The platform refused it." in status.text
    assert "403 Forbidden" in status.text
    assert status.text.count("Connected") == 2
    again = staff.post("/set-up/retry")
    assert again.status_code == 303
    assert "Connecting takes some seconds" in staff.page(again.location).text


def test_a_platform_without_gradebook_services_is_told_so_and_the_course_is_ready(
    visit: Visiting, database: Database
) -> None:
    staff = visit(_staff(database, lineitems_url=""))
    staff.post("/set-up/choose", CHOICE)
    status = staff.page("/set-up").text
    assert "lets the tool connect no assignments" in status
    assert "The course is ready" in status


def test_an_address_that_comes_with_a_later_launch_can_be_connected(
    visit: Visiting, database: Database
) -> None:
    actor = _staff(database, lineitems_url="")
    staff = visit(actor)
    staff.post("/set-up/choose", CHOICE)
    with database.writing() as session:
        session.get_one(Course, actor.course_id).lineitems_url = "https://canvas.test/line_items"
    status = staff.page("/set-up")
    assert "Create what is missing" in status.text
    assert status.text.count("Not in this course") == 3
    staff.post("/set-up/retry")
    with database.reading() as session:
        assert len(session.scalars(select(Delivery)).all()) == 3


def test_assignments_are_named_in_the_courses_language_unless_the_teacher_chooses_another(
    visit: Visiting, database: Database
) -> None:
    staff = visit(_staff(database), locale="sv")
    staff.post("/language", {"language": "en", "back": ""})
    form = staff.page("/set-up/choose?programme=lakare").form("/set-up/choose?programme=lakare")
    assert form["names"] == "sv"
    staff.post("/set-up/choose", CHOICE)
    with database.reading() as session:
        labels = {each.label for each in session.scalars(select(LineItem))}
    assert "Internationella meriter: slutrapport" in labels


def test_names_stay_whatever_language_the_page_is_in_until_somebody_renames(
    visit: Visiting, database: Database
) -> None:
    actor, _ = _with_a_spare(database)
    staff = visit(actor)
    staff.post("/set-up/choose", CHOICE | {"names": "sv"})
    with database.reading() as session:
        assert "Meriter" in {each.label for each in session.scalars(select(LineItem))}
    staff.post("/set-up/names", {"names": "sv"})
    with database.reading() as session:
        labels = {each.kind: each.label for each in session.scalars(select(LineItem))}
        told = [each.payload for each in session.scalars(select(Delivery)) if each.payload["is_renamed"]]
    assert labels[LineItemKind.ACTIVITIES] == "Internationella meriter: aktiviteter"
    assert len(told) == 1  # the two others are not there yet


def _with_a_spare(database: Database) -> tuple[Actor, str]:
    """A teacher of a course with two assignments for activities, and the address of the second's acts."""
    actor = _staff(database)
    with database.writing() as session:
        course = session.scalars(select(Course)).one()
        a_setup(session, course)
        here = {"institution_id": course.institution_id, "course_id": course.id, "kind": "activities"}
        session.add(LineItem(**here, label="Meriter", url="https://school.test/items/1", score_maximum=3))
        spare = SpareAssignment(**here, title="Meriter (kopia)", url="https://school.test/items/2")
        session.add(spare)
        session.flush()
        return actor, f"/set-up/assignments/{spare.id}"


def test_an_assignment_that_gets_no_results_is_told_of_and_can_take_over(
    visit: Visiting, database: Database
) -> None:
    actor, where = _with_a_spare(database)
    staff = visit(actor)
    assert "“Meriter (kopia)” is another assignment" in staff.page("/set-up").text
    for _ in range(2):  # pressed twice
        assert staff.post(f"{where}/use").status_code == 303
    assert "“Meriter” is another assignment" in staff.page("/set-up").text
    with database.reading() as session:
        row = session.scalars(select(LineItem)).one()
    assert (row.url, row.label) == ("https://school.test/items/2", "Meriter (kopia)")


def test_whoever_wonders_where_a_result_is_hears_of_the_other_assignment(
    visit: Visiting, database: Database
) -> None:
    actor, where = _with_a_spare(database)
    staff = visit(actor)
    for path in ("/class", "/deliveries"):
        shown = staff.page(path)
        assert "No results go to “Meriter (kopia)”" in shown.text
        assert shown.links["See what to do"].endswith("/set-up#connected")
    staff.post(f"{where}/forget")
    for path in ("/class", "/deliveries"):
        assert "No results go to" not in staff.page(path).text


def test_one_that_was_deleted_is_forgotten_and_no_others_can_be(visit: Visiting, database: Database) -> None:
    actor, where = _with_a_spare(database)
    with database.writing() as session:
        other = a_course(session)
        stranger = an_actor(a_person(session, other, Role.TEACHER), other, Role.TEACHER)
    visit(stranger).post(f"{where}/forget")
    assert "another assignment" in visit(actor).page("/set-up").text
    visit(actor).post(f"{where}/forget")
    assert "another assignment" not in visit(actor).page("/set-up").text


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "/set-up"), ("get", "/set-up/choose"), ("post", "/set-up/choose"), ("post", "/set-up/retry")],
)
@pytest.mark.parametrize("role", [Role.STUDENT, Role.OBSERVER])
def test_students_and_observers_may_not(
    visit: Visiting, database: Database, role: Role, method: str, path: str
) -> None:
    someone = visit(_staff(database, role))
    answer = someone.get(path) if method == "get" else someone.post(path, CHOICE)
    assert answer.status_code == 403
    assert page(answer).main.attributes["data-error-code"] == "not-allowed"
