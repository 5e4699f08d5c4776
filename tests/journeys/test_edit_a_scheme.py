"""A coordinator edits a scheme: from a bundled one or a file, by plain forms, to the next version.

What the file can say survives the form: every section of every bundled scheme is opened and sent unchanged.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from lti_app.db import Database
from lti_app.people.models import Course
from lti_app.people.roles import Role
from lti_app.schemes.certificate_layout import DEFAULT
from lti_app.schemes.editor.queries import Draft, draft_named
from lti_app.schemes.editor.sections import SECTIONS
from lti_app.schemes.editor.service import write_draft
from lti_app.schemes.queries import bundled_schemes, published_version
from lti_app.schemes.question_sets import question_sets
from lti_app.schemes.reading import from_yaml
from lti_app.schemes.service import publish as publish_version
from lti_app.schemes.text import Text
from lti_app.schemes.writing import to_json, to_yaml
from tests import world
from tests.filling import Sent, sent_by
from tests.inspect_page import Page, page
from tests.queries import counting_queries
from tests.visit import Visit

Open = Callable[..., Visit]
LUND = "lund-medicine"


@pytest.fixture
def course(database: Database) -> Course:
    with database.writing() as session:
        return world.a_running_course(session)


@pytest.fixture
def sam(database: Database, course: Course, visit: Open) -> Visit:
    """A coordinator, outside of courses."""
    with database.writing() as session:
        person = world.a_person(session, course, Role.STUDENT, name="Sam Ordnare")
    return visit(world.an_actor(person, None, Role.COORDINATOR))


def draft_of(database: Database, visit: Visit, slug: str = LUND) -> Draft:
    with database.reading() as session:
        found = draft_named(session, visit.actor.institution_id, slug)
    assert found is not None
    return found


def begun(sam: Visit, slug: str = LUND) -> None:
    assert sam.post("schemes/new", {"from": "bundled", "bundled": slug}).status_code == 303


def saved(
    sam: Visit, section: str, changes: Sent | None = None, *, slug: str = LUND, do: str = "save"
) -> Page:
    """Open a section, change what is said, press a button, and see the page that follows."""
    address = f"schemes/{slug}/draft/sections/{section}"
    form = sent_by(sam.page(address), address, button=("do", do)) | (changes or {})
    response = sam.post(address, form)
    assert response.status_code == 303, response.get_data(as_text=True)
    return page(sam.get(response.headers["Location"].partition("#")[0]))


@pytest.mark.parametrize("slug", bundled_schemes())
def test_every_section_sent_unchanged_leaves_the_scheme_as_it_was(
    database: Database, sam: Visit, slug: str
) -> None:
    begun(sam, slug)
    before = draft_of(database, sam, slug)
    for section in SECTIONS:
        address = f"schemes/{slug}/draft/sections/{section.slug}"
        shown = sam.page(address)
        assert "To fix" not in shown.text, shown.text
        assert sam.post(address, sent_by(shown, address, button=("do", "save"))).status_code == 303
    after = draft_of(database, sam, slug)
    assert after.document == before.document == to_json(bundled_schemes()[slug])
    assert after.revision == 1
    exported = sam.get(f"schemes/{slug}/draft/file")
    assert exported.headers["Content-Disposition"] == f"attachment; filename={slug}-draft.yaml"
    assert from_yaml(exported.get_data(as_text=True), "x") == bundled_schemes()[slug]


def test_from_a_change_to_the_next_version(database: Database, sam: Visit, course: Course) -> None:
    begun(sam)
    saved(sam, "about", {"name.sv": ["Nytt namn"], "name.en": ["New name"]})
    added = saved(sam, "reflection", do="add:reflection.questions")
    assert "New question" in [each.text for each in added.main.all("h3")]
    assert "Still to fill in:" in added.text
    assert {"Question › Swedish", "Question › English"} <= set(added.links)
    assert "To fix" not in added.text, "what was just added is not wrong"
    assert [each for each in added.main.every() if "aria-invalid" in each.attributes] == []
    assert "To fix" in saved(sam, "reflection").text, "once it is saved so, it is"
    shown = sam.page(f"schemes/{LUND}/draft")
    assert "2 things to fix" in shown.text
    shown = sam.page(f"schemes/{LUND}/draft/publish")
    assert "Swedish: The Swedish text is missing." in shown.text
    assert not shown.root.all("textarea")
    asked = {"reflection.questions.2.sv": ["Och?"], "reflection.questions.2.en": ["And?"]}
    saved(sam, "reflection", asked)
    shown = sam.page(f"schemes/{LUND}/draft/publish")
    (_, name, *_, question) = [each.text for each in shown.main.all("li")]
    assert "Changed:" in name
    assert "Name (Swedish)" in name
    assert "Lund, medicin" in name
    assert "Nytt namn" in name
    assert "Added:" in question
    assert "Questions to each activity › Questions › And?" in question
    form = sent_by(shown, "/publish")
    refused = sam.post(f"schemes/{LUND}/draft/publish", form)
    assert refused.status_code == 422
    assert "Write a note" in page(refused).text
    form["note"] = ["En fråga till"]
    shown = sam.page(sam.post(f"schemes/{LUND}/draft/publish", form).location)
    assert "Version 2 is published." in shown.text
    assert "En fråga till" in shown.text
    assert "Sam Ordnare" in shown.text
    with database.reading() as session:
        version = published_version(session, course.institution_id, LUND)
    assert version is not None
    assert (version.number, version.document["name"]["en"]) == (2, "New name")
    assert "New name, version 2" in sam.page(f"schemes/{LUND}/versions/2").h1
    assert "Nytt namn" in sam.page(f"schemes/{LUND}/versions/2").text
    assert "Nytt namn" not in sam.page(f"schemes/{LUND}/versions/1").text


def test_a_version_too_large_for_the_editor_is_refused_in_words(
    database: Database, course: Course, sam: Visit
) -> None:
    lund = bundled_schemes()[LUND]
    long = Text("å" * 400, "e" * 400)
    questions = tuple(replace(lund.reflection.questions[0], id=f"q{each}", text=long) for each in range(200))
    with database.writing() as session:
        reflection = replace(lund.reflection, questions=questions)
        publish_version(session, course.institution_id, replace(lund, reflection=reflection))
    refused = sam.post(f"schemes/{LUND}/begin", {"number": "2"})
    assert refused.status_code == 413
    assert "This is too large" in page(refused).text


def test_a_draft_in_which_nothing_is_new_is_not_offered_to_be_published(
    database: Database, sam: Visit
) -> None:
    sam.post(f"schemes/{LUND}/begin", {"number": "1"})
    assert "Nothing differs from version 1 yet." in sam.page(f"schemes/{LUND}/draft").text
    shown = sam.page(f"schemes/{LUND}/draft/publish")
    assert "The draft says the same as version 1, so there is nothing to publish." in shown.text
    assert not shown.root.all("textarea")
    refused = publish(database, sam)
    assert refused.status_code == 409
    assert "There is nothing to publish" in page(refused).text
    saved(sam, "report", {"final_report.questions.0.id": ["other"]})
    assert sam.page(f"schemes/{LUND}/draft/publish").root.all("textarea"), "a short name is a difference"
    assert "Go on to publishing" in sam.page(f"schemes/{LUND}/draft").links
    saved(sam, "about", {"name.en": [""]})
    assert "Nothing differs" not in sam.page(f"schemes/{LUND}/draft").text
    sam.post(f"schemes/{LUND}/draft/undo", sent_by(sam.page(f"schemes/{LUND}/draft"), "/undo"))
    assert "Version 1 Newest" in sam.page(f"schemes/{LUND}").text
    assert publish(database, sam).status_code == 303
    shown = sam.page(f"schemes/{LUND}").text
    assert "no course runs it" in shown
    assert "runs in 1 course" in shown


def test_requirements_are_built_and_moved_by_buttons(database: Database, sam: Visit) -> None:
    begun(sam)
    saved(sam, "requirements", {"requirements.kind": ["all_of"]}, do="kind")
    saved(sam, "requirements", do="add:requirements.all_of")
    saved(sam, "requirements", {"requirements.all_of.1.kind": ["weeks"]}, do="kind")
    saved(sam, "requirements", {"requirements.all_of.1.weeks": ["4,5"]}, do="up:requirements.all_of.1")
    weeks, types = draft_of(database, sam).document["requirements"]["all_of"]
    assert (weeks["weeks"], types) == ("4.5", {"id": "r", "distinct_types": 3})
    saved(sam, "requirements", {"requirements.all_of.0.kind": ["any_of"]}, do="kind")
    nested = draft_of(database, sam).document["requirements"]["all_of"][0]
    assert nested["any_of"] == [weeks]
    shown = saved(sam, "requirements", do="remove:requirements.all_of.0")
    assert "Removed." in shown.text
    assert draft_of(database, sam).document["requirements"]["all_of"] == [types]
    undone = sam.post(f"schemes/{LUND}/draft/undo", sent_by(shown, "/undo"))
    assert undone.status_code == 303
    assert draft_of(database, sam).document["requirements"]["all_of"] == [nested, types]


def test_the_last_member_of_a_list_that_may_be_left_out_takes_the_list_along(
    database: Database, sam: Visit
) -> None:
    begun(sam)
    before = draft_of(database, sam).document
    saved(sam, "rubric", do="add:rubric")
    (criterion,) = draft_of(database, sam).document["rubric"]
    assert [each["id"] for each in criterion["levels"]] == ["level1", "level2"], "no criterion has fewer"
    saved(sam, "counting", do="add:points.settings")
    saved(sam, "rubric", do="remove:rubric.0")
    saved(sam, "counting", do="remove:points.settings.0")
    assert draft_of(database, sam).document == before


def test_a_long_list_is_chosen_on_its_own_page(database: Database, sam: Visit) -> None:
    begun(sam)
    shown = saved(sam, "types", {"activity_types.way": ["only"]}, do="pick:activity_types.codes")
    assert "Types that count" in shown.h1
    address = f"schemes/{LUND}/draft/sections/types/choose"
    form = sent_by(shown, address) | {"codes": ["language_cafe", "journal_club"]}
    assert sam.post(f"{address}?path=activity_types.codes", form).status_code == 303
    assert draft_of(database, sam).document["activity_types"] == {"only": ["language_cafe", "journal_club"]}
    assert "Language café" in sam.page(f"schemes/{LUND}/draft/sections/types").text
    shown = saved(sam, "about", {"programmes.way": ["list"]}, do="pick:programmes.codes")
    groups = [each.text for each in shown.main.all("summary")]
    assert any(each.startswith("Lund University (0/") for each in groups), "each has its university"


def test_logo_and_signatures_are_chosen_by_name_and_a_picture_that_is_not_there_keeps_it_a_draft(
    database: Database, sam: Visit
) -> None:
    for kind, colour, said in (("logo", "navy", "The seal"), ("signature", "black", "The dean's hand")):
        sent = {"kind": kind, "alt_sv": said, "alt_en": said, "picture": a_picture(colour)}
        assert sam.post("pictures", sent, content_type="multipart/form-data").status_code == 303
    begun(sam)
    shown = sam.page(f"schemes/{LUND}/draft/sections/certificate")
    seal, hand = (named(shown, each) for each in ("The seal", "The dean's hand"))
    who = "certificate.signatories.0.picture"
    assert offered(shown, "certificate.layout.logo") == ["No picture", "The seal"]
    assert offered(shown, who) == ["No picture", "The dean's hand"]
    shown = saved(sam, "certificate", {"certificate.layout.logo": [seal], who: [hand]})
    assert len(shown.main.all("img")) == 2
    assert sam.page(shown.links["Specimen of what is saved"]).h1 == "Specimen"
    certificate = draft_of(database, sam).document["certificate"]
    assert certificate["layout"] == {"logo": seal}
    assert certificate["signatories"] == [{"picture": hand, "role": {"sv": "Vicedekan", "en": "Vice-Dean"}}]
    compared = sam.page(f"schemes/{LUND}/draft/differences").text
    assert "Picture of the signature" in compared
    assert "The dean's hand" in compared

    for each in sam.page("pictures").main.all("form"):
        if each.attributes["action"].endswith("withdraw"):
            sam.post(each.attributes["action"])
    shown = saved(sam, "certificate")
    assert named(shown, "The seal – no longer offered") == seal
    assert "to fix" not in sam.page(f"schemes/{LUND}/draft").text.lower()
    shown = saved(sam, "certificate", {who: ["a" * 64]})
    assert "This picture is not among the pictures of the institution." in shown.text
    assert named(shown, "A picture that is not here (aaaaaaaa)") == "a" * 64
    shown = saved(sam, "certificate", {who: [seal]})
    assert offered(shown, who)[-1] == "The seal – no longer offered", "chosen before, and kept"
    saved(sam, "certificate", {who: ["a" * 64]})
    assert publish(database, sam).status_code == 409
    saved(sam, "certificate", {who: [hand]})
    assert publish(database, sam).status_code == 303
    with database.reading() as session:
        version = published_version(session, sam.actor.institution_id, LUND)
        assert version is not None
        assert version.document["certificate"]["layout"] == {"logo": seal, "signature_images": [hand]}
    exported = sam.get(f"schemes/{LUND}/versions/2/file").get_data(as_text=True)
    assert f"picture: {hand}" in exported
    assert "The dean's hand" in sam.page(f"schemes/{LUND}/versions/2").text
    sam.post(f"schemes/{LUND}/begin", {"number": "2"})
    assert "There is no difference." in sam.page(f"schemes/{LUND}/draft/differences").text


def publish(database: Database, sam: Visit) -> TestResponse:
    """Publish the draft as it stands, whatever its page says."""
    sent = {"note": "New pictures", "revision": str(draft_of(database, sam).revision)}
    return sam.post(f"schemes/{LUND}/draft/publish", sent)


def a_picture(colour: str) -> tuple[io.BytesIO, str]:
    written = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(written, "PNG")
    return io.BytesIO(written.getvalue()), "picture.png"


def offered(shown: Page, name: str) -> list[str]:
    """What may be chosen of this control."""
    (control,) = (each for each in shown.main.all("select") if each.attributes["name"] == name)
    return [each.text for each in control.all("option")]


def named(shown: Page, name: str) -> str:
    """The value of the first choice of this name."""
    return next(each for each in shown.main.all("option") if each.text == name).attributes["value"]


def test_who_signs_without_a_name_is_said_before_publishing_and_keeps_nothing_back(
    database: Database, sam: Visit
) -> None:
    begun(sam)
    saved(sam, "about", {"name.en": ["New name"]})
    said = "“Vice-Dean” signs without a name"
    assert said in sam.page(f"schemes/{LUND}/draft").text
    shown = sam.page(f"schemes/{LUND}/draft/publish")
    assert said in shown.text
    assert shown.root.all("textarea"), "it can be published so"
    saved(sam, "certificate", {"certificate.signatories.0.name": ["Anna Berg"]})
    for address in ("draft", "draft/publish", "draft/specimen"):
        assert "Good to know" not in sam.page(f"schemes/{LUND}/{address}").text


def test_the_differences_name_who_signs_anew_and_show_colours(database: Database, sam: Visit) -> None:
    sam.post(f"schemes/{LUND}/begin", {"number": "1"})
    saved(sam, "certificate", do="add:certificate.signatories")
    new = "certificate.signatories.1"
    role = {f"{new}.role.sv": ["Dekan"], f"{new}.role.en": ["Dean"], f"{new}.name": ["Anna Berg"]}
    saved(sam, "certificate", role | {"certificate.layout.accent": ["#aa0000"]})
    shown = sam.page(f"schemes/{LUND}/draft/differences")
    assert "Who signs › Anna Berg, Dean" in shown.text
    assert [each.attributes["fill"] for each in shown.main.all("rect")] == ["#1a3057", "#aa0000"]
    saved(sam, "certificate", {"certificate.layout.accent": ["red"]})
    assert sam.page(f"schemes/{LUND}/draft/differences").main.all("rect") == []


def test_what_stands_for_a_text_that_is_left_empty_is_said_beside_it(sam: Visit) -> None:
    begun(sam)
    shown = sam.page(f"schemes/{LUND}/draft/sections/certificate").text
    for each in (DEFAULT.certifies, DEFAULT.annex, DEFAULT.verify):
        assert f"Leave empty for “{each.sv}” and “{each.en}”." in shown


def test_a_ready_set_of_questions_is_added_twice_under_other_names(database: Database, sam: Visit) -> None:
    begun(sam)
    slug, chosen = next(iter(question_sets().items()))
    for _ in range(2):
        saved(sam, "reflection", {"set": [slug]}, do="insert:reflection.questions")
    questions = draft_of(database, sam).document["reflection"]["questions"]
    assert len(questions) == 2 + 2 * len(chosen.questions)
    assert len({each["id"] for each in questions}) == len(questions)
    assert "thing to fix" not in sam.page(f"schemes/{LUND}/draft").text


def test_who_changed_it_meanwhile_is_said_as_far_as_it_is_known(
    database: Database, sam: Visit, course: Course
) -> None:
    begun(sam)
    address = f"schemes/{LUND}/draft/sections/about"
    form = sent_by(sam.page(address), address)

    def conflict() -> str:
        refused = sam.post(address, form | {"name.en": ["Late"], "do": ["save"]})
        assert refused.status_code == 409
        return page(refused).h1

    saved(sam, "about", {"name.en": ["First"]})
    assert conflict() == "You have changed this in another tab"
    with database.writing() as session:
        other = world.an_actor(world.a_person(session, course, name="Karin Ko"), None, Role.COORDINATOR)
        document = draft_named(session, sam.actor.institution_id, LUND)
        assert document is not None
        theirs = dict(document.document) | {"name": {"sv": "Nytt", "en": "Second"}}
        write_draft(session, other, LUND, theirs, keys=["name"], revision=document.revision, seen="")
    assert conflict() == "Somebody else has changed this"
    saved(sam, "certificate", {"certificate.title.en": ["Other"]})
    assert conflict() == "This has been changed meanwhile", "whoever wrote last did not write this"


def test_two_coordinators_at_one_section_lose_nothing(database: Database, sam: Visit, visit: Open) -> None:
    begun(sam)
    address = f"schemes/{LUND}/draft/sections/about"
    form = sent_by(sam.page(address), address)
    saved(sam, "certificate", {"certificate.title.en": ["Other"]})
    first = sam.post(address, form | {"name.en": ["Mine"], "do": ["save"]})
    assert first.status_code == 303, "another section is no conflict"
    second = sam.post(address, form | {"name.en": ["Yours"], "do": ["save"]})
    assert second.status_code == 409
    shown = page(second)
    assert {"Mine", "Yours"} <= {"".join(each.texts).strip() for each in shown.root.all("textarea")}
    assert draft_of(database, sam).document["name"]["en"] == "Mine"
    assert sam.post(address, sent_by(shown, address)).status_code == 303
    assert draft_of(database, sam).document["name"]["en"] == "Yours"
    assert draft_of(database, sam).document["certificate"]["title"]["en"] == "Other"


def test_a_draft_changed_while_its_note_is_mended_is_not_published(database: Database, sam: Visit) -> None:
    begun(sam)
    saved(sam, "about", {"name.en": ["New name"]})
    address = f"schemes/{LUND}/draft/publish"
    form = sent_by(sam.page(address), "/publish")
    saved(sam, "about", {"name.en": ["Changed meanwhile"]})
    refused = sam.post(address, form)
    assert refused.status_code == 422
    assert sam.post(address, sent_by(page(refused), "/publish") | {"note": ["First"]}).status_code == 409
    assert draft_of(database, sam).document["name"]["en"] == "Changed meanwhile"


def test_a_section_that_makes_the_scheme_too_large_comes_back_with_what_was_typed(
    database: Database, sam: Visit
) -> None:
    begun(sam)
    address = f"schemes/{LUND}/draft/sections/about"
    form = sent_by(sam.page(address), address, button=("do", "save"))
    saved(sam, "report")
    typed = "å" * 500_000
    refused = sam.post(address, form | {"name.en": ["Typed"], "description.sv": [typed]})
    assert refused.status_code == 422
    shown = page(refused)
    (link,) = (each for each in shown.main.all("a") if "too large" in each.text)
    assert link.attributes["href"] == "#f-description.sv"
    (field,) = (each for each in shown.main.all("textarea") if each.attributes["id"] == "f-description.sv")
    assert field.attributes["aria-describedby"] == "f-description.sv-error"
    kept = sent_by(shown, address)
    assert (kept["name.en"], kept["description.sv"]) == (["Typed"], [typed])
    assert (kept["revision"], kept["seen"]) == (form["revision"], form["seen"])
    assert draft_of(database, sam).document["name"]["en"] != "Typed"
    assert sam.post(address, kept | {"description.sv": ["Kort"]}).status_code == 303
    assert draft_of(database, sam).document["name"]["en"] == "Typed"


def test_a_form_cut_short_takes_nothing_away(database: Database, sam: Visit) -> None:
    begun(sam)
    address = f"schemes/{LUND}/draft/sections/presentation"
    form = sent_by(sam.page(address), address)
    del form["end"]
    assert sam.post(address, form).status_code == 400
    assert draft_of(database, sam).revision == 1


def test_a_file_becomes_a_draft_or_says_what_is_wrong_with_it(database: Database, sam: Visit) -> None:
    text = to_yaml(bundled_schemes()[LUND]).replace("scheme: lund-medicine", "scheme: our-own")
    broken = sam.post(
        "schemes/new", {"from": "file", "yaml": text.replace("distinct_types: 3", "distinct_types: x")}
    )
    assert broken.status_code == 422
    shown = page(broken)
    assert "requirements.distinct_types" in shown.text
    assert "scheme: our-own" in shown.root.all("textarea")[0].text
    for sent in ({"yaml": " "}, {"yaml": "[1"}, {"file": (io.BytesIO(b"\xff\xfe\x00a"), "x.yaml")}):
        assert sam.post("schemes/new", {"from": "file", **sent}).status_code == 422
    upload: dict[str, Any] = {"from": "file", "file": (io.BytesIO(text.encode()), "x.yaml")}
    assert sam.post("schemes/new", upload).status_code == 303
    assert draft_of(database, sam, "our-own").origin == "file"
    again = sam.post("schemes/new", {"from": "file", "yaml": text})
    assert again.status_code == 409
    sent = {"note": "First", "revision": "1"}
    shown = sam.page(sam.post("schemes/our-own/draft/publish", sent).location)
    assert "Whoever sets a course up can choose it from now on." in shown.text
    shown = page(again)
    assert "There is a draft of our-own already." in shown.text
    assert "scheme: our-own" in shown.root.all("textarea")[0].text, "what was pasted is still there"
    assert any(each.attributes["href"].endswith("/our-own/draft") for each in shown.main.all("a"))


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("new", "'new' is the tool's own; take another, such as new-cim."),
        ("Our CIM", "Expected a name of lower-case letters a-z, digits, - and _, at most 60 characters"),
        ("[]", "Expected a name of lower-case letters"),
        ("x" * 61, "Expected a name of lower-case letters"),
    ],
)
def test_a_pasted_file_whose_short_name_cannot_be_says_in_which_line_and_stays(
    sam: Visit, slug: str, said: str
) -> None:
    text = to_yaml(bundled_schemes()[LUND]).replace("scheme: lund-medicine", f"scheme: {slug}")
    line = next(n for n, each in enumerate(text.splitlines(), 1) if each.startswith("scheme:"))
    refused = sam.post("schemes/new", {"from": "file", "yaml": text})
    assert refused.status_code == 422
    shown = page(refused)
    assert f"Line {line}, scheme: {said}" in shown.text
    assert f"scheme: {slug}" in shown.root.all("textarea")[0].text


def test_a_draft_is_discarded_after_asking_and_a_scheme_without_versions_goes_with_it(
    database: Database, sam: Visit
) -> None:
    sam.post("schemes/new", {"from": "bundled", "bundled": LUND, "slug": "variant"})
    assert "Short name: variant" in sam.page("schemes").text
    asked = sam.page("schemes/variant/draft/discard")
    assert sam.post("schemes/variant/draft/discard", sent_by(asked, "/discard")).status_code == 303
    assert sam.get("schemes/variant").status_code == 404
    assert sam.get("schemes/variant/draft").status_code == 404


def test_without_a_scheme_chosen_or_with_a_draft_of_it_the_page_says_so(sam: Visit) -> None:
    unchosen = sam.post("schemes/new", {"from": "bundled", "slug": "mine"})
    assert unchosen.status_code == 422
    assert "Choose a scheme." in page(unchosen).text
    begun(sam)
    again = sam.post("schemes/new", {"from": "bundled", "bundled": LUND})
    assert again.status_code == 409
    assert "There is a draft of lund-medicine already." in page(again).text


@pytest.mark.parametrize("slug", ["new", "Stor", "a/b", "x" * 61])
def test_a_short_name_that_has_no_page_of_its_own_is_refused(
    database: Database, sam: Visit, slug: str
) -> None:
    refused = sam.post("schemes/new", {"from": "bundled", "bundled": LUND, "slug": slug})
    assert refused.status_code == 422
    shown = page(refused)
    assert "Short name for a variant of your own: " in shown.main.all("li")[0].text
    fields = {each.attributes.get("id", ""): each.attributes for each in shown.main.all("input")}
    assert fields["slug"]["value"] == slug
    assert "checked" in fields[f"bundled-{LUND}"], "what was chosen is still there"
    with database.reading() as session:
        assert draft_named(session, sam.actor.institution_id, slug) is None


def test_the_preview_is_what_a_student_would_see(sam: Visit) -> None:
    begun(sam)
    address = f"schemes/{LUND}/draft/preview"
    assert "0 of 3 different types" in sam.page(address).text
    twice = "type.0=language_cafe&approved.0=1&type.2=language_cafe&approved.2=1"
    shown = sam.page(f"{address}?rows=3&type.1=journal_club&{twice}")
    assert "1 of 3 different types" in shown.text
    assert "Counts when it has been approved." in shown.text
    saved(sam, "about", {"name.en": [""]})
    assert "The preview works once these are fixed" in sam.page(address).text


def test_teachers_read_versions_and_only_coordinators_edit(
    database: Database, course: Course, sam: Visit, visit: Open
) -> None:
    begun(sam)
    with database.writing() as session:
        person = world.a_person(session, course, Role.TEACHER)
    teacher = visit(world.an_actor(person, course, Role.TEACHER))
    for path in ("schemes", f"schemes/{LUND}", f"schemes/{LUND}/versions/1"):
        teacher.page(path)
    assert "draft of" not in teacher.page(f"schemes/{LUND}").text
    assert teacher.get(f"schemes/{LUND}/draft").status_code == 403
    assert teacher.post(f"schemes/{LUND}/begin", {"number": "1"}).status_code == 403


def test_the_lists_ask_as_much_for_many_schemes_as_for_one(database: Database, sam: Visit) -> None:
    asked = []
    for slug in ("a", "b", "c"):
        sam.post("schemes/new", {"from": "bundled", "bundled": LUND, "slug": slug})
        with counting_queries(database.engine) as seen:
            sam.page("schemes")
        asked.append(seen.count)
    assert asked[0] == asked[-1]
