"""What tests read out of a certificate's file that no page shows."""

from __future__ import annotations

import io

import pikepdf


def figures_in(pdf: bytes) -> list[str]:
    """What a screen reader says in place of each picture."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [
            str(each.Alt)
            for each in opened.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"
        ]
