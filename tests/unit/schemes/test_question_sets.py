"""The sets of questions that come with the tool: whole, in both languages, and fit to be taken over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lti_app.schemes.document import Phase
from lti_app.schemes.nodes import FileInvalid
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.question_sets import question_sets, read_question_set
from lti_app.schemes.reading import from_yaml
from lti_app.schemes.writing import to_yaml
from lti_app.settings import data_path

FILES = sorted((data_path("config") / "question_sets").glob("*.yaml"))


def test_each_file_is_a_set_of_its_name_that_says_what_inspired_it() -> None:
    assert [path.stem for path in FILES] == list(question_sets())
    assert all(each.source.startswith("Inspired by") for each in question_sets().values())


def test_the_sets_follow_what_inspired_them() -> None:
    sets = question_sets()
    objective, *competences = sets["key-competences"].questions
    assert objective.phase is Phase.BEFORE
    assert [each.text.en.split(":")[0] for each in competences] == [
        "Personal, social and learning to learn competence",
        "Literacy competence",
        "Multilingual competence",
        "Mathematical competence and competence in science, technology and engineering",
        "Digital competence",
        "Citizenship competence",
        "Entrepreneurship competence",
        "Cultural awareness and expression competence",
    ]
    assert {each.phase for each in sets["soft-skills"].questions} == set(Phase)
    assert {each.phase for each in sets["before-going-abroad"].questions} == {Phase.BEFORE}
    parts = {each.text.en.split(":")[0] for each in sets["before-going-abroad"].questions}
    assert parts == {"Cultural competence", "Global health", "Health and safety"}


@pytest.mark.parametrize("slug", [path.stem for path in FILES])
def test_a_scheme_can_take_the_questions_over(slug: str) -> None:
    lund = bundled_schemes()["lund-medicine"]
    taken = replace(lund, reflection=replace(lund.reflection, questions=question_sets()[slug].questions))

    assert from_yaml(to_yaml(taken), "taken.yaml") == taken


def test_a_set_without_a_language_is_refused_with_line_and_field() -> None:
    broken = FILES[0].read_text("utf-8").replace(", en: ", ", eng: ", 1)

    with pytest.raises(FileInvalid) as refused:
        read_question_set(broken, "mine.yaml")

    assert {each.field for each in refused.value.problems} == {"name.en", "name.eng"}
