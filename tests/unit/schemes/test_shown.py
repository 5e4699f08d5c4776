"""Progress as pages show it: names, levels, and as many columns as a table can hold."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from lti_app.i18n import catalogue as translations
from lti_app.schemes.counting import SchemeRules
from lti_app.schemes.queries import bundled_schemes
from lti_app.schemes.requirements import (
    AllOf,
    Amount,
    AnyOf,
    Count,
    Distinct,
    Measure,
    Requirement,
    Setting,
    Settings,
)
from lti_app.schemes.rules import progress
from lti_app.schemes.shown import MOST_COLUMNS, Cell, columns, shown
from lti_app.schemes.text import Text

WORDS = translations("en")


def under(requirement: Requirement) -> tuple[list[str], list[str]]:
    """The outermost requirements with how many parts each has, and the headings of the table."""
    document = replace(bundled_schemes()["lund-medicine"], rules=SchemeRules(requirement))
    found = progress(document.rules, [])
    outer = shown(found, WORDS, {})
    return (
        [f"{each.label} {len(each.parts)}".strip() for each in outer],
        [each.heading for each in columns(found, WORDS)],
    )


def test_what_is_merely_all_of_these_is_no_level_of_its_own() -> None:
    places = Settings(((Setting.ABROAD, 1), (Setting.HOME, 1)), "where")
    part = AllOf((Count(1, "in", label=Text("Inne", "Inner")),), "part", label=Text("Del", "Part"))
    outer, headings = under(AllOf((Count(3, "any"), places, part)))
    assert outer == ["0", "0", "0", "Part 1"]
    assert headings == ["Activities", "Abroad", "At home", "Inner"]


def test_alternatives_stay_together() -> None:
    outer, headings = under(AnyOf((Count(3, "a"), Count(1, "b")), "or"))
    assert outer == ["2"]
    assert headings == ["Alternatives"]


def test_a_table_has_only_so_many_columns_and_counts_the_rest_together() -> None:
    counts = [Count(1, f"c{number}", label=Text(f"Sak {number}", f"Thing {number}")) for number in range(9)]
    document = replace(bundled_schemes()["lund-medicine"], rules=SchemeRules(AllOf(tuple(counts))))
    found = progress(document.rules, [])
    table = columns(found, WORDS)
    assert len(table) == MOST_COLUMNS
    assert table[-1].heading == "Other requirements"
    assert table[-1].of(found) == Cell(0, 5, is_met=False)
    assert table[0].of(found) == Cell(0, 1, is_met=False)


def test_figures_of_another_sort_never_stand_under_a_heading_because_the_id_is_the_same() -> None:
    types, points = Distinct(3, "r-1"), Amount(Measure.POINTS, Decimal(100), "r-1")
    (column,) = columns(progress(SchemeRules(points), []), WORDS)
    assert column.heading == "Points"
    assert column.of(progress(SchemeRules(types), [])) is None
    assert column.of(progress(SchemeRules(replace(points, need=Decimal(50))), [])) == Cell(0, 50, False)
