"""Ready sets of questions that a scheme can take over: config/question_sets/*.yaml.

Owns the form of these files and the packaged sets, read once per process. A set is a suggestion: whoever
takes its questions over changes them as they like, and nothing remembers where they came from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from lti_app.schemes.document import Question
from lti_app.schemes.nodes import from_yaml
from lti_app.schemes.reader import Reader
from lti_app.schemes.reading_filters import known_today
from lti_app.schemes.reading_questions import read_questions
from lti_app.schemes.text import Text
from lti_app.settings import data_path

SET_KEYS = {
    "question_set": "the short name of the set",
    "name": "its name in both languages",
    "description": "a sentence in both languages",
    "source": "what inspired it",
    "questions": "a list of questions to activities",
}


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions to activities with a common thought; `source` names what inspired them."""

    slug: str
    name: Text
    description: Text
    source: str
    questions: tuple[Question, ...]


@cache
def question_sets() -> Mapping[str, QuestionSet]:
    """The sets that come with the tool, by slug. Raises FileInvalid."""
    files = sorted((data_path("config") / "question_sets").glob("*.yaml"))
    found = (read_question_set(path.read_text("utf-8"), path.name) for path in files)
    return MappingProxyType({each.slug: each for each in found})


def read_question_set(text: str, name: str) -> QuestionSet:
    """The set in this YAML text; `name` is the file's, for messages. Raises FileInvalid."""
    reader = Reader(name)
    keys = reader.keys(from_yaml(text, name), SET_KEYS)
    found = QuestionSet(
        slug=reader.name_of(keys["question_set"]),
        name=reader.text(keys["name"], max_chars=150),
        description=reader.text(keys["description"], max_chars=1000),
        source=reader.words(keys["source"], max_chars=1000),
        questions=read_questions(reader, keys["questions"], known_today()),
    )
    reader.finish()
    return found
