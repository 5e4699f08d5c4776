"""What a scheme's file asks students for in words: evidence, reflection and the final report."""

from __future__ import annotations

from collections.abc import Mapping

from lti_app.schemes.document import EvidenceKind, EvidenceRule, Phase, Question, ReflectionRule
from lti_app.schemes.messages import Message
from lti_app.schemes.nodes import Node
from lti_app.schemes.reader import Reader
from lti_app.schemes.reading_filters import Known, key_node, read_type, read_types
from lti_app.schemes.text import Text

EVIDENCE = Message("{any_of: [kinds]} or {all_of: [kinds]}")
LANGUAGES = ("sv", "en")
QUESTION_KEYS = {
    "id": Message("a name that answers are stored under"),
    "sv": Message("the Swedish wording"),
    "en": Message("the English wording"),
    "required": Message("true or false"),
    "min_words": Message("the fewest words of an answer, 0 for any"),
    "max_chars": Message("the most characters of an answer"),
}


def read_evidence(reader: Reader, node: Node) -> EvidenceRule:
    """What backs an activity."""
    keys = reader.keys(node, {}, ("any_of", "all_of"))
    if len(keys) != 1:
        reader.report(node, Message("expected %(what)s", what=EVIDENCE))
        return EvidenceRule((EvidenceKind.REFLECTION,))
    ((key, inner),) = keys.items()
    members = reader.items(inner, Message("a list of kinds of evidence"))
    kinds = tuple(
        EvidenceKind(reader.one_of(each, list(EvidenceKind), Message("a kind of evidence")))
        for each in members
    )
    reader.unlike(zip(members, kinds, strict=True), Message("the kind of evidence"))
    return EvidenceRule(kinds, needs_all=key == "all_of")


def read_evidence_per_type(reader: Reader, node: Node, known: Known) -> Mapping[str, EvidenceRule]:
    """What backs activities of some types."""
    entries = reader.entries(node, Message("type codes, each with %(what)s", what=EVIDENCE))
    return {
        read_type(reader, key_node(key, value), known): read_evidence(reader, value)
        for key, value in entries.items()
    }


def read_reflection(reader: Reader, node: Node, known: Known) -> ReflectionRule:
    """The questions to each activity."""
    expected = {"required": Message("true or false"), "questions": Message("a list of questions")}
    keys = reader.keys(node, expected, ("language",))
    return ReflectionRule(
        required=reader.flag(keys["required"]),
        questions=read_questions(reader, keys["questions"], known),
        language=_language(reader, keys),
    )


def read_final_report(reader: Reader, node: Node) -> tuple[tuple[Question, ...], str]:
    """The questions of the final report, which are asked of everybody, and their language."""
    keys = reader.keys(node, {"questions": Message("a list of questions")}, ("language",))
    return read_questions(reader, keys["questions"], None), _language(reader, keys)


def read_questions(reader: Reader, node: Node, known: Known | None) -> tuple[Question, ...]:
    """A list of questions, each with an id of its own; to activities, if what they may refer to is given."""
    members = reader.items(node, Message("a list of questions"))
    questions = tuple(_question(reader, each, known) for each in members)
    reader.unlike(zip(members, (each.id for each in questions), strict=True), Message("the question id"))
    return questions


def _question(reader: Reader, node: Node, known: Known | None) -> Question:
    keys = reader.keys(node, QUESTION_KEYS, ("help", "phase", "types") if known else ("help",))
    phase = (
        Phase(reader.one_of(keys["phase"], list(Phase), Message("a phase")))
        if "phase" in keys
        else Phase.AFTER
    )
    types = read_types(reader, keys["types"], known) if known and "types" in keys else ()
    question = Question(
        id=reader.name_of(keys["id"]),
        text=Text(reader.words(keys["sv"], max_chars=1000), reader.words(keys["en"], max_chars=1000)),
        help=reader.text(keys["help"], max_chars=1000) if "help" in keys else None,
        required=reader.flag(keys["required"]),
        min_words=reader.number(keys["min_words"], 0, 2000),
        max_chars=reader.number(keys["max_chars"], 100, 50_000),
        phase=phase,
        types=frozenset(types),
    )
    if question.min_words * 5 > question.max_chars:
        reader.report(
            keys["max_chars"],
            Message(
                "expected room for min_words: %(least)s or more characters", least=question.min_words * 5
            ),
        )
    return question


def _language(reader: Reader, keys: Mapping[str, Node]) -> str:
    if "language" not in keys:
        return ""
    return reader.one_of(keys["language"], LANGUAGES, Message("a language; leave it out for either"))
