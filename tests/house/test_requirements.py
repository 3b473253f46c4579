"""The locks: what a server installs is what was tested, and every package says why it is there."""

import re

import pytest

from tests.house import ROOT

LOCKS = ("requirements.txt", "requirements-production.txt")


def pins(lock: str) -> set[str]:
    return set(re.findall(r"^(\S+==\S+)", (ROOT / lock).read_text(), re.MULTILINE))


def test_a_server_installs_what_was_tested():
    assert pins("requirements-production.txt") < pins("requirements.txt")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index(lock):
    assert "://" not in (ROOT / lock).read_text()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_is_hashed(lock):
    text = (ROOT / lock).read_text()
    assert len(re.findall(r"==\S+.*\\\n    --hash=sha256:", text)) == len(pins(lock))


@pytest.mark.parametrize("source", ["requirements.in", "requirements-dev.in"])
def test_every_package_says_why_it_is_there(source):
    lines = [line for line in (ROOT / source).read_text().splitlines() if line and not line.startswith(("#", "-r"))]
    assert [line for line in lines if " # " not in line] == []
