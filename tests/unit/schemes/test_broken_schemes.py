# ruff: noqa: E501 (the table of broken files reads best in rows)
"""Scheme files broken in each part of the language: the message names the line, the field and the mend."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_app.schemes.messages import Message
from lti_app.schemes.reading import SchemeInvalid, from_json, from_yaml
from lti_app.schemes.writing import to_json
from lti_app.settings import data_path

FILES = {path.stem: path.read_text("utf-8") for path in (data_path("config") / "schemes").glob("*.yaml")}

# Which file; what is changed in it; where the problem stands (a part of the changed file); field; words of the message.
BROKEN = {
    "a short name that an address of the tool has": ("malmo", "scheme: malmo", "scheme: new", "scheme: new", "scheme", "take another, such as new-cim"),
    "a class that the scheme does not have": ("lund-humanities", "classes: {A: 1, B: 2}", "classes: {A: 1, D: 2}", "classes: {A: 1, D", "requirements.classes.D", "expected a class of this scheme: A, B, C, found 'D'"),
    "a class where the scheme has none": ("malmo", "  count: 3", "  classes: {A: 1}", "  classes: {A", "requirements.classes.A", "the scheme has no classes; add them under `classes:`"),
    "two classes of one name": ("lund-humanities", "  - name: B", "  - name: A", "  - name: A\n    sv: B", "classes[1]", "the class 'A' is used twice"),
    "a class made of classes": ("lund-humanities", "      settings: [abroad, home, virtual, own]", "      classes: [A]", "    of:\n      classes: [A]", "classes[2].of", "name types, settings or attributes"),
    "a class that gives to two others": ("lund-humanities", "serve_as: B}", "serve_as: B}\n    - {give: C, number: 2, serve_as: A}", "  classes: {A: 1", "requirements.classes", "a class gives to two others"),
    "substitution in a circle": ("lund-humanities", "serve_as: B}", "serve_as: B}\n    - {give: B, number: 2, serve_as: C}", "  classes: {A: 1", "requirements.classes", "goes round in a circle"),
    "a class that nothing can be of": ("lund-humanities", "activity_types: all", "activity_types: {only: [journal_club, mooc]}", "requirements:", "requirements", "asks for class A, but no accepted type can be of it"),
    "a bundle of one": ("sahlgrenska", "size: 3", "size: 1", "size: 1", "bundles[0].size", "a whole number from 2 to 100, found the number 1"),
    "a type in two bundles": ("lund-medicine-today", "types: [integration_activity]", "types: [language_cafe]", "  - id: buddy-group", "bundles[1]", "each type can be in one bundle only; 'language_cafe' is used twice"),
    "occasions and days in one bundle": ("sahlgrenska", "distinct_days: true", "distinct_days: true\n    by_occasions: true", "  - id: lectures", "bundles[0]", "occasions have no days of their own"),
    "points for a type that is not there": ("jonkoping", "    mooc: 10", "    mocc: 10", "    mocc: 10", "points.types.mocc", "did you mean 'mooc'"),
    "points below nothing": ("jonkoping", "exchange_studies: 60", "exchange_studies: -5", "exchange_studies: -5", "points.types.exchange_studies", "a number above 0 and at most 100000"),
    "points that nobody can reach": ("jonkoping", "activity_types: all", "activity_types: {only: [language_cafe, mooc]}", "requirements:", "requirements", "asks for 100 points, but at_most allows only 45 of the types accepted"),
    "a decimal comma": ("kth-global-competence", "credits: 4.5", "credits: 4,5", "credits: 4,5", "requirements.ordered[0].credits", "found '4,5'; write 4.5"),
    "an unknown measure": ("kth-global-competence", "at_least: {weeks: 8}", "at_least: {week: 8}", "at_least: {week", "requirements.ordered[1].any_of[0].of.at_least.week", "did you mean 'weeks'"),
    "an `of` that says nothing": ("kth-global-competence", "of: {settings: [home]}", "of: {}", "of: {}", "requirements.ordered[1].any_of[1].of", "leave `of` out for every one"),
    "an `of` where none can stand": ("lund-medicine-today", "settings: {abroad: 1, home: 1}}", "settings: {abroad: 1}, of: {types: [mooc]}}", "- {id: mix", "requirements.all_of[1].of", "unknown key; known here: settings, id, label"),
    "more alternatives than there are": ("kth-global-competence", "      any_of:", "      need: 3\n      any_of:", "      need: 3", "requirements.ordered[1].need", "a whole number from 1 to 2, found the number 3"),
    "credits of what has none": ("kth-global-competence", "of: {types: [global_competence_course]}", "of: {types: [bootcamp]}", "    - id: part-3", "requirements.ordered[2]", "asks for credits, but no accepted type that passes `of` can give any"),
    "what is no count among separate parts": ("malmo", "  count: 3", "  separate:\n    - {count: 1}\n    - {distinct_types: 2}", "    - {distinct", "requirements.separate[1]", "the parts of `separate` can be of no other kind"),
    "separate parts that need more types than there are": ("malmo", "  count: 3", "  separate: [{count: 2, of: {types: [mooc, imex]}}, {count: 1, of: {types: [mooc]}}]\n  distinct_types: true", "requirements:", "requirements", "asks for 3 activities of different types, but the types accepted give only 2"),
    "a bundle torn apart by separate parts": ("lund-social-sciences", "    - {id: types, distinct_types: 3}", "    - separate: [{count: 1, of: {types: [international_lecture]}}]", "    - separate", "requirements.all_of[0].separate[0]", "tells activities of bundle lectures apart"),
    "an unknown variety": ("university-west", "distinct: {goal: 3}", "distinct: {gaol: 3}", "- {id: themes", "requirements.all_of[1].distinct.gaol", "did you mean 'goal'"),
    "more goals than there are": ("university-west", "distinct: {goal: 3}", "distinct: {goal: 18}", "- {id: themes", "requirements.all_of[1]", "asks for 18; at most 17"),
    "an attribute without fixed answers": ("lund-social-sciences", "international_classroom_online]}", "international_classroom_online], attributes: {topic: [attended]}}", "  - of: {types: [english", "exclusions[0].of.attributes.topic", "expected an attribute with fixed answers"),
    "an answer that is not offered": ("lund-social-sciences", "international_classroom_online]}", "international_classroom_online], attributes: {contribution: [atended]}}", "  - of: {types: [english", "exclusions[0].of.attributes.contribution[0]", "did you mean 'attended'"),
    "Norway without quotes": ("lund-social-sciences", "international_classroom_online]}", "international_classroom_online], attributes: {country: [NO]}}", "  - of: {types: [english", "exclusions[0].of.attributes.country[0]", "put it in quotes"),
    "an exclusion without a reason": ("lund-social-sciences", "    reason:\n      sv: Internationella inslag", "    raeson:\n      sv: Internationella inslag", "  - of: {types: [english", "exclusions[0].reason", "missing; expected why, in both languages"),
    "an exclusion in one language": ("lund-social-sciences", "      en: International elements that are part of the syllabus already do not count.", "", "    reason:\n      sv: Internationella", "exclusions[0].reason.en", "missing; expected the English text"),
    "a programme's list for no programme": ("karolinska-2020", "  logoped:", "  logopedd:", "  logopedd:", "activity_types_per_programme.logopedd", "did you mean 'logoped'"),
    "a programme's list with which nobody gets there": ("karolinska-2020", "  logoped:\n    only:", "  logoped:\n    only: [mooc, imex]\n  optiker:\n    only:", "requirements:", "requirements", "for the programme logoped, it asks for 3 different types, but only 2 are accepted"),
    "a question of no phase": ("university-west", "phase: before", "phase: prior", "phase: prior", "reflection.questions[0].phase", "expected a phase: before, during, after, found 'prior'"),
    "a phase in the final report": ("university-west", "    - id: agenda", "    - id: agenda\n      phase: after", "      phase: after", "final_report.questions[0].phase", "unknown key"),
    "an answer in no language of ours": ("sahlgrenska", "  language: en", "  language: no", "  language: no", "reflection.language", "leave it out for either: sv, en"),
    "an approver who is none": ("university-west", "approver: coordinator", "approver: rector", "approver: rector", "approver", "expected who approves: teacher, coordinator, found 'rector'"),
    "a reflection without questions": ("karolinska-pilot", "      max_chars: 5000\n    - id: learned", "      max_chars: 5000\n      types: [mooc]\n    - types: [mooc, imex]\n      id: learned", "reflection:", "reflection", "a reflection is needed for exchange_studies, exchange_agreement_course, course_partly_abroad and 105 more, but no question is asked"),
    "plans of nothing": ("malmo", "plans:\n  settings: [own]", "plans: {}", "plans: {}", "plans", "leave `plans` out where no plan needs approval"),
    "an effort of nothing": ("jonkoping", "settings: {abroad: 8,", "settings: {abroad: 0,", "  settings: {abroad: 0,", "effort.settings.abroad", "a whole number from 1 to 1000"),
    "a rubric of one level": ("malmo", "plans:", "rubric:\n  - {id: depth, sv: Djup, en: Depth, levels: [{id: low, sv: Låg, en: Low}]}\nplans:", "  - {id: depth", "rubric[0].levels", "expected two or more levels, found one"),
    "a rubric asked of what nobody hands in": ("malmo", "plans:", "rubric:\n  - {id: depth, sv: Djup, en: Depth, kinds: [essay], levels: []}\nplans:", "  - {id: depth", "rubric[0].kinds[0]", "a kind of item: activity, final_report, presentation"),
    "evidence for a type that is not there": ("malmo", "plans:", "evidence_per_type:\n  langage_cafe: {any_of: [reflection]}\nplans:", "  langage_cafe", "evidence_per_type.langage_cafe", "did you mean 'language_cafe'"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("slug", "old", "new", "place", "field", "words"), BROKEN.values(), ids=BROKEN.keys()
)
def test_a_broken_scheme_is_refused_with_line_field_and_mend(
    slug: str, old: str, new: str, place: str, field: str, words: str
) -> None:
    broken = FILES[slug].replace(old, new, 1)
    assert broken != FILES[slug]

    with pytest.raises(SchemeInvalid) as refused:
        from_yaml(broken, "mine.yaml")

    problem = next((each for each in refused.value.problems if each.field == field), None)
    assert problem is not None, [str(each) for each in refused.value.problems]
    assert words in problem.message
    assert all(isinstance(each.message, Message) for each in refused.value.problems), "can be translated"
    assert problem.line == broken.count("\n", 0, broken.index(place)) + 1


def test_every_text_that_lacks_a_language_is_told_at_once() -> None:
    lines = FILES["lund-social-sciences"].splitlines()
    lacking = "\n".join(line for line in lines if not line.startswith("      en: ") or line.endswith(">-"))
    lacking = lacking.replace("{id: film, sv: Film, en: Film}", "{id: film, sv: Film}")

    with pytest.raises(SchemeInvalid) as refused:
        from_yaml(lacking, "mine.yaml")

    assert [each.field for each in refused.value.problems] == [
        "exclusions[0].reason.en",
        "presentation.forms[1].en",
    ]
    assert {each.message for each in refused.value.problems} >= {"missing; expected the English text"}


@settings(max_examples=60)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_no_slip_of_the_hand_breaks_the_reader(slug: str, data: st.DataObject) -> None:
    """Lines lost, doubled, indented otherwise, values changed for others of the file: read, or refused."""
    lines = FILES[slug].splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        at, other = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        match data.draw(st.sampled_from(["lose", "double", "swap", "indent", "value", "type"])):
            case "lose" if len(lines) > 1:
                del lines[at]
            case "double":
                lines.insert(other, lines[at])
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
            case "indent":
                lines[at] = data.draw(st.sampled_from(["  ", "    ", "- ", "\t"])) + lines[at].lstrip()
            case "value":
                lines[at] = lines[at].split(":")[0] + ":" + lines[other].rpartition(":")[2]
            case _:
                value = st.sampled_from(
                    [
                        "no",
                        "3",
                        "-1",
                        "1.5",
                        "[]",
                        "{}",
                        "[[x]]",
                        "~",
                        "&a x",
                        "*a",
                        "1e9",
                        "!!set {a}",
                        "<<",
                        "''",
                        "2026-01-01",
                    ]
                )
                lines[at] = lines[at].split(":")[0] + ": " + data.draw(value)
    try:
        document = from_yaml("\n".join(lines), "mine.yaml")
    except SchemeInvalid:
        return
    assert from_json(to_json(document)) == document
