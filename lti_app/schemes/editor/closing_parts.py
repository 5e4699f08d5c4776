"""What the editor shows of how merits are judged, presented and certified."""

from __future__ import annotations

from lti_app.errors import N_
from lti_app.schemes.certificate_layout import DEFAULT
from lti_app.schemes.editor.outline import NAMED, Block, Both, Codes, Kind, Leaf, Many, Selection, Source

RUBRIC = Many(
    "rubric",
    N_("Criteria"),
    N_("Add a criterion"),
    N_("New criterion"),
    (
        *NAMED,
        Codes(
            "kinds",
            N_("Asked of"),
            Source.ITEM_KINDS,
            hint=N_("None ticked: everything that is submitted."),
        ),
        Many(
            "levels",
            N_("Levels, the lowest first"),
            N_("Add a level"),
            N_("New level"),
            (*NAMED, Both("description", N_("What it takes"), is_long=True, is_optional=True)),
            least=2,
            hint=N_("Two or more."),
        ),
    ),
    hint=N_("What a reviewer looks at. A scheme may have none."),
    is_optional=True,
)
PRESENTATION = Block(
    "presentation",
    N_("Presenting the merits"),
    (
        Leaf("required", N_("Everybody presents"), Kind.YES_NO),
        Many("forms", N_("Forms"), N_("Add a form"), N_("New form"), NAMED),
    ),
)


def _colour(key: str, label: str, default: str) -> Leaf:
    hint = N_("# and six characters of 0–9 and a–f. Leave empty for the default.")
    return Leaf(key, label, Kind.COLOUR, default=default, hint=hint, is_optional=True)


_LAYOUT = Block(
    "layout",
    N_("How it looks"),
    (
        Leaf(
            "orientation",
            N_("Orientation of the page"),
            Kind.CHOICE,
            Source.ORIENTATIONS,
            is_optional=True,
            default="portrait",
        ),
        _colour("ink", N_("Colour of the text"), DEFAULT.ink),
        _colour("accent", N_("Colour of headings"), DEFAULT.accent),
        _colour("ornament", N_("Colour of lines and frame"), DEFAULT.ornament),
        Leaf(
            "logo",
            N_("Logo or crest"),
            Kind.PICTURE,
            Source.LOGOS,
            hint=N_("Without one there is a globe."),
            is_optional=True,
        ),
        Selection(
            "shows",
            N_("What is shown beside the merits"),
            Source.CERTIFICATE_PARTS,
            (("", N_("Only these")),),
            N_("Everything"),
            is_optional=True,
        ),
        Both("certifies", N_("Text above the name"), default=DEFAULT.certifies, is_optional=True),
        Both(
            "annex",
            N_("Heading of the annex"),
            default=DEFAULT.annex,
            hint=N_("The annex is the pages after the first one, when the merits have no room there."),
            is_optional=True,
        ),
        Both(
            "verify",
            N_("Text beside the code"),
            default=DEFAULT.verify,
            hint=N_("The code is at the foot of the first page, and leads to where anyone can check it."),
            is_optional=True,
        ),
    ),
    is_optional=True,
)
CERTIFICATE = Block(
    "certificate",
    N_("What the certificate says"),
    (
        Both("title", N_("Heading")),
        Both("issuer", N_("Issued by")),
        Both("faculty", N_("Faculty"), is_optional=True),
        Both("statement", N_("What the holder has done"), is_long=True),
        Many(
            "signatories",
            N_("Who signs"),
            N_("Add somebody"),
            N_("Somebody new"),
            (
                Both("role", N_("Role")),
                Leaf(
                    "name",
                    N_("Name of the person"),
                    hint=N_("Leave empty for a line to sign on, without a name."),
                    is_optional=True,
                ),
                Leaf(
                    "picture",
                    N_("Picture of the signature"),
                    Kind.PICTURE,
                    Source.SIGNATURES,
                    is_optional=True,
                ),
            ),
        ),
        Leaf(
            "issued_by",
            N_("When it is issued"),
            Kind.CHOICE,
            Source.ISSUERS,
            is_optional=True,
            default="tool",
        ),
        _LAYOUT,
    ),
)
