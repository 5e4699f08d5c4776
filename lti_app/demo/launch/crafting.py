"""Crafts id_tokens for tests of a tool's launch: valid ones, and wrong ones in any way asked for."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from .claims import claims_of
from .jws import sign

if TYPE_CHECKING:
    from lti_app.demo.small_canvas import SmallCanvas


class _Absent:
    """The type of `ABSENT`."""


ABSENT: Final = _Absent()


def crafted_claims(
    canvas: SmallCanvas,
    *,
    person: str | None = "asa",
    course_id: int = 1,
    assignment_id: int | None = None,
    nonce: str | None = None,
    claims: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The claims of a launch from the course menu, or an assignment.

    `claims` replaces some, `ABSENT` removes one.

    `person` is a login, or None for an anonymous visitor.
    """
    who = canvas.people.get(person) if person else None
    if assignment_id is not None and who is not None:
        facts = canvas.starting.assignment(who, canvas.assignments.get(assignment_id))
    else:
        facts = canvas.starting.navigation(who, canvas.courses.get(course_id), canvas.tool)
    whole = {**claims_of(facts), "nonce": nonce or secrets.token_hex(16)}
    whole = {**canvas.launches.timed(whole), **(claims or {})}
    return {name: value for name, value in whole.items() if value is not ABSENT}


def crafted_token(
    canvas: SmallCanvas,
    payload: Mapping[str, Any] | bytes,
    *,
    algorithm: str = "RS256",
    key: RSAPrivateKey | bytes | None = None,
    headers: Mapping[str, Any] | None = None,
) -> str:
    """Sign claims, or raw bytes, as asked; by default properly, with the present key.

    A header given as None is left out (`kid`). `HS256` without key signs with the public key's PEM, the
    classic confusion.
    """
    present = canvas.keys.present
    if algorithm == "none":
        signer: RSAPrivateKey | bytes | None = None
    elif algorithm == "HS256":
        signer = key or present.public_pem()
    else:
        signer = key or present.private
    return sign(payload, key=signer, algorithm=algorithm, headers={"kid": present.kid, **(headers or {})})
