"""A credential never makes the PDF around it doubtful, whatever its bytes add up to."""

from __future__ import annotations

import hashlib
import json
import zlib

from lti_app.certificates.badge.signing import attachable


def test_a_document_whose_compressed_form_would_end_in_a_line_end_gets_blanks_behind_it() -> None:
    padded = 0
    for number in range(1500):
        salt = hashlib.sha256(str(number).encode()).hexdigest()
        document = json.dumps({"salt": salt}).encode()
        made = attachable(document)
        assert json.loads(made) == {"salt": salt}
        assert zlib.compress(made)[-1:] not in {b"\r", b"\n"}
        padded += made != document
    assert 0 < padded < 100
