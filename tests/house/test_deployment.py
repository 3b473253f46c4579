"""What an operator meets: settings that refuse to guess, and a deployment check with nothing to say."""

import os
import signal
import subprocess
import sys

import pytest

from clinic.environment import demo_secret
from tests.house import ROOT

OPERATOR = {
    "SECRET_KEY": "k3" * 40 + "xyz!@#",
    "FIELD_KEYS": "1:" + "MQ" * 21 + "E=",
    "PUBLIC_BASE_URL": "https://clinic.example",
    "DATABASE_URL": "postgresql://complexion@localhost/complexion",
    "EMAIL_URL": "smtp://localhost:25",
    "MAIL_FROM": "desk@clinic.example",
}
# A process that may write nothing is killed over its first byte.
KILLED_WHILE_IT_WRITES = """
import pathlib, resource, signal, sys
from clinic.environment import demo_secret
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
demo_secret(pathlib.Path(sys.argv[1]), "secret_key")
"""


def manage(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a management command as an operator would: with these variables and no others."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def setting(name: str, **environment: str) -> str:
    return manage(
        "shell", "--no-imports", "-c", f"from django.conf import settings; print(settings.{name})", **environment
    ).stdout.strip()


def test_the_deployment_check_has_nothing_to_say():
    check = manage("check", "--deploy", "--fail-level", "WARNING", **OPERATOR)
    assert check.returncode == 0, check.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEYS"])
def test_a_clinic_does_not_start_without_its_secrets(name):
    check = manage("check", **{key: value for key, value in OPERATOR.items() if key != name})
    assert check.returncode != 0
    assert f"{name} is not set" in check.stderr


def test_debug_is_off_until_somebody_asks_for_it():
    assert setting("DEBUG", **OPERATOR) == "False"


def test_a_clinic_never_takes_the_demos_database_for_its_own():
    without_database = {key: value for key, value in OPERATOR.items() if key != "DATABASE_URL"}
    assert setting("DATABASES['default']['NAME']", **without_database).endswith("var/complexion.sqlite3")
    assert setting("DATABASES['default']['NAME']", COMPLEXION_DEMO="1", **without_database).endswith("var/demo.sqlite3")


def test_a_demo_killed_while_it_makes_its_keys_makes_them_at_the_next_start(tmp_path):
    """Half a key would be taken for a whole one, and nothing would start again."""
    killed = subprocess.run([sys.executable, "-c", KILLED_WHILE_IT_WRITES, tmp_path], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGXFSZ
    first = demo_secret(tmp_path, "secret_key")
    assert len(first) > 40
    assert demo_secret(tmp_path, "secret_key") == first
