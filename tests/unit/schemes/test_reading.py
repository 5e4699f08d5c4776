# ruff: noqa: E501 (the table of broken files reads best in rows)
"""Scheme files: the ones we ship are read whole, broken ones are refused with line, field and mend."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_app.schemes.counting import SchemeRules
from lti_app.schemes.document import Approver, EvidenceKind, EvidenceRule, Phase, PlanRule
from lti_app.schemes.messages import Message
from lti_app.schemes.reading import SchemeInvalid, from_json, from_yaml
from lti_app.schemes.requirements import AllOf, AnyOf, Count, Distinct, Setting, Settings
from lti_app.schemes.writing import to_json, to_yaml
from lti_app.settings import data_path

SHIPPED = sorted((data_path("config") / "schemes").glob("*.yaml"))
LUND = (data_path("config") / "schemes" / "lund-medicine.yaml").read_text("utf-8")
PICTURE = "9f86d081884c7d65" * 4
WHO = {"role": {"sv": "Dekan", "en": "Dean"}}


def line_of(text: str, part: str) -> int:
    """The 1-based line on which this part first stands."""
    return text.count("\n", 0, text.index(part)) + 1


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_scheme_is_valid_and_named_like_its_file(path: Path) -> None:
    document = from_yaml(path.read_text("utf-8"), path.name)

    assert document.slug == path.stem
    assert document.source


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_scheme_comes_back_the_same_from_storage_and_from_yaml(path: Path) -> None:
    document = from_yaml(path.read_text("utf-8"), path.name)
    stored = json.loads(json.dumps(to_json(document)))

    assert from_json(stored) == document
    assert from_yaml(yaml.safe_dump(stored, allow_unicode=True), "again.yaml") == document


# What is changed in Lund's file; where the problem stands (a part of the changed text); field; words of the message.
BROKEN = {
    "a misspelt kind of requirement": (
        "distinct_types: 3", "distinct_typs: 3", "distinct_typs", "requirements.distinct_typs", "did you mean 'distinct_types'"
    ),
    "an unknown section": ("presentation:\n", "ceremony: true\npresentation:\n", "ceremony", "ceremony", "unknown key"),
    "a section missing": ("evidence:\n  any_of: [attendance_certificate, reflection]", "", "scheme:", "evidence", "missing"),
    "a text without English": (', en: "Lund, Medicine"', "", "name:", "name.en", "expected the English text"),
    "a blank Swedish text": ("sv: Film,", 'sv: " ",', "{id: film", "presentation.forms[1].sv", "expected a text"),
    "a number as text": ("distinct_types: 3", "distinct_types: three", "distinct_types: three", "requirements.distinct_types", "whole number from 1 to 100, found 'three'"),
    "a requirement of nothing": ("distinct_types: 3", "distinct_types: 0", "distinct_types: 0", "requirements.distinct_types", "whole number from 1 to 100, found the number 0"),
    "a fraction": ("distinct_types: 3", "distinct_types: 2.5", "distinct_types: 2.5", "requirements.distinct_types", "whole number"),
    "two kinds in one requirement": ("distinct_types: 3", "distinct_types: 3\n  count: 3", "requirements:", "requirements", "found count, distinct_types"),
    "an unknown setting": ("distinct_types: 3", "settings: {aboard: 1}", "aboard", "requirements.settings.aboard", "did you mean 'abroad'"),
    "an empty list of parts": ("distinct_types: 3", "all_of: []", "all_of: []", "requirements.all_of", "at least one entry"),
    "two requirements of one id": (
        "distinct_types: 3", "any_of:\n    - {id: x, count: 1}\n    - {id: x, count: 2}", "{id: x, count: 2}", "requirements.any_of[1].id", "'x' is used twice"
    ),
    "an activity type that is not in the catalogue": (
        "activity_types: all", "activity_types: {all_but: [jornal_club]}", "jornal_club", "activity_types.all_but[0]", "did you mean 'journal_club'"
    ),
    "more types than are accepted": (
        "activity_types: all", "activity_types: {only: [mooc, imex]}", "requirements:", "requirements", "asks for 3 different types, but only 2 are accepted"
    ),
    "a programme that is not in the catalogue": ("programmes: all", "programmes: [lakare, lakere]", "programmes: [", "programmes[1]", "did you mean 'lakare'"),
    "an unknown kind of evidence": ("[attendance_certificate, reflection]", "[selfie]", "[selfie]", "evidence.any_of[0]", "a kind of evidence: attendance_certificate, reflection"),
    "both ways of evidence": ("  any_of: [attendance_certificate, reflection]", "  any_of: [reflection]\n  all_of: [reflection]", "evidence:", "evidence", "expected {any_of"),
    "a flag that is a word": ("  required: false", "  required: perhaps", "required: perhaps", "reflection.required", "expected true or false, found 'perhaps'"),
    "a question asked twice": ("    - id: q2", "    - id: q1", "hur kan", "final_report.questions[1]", "'q1' is used twice"),
    "an id nobody can store": ("    - id: q2", "    - id: Fråga 2", "Fråga 2", "final_report.questions[1].id", "lower-case letters"),
    "more words than fit": ("max_chars: 10000", "max_chars: 200", "max_chars: 200", "final_report.questions[0].max_chars", "250 or more characters"),
    "a key given twice": ("scheme: lund-medicine", "scheme: lund-medicine\nscheme: other", "scheme: other", "scheme", "given twice"),
    "a list where keys belong": ("  title: {sv: Intyg om internationella meriter, en: Certificate of International Merits}", "  title: [CIM]", "title: [CIM]", "certificate.title", "block of keys: sv, en, found a list"),
    "an unquoted no": ("sv: Poster", "sv: no", "{id: poster", "presentation.forms[2].sv", "put it in quotes"),
    "a text that nobody can see": ("{sv: Vicedekan", '{sv: "\\u200D"', "u200D", "certificate.signatories[0].role.sv", "expected a text"),
    "a text without end": ("{sv: Vicedekan", "{sv: Vice dekan " + "x" * 200, "Vice dekan", "certificate.signatories[0].role.sv", "at most 150 characters"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "field", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused_with_line_field_and_mend(
    old: str, new: str, place: str, field: str, words: str
) -> None:
    broken = LUND.replace(old, new, 1)
    assert broken != LUND

    with pytest.raises(SchemeInvalid) as refused:
        from_yaml(broken, "mine.yaml")

    problem = next(each for each in refused.value.problems if each.field == field)
    assert words in problem.message
    assert all(isinstance(each.message, Message) for each in refused.value.problems), "can be translated"
    if place in broken:
        assert problem.line == line_of(broken, place)
    assert f"mine.yaml: line {problem.line}: {field}: {problem.message}" in str(refused.value)


def test_every_problem_of_a_file_is_told_at_once_in_the_order_of_lines() -> None:
    broken = LUND.replace("distinct_types: 3", "distinct_types: x").replace("- id: q1", "- id: Q1")
    broken = broken.replace("  required: true\n  forms", "  required: 7\n  forms")

    with pytest.raises(SchemeInvalid) as refused:
        from_yaml(broken, "mine.yaml")

    assert [each.field for each in refused.value.problems] == [
        "requirements.distinct_types",
        "final_report.questions[0].id",
        "presentation.required",
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "the file is empty"),
        ("# nothing but a comment\n", 1, "the file is empty"),
        ("just words", 1, "expected a block of keys"),
        ("- 1\n- 2", 1, "expected a block of keys"),
        ("scheme: x\nname: [unclosed", 2, "close the bracket"),
        ("scheme: x\nname: 'unclosed\nsource: y\n", 2, "close the quotation mark"),
        ("scheme: x\n\tname: y", 2, "indent with blanks, not with tabs"),
        ("scheme: x\nname: a: b", 2, "put a text with ': ' in it in quotes"),
        ("scheme: x\nname:\n    sv: a\n  en: b", 4, "begin in one column"),
        ("scheme: x\nname\n", 2, "write a colon and a blank after a key"),
        ("scheme: x\nname: @home", 2, "put the text in quotes"),
        ("scheme: x\nname: *home", 2, "begins with * in quotes"),
        ("scheme: x\nname: - a", 2, "a list on a line of its own"),
        ("scheme: x\nname: \x00", 2, "not valid YAML"),
        ("scheme: &here x\nname: *here", 2, "an alias"),
        ("scheme: &a [*a]", 1, "an alias"),
        ("scheme: x\n---\nscheme: y", 2, "not valid YAML"),
        ("scheme: " + "[" * 40 + "]" * 40, 1, "nested too deeply"),
        ("scheme: " + "[" * 200_000, 1, "nested too deeply"),
        ("# " + "x" * 1_000_001, None, "larger than"),
        ("!!python/object/apply:os.getcwd []", 1, "expected a block of keys"),
    ],
)
def test_what_is_no_scheme_at_all_is_refused_with_one_clear_line(
    text: str, line: int | None, words: str
) -> None:
    with pytest.raises(SchemeInvalid) as refused:
        from_yaml(text, "mine.yaml")

    assert words in refused.value.problems[0].message
    assert refused.value.problems[0].line == line


@settings(max_examples=150)
@given(st.integers(0, len(LUND)), st.text(max_size=6), st.integers(0, 40))
def test_no_slip_of_the_hand_breaks_the_reader(where: int, typed: str, lost: int) -> None:
    try:
        document = from_yaml(LUND[:where] + typed + LUND[where + lost :], "mine.yaml")
    except SchemeInvalid:
        return
    assert from_json(to_json(document)) == document


def test_requirements_compose_and_keep_their_ids() -> None:
    text = LUND.replace(
        "distinct_types: 3",
        "all_of:\n"
        "    - distinct_types: 3\n"
        "    - {id: mix, settings: {home: 2, abroad: 1}}\n"
        "    - any_of: [{count: 5}, {settings: {own: 1}}]",
    )

    assert from_yaml(text, "mine.yaml").rules.requirement == AllOf(
        (
            Distinct(3, "r-1"),
            Settings(((Setting.ABROAD, 1), (Setting.HOME, 2)), "mix"),
            AnyOf((Count(5, "r-3-1"), Settings(((Setting.OWN, 1),), "r-3-2")), "r-3"),
        ),
        "r",
    )


def test_a_stored_version_outlives_a_type_that_left_the_catalogue() -> None:
    stored = to_json(from_yaml(LUND, "lund.yaml"))
    stored["activity_types"] = {"only": ["a_type_of_old", "mooc", "imex"]}
    stored["programmes"] = ["a_programme_of_old"]

    document = from_json(stored)

    assert document.accepts("a_type_of_old")
    assert not document.accepts("language_cafe")
    assert document.is_for("a_programme_of_old")
    assert not document.is_for("lakare")
    assert from_json(to_json(document)) == document


def test_a_version_stored_before_the_language_grew_still_says_the_same() -> None:
    """As the first release wrote it: what came later is not there, and is not written back either."""
    stored = json.loads((Path(__file__).parent / "stored_version_1.json").read_text("utf-8"))

    document = from_json(stored)

    assert document.rules == SchemeRules(Distinct(3, "r"))
    assert (document.approver, document.plans, document.rubric) == (Approver.TEACHER, PlanRule(), ())
    assert {question.phase for question in document.reflection.questions} == {Phase.AFTER}
    assert document.evidence_per_type == {}
    assert to_json(document) == stored


@pytest.mark.parametrize("images", [["", PICTURE], [PICTURE], [PICTURE, ""], [""], ["", "", PICTURE]])
def test_a_version_stored_with_signatures_by_position_is_written_back_as_it_was(images: list[str]) -> None:
    stored = to_json(from_yaml(LUND, "lund.yaml"))
    stored["certificate"] |= {"signatories": [WHO, WHO], "layout": {"signature_images": images}}

    document = from_json(json.loads(json.dumps(stored)))

    assert document.certificate.layout.signature_images == tuple(images)
    assert json.dumps(to_json(document)) == json.dumps(stored)


def test_a_file_names_the_picture_of_a_signature_with_who_signs() -> None:
    signing = "    - {role: {sv: Dekan, en: Dean}, picture: " + PICTURE + "}\n"
    text = LUND.replace(
        "  signatories:\n", "  signatories:\n    - role: {sv: Rektor, en: President}\n" + signing
    )

    document = from_yaml(text, "mine.yaml")

    assert document.certificate.layout.signature_images == ("", PICTURE)
    assert f"picture: {PICTURE}" in to_yaml(document)
    assert "signature_images" not in to_yaml(document)
    assert from_yaml(to_yaml(document), "again.yaml") == document


def test_a_file_that_names_signatures_in_both_ways_or_too_many_is_refused() -> None:
    who = WHO | {"picture": PICTURE}
    for certificate, said in (
        ({"signatories": [who], "layout": {"signature_images": [PICTURE]}}, "which say the same"),
        ({"signatories": [who] * 13}, "at most 12 pictures"),
        ({"signatories": [WHO | {"picture": "dean.png"}]}, "the SHA-256 of a picture"),
    ):
        stored = to_json(from_yaml(LUND, "lund.yaml"))
        stored["certificate"] |= certificate
        with pytest.raises(SchemeInvalid, match=said) as refused:
            from_json(stored)
        assert refused.value.problems[0].field == "certificate.signatories[0].picture"


@pytest.mark.parametrize("value", [None, 7, [], "three", {"distinct_types": 2.5}, {"distinct_types": None}])
def test_a_stored_version_that_somebody_changed_is_refused(value: object) -> None:
    stored = to_json(from_yaml(LUND, "lund.yaml")) | {"requirements": value}

    with pytest.raises(SchemeInvalid) as refused:
        from_json(stored)

    assert refused.value.problems[0].field.startswith("requirements")
    assert refused.value.problems[0].line is None


def test_evidence_can_ask_for_everything() -> None:
    document = from_yaml(
        LUND.replace("any_of: [attendance_certificate", "all_of: [attendance_certificate"), "mine.yaml"
    )

    assert document.evidence == EvidenceRule(tuple(EvidenceKind), needs_all=True)
    assert not document.evidence.met_by({EvidenceKind.REFLECTION})
    assert document.evidence.missing({EvidenceKind.REFLECTION}) == (EvidenceKind.ATTENDANCE_CERTIFICATE,)
    assert document.evidence.met_by(set(EvidenceKind))
