"""Drawing a certificate: facts in, PDF out. The only room that knows ReportLab; unsigned, and without a structure tree."""

from __future__ import annotations

from lti_app.certificates.pdf.diploma import DoesNotFit
from lti_app.certificates.pdf.drawing import Drawing, check_glyphs, compose, draw
from lti_app.certificates.pdf.typeface import MissingGlyphs

__all__ = ["DoesNotFit", "Drawing", "MissingGlyphs", "check_glyphs", "compose", "draw"]
