"""Rules that the database keeps: nobody is in two places, history is not rewritten, what is in force stays.

All are model constraints that mean the same on PostgreSQL and SQLite and answer a breach with IntegrityError, raw SQL
from outside included. A column that a rule names is renamed by taking the rule away and adding it again, as
makemigrations does.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.core import checks
from django.core.exceptions import FieldError, ValidationError
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint, F, Func, Model, Q
from django.db.models.sql import Query


class Rule(BaseConstraint):
    """A constraint laid by statements after its table is there.

    SQLite cannot add one to a table: Django remakes the table for every change and asks for all its constraints each
    time. The statements are then deferred as objects that know their table, so the remake's last step, the renaming,
    renames them as well.
    """

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rule) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)

    def laying(self, model: type[Model], editor: Any) -> Iterator[Any]:
        """The statements that lay the rule, in the editor's dialect."""
        raise NotImplementedError

    def removing(self, model: type[Model], editor: Any) -> Any:
        """The statement that takes it away on PostgreSQL; on SQLite the remake drops it with the old table."""
        raise NotImplementedError

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        """Called while a table is made or remade."""
        schema_editor.deferred_sql.extend(self.laying(model, schema_editor))

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        """Called when the rule joins a table that exists; not called on SQLite."""
        for statement in self.laying(model, schema_editor):
            schema_editor.execute(statement, params=None)

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        """Called when the rule leaves a table that stays; not called on SQLite."""
        return self.removing(model, schema_editor)


class TimeRange(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


# NoOverlap on SQLite. The plus keeps the planner on the index over (key, end).
REFUSE_OVERLAP = (
    "CREATE TRIGGER %(trigger)s BEFORE %(event)s ON %(table)s FOR EACH ROW WHEN %(NEW_counts)s BEGIN "
    "SELECT RAISE(ABORT, %(message)s) WHERE EXISTS (SELECT 1 FROM %(table)s AS other "
    "WHERE %(other_counts)s AND %(is_another)s AND other.%(key)s = NEW.%(key)s "
    "AND other.%(end)s > NEW.%(start)s AND +other.%(start)s < NEW.%(end)s); END"
)
# Rows that were there before the rule have to keep it as well: those that do not are shown to the trigger.
SHOW_OVERLAPS = (
    "UPDATE %(table)s SET %(key)s = %(key)s WHERE %(pk)s IN (SELECT %(pk)s FROM ("
    "SELECT mine.%(pk)s, mine.%(start)s AS begins, MAX(mine.%(end)s) OVER (PARTITION BY mine.%(key)s "
    "ORDER BY mine.%(start)s ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest "
    "FROM %(table)s AS mine WHERE mine.%(key)s IS NOT NULL AND %(mine_counts)s) WHERE latest > begins)"
)
# AppendOnly on PostgreSQL and on SQLite.
REFUSING_FUNCTION = (
    "CREATE OR REPLACE FUNCTION %(refuse)s() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION %(refusal)s USING ERRCODE = 'integrity_constraint_violation'; END $$"
)
CALL_IT = "CREATE TRIGGER %(trigger)s BEFORE %(event)s ON %(table)s FOR EACH %(each)s EXECUTE FUNCTION %(refuse)s()"
REFUSE = "CREATE TRIGGER %(trigger)s BEFORE %(event)s ON %(table)s BEGIN SELECT RAISE(ABORT, %(refusal)s); END"
# On PostgreSQL: a table with checks outstanding cannot be altered.
CHECK_NOW, CHECK_AT_THE_END = "SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED"
# Settled on PostgreSQL and on SQLite.
CALL_IT_WHEN = (
    "CREATE TRIGGER %(trigger)s BEFORE UPDATE ON %(table)s FOR EACH ROW WHEN (%(when)s) EXECUTE FUNCTION %(refuse)s()"
)
REFUSE_WHEN = (
    "CREATE TRIGGER %(trigger)s BEFORE UPDATE ON %(table)s FOR EACH ROW WHEN %(when)s "
    "BEGIN SELECT RAISE(ABORT, %(refusal)s); END"
)


class NoOverlap(Rule):
    """No two rows with the same key, both meeting the condition, share a moment of [start, end).

    Rows without a key never conflict. PostgreSQL keeps the rule by exclusion, which needs BtreeGistExtension() first in
    the migration; SQLite by triggers, which want an index on (key, end). Two inserts at the same instant may deadlock
    on PostgreSQL: lock the key's row before writing. Write no rows with `ignore_conflicts`, and shift no day of rows by
    one UPDATE: there the two databases differ.
    """

    violation_error_code = "overlap"

    def __init__(
        self, *, name: str, key: str, start: str, end: str, condition: Q | None = None, **messages: Any
    ) -> None:
        super().__init__(name=name, **messages)
        self.key, self.start, self.end, self.condition = key, start, end, condition

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        kwargs |= {"key": self.key, "start": self.start, "end": self.end}
        if self.condition is not None:
            kwargs["condition"] = self.condition
        return path, args, kwargs

    def _check(self, model: type[Model], connection: BaseDatabaseWrapper) -> list[checks.CheckMessage]:
        """Refuse ends that may be null: PostgreSQL reads them as endless, SQLite as nothing."""
        return [
            checks.Error(f"{self.name} cannot judge rows whose {name} is null.", obj=model, id="clinic.E011")
            for name in (self.start, self.end)
            if _field(model, name).null
        ]

    # --- the database ---

    def laying(self, model: type[Model], editor: Any) -> Iterator[Any]:
        if editor.connection.vendor == "postgresql":
            yield self._exclusion().create_sql(model, editor)
        else:
            yield from self._triggers(model, editor)

    def removing(self, model: type[Model], editor: Any) -> Any:
        return self._exclusion().remove_sql(model, editor)

    def _exclusion(self) -> ExclusionConstraint:
        moments = TimeRange(F(self.start), F(self.end), RangeBoundary())
        return ExclusionConstraint(
            name=self.name,
            condition=self.condition,
            expressions=[(self.key, RangeOperators.EQUAL), (moments, RangeOperators.OVERLAPS)],
        )

    def _triggers(self, model: type[Model], editor: Any) -> Iterator[Statement]:
        quote, pk = editor.quote_name, _field(model, model._meta.pk.name)
        parts: dict[str, Any] = {
            "table": Table(model._meta.db_table, quote),
            "pk": quote(pk.column),
            **{part: quote(_field(model, getattr(self, part)).column) for part in ("key", "start", "end")},
            **{f"{row}_counts": _condition_sql(self.condition, model, editor, row) for row in ("NEW", "other", "mine")},
            "message": editor.quote_value(f"overlap constraint failed: {self.name}"),
        }
        for event, is_another in (("INSERT", "1"), ("UPDATE", f"other.{parts['pk']} <> OLD.{parts['pk']}")):
            trigger = quote(f"{self.name}_{event.lower()}")
            yield Statement(REFUSE_OVERLAP, trigger=trigger, event=event, is_another=is_another, **parts)
        yield Statement(SHOW_OVERLAPS, **parts)

    # --- forms ---

    def validate(self, model: type[Model], instance: Model, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        """Refuse in full_clean() what the database would refuse, with the same words on both."""
        if exclude and {self.key, self.start, self.end} & set(exclude):
            return
        key, start, end = (getattr(instance, _field(model, name).attname) for name in (self.key, self.start, self.end))
        if None in (key, start, end) or not self._counts(model, instance, exclude, using):
            return
        others = model._default_manager.using(using).filter(
            self.condition or Q(), **{self.key: key, f"{self.start}__lt": end, f"{self.end}__gt": start}
        )
        if not instance._state.adding:
            others = others.exclude(pk=instance.pk)
        if others.exists():
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def _counts(self, model: Any, instance: Any, exclude: Any, using: str) -> bool:
        if self.condition is None:
            return True
        try:
            against = instance._get_field_expression_map(meta=model._meta, exclude=exclude)
            return self.condition.check(against, using=using)
        except FieldError:  # a form without the condition's fields leaves the matter to the database
            return False


class AppendOnly(Rule):
    """Rows are added and never changed nor removed: UPDATE, DELETE and, on PostgreSQL, TRUNCATE are refused.

    There are two doors. Retention and key rotation open the rule inside one transaction with `lifted()`; nobody else
    writes to the table meanwhile. The test suite's flush uses `lift()` and `restore()`.
    """

    def laying(self, model: type[Model], editor: Any) -> Iterator[Any]:
        parts: dict[str, Any] = {
            "table": Table(model._meta.db_table, editor.quote_name),
            "refuse": editor.quote_name(f"{self.name}_refuse"),
            "refusal": editor.quote_value(f"append-only constraint failed: {self.name}"),
        }
        on_postgres = editor.connection.vendor == "postgresql"
        if on_postgres:
            yield Statement(REFUSING_FUNCTION, **parts)
        for trigger, event, each in self._triggers(editor.connection.vendor):
            create = CALL_IT if on_postgres else REFUSE
            yield Statement(create, trigger=editor.quote_name(trigger), event=event, each=each, **parts)

    def removing(self, model: type[Model], editor: Any) -> Any:
        return _dropped(self.name, model, editor)

    def lifting(self, model: type[Model], editor: Any) -> Iterator[str]:
        """The statements that take the rule off its table for a while."""
        quote = editor.quote_name
        if editor.connection.vendor == "postgresql":
            yield CHECK_NOW
        for trigger, _, _ in self._triggers(editor.connection.vendor):
            if editor.connection.vendor == "postgresql":
                yield f"ALTER TABLE {quote(model._meta.db_table)} DISABLE TRIGGER {quote(trigger)}"
            else:
                yield f"DROP TRIGGER IF EXISTS {quote(trigger)}"

    def restoring(self, model: type[Model], editor: Any) -> Iterator[str]:
        """The statements that put it back, harmless where it is in place."""
        quote = editor.quote_name
        if editor.connection.vendor == "postgresql":
            yield CHECK_NOW
            for trigger, _, _ in self._triggers("postgresql"):
                yield f"ALTER TABLE {quote(model._meta.db_table)} ENABLE TRIGGER {quote(trigger)}"
            yield CHECK_AT_THE_END
        else:
            yield from self.lifting(model, editor)
            yield from map(str, self.laying(model, editor))

    def _triggers(self, vendor: str) -> list[tuple[str, str, str]]:
        """The name of each trigger, the events it refuses, and whether it stands for a row or a statement."""
        if vendor == "postgresql":
            return [(self.name, "UPDATE OR DELETE", "ROW"), (f"{self.name}_truncate", "TRUNCATE", "STATEMENT")]
        return [(f"{self.name}_update", "UPDATE", "ROW"), (f"{self.name}_delete", "DELETE", "ROW")]

    def validate(self, model: type[Model], instance: Model, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        """Nothing a form could see: adding is always allowed."""


class Settled(Rule):
    """In a row that meets the condition, these fields keep their values for good; the others may change."""

    def __init__(self, *, name: str, fields: Sequence[str], condition: Q, **messages: Any) -> None:
        super().__init__(name=name, **messages)
        self.fields, self.condition = list(fields), condition

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "fields": self.fields, "condition": self.condition}

    def laying(self, model: type[Model], editor: Any) -> Iterator[Any]:
        on_postgres = editor.connection.vendor == "postgresql"
        differs = "IS DISTINCT FROM" if on_postgres else "IS NOT"
        columns = [editor.quote_name(_field(model, name).column) for name in self.fields]
        changed = " OR ".join(f"old.{column} {differs} new.{column}" for column in columns)
        parts: dict[str, Any] = {
            "table": Table(model._meta.db_table, editor.quote_name),
            "trigger": editor.quote_name(self.name),
            "refuse": editor.quote_name(f"{self.name}_refuse"),
            "refusal": editor.quote_value(f"settled constraint failed: {self.name}"),
            "when": f"{_condition_sql(self.condition, model, editor, 'old')} AND ({changed})",
        }
        if on_postgres:
            yield Statement(REFUSING_FUNCTION, **parts)
        yield Statement(CALL_IT_WHEN if on_postgres else REFUSE_WHEN, **parts)

    def removing(self, model: type[Model], editor: Any) -> Any:
        return _dropped(self.name, model, editor)

    def validate(self, model: type[Model], instance: Model, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        """Nothing a form could see: no form shows the fields of such a row."""


def lift(connection: BaseDatabaseWrapper, *models: type[Model]) -> None:
    """Take the append-only rule off these models' tables, or off every one; for the test suite's flush."""
    editor = connection.schema_editor()
    _run(connection, (sql for model, rule in _append_only(models) for sql in rule.lifting(model, editor)))


def restore(connection: BaseDatabaseWrapper, *models: type[Model]) -> None:
    """Put the append-only rule back on these models' tables, or on every one."""
    editor = connection.schema_editor()
    _run(connection, (sql for model, rule in _append_only(models) for sql in rule.restoring(model, editor)))


@contextmanager
def lifted(*models: type[Model], using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """One transaction in which rows of these models may change; it locks other writers out of their tables."""
    with transaction.atomic(using=using):
        lift(connections[using], *models)
        yield
        restore(connections[using], *models)


def _append_only(models: tuple[type[Model], ...]) -> Iterator[tuple[type[Model], AppendOnly]]:
    for model in models or apps.get_models():
        for rule in model._meta.constraints:
            if isinstance(rule, AppendOnly):
                yield model, rule


def _run(connection: BaseDatabaseWrapper, statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


def _field(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name)


def _dropped(name: str, model: type[Model], editor: Any) -> Statement:
    """Without the function that refuses, the triggers that call it go as well."""
    quote = editor.quote_name
    table = Table(model._meta.db_table, quote)
    return Statement("DROP FUNCTION %(refuse)s() CASCADE", table=table, refuse=quote(f"{name}_refuse"))


def _condition_sql(condition: Q | None, model: type[Model], editor: Any, row: str) -> str:
    """The condition about a row that goes by this name."""
    if condition is None:
        return "1"
    for field in model._meta.local_fields:
        vars(field).pop("cached_col", None)  # a remake copies the fields, and this still names the old table
    query = Query(model=model)
    where = query.build_where(condition).relabeled_clone({model._meta.db_table: row})
    sql, params = where.as_sql(query.get_compiler(connection=editor.connection), editor.connection)
    return str(sql) % tuple(editor.quote_value(value) for value in params)
