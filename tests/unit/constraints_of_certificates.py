"""The cases of test_constraints.py for what happens to certificates, and for the pictures that they show."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from lti_app.certificates.models import (
    Certificate,
    CertificateRun,
    Correction,
    CorrectionKind,
    Revocation,
    Share,
)
from lti_app.schemes.models import AssetKind, SchemeAsset
from lti_app.storage.models import StoredFile

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
_CORRECTION = "certificate_correction"

FORBIDDEN_CHANGES: list[tuple[str, str, dict[str, Any]]] = [
    ("ck_certificate_correction_name_has_new_name", _CORRECTION, {"new_name": ""}),
    ("ck_certificate_correction_name_has_new_name", _CORRECTION, {"kind": "other", "note": "n"}),
    ("ck_certificate_correction_other_has_note", _CORRECTION, {"kind": "other", "new_name": "", "note": ""}),
    ("ck_certificate_correction_decided_has_time", _CORRECTION, {"state": "done"}),
    ("ck_certificate_correction_decided_by_somebody", _CORRECTION, {"state": "done", "decided_at": NOON}),
    ("ck_certificate_correction_state", _CORRECTION, {"state": "lost"}),
    ("ck_certificate_correction_kind", _CORRECTION, {"kind": "lost", "new_name": "", "note": "n"}),
    (
        "ck_certificate_correction_declined_has_reply",
        _CORRECTION,
        {"state": "declined", "decided_at": NOON, "decided_by_id": uuid.uuid4()},
    ),
    ("ck_certificate_share_shows_something", "certificate_share", {"shows_name": False}),
    ("ck_scheme_asset_sha256_length", "scheme_asset", {"sha256": "0"}),
    ("ck_scheme_asset_alt_in_both_languages", "scheme_asset", {"alt_sv": ""}),
    ("ck_scheme_asset_alt_in_both_languages", "scheme_asset", {"alt_en": ""}),
    ("ck_scheme_asset_kind", "scheme_asset", {"kind": "lost"}),
]

FORBIDDEN_COPIES: list[tuple[str, str, dict[str, Any]]] = [
    ("uq_certificate_correction_open", _CORRECTION, {"new_name": "Other"}),
    ("uq_certificate_share_token", "certificate_share", {"shows_name": False, "shows_merits": True}),
    ("uq_scheme_asset_institution_id_sha256", "scheme_asset", {"alt_sv": "Annan"}),
]

ALLOWED_COPIES: list[tuple[str, dict[str, Any]]] = [(_CORRECTION, {"state": "withdrawn"})]


def rows(certificate: Certificate, file: StoredFile, person_id: uuid.UUID, course_id: uuid.UUID) -> list[Any]:
    """One good row of each."""
    inside = {"institution_id": certificate.institution_id}
    of_it = inside | {"certificate_id": certificate.id}
    return [
        Revocation(**of_it, revoked_by_id=person_id),
        Correction(**of_it, kind=CorrectionKind.NAME, new_name="Åsa", requested_by_id=person_id),
        Share(**of_it, token="t", shows_name=True, shows_merits=False),
        CertificateRun(**inside, course_id=course_id, started_by_id=person_id),
        SchemeAsset(
            **inside,
            sha256="0" * 64,
            stored_file_id=file.id,
            kind=AssetKind.LOGO,
            alt_sv="Sigill",
            alt_en="Seal",
            width=1,
            height=1,
        ),
    ]
