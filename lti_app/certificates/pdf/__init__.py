"""Drawing a certificate: facts in, a tagged and archivable PDF out that only lacks its signature.

Only here are ReportLab and pikepdf known.
"""

from __future__ import annotations

from lti_app.certificates.pdf.diploma import DoesNotFit
from lti_app.certificates.pdf.drawing import Drawing, check_glyphs, compose, draw
from lti_app.certificates.pdf.finishing import CREDENTIAL, SIGNATURE_FIELD
from lti_app.certificates.pdf.line_ends import is_doubtful
from lti_app.certificates.pdf.measuring import Concern, LayoutWarning, measure
from lti_app.certificates.pdf.pictures import PictureInvalid, PictureMissing
from lti_app.certificates.pdf.typeface import MissingGlyphs, NothingToSee

__all__ = [
    "CREDENTIAL",
    "SIGNATURE_FIELD",
    "Concern",
    "DoesNotFit",
    "Drawing",
    "LayoutWarning",
    "MissingGlyphs",
    "NothingToSee",
    "PictureInvalid",
    "PictureMissing",
    "check_glyphs",
    "compose",
    "draw",
    "is_doubtful",
    "measure",
]
