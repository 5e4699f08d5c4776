"""A scheme's YAML file, or its stored JSON, read into a SchemeDocument or refused with every reason.

Owns the keys of the form; config/schemes/lund-medicine.yaml shows them with comments. A file is checked
against the catalogue (its codes must exist, its requirements must be reachable); a stored version is not:
it was valid when it was published, and the catalogue may have moved on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lti_app.schemes import nodes
from lti_app.schemes.catalogue import activity_types, programmes
from lti_app.schemes.document import (
    CertificateTexts,
    EvidenceKind,
    EvidenceRule,
    PresentationForm,
    PresentationRule,
    Question,
    ReflectionRule,
    SchemeDocument,
    Signatory,
)
from lti_app.schemes.nodes import FileInvalid, Node
from lti_app.schemes.reader import Reader
from lti_app.schemes.reading_rules import read_requirement, unreachable
from lti_app.schemes.requirements import Count, SchemeRules
from lti_app.schemes.text import Text

_SECTIONS = {
    "scheme": "the short name of the scheme, such as lund-medicine",
    "name": "its name in both languages",
    "description": "a sentence in both languages",
    "source": "where the rules come from",
    "programmes": "all, or a list of programme codes",
    "requirements": "what is asked for, such as distinct_types: 3",
    "activity_types": "all, {only: [codes]} or {all_but: [codes]}",
    "evidence": "{any_of: [kinds]} or {all_of: [kinds]}",
    "reflection": "the questions after each activity",
    "final_report": "its questions",
    "presentation": "its forms",
    "certificate": "its texts",
}


class SchemeInvalid(FileInvalid):
    """The scheme cannot be used; `problems` says why, each with line and field."""


def from_yaml(text: str, name: str) -> SchemeDocument:
    """The scheme in this YAML text; `name` is the file's, for messages. Raises SchemeInvalid."""
    try:
        return _read(nodes.from_yaml(text, name), Reader(name), in_catalogue=True)
    except FileInvalid as error:
        raise SchemeInvalid(error.name, error.problems) from error


def from_json(stored: Mapping[str, object]) -> SchemeDocument:
    """The scheme that writing.to_json stored. Raises SchemeInvalid if somebody changed it since."""
    try:
        return _read(nodes.from_plain(dict(stored)), Reader("stored scheme"), in_catalogue=False)
    except FileInvalid as error:
        raise SchemeInvalid(error.name, error.problems) from error


def check_plain(plain: Mapping[str, object]) -> SchemeDocument:
    """The scheme in plain values that are not published yet: a file's rules hold. Raises SchemeInvalid."""
    try:
        return _read(nodes.from_plain(dict(plain)), Reader("draft"), in_catalogue=True)
    except FileInvalid as error:
        raise SchemeInvalid(error.name, error.problems) from error


def _read(root: Node, reader: Reader, *, in_catalogue: bool) -> SchemeDocument:
    keys = reader.keys(root, _SECTIONS)
    slug = reader.name_of(keys["scheme"])
    requirement = read_requirement(reader, keys["requirements"])
    accepted, refused = _accepted(reader, keys["activity_types"], in_catalogue)
    rules = SchemeRules(requirement or Count(1), accepted, refused)
    if in_catalogue:
        for problem in unreachable(rules, activity_types()):
            reader.report(keys["requirements"], problem)
    document = SchemeDocument(
        slug=slug,
        name=reader.text(keys["name"], max_chars=150),
        description=reader.text(keys["description"], max_chars=2000),
        source=reader.words(keys["source"], max_chars=1000),
        programmes=_programmes(reader, keys["programmes"], in_catalogue),
        rules=rules,
        evidence=_evidence(reader, keys["evidence"]),
        reflection=_reflection(reader, keys["reflection"]),
        final_report=_final_report(reader, keys["final_report"]),
        presentation=_presentation(reader, keys["presentation"]),
        certificate=_certificate(reader, keys["certificate"]),
    )
    reader.finish()
    return document


def _programmes(reader: Reader, node: Node, in_catalogue: bool) -> tuple[str, ...] | None:
    if node.value == "all":
        return None
    return _codes(reader, node, programmes() if in_catalogue else None, "all, or a list of programme codes")


def _accepted(reader: Reader, node: Node, in_catalogue: bool) -> tuple[frozenset[str] | None, frozenset[str]]:
    if node.value == "all":
        return None, frozenset()
    keys = reader.keys(node, {}, ("only", "all_but"))
    if len(keys) != 1:
        reader.report(node, f"expected {_SECTIONS['activity_types']}")
        return None, frozenset()
    ((key, inner),) = keys.items()
    codes = frozenset(
        _codes(reader, inner, activity_types() if in_catalogue else None, "a list of type codes")
    )
    return (codes, frozenset()) if key == "only" else (None, codes)


def _codes(reader: Reader, node: Node, known: Iterable[str] | None, expected: str) -> tuple[str, ...]:
    members = reader.items(node, expected)
    if known is None:
        codes = tuple(reader.name_of(each) for each in members)
    else:
        codes = tuple(reader.one_of(each, known, "a code of the catalogue") for each in members)
    reader.unlike(zip(members, codes, strict=True), "the code")
    return codes


def _evidence(reader: Reader, node: Node) -> EvidenceRule:
    keys = reader.keys(node, {}, ("any_of", "all_of"))
    if len(keys) != 1:
        reader.report(node, f"expected {_SECTIONS['evidence']}")
        return EvidenceRule((EvidenceKind.REFLECTION,))
    ((key, inner),) = keys.items()
    members = reader.items(inner, "a list of kinds of evidence")
    kinds = tuple(
        EvidenceKind(reader.one_of(each, list(EvidenceKind), "a kind of evidence")) for each in members
    )
    reader.unlike(zip(members, kinds, strict=True), "the kind of evidence")
    return EvidenceRule(kinds, needs_all=key == "all_of")


def _reflection(reader: Reader, node: Node) -> ReflectionRule:
    expected = {"required": "true or false", "questions": "a list of questions"}
    keys = reader.keys(node, expected)
    return ReflectionRule(reader.flag(keys["required"]), _questions(reader, keys["questions"]))


def _final_report(reader: Reader, node: Node) -> tuple[Question, ...]:
    return _questions(reader, reader.keys(node, {"questions": "a list of questions"})["questions"])


def _questions(reader: Reader, node: Node) -> tuple[Question, ...]:
    members = reader.items(node, "a list of questions")
    questions = tuple(_question(reader, each) for each in members)
    reader.unlike(zip(members, (each.id for each in questions), strict=True), "the question id")
    return questions


def _question(reader: Reader, node: Node) -> Question:
    expected = {
        "id": "a name that answers are stored under",
        "sv": "the Swedish wording",
        "en": "the English wording",
        "required": "true or false",
        "min_words": "the fewest words of an answer, 0 for any",
        "max_chars": "the most characters of an answer",
    }
    keys = reader.keys(node, expected, ("help",))
    question = Question(
        id=reader.name_of(keys["id"]),
        text=Text(reader.words(keys["sv"], max_chars=1000), reader.words(keys["en"], max_chars=1000)),
        help=reader.text(keys["help"], max_chars=1000) if "help" in keys else None,
        required=reader.flag(keys["required"]),
        min_words=reader.number(keys["min_words"], 0, 2000),
        max_chars=reader.number(keys["max_chars"], 100, 50_000),
    )
    if question.min_words * 5 > question.max_chars:
        reader.report(
            keys["max_chars"], f"expected room for min_words: {question.min_words * 5} or more characters"
        )
    return question


def _presentation(reader: Reader, node: Node) -> PresentationRule:
    keys = reader.keys(node, {"required": "true or false", "forms": "a list of forms"})
    members = reader.items(keys["forms"], "a list of forms")
    forms = tuple(_form(reader, each) for each in members)
    reader.unlike(zip(members, (each.id for each in forms), strict=True), "the form id")
    return PresentationRule(reader.flag(keys["required"]), forms)


def _form(reader: Reader, node: Node) -> PresentationForm:
    keys = reader.keys(node, {"id": "a name", "sv": "the Swedish name", "en": "the English name"})
    return PresentationForm(
        reader.name_of(keys["id"]), Text(reader.words(keys["sv"]), reader.words(keys["en"]))
    )


def _certificate(reader: Reader, node: Node) -> CertificateTexts:
    expected = {
        "title": "the heading in both languages",
        "issuer": "who issues it, in both languages",
        "statement": "what the holder has done, in both languages",
        "signatories": "a list of who signs",
    }
    keys = reader.keys(node, expected, ("faculty",))
    return CertificateTexts(
        title=reader.text(keys["title"], max_chars=150),
        issuer=reader.text(keys["issuer"], max_chars=150),
        faculty=reader.text(keys["faculty"], max_chars=150) if "faculty" in keys else None,
        statement=reader.text(keys["statement"], max_chars=600),
        signatories=tuple(_signatory(reader, each) for each in reader.items(keys["signatories"])),
    )


def _signatory(reader: Reader, node: Node) -> Signatory:
    keys = reader.keys(node, {"role": "the role in both languages"}, ("name",))
    name = reader.words(keys["name"], max_chars=150) if "name" in keys else ""
    return Signatory(reader.text(keys["role"], max_chars=150), name)
