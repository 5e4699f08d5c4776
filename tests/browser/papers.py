"""Paper: evidence that a student uploads, and a certificate as a stranger reads it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import zxingcpp
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas


def an_attendance_pdf(path: Path) -> Path:
    """A certificate of attendance of one page."""
    paper = Canvas(str(path), pagesize=(595, 420))
    paper.setTitle("Certificate of attendance")
    lines = ((18, "University of Nairobi"), (26, "Certificate of attendance"), (14, "Åsa Öberg has studied"))
    for row, (size, line) in enumerate((*lines, (14, "with us from 13 January to 8 June 2025."))):
        paper.setFont("Times-Roman", size)
        paper.drawCentredString(297, 320 - 50 * row, line)
    paper.save()
    return path


def a_photo(path: Path) -> Path:
    """A photographed diploma as PNG."""
    picture = Image.new("RGB", (800, 500), "#f4efe2")
    ImageDraw.Draw(picture).text((80, 80), "International summer course", fill="#223344", font_size=40)
    picture.save(path)
    return path


def words_of(pdf: Path) -> str:
    """All words of a PDF, with single spaces."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    return " ".join(" ".join(pages).split())


def address_in_qr_code(pdf: Path) -> str:
    """Where the code printed on the first page leads, read from its picture as a phone would."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=3).to_pil()
    found = [barcode.text for barcode in zxingcpp.read_barcodes(picture)]
    assert len(found) == 1, f"{len(found)} codes on the certificate"
    assert urlsplit(found[0]).scheme in {"http", "https"}
    return found[0]
