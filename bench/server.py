"""Granian as the product starts it, and the processor time that it and its database have used."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Server:
    """Two workers that serve one application on one database until they are stopped."""

    def __init__(
        self, granian: Sequence[str], application: str, environment: Mapping[str, str], postmaster: int | None
    ) -> None:
        self.port = free_port()
        command = [*granian, "--port", str(self.port), application]
        self.process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, start_new_session=True)
        self.postmaster = postmaster
        self._wait()

    def cpu(self) -> float:
        """Seconds of processor time so far: all application processes, and all of the database's own."""
        roots = [self.process.pid, *([self.postmaster] if self.postmaster else [])]
        return sum(map(seconds_of, family(*roots)))

    def stop(self) -> None:
        """End both workers, by force when they take longer than a while."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _wait(self) -> None:
        for _ in range(600):
            if self.process.poll() is not None:
                sys.exit("The server did not start; its words are above.")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        sys.exit("The server did not answer within a minute.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def family(*roots: int) -> set[int]:
    """These processes and all that descend from them."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = path.read_text().rpartition(")")[2].split()[1]
        except OSError:  # it has just ended
            continue
        children.setdefault(int(parent), []).append(int(path.parent.name))
    found, grown = set(roots), list(roots)
    while grown:
        born = children.get(grown.pop(), [])
        found.update(born)
        grown += born
    return found


def seconds_of(pid: int) -> float:
    """The processor time of all threads of a process, from the kernel's nanosecond clock of that process."""
    try:
        return time.clock_gettime((~pid << 3) | 2)  # what clock_getcpuclockid(3) makes of a process id
    except OSError:
        return 0.0
