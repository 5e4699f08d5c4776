"""A scheme's YAML file, or its stored JSON, read into a SchemeDocument or refused with every reason.

Owns the sections of the form (docs/schemes.md shows every key); reading_*.py own what stands in them. A file
is checked against the catalogue (its codes must exist, its requirements must be reachable); a stored version
is not: it was valid when it was published, and the catalogue may have moved on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lti_app.schemes import nodes
from lti_app.schemes.agreeing import types_without_questions
from lti_app.schemes.catalogue import activity_types
from lti_app.schemes.counting import Effort, PointsTable, SchemeRules
from lti_app.schemes.document import Approver, PlanRule, SchemeDocument
from lti_app.schemes.limits import unsupported
from lti_app.schemes.messages import Message
from lti_app.schemes.nodes import FileInvalid, Node
from lti_app.schemes.reachable import unreachable
from lti_app.schemes.reader import Reader
from lti_app.schemes.reading_closing import read_certificate, read_plans, read_presentation, read_rubric
from lti_app.schemes.reading_counting import (
    class_names,
    read_bundles,
    read_classes,
    read_effort,
    read_exclusions,
    read_per_programme,
    read_points,
    read_type_list,
)
from lti_app.schemes.reading_filters import Known, known_today, read_codes
from lti_app.schemes.reading_questions import (
    read_evidence,
    read_evidence_per_type,
    read_final_report,
    read_reflection,
)
from lti_app.schemes.reading_rules import read_requirement
from lti_app.schemes.requirements import Count

SECTIONS = {
    "scheme": Message("the short name of the scheme, such as lund-medicine"),
    "name": Message("its name in both languages"),
    "description": Message("a sentence in both languages"),
    "source": Message("where the rules come from"),
    "programmes": Message("all, or a list of programme codes"),
    "requirements": Message("what is asked for, such as distinct_types: 3"),
    "activity_types": Message("all, {only: [codes]} or {all_but: [codes]}"),
    "evidence": Message("{any_of: [kinds]} or {all_of: [kinds]}"),
    "reflection": Message("the questions after each activity"),
    "final_report": Message("its questions"),
    "presentation": Message("its forms"),
    "certificate": Message("its texts"),
}
OPTIONAL_SECTIONS = (
    "activity_types_per_programme",
    "bundles",
    "classes",
    "points",
    "exclusions",
    "effort",
    "evidence_per_type",
    "plans",
    "approver",
    "rubric",
)


RESERVED = "new"  # the address of a scheme of this short name is the page where drafts begin


class SchemeInvalid(FileInvalid):
    """The scheme cannot be used; `problems` says why, each with line and field."""


def from_yaml(text: str, name: str) -> SchemeDocument:
    """The scheme in this YAML text; `name` is the file's, for messages. Raises SchemeInvalid."""
    try:
        return _read(nodes.from_yaml(text, name), Reader(name), known_today())
    except FileInvalid as error:
        raise SchemeInvalid(error.name, error.problems) from error


def from_json(stored: Mapping[str, object]) -> SchemeDocument:
    """The scheme that writing.to_json stored. Raises SchemeInvalid if somebody changed it since."""
    try:
        return _read(nodes.from_plain(dict(stored)), Reader("stored scheme"), Known())
    except FileInvalid as error:
        raise SchemeInvalid(error.name, error.problems) from error


def check_plain(plain: Mapping[str, object]) -> SchemeDocument:
    """The scheme in plain values that are not published yet: a file's rules hold. Raises SchemeInvalid."""
    try:
        return _read(nodes.from_plain(dict(plain)), Reader("draft"), known_today())
    except FileInvalid as error:
        raise SchemeInvalid(error.name, error.problems) from error


def check_short_name(name: str) -> None:
    """Raise SchemeInvalid unless a scheme can have this short name."""
    reader = Reader("short name")
    _short_name(reader, Node(name, "scheme"))
    try:
        reader.finish()
    except FileInvalid as error:
        raise SchemeInvalid(error.name, error.problems) from error


def _short_name(reader: Reader, node: Node, *, is_stored: bool = False) -> str:
    name = reader.name_of(node)
    if name == RESERVED and not is_stored:
        reader.report(
            node, Message("'%(name)s' is the tool's own; take another, such as new-cim", name=RESERVED)
        )
    return name


def _read(root: Node, reader: Reader, known: Known) -> SchemeDocument:
    keys = reader.keys(root, SECTIONS, OPTIONAL_SECTIONS)
    known = replace(known, classes=class_names(keys.get("classes")))
    report_questions, report_language = read_final_report(reader, keys["final_report"])
    document = SchemeDocument(
        slug=_short_name(reader, keys["scheme"], is_stored=known.types is None),
        name=reader.text(keys["name"], max_chars=150),
        description=reader.text(keys["description"], max_chars=2000),
        source=reader.words(keys["source"], max_chars=1000),
        programmes=_programmes(reader, keys["programmes"], known),
        rules=_rules(reader, keys, known),
        evidence=read_evidence(reader, keys["evidence"]),
        reflection=read_reflection(reader, keys["reflection"], known),
        final_report=report_questions,
        presentation=read_presentation(reader, keys["presentation"]),
        certificate=read_certificate(reader, keys["certificate"]),
        evidence_per_type=read_evidence_per_type(reader, keys["evidence_per_type"], known)
        if "evidence_per_type" in keys
        else {},
        final_report_language=report_language,
        plans=read_plans(reader, keys["plans"], known) if "plans" in keys else PlanRule(),
        approver=Approver(reader.one_of(keys["approver"], list(Approver), Message("who approves")))
        if "approver" in keys
        else Approver.TEACHER,
        rubric=read_rubric(reader, keys["rubric"]) if "rubric" in keys else (),
    )
    reader.finish()
    if known.types is not None:
        if unasked := types_without_questions(document, activity_types()):
            said = Message(
                "a reflection is needed for %(types)s, but no question is asked", types=_few(unasked)
            )
            reader.report(keys["reflection"], said)
        reader.finish()
    return document


def _few(codes: Sequence[str]) -> str:
    """The first three, and how many more there are."""
    few = ", ".join(codes[:3])
    if len(codes) <= 3:
        return few
    return Message("%(few)s and %(number)s more", few=few, number=len(codes) - 3)


def _rules(reader: Reader, keys: Mapping[str, Node], known: Known) -> SchemeRules:
    """The rules; held against the catalogue only once nothing else is wrong with them."""
    before = len(reader.problems)
    bundles = read_bundles(reader, keys["bundles"], known) if "bundles" in keys else ()
    classes = read_classes(reader, keys["classes"], known) if "classes" in keys else ()
    accepted = read_type_list(reader, keys["activity_types"], known)
    requirement, places = read_requirement(reader, keys["requirements"], known)
    rules = SchemeRules(
        requirement=requirement or Count(1),
        accepted=accepted.accepted,
        refused=accepted.refused,
        per_programme=read_per_programme(reader, keys["activity_types_per_programme"], known)
        if "activity_types_per_programme" in keys
        else {},
        classes=classes,
        points=read_points(reader, keys["points"], known) if "points" in keys else PointsTable(),
        exclusions=read_exclusions(reader, keys["exclusions"], known) if "exclusions" in keys else (),
        effort=read_effort(reader, keys["effort"], known) if "effort" in keys else Effort(),
    )
    if len(reader.problems) > before:
        return rules
    complete = replace(rules, bundles=bundles)
    if known.types is not None:
        whole = keys["requirements"]
        refused = [(each.requirement_id, each.reason) for each in unsupported(complete)]
        for requirement_id, why in refused or unreachable(complete, activity_types()):
            reader.report(places.get(requirement_id, whole), why)
    return complete


def _programmes(reader: Reader, node: Node, known: Known) -> tuple[str, ...] | None:
    if node.value == "all":
        return None
    return read_codes(reader, node, known.programmes, Message("all, or a list of programme codes"))
