"""How the certificates of a scheme look: data that somebody chooses, and the default that nobody has to.

Owns the values and which of them are allowed: colours of letters must stand out from white paper (WCAG 2.2
§1.4.3: 4.5 to 1), pictures are named by the SHA-256 of their bytes. Reading and writing them are beside it;
drawing is `certificates/pdf`'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from lti_app.schemes.text import Text

LEAST_CONTRAST = 4.5

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_ASSET = re.compile(r"[0-9a-f]{64}")


class Orientation(StrEnum):
    """How A4 lies."""

    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"


class Shown(StrEnum):
    """What a certificate may leave out."""

    PROGRAMME = "programme"
    FACULTY = "faculty"
    PLACES = "places"
    DATES = "dates"
    PRESENTATION = "presentation"


_CERTIFIES = Text(sv="Härmed intygas att", en="This is to certify that")
_ANNEX = Text(sv="Bilaga: internationella meriter", en="Annex: international merits")
_VERIFY = Text(sv="Kontrollera äktheten", en="Verify this certificate")


@dataclass(frozen=True, slots=True)
class CertificateLayout:
    """Orientation, colours, pictures, what is shown, and the words that every certificate has.

    `ink` and `accent` are the colours of letters, `ornament` that of lines and frame. `logo` and
    `signature_images` are asset ids, the latter in the order of the signatories; an empty one is no picture.
    """

    orientation: Orientation = Orientation.PORTRAIT
    ink: str = "#1c1c21"
    accent: str = "#1a3057"
    ornament: str = "#a18245"
    logo: str = ""
    signature_images: tuple[str, ...] = ()
    shows: frozenset[Shown] = frozenset(Shown)
    certifies: Text = _CERTIFIES
    annex: Text = _ANNEX
    verify: Text = _VERIFY

    def assets(self) -> tuple[str, ...]:
        """The ids of the pictures that drawing needs, each once."""
        return tuple(dict.fromkeys(each for each in (self.logo, *self.signature_images) if each))


DEFAULT = CertificateLayout()


def is_colour(written: str) -> bool:
    """Whether this is a colour as the layout holds it: #1a3057."""
    return _COLOUR.fullmatch(written) is not None


def is_asset_id(written: str) -> bool:
    """Whether this can name a picture: 64 lower-case hexadecimal digits."""
    return _ASSET.fullmatch(written) is not None


def rgb(colour: str) -> tuple[float, float, float]:
    """A colour's red, green and blue, each from 0 to 1."""
    red, green, blue = (round(int(colour[at : at + 2], 16) / 255, 3) for at in (1, 3, 5))
    return red, green, blue


def contrast_on_white(colour: str) -> float:
    """How much letters of this colour stand out from white paper, 1 to 21 (WCAG 2.2, contrast ratio)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb(colour)
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
