"""The migrated SQLite file, kept from one run to the next: to migrate takes longer than most of what is then tested.

It is made anew when a migration changes, or a module that one imports, or what is installed; and by `--create-db`,
which the whole suite is run with.
"""

import os
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
APPS = ("clinic", "clinic/*", "treatments", "practitioners", "consultations")
IMPORT = re.compile(rb"^(?:from ([\w.]+) )?import ([\w.]+)", re.MULTILINE)


def kept_in(folder: Path) -> Path:
    """Where the file lies that the migrations, as they are now, have made or will make."""
    digest = sha256((ROOT / "requirements.txt").read_bytes())
    for path in sources():
        digest.update(b"%s\n%s" % (bytes(path.relative_to(ROOT)), path.read_bytes()))
    return folder / f"{digest.hexdigest()[:24]}.sqlite3"


def sources() -> list[Path]:
    """The migrations, and those of our modules that they import."""
    migrations = {path for app in APPS for path in ROOT.glob(f"{app}/migrations/*.py")}
    return sorted(migrations | {module for path in migrations for module in imported(path)})


def imported(migration: Path) -> Iterator[Path]:
    for module, name in IMPORT.findall(migration.read_bytes()):
        for dotted in filter(None, (module, name, module + b"." + name)):
            path = ROOT / f"{dotted.decode().replace('.', '/')}.py"
            if path.is_file():
                yield path


def keep(path: Path) -> None:
    """Copy the database that has just been migrated there, in one step for whoever looks; earlier ones go."""
    unfinished = path.with_suffix(f".{os.getpid()}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(unfinished)])
    unfinished.replace(path)
    for other in path.parent.glob("*.sqlite3"):
        if other != path:
            other.unlink(missing_ok=True)
