"""The races would see what they say does not happen: once without the rules, and once with two who wait in a circle."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import OperationalError, connection, transaction

from clinic.constraints import NoOverlap
from consultations.models import Consultation, Status
from practitioners.models import Practitioner
from tests import factories
from tests.overlaps import overlapping
from tests.races.conftest import Town, deadlocks, deadlocks_in, log_file
from tests.races.crowd import race, tally

# Who comes second looks before the first has written, or does not: a race that is run often enough shows both.
# The first few show it on a quiet machine; the rest are for one that is busy.
WALLS = ("14:00", "15:00", "11:00", "17:00", "12:00", "13:00", "10:00", "14:30", "11:30", "12:30", "13:30", "10:30")
RULES = [rule for rule in Consultation._meta.constraints if isinstance(rule, NoOverlap)]


@contextmanager
def without_the_rules() -> Iterator[None]:
    """Take the rules off the table, and put them back when what they forbid has been cleared away."""
    editor = connection.schema_editor()
    with connection.cursor() as cursor:
        for rule in RULES:
            for statement in taking_away(rule.name):
                cursor.execute(statement)
        try:
            yield
        finally:
            Consultation.objects.update(status=Status.EXPIRED)
            for rule in RULES:
                for statement in rule.laying(Consultation, editor):
                    cursor.execute(str(statement))


def taking_away(rule: str) -> list[str]:
    if connection.vendor == "postgresql":
        return [f"alter table consultations_consultation drop constraint {rule}"]
    return [f"drop trigger {rule}_insert", f"drop trigger {rule}_update"]


def test_without_the_rules_the_same_crowd_books_a_time_twice(live_server) -> None:
    town = Town(live_server, practitioners=1, rooms=1)
    with without_the_rules():
        assert any(tally(race(live_server.url, town.visitors(wall, 30)))[302] > 1 for wall in WALLS)
        assert {key for key, _one, _other in overlapping()} == {"practitioner_id", "room_id"}
    # And with them, in the same place, no longer.
    assert tally(race(live_server.url, town.visitors("16:00", 10))) == {302: 1, 409: 9}


def test_two_who_wait_in_a_circle_would_be_seen_in_the_log(transactional_db) -> None:
    factories.clinic()
    people = [factories.practitioner("Dr Imani"), factories.practitioner("Dr Reyes")]
    both_hold_one, victims, before = threading.Barrier(2), [], deadlocks()

    def lock(*order: Practitioner) -> None:
        try:
            with transaction.atomic():
                for who in order:
                    list(Practitioner.objects.select_for_update(no_key=True).filter(pk=who.pk).order_by())
                    with suppress(threading.BrokenBarrierError):  # SQLite lets only one of them begin
                        both_hold_one.wait(1)
        except OperationalError as deadlock:
            victims.append(deadlock)
        finally:
            connection.close()

    threads = [threading.Thread(target=lock, args=order) for order in (people, people[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(victims) == (1 if connection.vendor == "postgresql" else 0)
    assert deadlocks() - before == (len(victims) if log_file() else 0)


def test_a_deadlock_of_another_worker_is_not_ours() -> None:
    log = "test_gw0:ERROR:  deadlock detected\ntest_gw0:DETAIL:  deadlock detected in test_gw1:\ntest_gw1:LOG:  quiet\n"
    assert deadlocks_in(log, "test_gw1") == 0
    assert deadlocks_in(log + "test_gw1:ERROR:  deadlock detected\n", "test_gw1") == 1
