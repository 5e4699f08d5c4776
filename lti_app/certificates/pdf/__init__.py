"""Drawing a certificate: facts in, PDF out, unsigned, no structure tree. Only here is ReportLab known."""

from __future__ import annotations

from lti_app.certificates.pdf.diploma import DoesNotFit
from lti_app.certificates.pdf.drawing import Drawing, check_glyphs, compose, draw
from lti_app.certificates.pdf.typeface import MissingGlyphs

__all__ = ["DoesNotFit", "Drawing", "MissingGlyphs", "check_glyphs", "compose", "draw"]
