"""What drawing a certificate costs: CPU time and bytes of each sample, beside a plain ReportLab page.

Run it with `python -m tests.bench.certificate_drawing [--rounds N]`; it prints a table and asserts nothing.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import time
from collections.abc import Callable

import segno
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from lti_app.certificates.pdf import draw, typeface
from lti_app.certificates.pdf.wording import printed_texts
from tests.certificate_samples import SAMPLES, TYPICAL


def plain_page() -> bytes:
    """The words and the QR code of a typical certificate, drawn the way a tutorial would."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pageCompression=1)
    for place, text in enumerate(printed_texts(TYPICAL)):
        canvas.setFont(("plain-regular", "plain-italic")[place % 2], 11)
        canvas.drawString(70, 800 - 14 * place, text)
    for row, modules in enumerate(segno.make_qr(TYPICAL.verify_url, error="m").matrix):
        for column, dark in enumerate(modules):
            if dark:
                canvas.rect(70 + 2 * column, 150 - 2 * row, 2, 2, stroke=0, fill=1)
    canvas.save()
    return buffer.getvalue()


def cpu_ms(act: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median and least CPU milliseconds of one call."""
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        act()
        spent.append((time.process_time() - start) * 1000)
    return statistics.median(spent), min(spent)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    start = time.process_time()
    typeface.faces()
    registering = (time.process_time() - start) * 1000
    for name, face in (("plain-regular", typeface.REGULAR), ("plain-italic", typeface.ITALIC)):
        pdfmetrics.registerFont(TTFont(name, pdfmetrics.getFont(face).face.filename))
    lines = [f"fonts, once per process: {registering:.0f} ms CPU"]
    lines.append(f"{'':24}{'median ms':>10}{'least ms':>10}{'bytes':>9}")
    acts: dict[str, Callable[[], bytes]] = {"plain ReportLab page": plain_page}
    acts |= {name: (lambda facts=facts: draw(facts)) for name, facts in SAMPLES.items()}  # type: ignore[misc]
    for name, act in acts.items():
        size = len(act())
        median, least = cpu_ms(act, rounds)
        lines.append(f"{name:24}{median:10.1f}{least:10.1f}{size:9,}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
