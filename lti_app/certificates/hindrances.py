"""Why a certificate waits or could not be issued: messages, and which of them are about its student's words.

They stand apart from the worker's part (producing.py), which loads what draws and signs.
"""

from __future__ import annotations

from dataclasses import dataclass

from lti_app.errors import N_
from lti_app.jobs.reasons import Reason

CLAIMED = N_("Another worker is issuing this certificate.")
OUTDATED = N_("Something was changed while the certificate was drawn; it is drawn again.")
OWN_CHARACTERS = N_("No certificate can show these characters: %(characters)s. They stand in: %(texts)s.")
SCHEME_CHARACTERS = N_(
    "The scheme has characters that no certificate can show: %(characters)s. They stand in: %(texts)s."
)
DOES_NOT_FIT = N_("The name or a title is %(millimetres)s mm too long for the certificate.")
BLANK = N_("The name or a title on the certificate is blank.")
GONE = N_("The portfolio is no longer there.")
PICTURE = N_("A picture of the certificate's layout is missing or cannot be used.")
NOT_CONFORMING = N_("The certificate is not fit for archives and screen readers, so it was not issued.")
NO_KEY = N_("The tool has no key to sign certificates with; its operator must set one.")
NO_TIMESTAMP = N_("The timestamp authority did not answer; it is asked again.")

_OF_OWN_WORDS = frozenset({OWN_CHARACTERS, BLANK, DOES_NOT_FIT})
_MOMENTARY = frozenset({CLAIMED, OUTDATED})


@dataclass(frozen=True)
class Hindrance:
    """Why issuing waits for another attempt, or has failed."""

    is_failed: bool
    reason: Reason

    @property
    def is_of_own_words(self) -> bool:
        """Whether the student's own words are what cannot be printed: she can write them in another way."""
        return self.reason.message in _OF_OWN_WORDS

    @property
    def takes_long(self) -> bool:
        """Whether it waits for what may not be over in a few minutes."""
        return not self.is_failed and self.reason.message not in _MOMENTARY
