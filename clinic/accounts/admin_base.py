"""What the admin's lists and forms have in common: how a list reads, what leaves as a file, how words are edited."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction
from django.db.models import QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.forms.models import BaseInlineFormSet, BaseModelFormSet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.accounts.admin_words import LANGUAGE_NAMES, Untranslated, translated
from clinic.accounts.models import User
from clinic.audit import trail as audit
from clinic.audit.models import Action
from clinic.premises import wording
from clinic.premises.models import Clinic
from clinic.premises.money_field import MoneyField
from clinic.spreadsheet import csv_safe

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

    Mixin = BaseModelAdmin[Any]
else:
    Mixin = object


def the_currency() -> Coalesce:
    """The clinic's currency as a column, so that a list can write amounts without asking for each row."""
    return Coalesce(Subquery(Clinic.objects.values("currency")[:1]), Value("HKD"))


def person(request: HttpRequest) -> User:
    """Who works on this page; the admin lets nobody in who has not signed in."""
    return cast(User, request.user)


class ListManners(admin.ModelAdmin[Any]):
    """A list of fifty a page that explains itself when it is empty and leaves the house as a spreadsheet file."""

    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False  # counting a big table takes longer than showing a page of it
    actions = ["download_csv"]
    # What an empty list says; a list with a search or filter says that nothing matches.
    empty_words = gettext_lazy("Nothing stands here yet.")
    # What may be typed into the search, where that is not obvious.
    search_words: "StrPromise | str" = ""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_list_filter(self, request: HttpRequest) -> Any:
        """What is missing in one of the languages is asked for in every list of words."""
        filters = super().get_list_filter(request)
        return [*filters, Untranslated] if translated(self.model) else filters

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Only what is edited in the list; Django would lay out every field of the row."""
        return super().get_changelist_form(request, **{"fields": self.list_editable, **kwargs})

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        """The boxes of a list say for which row they are."""
        return super().get_changelist_formset(request, **{"formset": EditedRows, **kwargs})

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.SplitDateTimeField):
            name_boxes(field)  # Django's label belongs to neither of the two boxes
        return field

    @admin.action(description=gettext_lazy("Download as a spreadsheet file (CSV)"), permissions=["view"])
    def download_csv(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        """The columns of the list for the chosen rows; who took how many is kept in the audit trail."""
        columns = list(self.get_list_display(request))
        header = [str(label_for_field(column, self.model, self)) for column in columns]
        rows = ([self._cell(column, row) for column in columns] for row in queryset)
        return self.as_csv(request, header, rows)

    def as_csv(
        self, request: HttpRequest, header: Sequence[str], rows: Iterable[Sequence[str]], number: str = ""
    ) -> HttpResponse:
        """The rows as a spreadsheet file; `number` names the object they are about, if it is one."""
        answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{self.opts.model_name}.csv"'
        lines = csv.writer(answer, quoting=csv.QUOTE_ALL)
        lines.writerow(map(csv_safe, header))
        count = 0
        for count, row in enumerate(rows, start=1):  # noqa: B007  the last number is the count
            lines.writerow(map(csv_safe, row))
        with transaction.atomic():
            audit.record(
                actor=person(request),
                action=Action.LIST_DOWNLOADED,
                object_type=self.opts.label_lower,
                object_id=number,
                reason=str(count),
                now=timezone.now(),
            )
        return answer

    def _cell(self, column: Any, row: models.Model) -> str:
        try:
            field, _attribute, value = lookup_field(column, row, self)
        except ObjectDoesNotExist:
            return ""
        if field is not None and field.choices:
            value = getattr(row, f"get_{field.name}_display")()
        elif isinstance(field, models.ForeignKey):
            value = getattr(row, field.name)
        return plain(value)


def plain(value: Any) -> str:
    """A value as a list's file and the history write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return str(value)


class EditedRows(BaseModelFormSet):  # type: ignore[type-arg]
    """What is edited in a list: each box says what it is of which row."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label}: {form.instance}"


def name_boxes(field: forms.Field) -> None:
    """Tell a screen reader what to type into the field's boxes, where no label stands beside them."""
    if isinstance(field.widget, forms.MultiWidget):
        for box, part in zip(field.widget.widgets, (_("date"), _("time")), strict=True):
            box.attrs["aria-label"] = f"{field.label}: {part}"
    else:
        field.widget.attrs["aria-label"] = str(field.label)


class NamedRows(BaseInlineFormSet):  # type: ignore[type-arg]
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            name_boxes(form.fields["DELETE"])


class Rows(Mixin):
    """Lines of a table: each box says what it is for, and no button beside it leads to another page."""

    formset: Any = NamedRows

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            if isinstance(field.widget, RelatedFieldWidgetWrapper):
                field.widget = field.widget.widget
            name_boxes(field)
        return field


class ReadOnly(Mixin):
    """Shown and never changed here, whoever asks: what happens to these rows happens through verbs."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class KeptForGood(Mixin):
    """Changed, but neither added nor removed: the set is closed, or something always points at each row."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Amounts(Mixin):
    """Money is typed as people write it; the column keeps the currency's smallest unit."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        if db_field.name.endswith("_minor"):
            return MoneyField(
                currency=Clinic.objects.the().currency,
                label=capfirst(db_field.verbose_name),
                required=not db_field.blank,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class Published(admin.ModelAdmin[Any] if TYPE_CHECKING else object):  # type: ignore[misc]
    """Words that visitors read: what the rules of the place bar is pointed at on saving, and nobody is stopped."""

    def is_read_now(self, row: Any) -> bool:
        """Whether visitors read it as it is saved, so that the form says so beside its buttons."""
        return bool(getattr(row, "is_active", True))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        row = kwargs.get("obj")
        context["is_read_now"] = row is not None and self.is_read_now(row)
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        super().save_related(request, form, formsets, change)
        words = {name for names in translated(self.model) for name in names}
        rows = [form.instance] if words & form.fields.keys() else []  # a list that is put in order says nothing new
        for formset in formsets:
            rows += [*formset.new_objects, *(row for row, _changed in formset.changed_objects)]
        self.point_out(request, rows)

    def point_out(self, request: HttpRequest, rows: Iterable[models.Model]) -> None:
        """Say which words of these records the rules of the place bar, where they stand, and why."""
        rules = Clinic.objects.the().law
        for finding in (finding for row in rows for finding in wording.in_record(row, rules)):
            messages.warning(request, _remark(finding))


def _remark(finding: wording.Finding) -> str:
    return _("Saved, but please look again. %(field)s (%(language)s): “%(word)s”. %(why)s Source: %(source)s") % {
        "field": finding.field,
        "language": LANGUAGE_NAMES[finding.language],
        "word": finding.remark.word,
        "why": finding.remark.why,
        "source": "; ".join(source.title for source in finding.remark.sources),
    }
