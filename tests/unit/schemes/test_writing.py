"""What a scheme is written as, in the database and in a file, is read back as the same scheme."""

from __future__ import annotations

import json

import yaml
from hypothesis import Phase, given, settings

from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.reading import SchemeInvalid, from_json, from_yaml
from lti_app.schemes.writing import to_json, to_yaml

from .documents import documents


# Shrinking documents this large takes minutes and tells little.
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(documents)
def test_every_document_comes_back_the_same_from_storage_and_from_a_file(document: SchemeDocument) -> None:
    stored = json.loads(json.dumps(to_json(document)))

    assert from_json(stored) == document
    assert to_json(from_json(stored)) == stored

    exported = to_yaml(document)
    assert from_json(yaml.safe_load(exported)) == document
    # Made-up requirements may ask for more than the catalogue has; nothing else can be wrong with them.
    assert all("accepted" in problem for problem in problems_of(exported, document))


def problems_of(exported: str, document: SchemeDocument) -> list[str]:
    """Why this file is refused; if it is not, it says what the document does."""
    try:
        assert from_yaml(exported, "exported.yaml") == document
    except SchemeInvalid as refused:
        return [each.message for each in refused.problems]
    return []
