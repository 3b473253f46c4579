"""The rules survive what later migrations do to their tables, which on SQLite means one remake after another."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Q

from clinic.constraints import AppendOnly, NoOverlap

APP = "audit"
NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)


def rule(name: str = "test_one_place") -> NoOverlap:
    return NoOverlap(name=name, key="room", start="starts", end="ends", condition=Q(status="held"))


CREATE = [
    migrations.CreateModel("Room", [("id", models.AutoField(primary_key=True))], {"db_table": "test_rooms"}),
    migrations.CreateModel(
        "Visit",
        [
            ("id", models.AutoField(primary_key=True)),
            ("room", models.ForeignKey("audit.Room", models.CASCADE, null=True)),
            ("starts", models.DateTimeField()),
            ("ends", models.DateTimeField()),
            ("status", models.CharField(max_length=9, default="held")),
        ],
        {"db_table": "test_visits", "constraints": [rule()]},
    ),
    migrations.CreateModel(
        "Line",
        [("id", models.AutoField(primary_key=True)), ("words", models.TextField())],
        {"db_table": "test_lines", "constraints": [AppendOnly(name="test_lines_stay")]},
    ),
]
LATER: dict[str, list[Operation]] = {
    "a field joins": [
        migrations.AddField("visit", "note", models.TextField(default="1")),
        migrations.AddField("line", "who", models.TextField(default="")),
    ],
    "a field changes twice in one migration": [
        migrations.AlterField("visit", "note", models.IntegerField(null=True)),
        migrations.AlterField("visit", "note", models.CharField(max_length=9, default="2")),
        migrations.AlterField("line", "who", models.CharField(max_length=9, default="")),
    ],
    "the status grows": [migrations.AlterField("visit", "status", models.CharField(max_length=20, default="held"))],
    "another rule and an index join": [
        migrations.AddConstraint("visit", models.UniqueConstraint(fields=["room", "starts", "status"], name="test_u")),
        migrations.AddConstraint("visit", models.CheckConstraint(condition=Q(id__gt=0), name="test_c")),
        migrations.AddIndex("visit", models.Index(fields=["status"], name="test_i")),
        migrations.AddIndex("line", models.Index(fields=["who"], name="test_l")),
    ],
    "they leave": [
        migrations.RemoveConstraint("visit", "test_u"),
        migrations.RemoveConstraint("visit", "test_c"),
        migrations.RemoveIndex("visit", "test_i"),
        migrations.RemoveIndex("line", "test_l"),
        migrations.RemoveField("line", "who"),
    ],
    "another field is renamed": [migrations.RenameField("visit", "note", "memo")],
    "a field leaves": [migrations.RemoveField("visit", "memo")],
    "the foreign key changes": [
        migrations.AlterField("visit", "room", models.ForeignKey("audit.Room", models.PROTECT, null=True)),
    ],
    "the tables are renamed": [
        migrations.AlterModelTable("visit", "test_visits_renamed"),
        migrations.AlterModelTable("line", "test_lines_renamed"),
    ],
    "a field joins the renamed tables": [
        migrations.AddField("visit", "memo", models.TextField(default="")),
        migrations.AddField("line", "memo", models.TextField(default="")),
    ],
    "the rules leave and come back": [
        migrations.RemoveConstraint("visit", "test_one_place"),
        migrations.AddConstraint("visit", rule("test_one_place_again")),
        migrations.RemoveConstraint("line", "test_lines_stay"),
        migrations.AddConstraint("line", AppendOnly(name="test_lines_stay")),
    ],
}
DROP: list[Operation] = [
    migrations.DeleteModel("Line"),
    migrations.DeleteModel("Visit"),
    migrations.DeleteModel("Room"),
]


# SQLite remakes no table inside a transaction, and so not inside a test's.
pytestmark = pytest.mark.django_db(transaction=True)


def migrated(state: ProjectState, operations: Sequence[Operation]) -> ProjectState:
    migration = type("Migration", (migrations.Migration,), {"operations": operations})("test", APP)
    with connection.schema_editor() as editor:
        after: ProjectState = migration.apply(state, editor)
    return after


def refused(write: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        return True
    return False


def rules_hold(state: ProjectState) -> bool:
    room = state.apps.get_model(APP, "Room").objects.create()
    visits: Any = state.apps.get_model(APP, "Visit").objects
    lines: Any = state.apps.get_model(APP, "Line").objects
    visits.create(room=room, starts=NINE, ends=NINE + timedelta(hours=1))
    visits.create(room=room, starts=NINE + timedelta(hours=1), ends=NINE + timedelta(hours=2))
    cancelled = visits.create(room=room, starts=NINE, ends=NINE + timedelta(hours=2), status="cancelled")
    lines.create(words="read")
    return (
        refused(lambda: visits.create(room=room, starts=NINE, ends=NINE + timedelta(minutes=1)))
        and refused(lambda: visits.filter(pk=cancelled.pk).update(status="held"))
        and refused(lambda: lines.update(words="not read"))
        and refused(lines.all().delete)
    )


def test_the_rules_hold_after_every_later_migration() -> None:
    state = migrated(ProjectState(), CREATE)
    try:
        held = {"they are made": rules_hold(state)}
        for what, operations in LATER.items():
            state = migrated(state, operations)
            held[what] = rules_hold(state)
    finally:
        migrated(state, DROP)

    assert held == dict.fromkeys(["they are made", *LATER], True)


def test_a_rule_does_not_join_a_table_that_breaks_it_already() -> None:
    state = migrated(ProjectState(), CREATE)
    try:
        state = migrated(state, [migrations.RemoveConstraint("visit", "test_one_place")])
        room = state.apps.get_model(APP, "Room").objects.create()
        visits: Any = state.apps.get_model(APP, "Visit").objects
        visits.create(room=room, starts=NINE, ends=NINE + timedelta(hours=3))
        visits.create(room=room, starts=NINE + timedelta(hours=4), ends=NINE + timedelta(hours=5))
        rival = visits.create(room=room, starts=NINE + timedelta(hours=2), ends=NINE + timedelta(hours=3))
        add = [migrations.AddConstraint("visit", rule())]

        with pytest.raises(IntegrityError):
            migrated(state.clone(), add)
        rival.delete()
        state = migrated(state, add)

        assert rules_hold(state)
    finally:
        migrated(state, DROP)
