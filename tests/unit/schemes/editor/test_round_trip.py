"""Everything that a scheme's file can say, the editor shows, takes back unchanged, and can change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lti_app.i18n import catalogue
from lti_app.schemes import reading, reading_filters, reading_rules
from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.editor.acting import act, form_of
from lti_app.schemes.editor.choices import Choices
from lti_app.schemes.editor.controls import Shown
from lti_app.schemes.editor.outline import Block, Both, Many, Part
from lti_app.schemes.editor.parsing import parsed_section
from lti_app.schemes.editor.problems import problems_of
from lti_app.schemes.editor.requirement_parts import REQUIREMENT, WAYS
from lti_app.schemes.editor.sections import SECTIONS, section_named
from lti_app.schemes.editor.showing import Showing
from lti_app.schemes.editor.telling import differences, told
from lti_app.schemes.nodes import under
from lti_app.schemes.picture_places import in_file_form
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.reading import from_json
from lti_app.schemes.writing import to_json
from tests.unit.schemes.documents import documents

WORDS = catalogue("en")
few = hypothesis_settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def shown(document: Mapping[str, Any], slug: str) -> tuple[Shown, ...]:
    section = section_named(slug)
    assert section is not None
    return Showing(document, Choices(document, "en", WORDS)).section(section)


def every(document: Mapping[str, Any]) -> Iterator[tuple[str, Shown]]:
    for section in SECTIONS:
        for top in shown(document, section.slug):
            yield from ((section.slug, each) for each in top.every())


def sent(document: Mapping[str, Any], slug: str, form: dict[str, list[str]]) -> dict[str, Any]:
    section = section_named(slug)
    assert section is not None
    return parsed_section(section, form, document)


@few
@given(documents)
def test_all_that_is_said_stands_in_controls_and_comes_back_unchanged(document: SchemeDocument) -> None:
    plain = in_file_form(to_json(document))
    after, fields = plain, set()
    for section in SECTIONS:
        controls = shown(after, section.slug)
        fields |= {each.field for top in controls for each in top.every()}
        after = sent(after, section.slug, form_of(controls))
    said = list(_said(plain, ""))
    assert len(said) > 20
    assert [field for field in said if field not in fields] == []
    assert after == plain
    assert from_json(after) == document


@few
@given(documents, st.data())
def test_each_control_that_is_changed_changes_the_document(
    document: SchemeDocument, data: st.DataObject
) -> None:
    plain = in_file_form(to_json(document))
    slug, control = data.draw(
        st.sampled_from(
            [
                (slug, each)
                for slug, each in every(plain)
                if each.shape in {"leaf", "language", "codes"} and each.kind != "fixed"
            ]
        )
    )
    form = form_of(shown(plain, slug))
    was = form.get(control.path)
    if control.kind == "yes_no":
        form[control.path] = ["1"]
        if was:
            del form[control.path]
    elif control.choices:
        other = next((each.value for each in control.choices if [each.value] != was and each.value), None)
        if other is None or _is_unused(control, form):
            return
        form[control.path] = [other]
    else:
        form[control.path] = ["7" if was != ["7"] else "8"]
    assert sent(plain, slug, form) != plain


def _is_unused(control: Shown, form: dict[str, list[str]]) -> bool:
    """Codes of a selection count only when it is not `all`."""
    way = form.get(f"{control.path.removesuffix('.codes')}.way", [""])
    return control.path.endswith(".codes") and way == ["all"]


def _said(value: object, field: str) -> Iterator[str]:
    """The field of every single value, and of every list of codes."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _said(each, under(field, key))
    elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
        for n, each in enumerate(value):
            yield from _said(each, f"{field}[{n}]")
    else:
        yield field


def test_an_amount_is_shown_told_and_typed_with_the_decimal_sign_of_the_language() -> None:
    document = to_json(bundled_schemes()["kth-global-competence"])
    section = section_named("requirements")
    assert section is not None
    for language, amount in (("sv", "4,5"), ("en", "4.5")):
        words = catalogue(language)
        showing = Showing(document, Choices(document, language, words))
        controls = showing.section(section)
        assert amount in {each.value for top in controls for each in top.every() if each.kind == "amount"}
        (lines,) = (each.lines for each in told(document, language, words) if each.slug == section.slug)
        assert amount in {line.words for line in lines}
        assert sent(document, section.slug, form_of(controls)) == document


def test_the_description_knows_every_key_of_the_file() -> None:
    tops = {part.key for section in SECTIONS for part in section.parts}
    assert tops == {*reading.SECTIONS, *reading.OPTIONAL_SECTIONS}
    assert set(WAYS) == set(reading_rules.KINDS)
    for kind, beside in reading_rules.KINDS.items():
        assert {part.key for part in WAYS[kind].beside} == set(beside), kind
    assert {part.key for part in REQUIREMENT} == {"id", "label"}
    of = WAYS["count"].beside[0]
    assert isinstance(of, Block)
    assert {part.key for part in of.parts} == set(reading_filters.FILTER_KEYS)


def test_every_part_has_a_label_and_no_two_a_key() -> None:
    def inspect(parts: tuple[Part, ...], where: str) -> None:
        keys = [part.key for part in parts if not (isinstance(part, Both) and not part.key)]
        assert len(set(keys)) == len(keys), where
        for part in parts:
            assert part.label, where
            if isinstance(part, Block | Many):
                inspect(part.parts, f"{where}.{part.key}")

    for section in SECTIONS:
        inspect(section.parts, section.slug)


nasty = st.sampled_from(
    ["", "x", "-1", "1e9", "999999999999", "💥", "all", "list", "a b", "\n", "count", "0.5"]
)


@few
@given(documents, st.data())
def test_whatever_is_sent_can_be_shown_told_and_judged_again(
    document: SchemeDocument, data: st.DataObject
) -> None:
    plain = in_file_form(to_json(document))
    section = data.draw(st.sampled_from(SECTIONS))
    form = form_of(shown(plain, section.slug))
    for name in data.draw(st.lists(st.sampled_from(sorted(form)), max_size=6)):
        form[name] = data.draw(st.lists(nasty, max_size=3))
    paths = [each.path for _, each in every(plain)]
    verb = data.draw(st.sampled_from(["add", "remove", "up", "down", "pick", "kind", "save"]))
    form["do"] = [f"{verb}:{data.draw(st.sampled_from([*paths, 'x.y', '..', '']))}"]
    done = act(sent(plain, section.slug, form), section, form, WORDS)
    assert list(every(done.document))
    told(done.document, "sv", catalogue("sv"))
    differences(plain, done.document, "en", WORDS)
    for problem in problems_of(done.document, "en", WORDS):
        assert problem.sentence
        assert section_named(problem.section)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"requirements": []},
        {"requirements": {"all_of": "x"}},
        {"name": "x"},
        {"points": [1]},
        {"classes": {"A": 1}},
        {"reflection": {"questions": [None, 3]}},
        {"evidence": None},
    ],
)
def test_a_draft_that_is_no_scheme_at_all_is_shown_and_told(broken: dict[str, Any]) -> None:
    assert list(every(broken))
    told(broken, "en", WORDS)
    assert problems_of(broken, "en", WORDS)
    for section in SECTIONS:
        sent(broken, section.slug, form_of(shown(broken, section.slug)))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Expected two or more levels, found one."),
        ("sv", "Ska vara två eller fler nivåer, är nu en."),
    ],
)
def test_what_the_reader_says_is_told_in_the_language_of_the_page(language: str, said: str) -> None:
    level = {"id": "low", "sv": "Låg", "en": "Low"}
    rubric = [{"id": "depth", "sv": "Djup", "en": "Depth", "levels": [level]}]
    plain = to_json(bundled_schemes()["malmo"]) | {"rubric": rubric}
    assert [each.sentence for each in problems_of(plain, language, catalogue(language))] == [said]


@pytest.mark.parametrize("slug", bundled_schemes())
def test_a_bundled_scheme_has_no_problems_and_does_not_differ_from_itself(slug: str) -> None:
    plain = to_json(bundled_schemes()[slug])
    assert problems_of(plain, "en", WORDS) == ()
    assert differences(plain, plain, "en", WORDS) == ()
