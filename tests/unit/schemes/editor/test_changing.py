"""Adding, removing, moving, and making a requirement another kind."""

from __future__ import annotations

from typing import Any

import pytest

from lti_app.i18n import catalogue
from lti_app.schemes.editor.changing import added, moved, of_kind, removed
from lti_app.schemes.editor.outline import Kind, Leaf, Many, Source, Table, Tree
from lti_app.schemes.editor.telling import Change, differences

TREE: dict[str, Any] = {
    "requirements": {
        "id": "all",
        "all_of": [{"id": "r1", "count": 2, "of": {"settings": ["abroad"]}}, {"id": "r2", "weeks": "4.5"}],
    }
}
WORDS = catalogue("en")


def parts(document: dict[str, Any]) -> list[Any]:
    return list(document["requirements"]["all_of"])


def test_what_is_added_has_a_name_of_its_own() -> None:
    new = added(TREE, "requirements.all_of", Tree("", ""))
    assert parts(new)[2] == {"id": "r3", "count": 1}
    assert len(parts(TREE)) == 2
    part = Many("forms", "Forms", "Add", "New", (Leaf("id", "Name", Kind.NAME),))
    assert added({"forms": [{"id": "form1"}]}, "forms", part) == {"forms": [{"id": "form1"}, {"id": "form2"}]}


def test_a_row_is_added_where_nothing_was() -> None:
    part = Table("types", "By type", Source.TYPES, Leaf("", "Points", Kind.AMOUNT, first=1))
    assert added({}, "points.types", part) == {"points": {"types": {"": 1}}}


def test_moving_stops_at_the_ends() -> None:
    first, second = parts(TREE)
    assert parts(moved(TREE, "requirements.all_of.1", -1)) == [second, first]
    assert moved(TREE, "requirements.all_of.0", -1) == TREE
    assert moved(TREE, "requirements.all_of.1", 1) == TREE


@pytest.mark.parametrize(
    "path", ["", ".", "requirements", "requirements.all_of.9", "requirements.x.0", "7", "a.b.c"]
)
def test_a_path_that_leads_nowhere_changes_nothing(path: str) -> None:
    assert removed(TREE, path) == TREE
    assert moved(TREE, path, 1) == TREE
    if path != "requirements":
        assert of_kind(TREE, path, "hours") == TREE


def test_a_number_stays_when_the_kind_changes() -> None:
    changed = parts(of_kind(TREE, "requirements.all_of.0", "distinct_types"))[0]
    assert changed == {"id": "r1", "of": {"settings": ["abroad"]}, "distinct_types": 2}


def test_a_requirement_made_a_group_becomes_its_first_part_and_a_group_keeps_its_parts() -> None:
    nested = of_kind(TREE, "requirements.all_of.1", "ordered")
    assert parts(nested)[1] == {"id": "r3", "ordered": [{"id": "r2", "weeks": "4.5"}]}
    assert of_kind(TREE, "requirements", "any_of")["requirements"]["any_of"] == parts(TREE)
    separate = of_kind(TREE, "requirements", "separate")["requirements"]["separate"]
    assert [each["id"] for each in separate] == ["r1", "r2"]
    assert all("count" in each for each in separate)


def test_differences_tell_added_removed_changed_and_moved() -> None:
    first, second = parts(TREE)
    other = {
        "requirements": {"id": "all", "all_of": [second | {"weeks": 5}, first, {"id": "r9", "count": 1}]}
    }
    (section,) = differences(TREE, other, "en", WORDS)
    told = [(each.change, each.label, each.before, each.after) for each in section.differences]
    assert told == [
        (Change.CHANGED, "All of these › Weeks in all › How much", "4.5", "5"),
        (Change.ADDED, "All of these › A number of activities", "", ""),
        (Change.MOVED, "All of these", "", ""),
    ]
    (back,) = differences(
        other, {"requirements": {"id": "all", "all_of": [second | {"weeks": 5}, first]}}, "en", WORDS
    )
    assert [each.change for each in back.differences] == [Change.REMOVED]
