"""The product as Granian serves it, except that a request which asks is told how many queries it took."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connection

# What opens, nests and closes a transaction is no question to the database.
NOT_COUNTED = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")

product = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Serve a request; nothing is counted unless it says so, and no timed one does."""
    if "HTTP_X_COUNT_QUERIES" not in environ:
        return product(environ, start_response)
    asked: list[str] = []

    def counting(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if not sql.lstrip().upper().startswith(NOT_COUNTED):
            asked.append(sql)
        return execute(sql, *rest)

    def told(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        return start_response(status, [*headers, ("X-Queries", str(len(asked)))], *rest)

    with connection.execute_wrapper(counting):
        return product(environ, told)
