"""What is deleted is gone from the file of the database as well."""

import sqlite3

import pytest

from clinic import environment

CANARY = b"canary-of-a-picture" * 4000


@pytest.mark.parametrize("taken_back", ["DELETE FROM picture", "UPDATE picture SET bytes = x'00'"])
def test_a_row_that_goes_leaves_no_bytes_in_the_file(tmp_path, taken_back):
    path = tmp_path / "clinic.sqlite3"
    line = sqlite3.connect(path)
    line.execute("PRAGMA secure_delete=OFF")  # as SQLite comes; Debian's has it on
    line.executescript(environment.sqlite(path)["OPTIONS"]["init_command"])
    line.execute("CREATE TABLE picture (bytes BLOB)")
    line.execute("INSERT INTO picture VALUES (?)", [CANARY])
    line.commit()
    line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"canary-of-a-picture" in path.read_bytes()
    line.execute(taken_back)
    line.commit()
    line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    line.close()
    assert b"canary-of-a-picture" not in path.read_bytes()
