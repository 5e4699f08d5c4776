"""What lies encrypted in the database opens with its secret and for its purpose only."""

from __future__ import annotations

import pytest

from lti_app.sealing import seal, unseal

SECRET = "the secret of this test, long enough"


def test_what_was_sealed_opens_again_and_does_not_show() -> None:
    sealed = seal(SECRET, "tool keys", b"PRIVATE")
    assert "PRIVATE" not in sealed
    assert unseal(SECRET, "tool keys", sealed) == b"PRIVATE"


@pytest.mark.parametrize(
    ("secret", "purpose"), [(SECRET + "!", "tool keys"), (SECRET, "badge keys")], ids=["secret", "purpose"]
)
def test_another_secret_or_purpose_opens_nothing(secret: str, purpose: str) -> None:
    assert unseal(secret, purpose, seal(SECRET, "tool keys", b"PRIVATE")) is None


@pytest.mark.parametrize("text", ["", "gAAAA", "å"])
def test_what_was_never_sealed_opens_nothing(text: str) -> None:
    assert unseal(SECRET, "tool keys", text) is None


def test_keys_stored_by_earlier_versions_still_open() -> None:
    stored = (
        "gAAAAABrC-U8uuznJrfdNRu6nXNRI7Pm2WL0P3JLwkjC9HR65VJoyWdv77OiTXOzNBJD2Di9gKJKBXXNPNYiUIu3bDVfUgi8Rg=="
    )
    assert unseal(SECRET, "tool keys", stored) == b"stored long ago"
