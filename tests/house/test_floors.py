"""Imports go down a floor, or sideways within one app and floor; the core knows no clock."""

import ast
from pathlib import Path

from importlinter.cli import lint_imports

from tests.house import ROOT, modules

PURE = (
    "clinic/crypto.py",
    "clinic/localtime.py",
    "consultations/scheduling",
    "treatments/codes.py",
    "treatments/planning",
    "treatments/questionnaire",
    "treatments/screening",
)
CLOCKS = {"now", "today", "utcnow", "localtime", "localdate", "time_ns", "monotonic"}


def pure_modules() -> list[Path]:
    return [path for path in modules() if path.relative_to(ROOT).as_posix().startswith(PURE)]


def test_every_import_keeps_to_the_floors(capsys):
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert code == 0, capsys.readouterr().out


def test_the_core_is_told_the_time_and_never_asks():
    calls = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.func.attr}()"
        for path in pure_modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
    ]
    assert calls == []


def test_the_core_is_where_it_is_looked_for():
    assert {path.relative_to(ROOT).parts[0] for path in pure_modules()} == {"clinic", "consultations", "treatments"}
