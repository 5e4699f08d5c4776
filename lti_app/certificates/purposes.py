"""What a certificate says its key is for: one that is not for signing documents signs no certificate.

Readers go by it (RFC 5280, 4.2.1.3 and 4.2.1.12): a signature whose certificate forbids it does not count
there, whatever the tool's own check says. docs/decisions/023-which-key-signs.md says why these and no others.
"""

from __future__ import annotations

from asn1crypto import x509

_SIGNING = {"digital_signature", "non_repudiation"}
_PURPOSES = {
    "1.3.6.1.5.5.7.3.36": "documentSigning",
    "1.3.6.1.4.1.311.10.3.12": "Microsoft document signing",
    "1.2.840.113583.1.1.5": "Adobe authentic documents",
    "1.3.6.1.5.5.7.3.4": "emailProtection",
    "1.3.6.1.5.5.7.3.3": "codeSigning",
    "2.5.29.37.0": "anyExtendedKeyUsage",
}


def why_not_for_signing(certificate: x509.Certificate) -> str | None:
    """What in the certificate forbids to sign documents with its key, as the end of a sentence; or None."""
    try:
        usage, purposes = certificate.key_usage_value, certificate.extended_key_usage_value
        if usage is not None and not _SIGNING & usage.native:
            return "its keyUsage has neither digitalSignature nor nonRepudiation"
        if purposes is not None and not _PURPOSES.keys() & {each.dotted for each in purposes}:
            return f"its extendedKeyUsage has none of {', '.join(_PURPOSES.values())}"
    except (TypeError, ValueError):
        return "its extensions cannot be read"
    return None
