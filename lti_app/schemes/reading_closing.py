"""How a scheme's file says that things are decided and end: plans, rubric, presentation and certificate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lti_app.schemes.certificate_layout import DEFAULT, CertificateLayout
from lti_app.schemes.document import (
    CertificateTexts,
    Criterion,
    Level,
    PlanRule,
    PresentationForm,
    PresentationRule,
    Signatory,
)
from lti_app.schemes.layout_reading import MOST_SIGNATURES, read_layout, read_picture
from lti_app.schemes.messages import Message
from lti_app.schemes.nodes import Node
from lti_app.schemes.picture_places import as_positions
from lti_app.schemes.reader import Reader
from lti_app.schemes.reading_filters import Known, read_settings, read_types
from lti_app.schemes.text import Text

ITEM_KINDS = ("activity", "final_report", "presentation")
CRITERION_KEYS = {
    "id": Message("a name that levels are stored under"),
    "sv": Message("the Swedish name"),
    "en": Message("the English name"),
    "levels": Message("a list of two or more levels, from the lowest"),
}
NAMED_KEYS = {"id": Message("a name"), "sv": Message("the Swedish name"), "en": Message("the English name")}
CERTIFICATE_KEYS = {
    "title": Message("the heading in both languages"),
    "issuer": Message("who issues it, in both languages"),
    "statement": Message("what the holder has done, in both languages"),
    "signatories": Message("a list of who signs"),
}

_ISSUERS = ("tool", "staff")


def read_plans(reader: Reader, node: Node, known: Known) -> PlanRule:
    """Which activities need their plan approved."""
    keys = reader.keys(node, {}, ("types", "settings"))
    if isinstance(node.value, Mapping) and not node.value:
        reader.report(
            node, Message("expected types or settings; leave `plans` out where no plan needs approval")
        )
    return PlanRule(
        types=frozenset(read_types(reader, keys["types"], known)) if "types" in keys else frozenset(),
        settings=frozenset(read_settings(reader, keys["settings"])) if "settings" in keys else frozenset(),
    )


def read_rubric(reader: Reader, node: Node) -> tuple[Criterion, ...]:
    """What reviewers look at."""
    members = reader.items(node, Message("a list of criteria"))
    criteria = tuple(_criterion(reader, each) for each in members)
    reader.unlike(zip(members, (each.id for each in criteria), strict=True), Message("the criterion id"))
    return criteria


def _criterion(reader: Reader, node: Node) -> Criterion:
    keys = reader.keys(node, CRITERION_KEYS, ("kinds",))
    members = reader.items(keys["levels"], Message("a list of levels"))
    if len(members) == 1:
        reader.report(keys["levels"], Message("expected two or more levels, found one"))
    levels = tuple(_level(reader, each) for each in members)
    reader.unlike(zip(members, (each.id for each in levels), strict=True), Message("the level id"))
    kinds = frozenset(ITEM_KINDS)
    if "kinds" in keys:
        asked = reader.items(keys["kinds"], Message("a list of kinds of item"))
        kinds = frozenset(reader.one_of(each, ITEM_KINDS, Message("a kind of item")) for each in asked)
    name = Text(reader.words(keys["sv"], max_chars=150), reader.words(keys["en"], max_chars=150))
    return Criterion(reader.name_of(keys["id"]), name, levels, kinds)


def _level(reader: Reader, node: Node) -> Level:
    keys = reader.keys(node, NAMED_KEYS, ("description",))
    return Level(
        id=reader.name_of(keys["id"]),
        name=Text(reader.words(keys["sv"], max_chars=150), reader.words(keys["en"], max_chars=150)),
        description=reader.text(keys["description"], max_chars=1000) if "description" in keys else None,
    )


def read_presentation(reader: Reader, node: Node) -> PresentationRule:
    """Whether and how merits are presented."""
    keys = reader.keys(node, {"required": Message("true or false"), "forms": Message("a list of forms")})
    members = reader.items(keys["forms"], Message("a list of forms"))
    forms = tuple(_form(reader, each) for each in members)
    reader.unlike(zip(members, (each.id for each in forms), strict=True), Message("the form id"))
    return PresentationRule(reader.flag(keys["required"]), forms)


def _form(reader: Reader, node: Node) -> PresentationForm:
    keys = reader.keys(node, NAMED_KEYS)
    return PresentationForm(
        reader.name_of(keys["id"]), Text(reader.words(keys["sv"]), reader.words(keys["en"]))
    )


def read_certificate(reader: Reader, node: Node) -> CertificateTexts:
    """What the certificate says, and how it looks."""
    keys = reader.keys(node, CERTIFICATE_KEYS, ("faculty", "layout", "issued_by"))
    layout = read_layout(reader, keys["layout"]) if "layout" in keys else DEFAULT
    signing = reader.items(keys["signatories"])
    return CertificateTexts(
        title=reader.text(keys["title"], max_chars=150),
        issuer=reader.text(keys["issuer"], max_chars=150),
        faculty=reader.text(keys["faculty"], max_chars=150) if "faculty" in keys else None,
        statement=reader.text(keys["statement"], max_chars=600),
        signatories=tuple(_signatory(reader, each) for each in signing),
        layout=_signed(reader, signing, layout),
        is_issued_by_staff="issued_by" in keys
        and reader.one_of(keys["issued_by"], _ISSUERS, Message("who issues it")) == "staff",
    )


def _signatory(reader: Reader, node: Node) -> Signatory:
    keys = reader.keys(node, {"role": Message("the role in both languages")}, ("name", "picture"))
    name = reader.words(keys["name"], max_chars=150) if "name" in keys else ""
    return Signatory(reader.text(keys["role"], max_chars=150), name)


def _signed(reader: Reader, signing: tuple[Node, ...], layout: CertificateLayout) -> CertificateLayout:
    """The layout with the pictures that the signatories name."""
    named = [each.value.get("picture") if isinstance(each.value, Mapping) else None for each in signing]
    first = next((each for each in named if each is not None), None)
    if first is None:
        return layout
    images = as_positions([read_picture(reader, each) if each else "" for each in named])
    if layout.signature_images:
        reader.report(
            first, Message("the layout has signature_images, which say the same; leave them out there")
        )
    if len(images) > MOST_SIGNATURES:
        reader.report(
            first,
            Message(
                "expected at most %(most)s pictures, found %(found)s", most=MOST_SIGNATURES, found=len(images)
            ),
        )
        return layout
    return replace(layout, signature_images=images)
