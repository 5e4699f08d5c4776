"""docs/schemes.md says what the reader of schemes understands: every key, in examples that are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
import yaml

from lti_app.schemes.document import EvidenceKind, Phase
from lti_app.schemes.nodes import Node
from lti_app.schemes.picture_places import IMAGES
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.reader import Reader
from lti_app.schemes.reading import from_yaml
from lti_app.schemes.reading_closing import ITEM_KINDS
from lti_app.schemes.reading_rules import KINDS
from lti_app.schemes.requirements import Setting
from lti_app.schemes.writing import to_json

TEXT = (Path(__file__).parents[3] / "docs" / "schemes.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL)
BASE = to_json(bundled_schemes()["lund-medicine"])


def whole(example: str) -> str:
    """A file in which the sections of this example stand in place of Lund's."""
    return yaml.safe_dump(BASE | yaml.safe_load(example), allow_unicode=True, sort_keys=False)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.split("\n", 1)[0])
def test_an_example_can_be_used(example: str) -> None:
    from_yaml(whole(example), "example.yaml")


def test_every_key_that_the_reader_knows_is_in_an_example(monkeypatch: pytest.MonkeyPatch) -> None:
    known: set[str] = set()
    used: set[str] = set()
    keys = Reader.keys

    def noting(
        self: Reader, node: Node, required: Mapping[str, str], optional: Iterable[str] = ()
    ) -> Mapping[str, Node]:
        optional = list(map(str, optional))
        known.update(required, optional)
        used.update(node.value if isinstance(node.value, Mapping) else ())
        return keys(self, node, required, optional)

    monkeypatch.setattr(Reader, "keys", noting)
    for example in EXAMPLES:
        from_yaml(whole(example), "example.yaml")

    assert known - used == {IMAGES}, "only stored versions say this one"


def test_every_kind_and_every_word_is_named() -> None:
    named = set(re.findall(r"`([a-z_]+)[`:]", TEXT))
    words = [*KINDS, *Setting, *EvidenceKind, *Phase]
    assert [str(word) for word in words if word not in named] == []
    assert all(re.search(rf"\b{kind}\b", TEXT) for kind in ITEM_KINDS)
