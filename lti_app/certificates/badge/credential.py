"""A certificate's facts as an OpenBadgeCredential: what it says, before it is signed.

A credential is copied and never comes back, so it holds the least that says what was achieved: no name (a
salted hash of it), no activity's title, place or date, no evidence, no reflection; how many merits in each of
the four settings. Whoever has it finds the rest behind its `id`, as far as the holder lets.
Source: Open Badges 3.0 (1EdTech) appendix B, Verifiable Credentials Data Model 2.0.
"""

from __future__ import annotations

import hashlib
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime

from lti_app.certificates.badge import wording
from lti_app.certificates.badge.proof import Document, written
from lti_app.certificates.facts import CertificateFacts

_CONTEXTS = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
]


@dataclass(frozen=True)
class Issuance:
    """What is not printed: who issues, when, with which salt and which place in which status list.

    `institution_id` only makes the achievement's own id, which is the same for all certificates of a scheme.
    A specimen has no place in a list, since there is nothing to revoke.
    """

    issuer_did: str
    issuer_url: str
    institution_id: uuid.UUID
    at: datetime
    salt: str
    status_list_url: str = ""
    status_index: int | None = None


def credential(facts: CertificateFacts, issuance: Issuance) -> Document:
    """The unsigned credential. The same facts and issuance always give the same document."""
    document: Document = {
        "@context": _CONTEXTS,
        "id": facts.verify_url,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": wording.title(facts),
        "issuer": {
            "id": issuance.issuer_did,
            "type": ["Profile"],
            "name": wording.both(facts.issuer),
            "url": issuance.issuer_url,
        },
        "validFrom": written(issuance.at),
        "credentialSubject": _subject(facts, issuance),
    }
    if issuance.status_index is not None:
        document["credentialStatus"] = {
            "id": f"{issuance.status_list_url}#{issuance.status_index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(issuance.status_index),
            "statusListCredential": issuance.status_list_url,
        }
    return document


def identity_hash(name: str, salt: str) -> str:
    """The name as an IdentityHash: whoever knows the name can see that it is the one, nobody can read it."""
    hashed = hashlib.sha256((unicodedata.normalize("NFC", name) + salt).encode())
    return f"sha256${hashed.hexdigest()}"


def _subject(facts: CertificateFacts, issuance: Issuance) -> Document:
    achievement_id = uuid.uuid5(issuance.institution_id, f"{facts.scheme_name.sv}\n{facts.title.sv}")
    counted = [
        (f"urn:uuid:{uuid.uuid5(achievement_id, merits[0].setting)}", label, len(merits))
        for label, merits in facts.merits_by_setting()
    ]
    return {
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": identity_hash(facts.holder_name, issuance.salt),
                "identityType": "name",
                "salt": issuance.salt,
            }
        ],
        "licenseNumber": facts.number,
        "achievement": {
            "id": f"urn:uuid:{achievement_id}",
            "type": ["Achievement"],
            "achievementType": "CoCurricular",
            "name": wording.both(facts.title),
            "description": wording.description(facts),
            "criteria": {"narrative": wording.criteria(facts)},
            "resultDescription": [
                {
                    "id": each,
                    "type": ["ResultDescription"],
                    "name": wording.merits_in(label),
                    "resultType": "Result",
                }
                for each, label, _ in counted
            ],
        },
        "result": [
            {"type": ["Result"], "resultDescription": each, "value": str(count)} for each, _, count in counted
        ],
    }
