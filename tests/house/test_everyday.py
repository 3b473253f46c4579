"""What `./run test` runs, and what its everyday part leaves out."""

from runpy import run_path

import hypothesis
import pytest

from tests.examples import examples
from tests.house import ROOT


@pytest.fixture(scope="module")
def asked_of_pytest():
    return run_path(str(ROOT / "run"))["asked_of_pytest"]


def test_without_a_word_everything_runs_on_both_databases_from_nothing(asked_of_pytest):
    databases, words = asked_of_pytest([])
    assert databases == ["sqlite", "postgres"]
    assert words[0] == "-n"
    assert words[2:] == ["--dist", "loadfile", "--create-db"]


@pytest.mark.parametrize(
    ("asked", "databases"),
    [
        (["--everyday"], ["sqlite"]),
        (["--everyday", "--postgres"], ["postgres"]),
        (["--everyday", "--sqlite", "--postgres"], ["sqlite"]),
        (["--postgres"], ["postgres"]),
        (["--sqlite"], ["sqlite"]),
    ],
)
def test_one_database_is_enough_when_it_is_asked_for_and_every_day(asked_of_pytest, asked, databases):
    assert asked_of_pytest(asked)[0] == databases


def test_only_the_everyday_part_leaves_anything_out(asked_of_pytest):
    left_out = ["-m", "not browser and not slow", "--hypothesis-profile", "everyday"]
    assert asked_of_pytest(["--everyday", "tests/races"])[1][4:] == [*left_out, "tests/races"]
    for asked in ([], ["--sqlite"], ["--postgres", "tests/races"]):
        assert not set(left_out) & set(asked_of_pytest(asked)[1])


def test_a_debugger_gets_a_single_process(asked_of_pytest):
    assert asked_of_pytest(["--sqlite", "--pdb", "-x"])[1] == ["--pdb", "-x"]


def test_the_whole_suite_takes_all_examples_and_the_everyday_part_a_quarter():
    suite, everyday = (hypothesis.settings.get_profile(name) for name in ("suite", "everyday"))
    assert (suite.max_examples, everyday.max_examples) == (100, 25)
    assert suite.deadline is everyday.deadline is None
    everyday_run = hypothesis.settings.get_current_profile_name() == "everyday"
    assert examples(60) == (15 if everyday_run else 60)
