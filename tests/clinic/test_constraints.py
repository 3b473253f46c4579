from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F, Q
from django.test.utils import isolate_apps
from django.utils.functional import lazystr
from pytest_django.plugin import DjangoDbBlocker

from clinic import constraints
from clinic.constraints import AppendOnly, NoOverlap

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
BLOCKING = Q(status__in=["held", 'it\'s "here" 100%'])  # quotes and percents reach the rule as they are
TAKEN = "This time has just been taken."

with isolate_apps("clinic.audit"):

    class Visit(models.Model):  # noqa: DJ008
        room = models.IntegerField(null=True)
        starts = models.DateTimeField()
        ends = models.DateTimeField()
        status = models.CharField(max_length=20, default="held")
        objects: ClassVar[models.Manager["Visit"]] = models.Manager()

        class Meta:
            app_label = "audit"
            db_table = "test_visit"
            constraints = [
                NoOverlap(
                    name="test_room_in_one_place",
                    key="room",
                    start="starts",
                    end="ends",
                    condition=BLOCKING,
                    violation_error_message=lazystr(TAKEN),
                )
            ]

    class Line(models.Model):  # noqa: DJ008
        words = models.TextField()
        objects: ClassVar[models.Manager["Line"]] = models.Manager()

        class Meta:
            app_label = "audit"
            db_table = "test_line"
            constraints = [AppendOnly(name="test_lines_stay")]

    class Endless(models.Model):  # noqa: DJ008
        room = models.IntegerField()
        starts = models.DateTimeField()
        ends = models.DateTimeField(null=True)

        class Meta:
            app_label = "audit"
            constraints = [NoOverlap(name="test_endless", key="room", start="starts", end="ends")]


@pytest.fixture(scope="module", autouse=True)
def _tables(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Visit)
            editor.create_model(Line)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Line)
            editor.delete_model(Visit)


pytestmark = pytest.mark.django_db


def at(minute: float) -> datetime:
    return NINE + timedelta(minutes=minute)


def visit(start: float, end: float, **fields: Any) -> Visit:
    return Visit(**{"room": 1, "starts": at(start), "ends": at(end), **fields})


def refused(write: Callable[[], object]) -> bool:
    """Whether the database refuses to write, and leaves the transaction as it was."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return True
    return False


# --- NoOverlap ---


@pytest.mark.parametrize(
    ("start", "end"), [(0, 30), (10, 20), (-10, 1), (29, 60), (-10, 60), (29.99, 60), (0, 30.0001)]
)
def test_two_visits_never_share_a_moment_of_a_room(start: float, end: float) -> None:
    visit(0, 30).save()

    assert refused(visit(start, end).save)


@pytest.mark.parametrize(
    ("start", "end", "fields"),
    [
        (30, 60, {}),  # they touch
        (-30, 0, {}),
        (0, 30, {"room": 2}),
        (0, 30, {"status": "cancelled"}),
    ],
)
def test_touching_elsewhere_or_not_blocking_is_no_overlap(start: float, end: float, fields: dict[str, Any]) -> None:
    visit(0, 30).save()

    assert not refused(visit(start, end, **fields).save)


def test_an_overlap_of_a_microsecond_is_an_overlap() -> None:
    row = visit(0, 30)
    row.ends += timedelta(microseconds=1)
    row.save()

    assert refused(visit(30, 60).save)


def test_rows_without_a_key_never_conflict() -> None:
    visit(0, 30, room=None).save()

    assert not refused(visit(0, 30, room=None).save)
    assert not refused(visit(0, 30).save)


def test_every_condition_of_the_rule_blocks_every_other() -> None:
    visit(0, 30, status='it\'s "here" 100%').save()

    assert refused(visit(10, 20, status="held").save)


def test_updates_are_held_to_the_rule_as_well() -> None:
    visit(0, 30).save()
    later, cancelled, elsewhere = visit(30, 60), visit(0, 30, status="cancelled"), visit(0, 30, room=2)
    Visit.objects.bulk_create([later, cancelled, elsewhere])

    assert refused(lambda: Visit.objects.filter(pk=later.pk).update(starts=at(29)))
    assert refused(lambda: Visit.objects.filter(pk=cancelled.pk).update(status="held"))
    assert refused(lambda: Visit.objects.filter(pk=elsewhere.pk).update(room=1))
    assert not refused(lambda: Visit.objects.filter(pk=later.pk).update(ends=at(90)))
    assert not refused(lambda: Visit.objects.update(status=F("status")))


def test_bulk_create_is_held_to_the_rule_within_itself() -> None:
    assert refused(lambda: Visit.objects.bulk_create([visit(0, 30), visit(10, 40)]))
    assert not Visit.objects.exists()


def test_raw_sql_is_held_to_the_rule() -> None:
    row = visit(0, 30)
    row.save()

    with connection.cursor() as cursor:
        copy = "INSERT INTO test_visit (room, starts, ends, status) SELECT room, starts, ends, status FROM test_visit"
        assert refused(lambda: cursor.execute(copy))


def test_full_clean_says_in_words_what_the_database_would_refuse() -> None:
    row = visit(0, 30)
    row.save()

    with pytest.raises(ValidationError) as taken:
        visit(10, 40).full_clean()

    assert taken.value.messages == [TAKEN]
    assert taken.value.error_dict["__all__"][0].code == "overlap"


@pytest.mark.parametrize(
    "fine",
    [
        visit(30, 60),
        visit(0, 30, room=2),
        visit(0, 30, room=None),
        visit(0, 30, status="cancelled"),
    ],
)
def test_full_clean_lets_through_what_the_database_would(fine: Visit) -> None:
    visit(0, 30).save()

    fine.full_clean(exclude=["room"] if fine.room is None else None)  # an IntegerField that may be null, but not blank
    fine.validate_constraints()


def test_full_clean_does_not_hold_a_row_against_itself() -> None:
    row = visit(0, 30)
    row.save()
    row.ends = at(25)

    row.full_clean()


def test_a_form_without_the_rules_fields_leaves_the_matter_to_the_database() -> None:
    visit(0, 30).save()
    rival = visit(0, 30)

    rival.validate_constraints(exclude={"status"})
    rival.validate_constraints(exclude={"starts"})

    assert refused(rival.save)


def test_an_end_that_may_be_null_fails_the_system_check() -> None:
    assert [message.id for message in Endless.check(databases=["default"])] == ["clinic.E011"]
    assert Visit.check(databases=["default"]) == []


def test_makemigrations_finds_a_rule_as_it_left_it_and_notices_a_change() -> None:
    (overlap,), (append_only,) = Visit._meta.constraints, Line._meta.constraints
    narrower = NoOverlap(name=overlap.name, key="room", start="starts", end="ends", condition=Q(status="held"))

    assert overlap == overlap.clone()
    assert append_only == append_only.clone()
    assert overlap != narrower
    assert append_only != AppendOnly(name="another")


# --- AppendOnly ---


def test_a_line_is_added_and_then_neither_changed_nor_removed() -> None:
    line = Line.objects.create(words="read")
    line.words = "not read"

    assert refused(line.save)
    assert refused(lambda: Line.objects.update(words="not read"))
    assert refused(line.delete)
    assert refused(lambda: Line.objects.all().delete())
    assert Line.objects.get().words == "read"


def test_a_change_that_meets_no_line_is_no_change() -> None:
    assert not refused(lambda: Line.objects.filter(words="nobody wrote this").update(words="x"))


def test_truncating_is_refused_where_the_database_can_truncate() -> None:
    Line.objects.create(words="read")
    empty = "TRUNCATE test_line" if connection.vendor == "postgresql" else "DELETE FROM test_line"

    with connection.cursor() as cursor:
        assert refused(lambda: cursor.execute(empty))
    assert Line.objects.exists()


def test_the_door_opens_for_one_transaction_and_closes_again() -> None:
    Line.objects.create(words="old")

    with constraints.lifted(Line):
        Line.objects.update(words="changed")
        Line.objects.all().delete()
    Line.objects.create(words="new")

    assert refused(lambda: Line.objects.all().delete())


def test_the_door_is_shut_after_an_error_too() -> None:
    Line.objects.create(words="old")

    with pytest.raises(ZeroDivisionError), constraints.lifted(Line):
        _ = Line.objects.all().delete()[0] / 0

    assert Line.objects.get().words == "old"
    assert refused(lambda: Line.objects.all().delete())


def test_restoring_twice_is_harmless() -> None:
    constraints.lift(connection, Line)
    constraints.restore(connection, Line)
    constraints.restore(connection, Line)
    Line.objects.create(words="kept")

    assert refused(lambda: Line.objects.all().delete())
