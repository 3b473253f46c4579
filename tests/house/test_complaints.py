"""The list of complaints names a test for each, and each of them is there."""

import ast
import re
from functools import cache

from tests.house import ROOT

LIST = ROOT / "tests/house/complaints.txt"
HOW_MANY = 35


def complaints() -> dict[int, list[str]]:
    """The tests under each number, as they are written."""
    found: dict[int, list[str]] = {}
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"(\d+) \S.*\.", line):
            number = int(heading[1])
            assert number not in found, f"{number} stands there twice"
            found[number] = []
        elif line and not line.startswith("#"):
            assert line.startswith("    tests/"), line
            found[max(found)].append(line.strip())
    return found


@cache
def named_in(path: str) -> frozenset[str]:
    """The tests of a module, without importing it."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_complaint_is_there_once_and_in_order() -> None:
    assert list(complaints()) == list(range(1, HOW_MANY + 1))


def test_each_is_held_by_tests_that_exist() -> None:
    for number, named in complaints().items():
        assert len(set(named)) == len(named) > 0, number
        for path, name in (each.split("::") for each in named):
            assert (ROOT / path).is_file(), f"{number}: {path}"
            assert name.startswith("test_"), f"{number}: {name}"
            assert name in named_in(path), f"{number}: {path} holds no {name}"
