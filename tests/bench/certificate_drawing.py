"""What a certificate costs: CPU time and bytes of each sample, drawn, finished, complete, by a plain page.

Drawn is ReportLab's part; finished is tagged, archivable, with a credential inside; complete is signed with
P-256 and found to be PDF/A-3a and PDF/UA-1. The budgets are 6 ms for drawn and 60 ms for complete.

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

from lti_app.certificates.conformance import require_conforming
from lti_app.certificates.facts import CertificateFacts
from lti_app.certificates.making import make_with
from lti_app.certificates.pdf import compose, draw, typeface
from lti_app.certificates.pdf.wording import printed_texts
from lti_app.certificates.signature import sign
from lti_app.certificates.verification import verify
from tests.certificate_samples import SAMPLES, TYPICAL
from tests.signing_keys import p256_key, rsa_key

CREDENTIAL = b'{"type":["VerifiableCredential","OpenBadgeCredential"]}' * 40


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


def steps(name: str, facts: CertificateFacts) -> dict[str, Callable[[], bytes]]:
    """The three states of one sample."""
    return {
        f"{name}: drawn": lambda: compose(facts).pdf,
        f"{name}: finished": lambda: draw(facts, credential=CREDENTIAL),
        f"{name}: complete": lambda: make_with(p256_key(), facts, credential=CREDENTIAL),
    }


def parts_of_a_complete_one() -> dict[str, Callable[[], bytes]]:
    """What the complete one is made of, and what verifying it costs."""
    finished = draw(TYPICAL, credential=CREDENTIAL)
    signed = sign(finished, p256_key())

    def checked() -> bytes:
        require_conforming(signed)
        return signed

    def verified() -> bytes:
        verify(signed, [p256_key().certificate])
        return signed

    return {
        "typical: signing, P-256": lambda: sign(finished, p256_key()),
        "typical: signing, RSA 2048": lambda: sign(finished, rsa_key()),
        "typical: checking 3a and UA-1": checked,
        "typical: verifying the signature": verified,
    }


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
    lines.append(f"{'':34}{'median ms':>10}{'least ms':>10}{'bytes':>9}")
    acts: dict[str, Callable[[], bytes]] = {"plain ReportLab page": plain_page}
    for name, facts in SAMPLES.items():
        acts |= steps(name, facts)
    acts |= parts_of_a_complete_one()
    for name, act in acts.items():
        size = len(act())
        median, least = cpu_ms(act, rounds)
        lines.append(f"{name:34}{median:10.1f}{least:10.1f}{size:9,}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
