"""The simulator shares nothing with the tool, so that both sides cannot share a mistake."""

from __future__ import annotations

import ast
from pathlib import Path

import lti_app.demo

ROOT = Path(lti_app.demo.__file__).parent


def imported_names(path: Path) -> set[str]:
    """Every module a file imports, relative ones resolved."""
    package = ["lti_app", "demo", *path.relative_to(ROOT).parent.parts]
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            names.add(".".join([*base, *([node.module] if node.module else [])]))
    return names


def test_the_simulator_imports_nothing_of_the_tool_and_no_lti_library() -> None:
    modules = sorted(ROOT.rglob("*.py"))
    assert len(modules) > 40
    for path in modules:
        for name in imported_names(path):
            assert not name.startswith("pylti1p3"), path
            assert not name.startswith("lti_app") or name.startswith("lti_app.demo"), (path, name)
