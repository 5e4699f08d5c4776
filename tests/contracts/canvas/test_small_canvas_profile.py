"""What a person sets for herself, and an administrator for the school, is what tools and pages are told."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from lti_app.demo import SmallCanvas
from lti_app.demo.world.courses import BRAND
from lti_app.demo.world.store import Store

CUSTOM = "https://purl.imsglobal.org/spec/lti/claim/custom"
NAIROBI = {"locale": "sv", "timezone": "Africa/Nairobi", "high_contrast": "1"}


def page_settings(client: FlaskClient) -> dict[str, Any]:
    page = client.get("/as/asa/courses/1/external_tools/1").text
    found = re.search(r"data-page-settings='([^']*)'", page)
    assert found
    told: dict[str, Any] = json.loads(unescape(found[1]))
    return told


def test_a_person_chooses_language_time_zone_and_contrast(canvas: SmallCanvas, client: FlaskClient) -> None:
    assert canvas.make_claims()[CUSTOM]["high_contrast"] is False
    assert client.post("/as/asa/settings", data=NAIROBI).status_code == 302
    claims = canvas.make_claims()
    assert claims["locale"] == "sv"
    assert (claims[CUSTOM]["time_zone"], claims[CUSTOM]["high_contrast"]) == ("Africa/Nairobi", True)
    told = page_settings(client)
    assert (told["locale"], told["time_zone"], told["use_high_contrast"]) == ("sv", "Africa/Nairobi", True)
    page = client.get("/as/asa/settings").text
    assert "<option selected>Africa/Nairobi</option>" in page


@pytest.mark.parametrize("wrong", [{"timezone": "Nowhere"}, {"locale": "xx"}])
def test_what_does_not_exist_cannot_be_chosen(client: FlaskClient, wrong: dict[str, str]) -> None:
    assert client.post("/as/asa/settings", data=NAIROBI | wrong).status_code == 400


def test_the_schools_colours_have_an_address_that_changes_with_them(
    canvas: SmallCanvas, client: FlaskClient
) -> None:
    before = page_settings(client)["active_brand_config_json_url"]
    assert canvas.make_claims()[CUSTOM]["brand_url"] == before
    assert client.get(before).get_json() == BRAND
    plum = BRAND | {"ic-brand-primary": "#7B2D6E"}
    assert client.post("/as/astrid/accounts/1/theme", data=plum).status_code == 302
    after = page_settings(client)["active_brand_config_json_url"]
    assert after != before
    assert client.get(after).get_json() == plum
    assert client.get(before).status_code == 404


def test_only_administrators_paint_the_school_and_only_with_colours(client: FlaskClient) -> None:
    assert client.post("/as/tove/accounts/1/theme", data=BRAND).status_code == 403
    assert (
        client.post("/as/astrid/accounts/1/theme", data=BRAND | {"ic-link-color": "red"}).status_code == 400
    )


def test_a_folder_of_an_earlier_version_learns_of_both(canvas: SmallCanvas) -> None:
    with canvas.store.writing() as db:
        db.execute("ALTER TABLE person DROP COLUMN prefers_high_contrast")
        db.execute("ALTER TABLE account DROP COLUMN brand")
    Store(canvas.config.data_dir / "canvas.sqlite3")
    assert canvas.people.get("asa").prefers_high_contrast is False
    assert canvas.courses.account().brand == {}
