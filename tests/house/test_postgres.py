"""The embedded PostgreSQL: there when asked for, and gone with its process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg2

from tests.house import ROOT

SERVE_AND_WAIT = "from tests.postgres import serve; print(serve(), flush=True); input()"


def test_a_killed_run_leaves_no_server_behind():
    run = subprocess.Popen(
        [sys.executable, "-c", SERVE_AND_WAIT], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert run.stdout is not None
    url = run.stdout.readline().strip()
    psycopg2.connect(url).close()
    folder = Path(parse_qs(urlsplit(url).query)["host"][0])
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()
    deadline = time.monotonic() + 10
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder.exists()
