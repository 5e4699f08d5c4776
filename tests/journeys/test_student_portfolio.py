"""A student's way through the pages without scripts, from nothing to a submitted activity."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from lti_app.db import Database
from lti_app.people.actors import Actor
from lti_app.people.models import Course
from lti_app.people.roles import Role
from lti_app.portfolio.submission_queries import submissions_of
from tests import world
from tests.inspect_page import page
from tests.journeys.filling_in import begin, follow, send_file, submit
from tests.unit.portfolio.conftest import WORDS, a_pdf, an_image
from tests.visit import Visit

Open = Callable[..., Visit]


def test_an_empty_home_invites_to_begin(at_home: Visit) -> None:
    home = at_home.page()
    assert "Start with something you have already done" in home.text
    assert "Language café" in home.links
    assert "0 of 3 different types" in home.text
    assert "Opens when your final report is approved." in home.text
    assert "Still needed" not in home.text  # the progress above says as much


def test_a_course_without_set_up_gets_a_kind_page(database: Database, visit: Open) -> None:
    with database.writing() as session:
        bare = world.a_course(session)
        newcomer = world.an_actor(world.a_person(session, bare), bare)
    assert "has not been set up yet" in visit(newcomer).page().text


def test_types_are_found_by_words_and_by_setting(at_home: Visit) -> None:
    everything = at_home.page("/activities/new")
    assert len({href for href in everything.links.values() if "/activities/new/" in href}) == 110
    found = at_home.page("/activities/new?q=café&setting=home")
    assert "Language café" in found.links
    assert "Exchange studies under agreement" not in found.links
    assert "No type that counts here fits" in at_home.page("/activities/new?q=xyzzy").text
    assert at_home.page("/activities/new?setting=moon").h1 == "What kind of activity was it?"


def test_the_types_are_there_in_swedish_too(visit: Open, student: Actor) -> None:
    assert "Språkcafé" in visit(student, locale="sv-SE").page("/activities/new?q=cafe").links


def test_an_activity_grows_from_draft_to_submission(at_home: Visit) -> None:
    item = begin(at_home)
    tasks = at_home.page(item)
    assert tasks.h1 == "Språkcafé Ελλάς"
    assert tasks.text.count("Add a certificate of attendance, or write a reflection instead.") == 1
    assert "Completed" in tasks.text
    follow(send_file(at_home, item, a_pdf(), "närvaro.pdf"))
    assert "närvaro.pdf" in at_home.page(f"{item}/evidence").links
    assert "Optional" in at_home.page(item).text, "the reflection, which the file stands for"
    check = at_home.page(f"{item}/check")
    assert "närvaro.pdf" in check.text
    assert check.links["Change what and when"].endswith("/details")
    done = at_home.page(follow(submit(at_home, item)))
    assert "Submitted for review." in done.text
    assert "Withdraw" in done.text
    assert "a teacher is looking" not in at_home.page().text  # two more types are wanted
    assert "Språkcafé Ελλάς" in at_home.page("/record").text


def test_a_second_click_on_submit_changes_nothing(at_home: Visit, database: Database) -> None:
    item = begin(at_home)
    follow(send_file(at_home, item, a_pdf(), "a.pdf"))
    sent = at_home.page(f"{item}/check").form("/submit")
    first, second = (follow(at_home.post(f"{item}/submit", sent)) for _ in range(2))
    assert first == second
    with database.reading() as session:
        assert len(submissions_of(session, [uuid.UUID(item.rsplit("/", 1)[-1])])) == 1


def test_a_second_click_on_any_other_button_changes_nothing(at_home: Visit) -> None:
    new = at_home.page("/activities/new/language_cafe").form("/activities/new/language_cafe")
    first, second = (
        follow(at_home.post("/activities/new/language_cafe", new | {"title": "Café"})) for _ in range(2)
    )
    assert first == second
    item = first.split("?")[0]
    details = at_home.page(f"{item}/details").form("/details") | {"title": "Café 2"}
    answers = at_home.page(f"{item}/answers").form("/answers") | {"answer_what": WORDS}
    for path, form in ((f"{item}/details", details), (f"{item}/answers", answers)):
        assert [at_home.post(path, form).status_code for _ in range(2)] == [303, 303]
    for _ in range(2):
        follow(send_file(at_home, item, a_pdf(), "a.pdf"))
        follow(at_home.post(f"{item}/links", {"url": "https://example.org"}))
    files = at_home.page(f"{item}/evidence")
    assert sorted(name for name in files.links if name in {"a.pdf", "https://example.org"}) == [
        "a.pdf",
        "https://example.org",
    ]
    remove = next(
        form.attributes["action"] for form in files.root.all("form") if "remove" in form.attributes["action"]
    )
    assert [at_home.post(remove).status_code for _ in range(2)] == [303, 303]
    delete = at_home.page(f"{item}/delete").root.all("form")[-1].attributes["action"]
    assert [at_home.post(delete).status_code for _ in range(2)] == [303, 303]
    assert at_home.get(item).status_code == 404


def test_two_tabs_get_both_texts_to_choose_from(at_home: Visit) -> None:
    item = begin(at_home)
    tab = at_home.page(f"{item}/answers").form("/answers")
    follow(at_home.post(f"{item}/answers", tab | {"answer_what": "Från den ena fliken."}))
    conflict = at_home.post(f"{item}/answers", tab | {"answer_what": "Från den andra fliken."})
    assert conflict.status_code == 409
    both = page(conflict)
    assert "Från den ena fliken." in both.text
    assert "Från den andra fliken." in both.text
    kept = both.form("/answers")
    follow(at_home.post(f"{item}/answers", kept))
    assert "Från den andra fliken." in at_home.page(f"{item}/answers").text


def test_a_tab_that_left_a_question_empty_does_not_wipe_the_other_tabs_answer(at_home: Visit) -> None:
    item = begin(at_home)
    tab = at_home.page(f"{item}/answers").form("/answers")
    follow(
        at_home.post(f"{item}/answers", tab | {"answer_what": "Ena.", "answer_learned": "Bara i den ena."})
    )
    conflict = at_home.post(f"{item}/answers", tab | {"answer_what": "Andra."})
    follow(at_home.post(f"{item}/answers", page(conflict).form("/answers")))
    kept = at_home.page(f"{item}/answers").form("/answers")
    assert (kept["answer_what"].strip(), kept["answer_learned"].strip()) == ("Andra.", "Bara i den ena.")


def test_two_tabs_on_what_and_when_lose_nothing_either(at_home: Visit) -> None:
    item = begin(at_home)
    tab = at_home.page(f"{item}/details").form("/details")
    follow(at_home.post(f"{item}/details", tab | {"title": "Ena"}))
    conflict = at_home.post(f"{item}/details", tab | {"title": "Andra", "field_language": "sw"})
    assert conflict.status_code == 409
    both = page(conflict)
    assert "Swahili" in both.text
    follow(at_home.post(f"{item}/details", both.form("/details")))
    assert at_home.page(item).h1 == "Andra"


def test_a_date_mended_after_a_refusal_still_meets_what_the_other_tab_saved(at_home: Visit) -> None:
    item = begin(at_home)
    tab = at_home.page(f"{item}/details").form("/details")
    follow(at_home.post(f"{item}/details", tab | {"title": "Ena"}))
    refused = at_home.post(f"{item}/details", tab | {"title": "Andra", "ends_on": "2026-02-01"})
    assert refused.status_code == 422
    mended = page(refused).form("/details") | {"ends_on": ""}
    assert at_home.post(f"{item}/details", mended).status_code == 409
    assert at_home.page(item).h1 == "Ena"


def test_so_does_an_answer_that_was_too_long_at_first(at_home: Visit) -> None:
    item = begin(at_home)
    tab = at_home.page(f"{item}/answers").form("/answers")
    follow(at_home.post(f"{item}/answers", tab | {"answer_what": "Ena."}))
    refused = at_home.post(f"{item}/answers", tab | {"answer_what": "å" * 5001})
    assert refused.status_code == 422
    mended = page(refused).form("/answers") | {"answer_what": "Andra."}
    assert at_home.post(f"{item}/answers", mended).status_code == 409
    assert "Ena." in at_home.page(f"{item}/answers").text


def test_a_refused_form_that_nobody_else_saved_meanwhile_is_saved_once_it_is_mended(at_home: Visit) -> None:
    item = begin(at_home)
    tab = at_home.page(f"{item}/details").form("/details")
    refused = at_home.post(f"{item}/details", tab | {"title": "Ny", "ends_on": "2026-02-01"})
    follow(at_home.post(f"{item}/details", page(refused).form("/details") | {"ends_on": ""}))
    assert at_home.page(item).h1 == "Ny"


def test_an_amount_of_money_goes_from_the_form_to_the_reviewer_and_on_no_certificate(
    visit: Open, student: Actor, database: Database
) -> None:
    asa = visit(student, locale="sv-SE")
    new = "/activities/new/conference_abroad"
    form = asa.page(new).form(new) | {"title": "AMEE", "starts_on": "2026-03-01", "field_event": "AMEE"}
    refused = asa.post(new, form | {"field_grant": ["12,500", "SEK"]})  # type: ignore[dict-item]
    assert refused.status_code == 422
    assert "Stipendium eller bidrag: Skriv högst 2 decimaler för SEK." in page(refused).text
    assert 'value="12,500"' in refused.get_data(as_text=True)
    assert '<option value="SEK" selected>Svensk krona (SEK)</option>' in refused.get_data(as_text=True)

    item = follow(asa.post(new, form | {"field_grant": ["12 500,50", "SEK"]})).split("?")[0]  # type: ignore[dict-item]
    assert 'value="12500,5"' in asa.get(f"{item}/details").get_data(as_text=True)
    change = asa.page(f"{item}/details").form("/details") | {
        "field_country": "NO",
        "field_contribution": "oral",
        "field_duration_days": "3",
        "field_grant": ["12500,5", "SEK"],
    }
    follow(asa.post(f"{item}/details", change))
    follow(send_file(asa, item, a_pdf(), "intyg.pdf"))
    assert "Stipendium eller bidrag 12 500,50 SEK" in asa.page(f"{item}/check").text.replace("\xa0", " ")
    follow(submit(asa, item))
    with database.writing() as session:
        (submission,) = submissions_of(session, [uuid.UUID(item.rsplit("/", 1)[-1])])
        course = session.get_one(Course, student.course_id)
        tove = world.an_actor(world.a_person(session, course, Role.TEACHER), course, Role.TEACHER)
    teacher = visit(tove)
    assert "SEK 12,500.50" in teacher.page(f"/review/{submission.id}").text.replace("\xa0", " ")


def test_the_type_can_be_changed_with_the_rest_kept(at_home: Visit) -> None:
    item = begin(at_home)
    assert "Journal club" in at_home.page(f"{item}/type?q=journal").links
    form = at_home.page(f"{item}/details?type=journal_club").form("/details")
    assert form["title"] == "Språkcafé Ελλάς"
    follow(at_home.post(f"{item}/details", form))
    assert "Journal club" in at_home.page(f"{item}/check").text


def test_a_file_is_shown_in_the_page_without_our_origins_rights(at_home: Visit) -> None:
    item = begin(at_home)
    follow(send_file(at_home, item, an_image("PNG"), "intyg å.png"))
    address = at_home.page(f"{item}/evidence").links["intyg å.png"]
    shown = at_home.get(address, buffered=True)
    assert shown.mimetype == "image/png"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"].startswith("sandbox")
    assert shown.headers["Content-Disposition"] == (
        "inline; filename=\"intyg _.png\"; filename*=UTF-8''intyg%20%C3%A5.png"
    )
    saved = at_home.get(f"{address}?download=1", buffered=True)
    assert saved.headers["Content-Disposition"].startswith("attachment;")
