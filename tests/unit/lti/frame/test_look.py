"""What a launch, or the page around the frame, may say of how pages are to look."""

from __future__ import annotations

import pytest

from lti_app.lti.frame.look import completed, look_of
from lti_app.web.sessions import Look

SCHOOL = "https://school.example"
HOSTED = "https://sso.canvaslms.com/api/lti/authorize_redirect"
ORIGINS = f"https://canvas.instructure.com {SCHOOL}"
CDN = "https://du11hjcvx0uqb.cloudfront.net"
PATH = "/dist/brandable_css/85a7aa64f7/variables-7dd4b80918.json"


def look(**told: str) -> Look:
    return look_of(told, ORIGINS, SCHOOL, HOSTED)


@pytest.mark.parametrize("zone", ["Africa/Nairobi", "Europe/Stockholm", "Etc/UTC", "America/Argentina/Salta"])
def test_a_time_zone_is_taken_by_its_name(zone: str) -> None:
    assert look(time_zone=zone).time_zone == zone


@pytest.mark.parametrize(
    "zone",
    ["", "Nowhere", "../../etc/passwd", "/etc/localtime", "Europe", "x" * 300, "a\0b", "Åland/Öar", "."],
)
def test_what_is_no_time_zone_was_not_told(zone: str) -> None:
    assert look(time_zone=zone).time_zone == ""


@pytest.mark.parametrize(
    ("said", "contrast"),
    [
        ("true", "high"),
        ("True", "high"),
        ("1", "high"),
        ("false", "normal"),
        ("0", "normal"),
        ("", ""),
        ("maybe", ""),
    ],
)
def test_contrast_is_high_normal_or_not_told(said: str, contrast: str) -> None:
    assert look(high_contrast=said).contrast == contrast


@pytest.mark.parametrize(
    "url",
    [
        f"{SCHOOL}/brand.json",
        f"{CDN}{PATH}",
        f"{CDN}/dist/brandable_css/default/variables-high_contrast-7dd4b80918.json",
        f"https://assets.instructure.com{PATH}",
    ],
)
def test_colours_may_lie_with_the_platform_or_where_canvas_keeps_them(url: str) -> None:
    assert look(brand_url=url).brand_url == url


def test_a_path_without_a_host_lies_with_the_school() -> None:
    assert look(brand_url=PATH).brand_url == SCHOOL + PATH
    assert look_of({"brand_url": PATH}, ORIGINS, "", HOSTED).brand_url == ""


@pytest.mark.parametrize(
    "url",
    [
        f"https://elsewhere.example{PATH}",
        f"{CDN}/other.json",
        f"{CDN}:8443{PATH}",
        f"{CDN}{PATH}?again",
        f"http://assets.instructure.com{PATH}",
        f"https://a.b.cloudfront.net{PATH}",
        f"https://.instructure.com{PATH}",
        f"{SCHOOL}/brand.json?any=1",
        f"{SCHOOL}/brand.json#1",
        f"{SCHOOL}/färger.json",
        f"//elsewhere.example{PATH}",
        f"https://x@school.example{PATH}",
        "https://cloudfront.net.elsewhere.example" + PATH,
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "javascript:alert(1)",
        f"{SCHOOL}/{'x' * 1000}",
    ],
)
def test_colours_anywhere_else_are_not_fetched(url: str) -> None:
    assert look(brand_url=url).brand_url == ""


def test_another_platform_than_hosted_canvas_keeps_no_colours_at_amazon() -> None:
    told = {"brand_url": f"{CDN}{PATH}"}
    for origin in (SCHOOL, "https://instructure.com.evil.example", "https://evilinstructure.com"):
        assert look_of(told, ORIGINS, origin, f"{origin}/api/lti/authorize_redirect").brand_url == "", (
            "though its issuer is canvas.instructure.com, as that of every Canvas"
        )
    own = "https://school.instructure.com"
    assert look_of(told, ORIGINS, own, f"{SCHOOL}/login").brand_url == told["brand_url"]


def test_the_page_fills_in_what_the_launch_left_open_and_nothing_else() -> None:
    launched = Look(time_zone="Africa/Nairobi")
    told = Look("Europe/Paris", "high", f"{SCHOOL}/brand.json")
    assert completed(launched, told) == Look("Africa/Nairobi", "high", f"{SCHOOL}/brand.json")


def test_a_page_that_knows_nothing_is_asked_once() -> None:
    assert completed(Look(), Look()) == Look(contrast="normal")
