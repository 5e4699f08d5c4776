"""The operator invites administrators to register platforms, and withdraws what was not used."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from lti_app.clock import now
from lti_app.db import Database
from lti_app.lti.models import Invitation
from lti_app.people.models import Platform
from tests.inspect_page import page
from tests.operating import Operating


def test_an_invitation_is_shown_once_and_opens_a_registration(
    operator: Operating, database: Database, lund: Platform
) -> None:
    form = operator.page("/invitations").form("/invitations")
    assert form["days"] == "7"
    answer = operator.post("/invitations", form | {"institution": "", "new_name": "Malmö universitet"})
    shown = page(answer)
    (field,) = [node for node in shown.main.all("textarea") if node.attributes.get("id") == "address"]
    address = field.text
    assert address.startswith("http://localhost/lti/register/")
    assert 'action="/admin/language"' not in answer.text  # it would lead away, and the address is gone then
    opened = operator.client.get(address.removeprefix("http://localhost"))
    assert "invitation-unknown" not in opened.text
    for wrong in ({"days": "0"}, {"days": "91"}, {"days": "x"}, {"new_name": ""}):
        sent = {"institution": "", "new_name": "Malmö", "days": "7"} | wrong
        assert operator.post("/invitations", sent).status_code == 422
    nameless = page(operator.post("/invitations", {"institution": "", "new_name": "", "days": "7"}))
    assert "Choose an institution, or “Another one” and write its name below." in nameless.text
    unnamed = page(operator.post("/invitations", {"institution": "-", "new_name": "", "days": "7"}))
    assert "Write the name of the institution." in unnamed.text
    assert unnamed.form("/invitations")["institution"] == "-"


def test_the_first_institution_is_named_and_there_is_nothing_to_choose(operator: Operating) -> None:
    asked = operator.page("/invitations")
    assert asked.main.all("select") == []
    assert "Name of the institution Its full name, such as Lunds universitet." in asked.text
    nameless = page(operator.post("/invitations", {"new_name": "", "days": "7"}))
    assert "Name of the institution: Write the name of the institution." in nameless.text
    answer = page(operator.post("/invitations", {"new_name": "Lunds universitet", "days": "7"}))
    assert "whoever has it can register a platform for Lunds universitet." in answer.text
    assert "What follows" in answer.text
    assert operator.page("/invitations").main.all("select") == [], "it comes into being with its platform"


def test_no_institution_is_chosen_for_the_operator(operator: Operating, lund: Platform) -> None:
    asked = operator.page("/invitations")
    (choices,) = asked.main.all("select")
    assert [each.text for each in choices.all("option")] == [
        "Choose",
        "Lunds universitet",
        "Another one, named below",
    ]
    both = {"institution": "Lunds universitet", "new_name": "Malmö universitet", "days": "7"}
    refused = page(operator.post("/invitations", both))
    assert "Leave this empty, or choose “Another one” above." in refused.text
    answer = page(operator.post("/invitations", both | {"new_name": ""}))
    assert "whoever has it can register a platform for Lunds universitet." in answer.text


def test_an_invitation_can_be_withdrawn_until_it_is_used(
    operator: Operating, database: Database, lund: Platform
) -> None:
    sent = {"institution": "", "new_name": "Malmö universitet", "days": "7"}
    made = page(operator.post("/invitations", sent))
    (field,) = [node for node in made.main.all("textarea") if node.attributes.get("id") == "address"]
    with database.reading() as session:
        (invitation,) = session.scalars(select(Invitation)).all()
    where = f"/invitations/{invitation.id}/withdraw"
    listed = operator.page("/invitations")
    assert "Malmö universitet" in listed.main.all("tbody")[0].text
    soon = now() + timedelta(minutes=1)
    for state, slug, advice in (
        ({"taken_until": soon}, "invitation-busy", "Look again in two minutes."),
        (
            {"taken_until": None, "used_at": now(), "platform_id": lund.id},
            "invitation-used",
            "in the list of platforms",
        ),
    ):
        with database.writing() as session:
            session.execute(update(Invitation).values(**state))
        refused = operator.post(where)
        assert f'data-error-code="{slug}"' in refused.text
        assert advice in page(refused).text  # not what whoever was invited is told
    assert operator.page("/invitations").main.all("tbody") == []
    over = now() - timedelta(minutes=1)
    with database.writing() as session:
        session.execute(update(Invitation).values(used_at=None, platform_id=None, taken_until=over))
    assert "The invitation is withdrawn." in operator.done(where, listed.form(where)).text
    assert operator.page("/invitations").main.all("tbody") == []
    assert "The invitation is withdrawn." in operator.done(where).text  # clicked twice
    assert operator.get(where).location == "/admin/invitations"
    opened = operator.client.get(field.text.removeprefix("http://localhost"))
    assert 'data-error-code="invitation-unknown"' in opened.text
