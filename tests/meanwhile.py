"""Two who act at once, told one after the other: what another tab does while a request is on its way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

# Where a verb begins, after the view has found what it acts on.
VERB = "SAVEPOINT"


@contextmanager
def meanwhile(statement: str, act: Callable[[], Any]) -> Iterator[None]:
    """Let another tab act once, right before the first statement that reads so."""
    done: list[bool] = []

    def first(execute, sql, params, many, context):
        if statement in sql and not done:
            done.append(True)
            act()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(first):
        yield
    assert done, f"no statement reads {statement}"
