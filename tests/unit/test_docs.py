"""The documents say what the code says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest

from lti_app.cli import cli
from lti_app.errors import KINDS
from lti_app.lti.registration import configuration as registration
from lti_app.settings import Settings

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_GROUPINGS = {
    "A certificate that was issued",
    "On any page",
    "Logging in and launching",
    "Registering a platform",
    "A student's portfolio",
    "Reviewing",
    "Operating the tool",
}


def _read(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def test_every_kind_of_problem_is_explained_and_nothing_else() -> None:
    sections = re.split(r"^## ", _read("errors.md"), flags=re.MULTILINE)[1:]
    explained = {part.split("\n", 1)[0]: part.split("\n", 1)[1].strip() for part in sections}
    assert set(explained) - _GROUPINGS == set(KINDS)
    assert [slug for slug, words in explained.items() if not words and slug not in _GROUPINGS] == []


def test_no_two_rooms_tell_the_same_kind_of_problem() -> None:
    tables = (ROOT / "lti_app" / "errors").glob("*.py")
    told = [
        slug for table in tables for slug in re.findall(r'^    "([a-z-]+)": Kind', table.read_text(), re.M)
    ]
    assert sorted(told) == sorted(KINDS)


def test_operating_names_every_setting_and_no_other() -> None:
    named = set(re.findall(r"`CIM_([A-Z0-9_]+)`", _read("operating.md"))) - {"CONFIG"}
    assert named == {field.name.upper() for field in fields(Settings)}


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))
        elif not command.hidden:
            yield " ".join(("cim", *path, name)), command


def test_operating_names_every_command_and_no_other() -> None:
    table = re.findall(r"^\| `(cim [^`]+)` \|", _read("operating.md"), flags=re.MULTILINE)
    written = {" ".join(re.match(r"cim( [a-z][a-z-]*)+", line)[0].split()) for line in table}  # type: ignore[index]
    assert written == {name for name, _ in _commands(cli)}


def test_every_option_that_operating_names_exists() -> None:
    known = {option for _, command in _commands(cli) for each in command.params for option in each.opts}
    text = _read("operating.md") + _read("installing-in-canvas.md")
    written = set(re.findall(r"(?<!-)--[a-z][a-z-]*", text)) - {"--help"}
    assert written <= known, written - known


def test_installing_explains_every_scope_and_placement_that_is_registered() -> None:
    text = _read("installing-in-canvas.md")
    named = {scope.rpartition("/")[2] for scope in registration.SCOPES}
    assert set(re.findall(r"^\| scope `([^`]+)`", text, flags=re.MULTILINE)) == named
    rows = " ".join(re.findall(r"^\| placements? ([^|]+)", text, flags=re.MULTILINE))
    assert [each.name for each in registration.PLACEMENTS if each.name.replace("_", " ") not in rows] == []


def test_the_glossary_has_both_languages_for_each_word() -> None:
    rows = [line.strip("|").split("|") for line in _read("glossary.md").splitlines() if line.startswith("| ")]
    assert len(rows) > 20
    assert all(len(row) == 3 and all(cell.strip() for cell in row) for row in rows)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_paths_lead_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if not urlsplit(target).scheme and not target.endswith(".png"):
            assert (document.parent / target.split("#")[0]).exists(), target
    for path in re.findall(r"`((?:lti_app|tests|config|docs|templates)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path


def test_decisions_are_numbered_without_gaps_and_short() -> None:
    files = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(path.name[:3]) for path in files] == list(range(1, len(files) + 1))
    for path in files:
        text = path.read_text("utf-8")
        assert text.startswith(f"# {path.name[:3]} ")
        assert all(f"**{part}.**" in text for part in ("Context", "Decision", "Consequence"))
        assert text.count("\n") <= 25, path.name


def test_the_tour_names_every_room() -> None:
    tour = _read("tour.md")
    rooms = [path.name for path in (ROOT / "lti_app").iterdir() if (path / "__init__.py").is_file()]
    missing = [room for room in rooms if f"`{room}/`" not in tour]
    assert missing == []


def test_files_of_others_name_their_licence() -> None:
    folder = ROOT / "lti_app" / "static" / "vendor"
    listed = (folder / "README.md").read_text("utf-8")
    for path in folder.iterdir():
        if path.suffix in {".js", ".css"}:
            assert f"| {path.name} |" in listed
            assert list(folder.glob(f"{path.name.split('.')[0]}*LICENSE*")), f"no licence beside {path.name}"
