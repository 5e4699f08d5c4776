"""What a scheme is written as, in the database and in a file, is read back as the same scheme."""

from __future__ import annotations

import json

import yaml
from hypothesis import Phase, given, settings

from lti_app.schemes.document import SchemeDocument
from lti_app.schemes.reading import SchemeInvalid, from_json, from_yaml
from lti_app.schemes.writing import to_json, to_yaml

from .documents import documents

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


# Shrinking documents this large takes minutes and tells little.
@settings(max_examples=20, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(documents)
def test_every_document_comes_back_the_same_from_storage_and_from_a_file(document: SchemeDocument) -> None:
    stored = json.loads(json.dumps(to_json(document)))

    assert from_json(stored) == document
    assert to_json(from_json(stored)) == stored

    exported = to_yaml(document)
    assert from_json(yaml.load(exported, LOADER)) == document
    # Made-up requirements may ask for more than the catalogue has or the rules judge, and made-up questions
    # may not be asked of every type that needs a reflection; nothing else is wrong.
    assert all(
        field.startswith(("requirements", "reflection")) for field in faulty_fields(exported, document)
    )


def faulty_fields(exported: str, document: SchemeDocument) -> list[str]:
    """Where this file is refused; if it is not, it says what the document does."""
    try:
        assert from_yaml(exported, "exported.yaml") == document
    except SchemeInvalid as refused:
        return [each.field for each in refused.problems]
    return []
