"""What ReportLab cannot: structure, archive metadata, attachment, a field to sign in.

pikepdf opens the drawn file and completes it to PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1); whether
it is, `validation.py` asks. The same input gives the same bytes. Nothing may be saved again after signing.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from lti_app.certificates.pdf.line_ends import deflated, ends_doubtfully, is_doubtful
from lti_app.certificates.pdf.metadata import About
from lti_app.certificates.pdf.pictures import Drawable
from lti_app.certificates.pdf.structure import Element, Placed
from lti_app.certificates.pdf.tree import TreeBuilder

SIGNATURE_FIELD = "Signature"
CREDENTIAL = "credential.json"

_PROFILE = "sRGB IEC61966-2.1"
_HIDDEN_LOCKED = 4 | 128  # print, locked: a field without an area paints nothing
_SIGNATURES_ONLY = 3  # the form holds signatures, and is only to be appended to
_MOVABLE = ("/MarkInfo", "/ViewerPreferences", "/OutputIntents", "/AcroForm")
_VARIANTS = 2 ** len(_MOVABLE)


@cache
def _srgb() -> bytes:
    return (Path(__file__).parent / "sRGB.icc").read_bytes()


def finish(
    drawn: bytes,
    about: About,
    document: Element,
    placed: Sequence[Placed],
    pictures: Mapping[str, Drawable],
    *,
    credential: bytes | None,
) -> bytes:
    """Complete a drawn file."""
    for variant in range(_VARIANTS):
        whole = _finished(drawn, about, document, placed, pictures, credential=credential, variant=variant)
        if not is_doubtful(whole):
            break
    return whole


def _finished(
    drawn: bytes,
    about: About,
    document: Element,
    placed: Sequence[Placed],
    pictures: Mapping[str, Drawable],
    *,
    credential: bytes | None,
    variant: int,
) -> bytes:
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        _mend_streams(pdf)
        _put_pictures(pdf, placed, pictures)
        field = _signature_field(pdf)
        builder = TreeBuilder(pdf, field)
        builder.annotate(0, field)
        root = pdf.Root
        root.StructTreeRoot = builder.build(document)
        root.MarkInfo = Dictionary(Marked=True)
        root.Lang = String("sv-SE")
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        root.OutputIntents = Array([_output_intent(pdf)])
        root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=_SIGNATURES_ONLY)
        _describe(pdf, about)
        if credential is not None:
            _attach(pdf, credential, about)
        _apart(pdf, variant)
        whole = io.BytesIO()
        pdf.save(
            whole,
            min_version="1.7",
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            fix_metadata_version=False,
        )
    return whole.getvalue()


def _apart(pdf: pikepdf.Pdf, variant: int) -> None:
    """Make as many of these values objects of their own as the variant's bits say, which means nothing."""
    for place, key in enumerate(_MOVABLE):
        if variant >> place & 1:
            pdf.Root[key] = pdf.make_indirect(pdf.Root[key])


def _describe(pdf: pikepdf.Pdf, about: About) -> None:
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary({key: String(value) for key, value in about.info().items()})
    )
    pdf.Root.Metadata = pdf.make_stream(about.xmp(), Type=Name.Metadata, Subtype=Name.XML)


def _output_intent(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String(_PROFILE),
        Info=String(_PROFILE),
        DestOutputProfile=pdf.make_stream(_srgb(), N=3),
    )


def _signature_field(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """A field with no area, made before signing so that it stands in the structure tree with its name."""
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(SIGNATURE_FIELD),
            TU=String("Digital signature of the issuer"),
            Rect=Array([0, 0, 0, 0]),
            F=_HIDDEN_LOCKED,
            P=pdf.pages[0].obj,
        )
    )


def _attach(pdf: pikepdf.Pdf, credential: bytes, about: About) -> None:
    """Put the Open Badges credential into the file, as data associated with the document."""
    stream = pdf.make_stream(credential, Type=Name.EmbeddedFile, Subtype=Name("/application/json"))
    stream.Params = Dictionary(Size=len(credential), ModDate=String(about.pdf_date()))
    attached = pdf.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=String(CREDENTIAL),
            UF=String(CREDENTIAL),
            Desc=String("Open Badges 3.0 credential of this certificate"),
            AFRelationship=Name.Data,
            EF=Dictionary(F=stream, UF=stream),
        )
    )
    pdf.Root.AF = Array([attached])
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String(CREDENTIAL), attached])))


def _put_pictures(pdf: pikepdf.Pdf, placed: Sequence[Placed], pictures: Mapping[str, Drawable]) -> None:
    written: dict[str, pikepdf.Object] = {}
    for place in placed:
        if place.asset_id not in written:
            written[place.asset_id] = _image(pdf, pictures[place.asset_id])
        resources = pdf.pages[place.page].obj.Resources
        if "/XObject" not in resources:
            resources.XObject = Dictionary()
        resources.XObject[f"/{place.name}"] = written[place.asset_id]


def _image(pdf: pikepdf.Pdf, picture: Drawable) -> pikepdf.Object:
    image = pdf.make_stream(
        b"",
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=picture.width,
        Height=picture.height,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
    )
    image.write(picture.deflated, filter=Name.FlateDecode)
    return image


def _mend_streams(pdf: pikepdf.Pdf) -> None:
    """Let what ReportLab compressed end so that it can be told apart."""
    for page in pdf.pages:
        if ends_doubtfully(page.obj.Contents.read_raw_bytes()):
            _, compressed = deflated(page.obj.Contents.read_bytes(), b" ")
            page.obj.Contents.write(compressed, filter=Name.FlateDecode)
