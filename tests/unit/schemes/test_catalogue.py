"""The catalogue: the lists we ship are whole, and a student finds a type in either language."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from lti_app.alphabet import sorting_key
from lti_app.schemes.catalogue import (
    activity_types,
    attributes,
    by_setting,
    fields_for,
    form_fields,
    programmes,
    programmes_for,
    search,
    tags,
)
from lti_app.schemes.catalogue_files import read_activity_types, read_programmes
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.fields import FieldKind
from lti_app.schemes.nodes import FileInvalid
from lti_app.schemes.reading import from_yaml
from lti_app.schemes.requirements import Setting
from lti_app.schemes.text import Text
from lti_app.settings import data_path

LUND = (data_path("config") / "schemes" / "lund-medicine.yaml").read_text("utf-8")
ATTRIBUTES = (data_path("config") / "attributes.yaml").read_text("utf-8")


def test_there_are_110_activity_types_in_four_settings() -> None:
    assert len(activity_types()) == 110
    assert Counter(each.setting for each in activity_types().values()) == {
        Setting.ABROAD: 36,
        Setting.HOME: 45,
        Setting.VIRTUAL: 20,
        Setting.OWN: 9,
    }


def test_the_report_has_25_programmes_and_one_is_a_former_name() -> None:
    reported = [each for each in programmes().values() if each.source.startswith("KI2020")]
    assert len(reported) == 25
    assert Counter(each.level for each in reported) == {
        "first_cycle": 11,
        "second_cycle": 10,
        "long_professional": 4,
    }
    assert {each.code: each.succeeded_by for each in programmes().values() if each.succeeded_by} == {
        "sjukgymnast": "fysioterapeut"
    }
    assert programmes()["lakare"].label.sv == "Läkarprogrammet"
    assert programmes()["lakare"].level_name.sv == "Långt yrkesprogram"


def test_every_name_label_and_choice_stands_in_both_languages() -> None:
    texts = [each.label for each in (*activity_types().values(), *programmes().values())]
    for each in activity_types().values():
        for field in each.fields:
            texts += [
                field.label,
                *(choice.label for choice in field.choices),
                *([field.help] if field.help else []),
            ]

    assert all(text.sv.strip() and text.en.strip() for text in texts)


@pytest.mark.parametrize("locale", ["sv", "en"])
def test_no_two_types_or_programmes_look_the_same_in_a_list(locale: str) -> None:
    for found in (activity_types().values(), programmes().values()):
        labels = [each.label.in_(locale) for each in found]
        assert len(set(labels)) == len(labels)


def test_every_type_has_an_audience_and_a_source() -> None:
    assert all(each.audience and each.source for each in activity_types().values())


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("exchange_studies", ["duration_weeks", "credits", "country", "host", "funding", "grant"]),
        ("language_cafe", ["occasions", "language"]),
        ("conference_abroad", ["duration_days", "country", "event", "contribution", "funding", "grant"]),
        ("own_activity", ["description", "place", "duration_weeks", "country"]),
        ("prepare_course", []),
        ("no_such_type", []),
    ],
)
def test_a_form_asks_only_what_its_type_needs(code: str, names: list[str]) -> None:
    assert [field.name for field in fields_for(code)] == names


def test_a_type_narrows_the_answers_to_what_its_source_names() -> None:
    funding = fields_for("exchange_studies")[-2]
    country = next(
        field for field in fields_for("global_health_field_course") if field.kind is FieldKind.COUNTRY
    )

    assert [choice.value for choice in funding.choices] == ["erasmus", "linnaeus_palme", "nordplus", "other"]
    assert [name for _, name in country.options("sv")] == [
        "Etiopien", "Indien", "Laos", "Tanzania", "Uganda", "Vietnam",
    ]  # fmt: skip


def test_what_was_granted_is_asked_where_a_stay_is_asked_how_it_was_funded() -> None:
    stays = [each for each in activity_types().values() if each.setting is Setting.ABROAD]
    names = {each.code: {field.name for field in each.fields} for each in activity_types().values()}

    assert {code for code in names if "grant" in names[code]} == {
        each.code for each in stays if "funding" in names[each.code]
    }
    assert not any(field.required for each in stays for field in each.fields if field.name == "grant")
    assert attributes()["grant"].options("sv") == ()  # so that no condition can be made of it


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("språkcafé", "language_cafe"),
        ("SPRAKCAFE", "language_cafe"),
        ("language cafe", "language_cafe"),
        ("  café   language ", "language_cafe"),
        ("utbytesstudier", "exchange_studies"),
        ("vfu", "vfu_abroad"),
        ("tidskrift", "journal_club"),
        ("2 tango", "two2tango"),
    ],
)
def test_a_type_is_found_in_either_language_with_or_without_accents(query: str, first: str) -> None:
    assert search(query, locale="sv")[0].code == first


@pytest.mark.parametrize("query", ["xyzzy", "language xyzzy", "%", "\x00", "🎓", "a" * 5000])
def test_a_query_that_nothing_matches_finds_nothing(query: str) -> None:
    assert search(query) == ()


def test_an_empty_query_lists_everything_staff_types_last_and_by_name() -> None:
    found = search(locale="sv")
    staff = [not {"student", "incoming_student", "doctoral"} & set(each.audience) for each in found]

    assert len(found) == 110
    assert staff == sorted(staff)
    names = [each.label.sv for each, is_staff in zip(found, staff, strict=True) if not is_staff]
    assert names == sorted(names, key=lambda name: sorting_key(name, "sv"))


def test_a_search_keeps_to_the_setting_and_the_scheme() -> None:
    scheme = from_yaml(
        LUND.replace("activity_types: all", "activity_types: {only: [mooc, imex, journal_club]}"), "mine.yaml"
    )

    assert {each.setting for each in search("konferens", setting="virtual")} == {Setting.VIRTUAL}
    assert [each.code for each in search(scheme=scheme)] == ["journal_club", "mooc", "imex"]
    assert {
        setting: [each.code for each in group] for setting, group in by_setting(search(scheme=scheme)).items()
    } == {
        Setting.HOME: ["journal_club", "imex"],
        Setting.VIRTUAL: ["mooc"],
    }


def test_a_course_is_set_up_for_a_programme_that_exists_today() -> None:
    offered = programmes_for([from_yaml(LUND, "lund.yaml")], "Lunds universitet", "sv")

    assert "lakare" in {each.code for each in offered}
    assert "sjukgymnast" not in {each.code for each in offered}
    assert next(each for each in offered if each.is_common).label.sv == "Arbetsterapeutprogrammet"


@pytest.mark.parametrize(
    ("institution", "own"),
    [
        ("Lunds universitet", 7),
        ("University of Gothenburg", 3),
        ("KTH Royal Institute of Technology", 4),
        ("Malmö universitet", 3),
        ("Jönköping University", 3),
        ("Högskolan Väst", 3),
        ("Karolinska Institutet", 23),
        (" KAROLINSKA institutet ", 23),
        ("kth", 4),
        ("A university that nobody listed", 0),
    ],
)
def test_an_institutions_own_programmes_come_first_and_of_others_only_what_many_have(
    institution: str, own: int
) -> None:
    offered = programmes_for([from_yaml(LUND, "lund.yaml")], institution, "sv")
    theirs = [
        institution.strip().casefold() in {name.casefold() for name in each.institution_names}
        for each in offered
    ]
    assert theirs == [True] * own + [False] * (len(theirs) - own)
    assert all(each.is_common for each in offered[own:])


def test_the_programmes_of_the_report_are_karolinska_institutets_and_fourteen_others_have_too() -> None:
    report = [each for each in programmes().values() if each.source.startswith("KI2020")]
    (elsewhere,) = [each for each in report if "Karolinska Institutet" not in each.institution_names]
    assert (len(report), elsewhere.code) == (25, "ext_su_kandidat_nutrition")
    assert sum(each.is_common for each in programmes().values()) == 14
    assert programmes()["lakare"].institution is None
    assert programmes()["kth_arkitekt"].institution == Text(
        "Kungliga Tekniska högskolan", "KTH Royal Institute of Technology"
    )


def test_another_institutions_programme_is_offered_there_and_where_a_scheme_names_it() -> None:
    theirs = "ext_su_kandidat_nutrition"
    anybodys = from_yaml(LUND, "lund.yaml")
    naming = replace(anybodys, programmes=("lakare", theirs))

    def offered(scheme: SchemeDocument, institution: str) -> bool:
        return theirs in {each.code for each in programmes_for([scheme], institution, "en")}

    assert not offered(anybodys, "Lund University")
    assert offered(anybodys, "Stockholm University")
    assert offered(anybodys, "Stockholms universitet")
    assert offered(naming, "Lund University")


TYPE = """activity_types:
  - code: mooc
    setting: virtual
    sv: MOOC
    en: MOOC
    audience: [student]
    fields: [hours]
    source: here
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("hours", "ours", 7, "did you mean 'hours'"),
        ("[hours]", "[hours, hours]", 7, "is used twice"),
        ("[hours]", "[{hours: {tipical: x}}]", 7, "did you mean 'typical'"),
        ("[hours]", "[{funding: {choices: [gold]}}]", 7, "a value of funding"),
        ("[hours]", "[{hours: {choices: [gold]}}]", 7, "a value of hours"),
        ("[hours]", "[{elsewhere: {}}]", 7, "one attribute of attributes.yaml"),
        ("virtual", "digital", 3, "a setting"),
        ("[student]", "[pupil]", 6, "an audience"),
        ("    en: MOOC\n", "", 2, "the English name"),
    ],
)
def test_a_broken_catalogue_names_line_and_mend(old: str, new: str, line: int, words: str) -> None:
    with pytest.raises(FileInvalid) as refused:
        read_activity_types(ATTRIBUTES, TYPE.replace(old, new, 1))

    assert (refused.value.problems[0].line, words in str(refused.value)) == (line, True)


def test_a_programme_cannot_be_succeeded_by_one_that_is_not_there() -> None:
    text = (data_path("config") / "programmes.yaml").read_text("utf-8")

    with pytest.raises(FileInvalid, match="is no programme of this file"):
        read_programmes(text.replace("succeeded_by: fysioterapeut", "succeeded_by: fysio"))


def test_a_programme_has_a_name_that_goes_on_a_certificate() -> None:
    text = (data_path("config") / "programmes.yaml").read_text("utf-8")

    with pytest.raises(FileInvalid, match="at most 150 characters, found 151"):
        read_programmes(text.replace("sv: Läkarprogrammet", f"sv: {'L' * 151}"))


def test_every_activity_can_carry_the_seventeen_goals_and_the_competences() -> None:
    goals, competences = tags()
    assert [choice.value for choice in goals.choices] == [str(number) for number in range(1, 18)]
    assert len(competences.choices) == 12
    assert not any(each.required for each in tags())
    for code in activity_types():
        assert form_fields(code)[-2:] == (goals, competences)
    assert form_fields("no_such_type") == (goals, competences)


def test_an_attribute_has_choices_exactly_when_it_is_a_choice() -> None:
    with pytest.raises(FileInvalid, match="choices belong to the kinds choice and several"):
        read_activity_types(ATTRIBUTES.replace("kind: decimal", "kind: choice", 1), TYPE)
