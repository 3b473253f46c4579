"""Where we stop and split."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house import ROOT, modules, templates

MODULE, TEST_FILE, TEMPLATE, FUNCTION, VIEW = 400, 300, 120, 40, 25


def longer_than(limit: int, paths: list[Path]) -> list[str]:
    lengths = ((path, len(path.read_text().splitlines())) for path in paths)
    return [f"{path.relative_to(ROOT)}: {length} lines" for path, length in lengths if length > limit]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Every function with the number of its lines, docstring and decorators left out."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            words = (ast.get_docstring(node, clean=False) or "").count("\n") + 1 if ast.get_docstring(node) else 0
            assert node.end_lineno is not None
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1 - words


def is_view(path: Path) -> bool:
    return "views" in path.parts or path.name == "views.py"


def test_a_module_has_at_most_400_lines():
    assert longer_than(MODULE, [*modules(), ROOT / "run", ROOT / "manage.py"]) == []


def test_a_test_file_has_at_most_300_lines():
    assert longer_than(TEST_FILE, modules("tests")) == []


def test_a_template_has_at_most_120_lines():
    assert longer_than(TEMPLATE, templates()) == []


def test_a_function_has_at_most_40_lines():
    found = [(name, lines) for path in [*modules(), ROOT / "run"] for name, lines in functions(path)]
    assert [f"{name}: {lines} lines" for name, lines in found if lines > FUNCTION] == []


def test_a_view_has_at_most_25_lines():
    found = [(name, lines) for path in modules() if is_view(path) for name, lines in functions(path)]
    assert [f"{name}: {lines} lines" for name, lines in found if lines > VIEW] == []


def test_no_module_is_called_utils():
    assert [str(path) for path in modules() if path.stem in {"utils", "helpers", "common", "misc"}] == []
