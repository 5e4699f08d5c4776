"""What a student is asked to write in another way is what issuing would stop at, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.pdf import MissingGlyphs, check_glyphs
from lti_app.db import Database
from lti_app.portfolio.completeness import Missing, missing
from lti_app.portfolio.queries import draft_with, row_of
from lti_app.portfolio.states import ItemKind
from lti_app.schemes.certificate_layout import Shown
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.service import publish
from tests import world
from tests.unit.certificates.earned import facts

LUND = bundled_schemes()["lund-medicine"]
BARE = replace(LUND.certificate.layout, shows=frozenset(Shown) - {Shown.PLACES})
WITHOUT_PLACES = replace(LUND, certificate=replace(LUND.certificate, layout=BARE))
ACTIVITIES = (
    ("conference_abroad", "Zoë i Łódź: ọ́ g̃ Ελλάς Сибирь A\u030a", {"event": "AMEE", "country": "KE"}),
    ("conference_abroad", "茶 with friends", {"event": "AMEE"}),
    ("conference_abroad", "Kul 😀", {}),
    ("conference_abroad", "Tea \ue0f0\u200d\u202e", {}),
    ("conference_abroad", "Tea", {"event": "東京 Forum", "country": "JP"}),
    ("conference_abroad", "東京 Forum", {"event": "東京 Forum"}),
    ("conference_abroad", "Tea", {"event": "x" * 119 + "東京"}),
    ("conference_abroad", "Tea", {"event": "x" * 118 + "東京"}),
    ("conference_abroad", "Tea", {"host": "東京"}),
    ("virtual_exchange", "Tea", {"partners": "北京大学", "countries": "中国, Kenya"}),
    ("virtual_exchange", "Tea", {"partners": "Nairobi", "countries": "Kenya, 中国"}),
)


@pytest.mark.parametrize("document", [LUND, WITHOUT_PLACES], ids=["places", "no places"])
def test_an_activity_is_complete_just_where_a_certificate_can_print_it(
    database: Database, document: SchemeDocument
) -> None:
    stopped = []
    with database.writing() as session:
        course = world.a_course(session)
        version_id = publish(session, course.institution_id, document).id
        for type_code, title, attributes in ACTIVITIES:
            portfolio = world.a_portfolio(session, world.a_person(session, course), course)
            portfolio.scheme_version_id = version_id
            item = world.a_submitted_item(session, portfolio, type_code, title=title, attributes=attributes)
            lacks = missing(document, draft_with(row_of(item), portfolio, {}, ()))
            stopped.append(stopped_by(facts(session, portfolio)))
            assert asked(lacks) == stopped[-1], (title, attributes)
    assert sum(map(bool, stopped)) == (8 if document is LUND else 4)


@pytest.mark.parametrize("name", ["Åsa Öberg", "小明 Öberg", "Åsa \u202eÖberg\u00ad", "Åsa 😀"])
def test_a_name_is_complete_just_where_a_certificate_can_print_it(database: Database, name: str) -> None:
    with database.writing() as session:
        course = world.a_course(session)
        portfolio = world.a_portfolio(session, world.a_person(session, course), course, printed_name=name)
        talk = world.a_submitted_item(session, portfolio, kind=ItemKind.PRESENTATION)
        lacks = missing(LUND, draft_with(row_of(talk), portfolio, {}, ()))
        assert asked(lacks) == stopped_by(facts(session, portfolio))


def asked(lacks: Iterable[Missing]) -> set[str]:
    """The characters that are to be written in another way."""
    return {char for each in lacks for char in each.characters}


def stopped_by(printed: CertificateFacts) -> set[str]:
    """The characters at which the worker stops."""
    try:
        check_glyphs(printed)
    except MissingGlyphs as error:
        return set(error.characters)
    return set()
