"""Imports go down a floor, or sideways within one app and floor; the core knows no clock."""

import ast
import re
import tomllib
from pathlib import Path

from importlinter.cli import lint_imports

from tests.house import PACKAGES, ROOT, modules

PURE = (
    "clinic/crypto.py",
    "clinic/localtime.py",
    "consultations/scheduling",
    "treatments/codes.py",
    "treatments/planning",
    "treatments/questionnaire",
    "treatments/screening",
)
DJANGOS_OWN = {
    "__init__",
    "__pycache__",
    "apps",
    "data",
    "locale",
    "migrations",
    "static",
    "templatetags",
    "translation",
}
CLOCKS = {"now", "today", "utcnow", "localtime", "localdate", "time_ns", "monotonic"}


def pure_modules() -> list[Path]:
    return [path for path in modules() if path.relative_to(ROOT).as_posix().startswith(PURE)]


def test_every_import_keeps_to_the_floors(capsys):
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert code == 0, capsys.readouterr().out


def test_every_module_stands_on_a_floor():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    placed = {
        name for contract in contracts for layer in contract.get("layers", []) for name in re.findall(r"[\w.]+", layer)
    }
    there = {f"{package}.{path.stem}" for package in PACKAGES for path in (ROOT / package).iterdir()}
    assert sorted(name for name in there - placed if name.split(".")[1] not in DJANGOS_OWN) == []


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
