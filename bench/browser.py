"""A client that keeps its connection and its cookies, sends forms as a browser does, and runs no script."""

import http.client
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from itertools import count
from typing import Any
from urllib.parse import urlencode

HOST = "clinic.bench.example"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
IDLE = 2.0  # seconds after which a connection is renewed, before the clock starts; the server drops it after five
_visitors = count(1)


class Unexpected(RuntimeError):
    """The product answered something else than the measurement needs, so its figures would mean nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, after how many seconds."""

    status: int
    body: str
    location: str
    queries: int
    seconds: float

    def must(self, status: int) -> "Answer":
        """This answer, provided that it has the status."""
        if self.status != status:
            raise Unexpected(f"{self.status} instead of {status}, {self.location or self.body[:400]}")
        return self


class Browser:
    """A visitor from an address of their own, behind the proxy that a clinic has in front."""

    def __init__(self, port: int, *, cookies: Mapping[str, str] | None = None) -> None:
        number = next(_visitors)
        self.address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.cookies = dict(cookies or {})
        self.token = ""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.used = 0.0

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, fields: Mapping[str, Any], **headers: str) -> Answer:
        """Send a form with the token of the page that was shown last."""
        body = urlencode({"csrfmiddlewaretoken": self.token, **fields}, doseq=True)
        return self._ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def close(self) -> None:
        self.connection.close()

    def _ask(self, method: str, path: str, body: str | None, more: Mapping[str, str]) -> Answer:
        headers = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": self.address,
            "Accept-Language": "en",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            **({"Origin": f"https://{HOST}"} if method == "POST" else {}),
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        if time.monotonic() - self.used > IDLE:
            self.connection.close()
            self.connection.connect()
        began = time.perf_counter()
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        seconds = time.perf_counter() - began
        self.used = time.monotonic()
        for line in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        if found := TOKEN.search(text):
            self.token = found[1]
        queries = int(response.headers.get("X-Queries", "-1"))
        return Answer(response.status, text, response.headers.get("Location", ""), queries, seconds)
