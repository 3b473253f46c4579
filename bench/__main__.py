"""./run bench: lay two sizes of one clinic, measure in rounds, let crowds contend, print the table.

Exits with 1 when a promise is broken that no busy machine excuses: more queries than allowed, two in one place,
anything but one accepted of a crowd, or answers that differ between the sizes. With --strict also for time.
"""

import argparse
import base64
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from bench import report
from bench.browser import HOST, Browser
from bench.contention import contend
from bench.data import Filled, databases
from bench.measuring import rounds
from bench.server import ROOT, Server
from bench.thousand import WITHIN, rush
from bench.workloads import Clinic

HISTORY_DAYS, FULL_HISTORY_DAYS = 43, 243  # with 400 visits a day: 20,000 and 100,000 beside those to come


def say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--full", action="store_true", help="a history of 100,000 visits instead of 20,000")
    parser.add_argument("--strict", action="store_true", help="gates of time count as well")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers go as well
    vendors = ["sqlite", "postgres"] if asked.database == "both" else [asked.database]
    days = FULL_HISTORY_DAYS if asked.full else HISTORY_DAYS
    broken: list[str] = []
    over: list[str] = []
    with tempfile.TemporaryDirectory(prefix="complexion-bench-") as folder:
        common = production(Path(folder))
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
            cwd=ROOT, env={**os.environ, **common}, check=True,
        )  # fmt: skip
        for vendor in vendors:
            say(f"{vendor}: laying two clinics of 50 practitioners, alike but for their history")
            with databases(vendor, Path(folder), common, days) as filled:
                result = measure(vendor, filled, asked.rounds)
            say("\n".join(["", *result.text, ""]))
            broken += result.broken
            over += result.over
    say(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; gates of SQLite are 0.6 of PostgreSQL's")
    for words in [*(f"BROKEN {wrong}" for wrong in broken), *(f"over   {slow}" for slow in over)]:
        say(words)
    return 1 if broken or (asked.strict and over) else 0


def production(folder: Path) -> dict[str, str]:
    """What an operator sets: HTTPS behind a proxy, own keys, a mail server; nothing of the demo."""
    return {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_KEYS": "1:" + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "PUBLIC_BASE_URL": f"https://{HOST}",
        "BEHIND_PROXY": "1",
        "EMAIL_URL": "smtp://localhost:25",
        "MAIL_FROM": f"desk@{HOST}",
        "COMPLEXION_VAR": str(folder),
    }


class Result:
    """What one database's measurement has to say."""

    def __init__(self, text: list[str], broken: list[str], over: list[str]) -> None:
        self.text, self.broken, self.over = text, broken, over


def measure(vendor: str, filled: list[Filled], number: int) -> Result:
    """Serve the floor and both clinics side by side, and measure them."""
    sizes = dict(zip(("small", "large"), filled, strict=True))
    say(f"{vendor}: {filled[0].consultations:,} and {filled[1].consultations:,} consultations")
    with ExitStack() as stack:

        def served(application: str, of: Filled) -> Server:
            server = Server(filled[0].facts["granian"], application, of.environment, of.postmaster)
            stack.callback(server.stop)
            return server

        floor = served("bench.floor:application", filled[1])
        servers = {size: served("bench.served:application", of) for size, of in sizes.items()}
        same = same_answers(servers, filled[0])
        clinics = {size: Clinic(server.port, filled[0].facts) for size, server in servers.items()}
        found = rounds(number, floor, servers, clinics, progress(vendor))
        say(f"{vendor}: crowds")
        crowds = contend(servers["large"].port, filled[0].facts)
        say(f"{vendor}: a thousand at once")
        thousand = rush(servers["large"].port, filled[0].facts)
        workloads = clinics["large"].workloads()
    lines = report.lines(vendor, workloads, found, {size: of.consultations for size, of in sizes.items()})
    text = [
        report.floor_words(vendor, found),
        *report.table(lines),
        report.practitioners_words(lines),
        *report.crowd_words(crowds, found),
        *report.thousand_words(thousand),
        f"both sizes have {'the same' if same else 'NOT THE SAME'} free times",
    ]
    if vendor == "postgres" and filled[0].postmaster is None:
        text.append("the database runs elsewhere: its processor time is not in these figures")
    wrong = [*crowds.broken(), *thousand.broken(), *([] if same else ["a longer history changes the free times"])]
    named = [(line.workload.name, line) for line in lines]
    return Result(
        text,
        [f"{vendor} {name}: {words}" for name, line in named for words in line.broken]
        + [f"{vendor}: {words}" for words in wrong],
        [f"{vendor} {name}: {words}" for name, line in named for words in line.over]
        + ([f"{vendor}: a thousand at once, p95 {thousand.p95():.1f} s"] if thousand.p95() > WITHIN else []),
    )


def same_answers(servers: Mapping[str, Server], filled: Filled) -> bool:
    """Whether both sizes of the clinic have the very same free times: speed never buys wrong ones."""
    first = filled.facts["tomorrow"]
    asked = [f"/bench/{about}/{first}/?all" for about in (f"month/{filled.facts['month_of']}", "week/50")]
    told = [
        [json.loads(Browser(server.port).get(path).must(200).body) for path in asked] for server in servers.values()
    ]
    return told[0] == told[1] and all(any(answer.values()) for answer in told[0])


def progress(vendor: str) -> Callable[[str], None]:
    return lambda words: say(f"{vendor}: {words}")


if __name__ == "__main__":
    sys.exit(main())
