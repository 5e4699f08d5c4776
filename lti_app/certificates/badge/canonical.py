"""What an `eddsa-rdfc-2022` proof signs of a JSON-LD document: its RDF dataset in canonical form, hashed.

Contexts come from the bundled copies only. They are put into the document in place of their addresses, which
means the same to a JSON-LD processor, and leaves it nothing to fetch. Only documents that this room makes
come here: terms that no context defines are not signed, and a hostile document could take for ever.
Source: JSON-LD 1.1, RDF Dataset Canonicalization 1.0 (RDFC-1.0, SHA-256).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

FOLDER = Path(__file__).with_name("contexts")
FILES = {CREDENTIALS: "credentials-v2.json", OPEN_BADGES: "ob-v3p0-3.0.3.json"}


def digest(document: Mapping[str, object]) -> bytes:
    """The SHA-256 of the document's canonical N-Quads."""
    return hashlib.sha256(canonical(document).encode()).digest()


def canonical(document: Mapping[str, object]) -> str:
    """The document's dataset as canonical N-Quads. Raises KeyError for a context that is not bundled."""
    addresses = document["@context"]
    if not isinstance(addresses, list):
        raise TypeError("the contexts of a credential are a list of addresses")
    contexts = ",".join(map(_bundled, addresses))
    rest = json.dumps({name: value for name, value in document.items() if name != "@context"})
    dataset = Dataset(parse(f'{{"@context":[{contexts}],{rest[1:]}'.encode(), format=RdfFormat.JSON_LD))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return "".join(sorted(f"{quad} .\n" for quad in dataset))


@cache
def _bundled(address: str) -> str:
    """What the context of this address defines, as JSON."""
    read = json.loads((FOLDER / FILES[address]).read_text("utf-8"))
    return json.dumps(read["@context"])
