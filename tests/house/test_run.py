"""The script that a newcomer starts first."""

import ast
import os
import subprocess
import sys

from tests.house import ROOT


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "run", *words],
        cwd="/",
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_old_python_can_read_it_far_enough_to_say_so():
    source = (ROOT / "run").read_text()
    ast.parse(source, feature_version=(3, 7))
    assert source.index("needs Python 3.11") < source.index("import venv")


def test_it_says_what_it_knows():
    assert "./run demo" in run("help").stdout
    unknown = run("dance")
    assert unknown.returncode == 1
    assert "does not know 'dance'" in unknown.stderr


def test_reset_removes_the_demo_and_nothing_else(tmp_path):
    for name in ("demo.sqlite3", "demo.sqlite3-wal", "complexion.sqlite3"):
        (tmp_path / name).touch()
    (tmp_path / "mail").mkdir()
    assert run("reset", "--yes", COMPLEXION_VAR=str(tmp_path)).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["complexion.sqlite3"]


def test_reset_without_a_terminal_asks_for_a_clear_yes(tmp_path):
    (tmp_path / "demo.sqlite3").touch()
    asked = run("reset", COMPLEXION_VAR=str(tmp_path))
    assert asked.returncode == 1
    assert "./run reset --yes" in asked.stderr
    assert (tmp_path / "demo.sqlite3").exists()
