"""One page for the hours of a practitioner: the week, extra hours of one day, time off, and what comes of them."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.widgets import AdminTimeWidget
from django.core.exceptions import ValidationError
from django.db.models import QuerySet, TimeField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.accounts.admin_base import KeptForGood, ListManners, NamedRows, Rows
from practitioners import roster, rostering
from practitioners.models import ExtraHours, Roster, TimeOff, WorkingHours


class WeeklyHours(NamedRows):
    """The rows of a week are judged together: what they are now, not what the database still holds of them.

    What somebody else has added since the page was opened is judged with them, under the lock of whoever adds.
    """

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        rostering.lock(self.instance)
        before = list(self.instance.hours.exclude(pk__in=[form.instance.pk for form in self.initial_forms]))
        for form in self.rows:
            if any(form.instance.meets(line) for line in before):
                form.add_error("opens", ValidationError(_("These hours overlap other hours on the same day.")))
            before.append(form.instance)
        if any(self.errors):
            raise ValidationError(_("Two rows of the week overlap. A break is the gap between two rows of a day."))

    @property
    def rows(self) -> list[Any]:
        """The forms of the rows that stay."""
        gone = self.deleted_forms
        return [form for form in self.forms if form not in gone and form.instance.opens is not None]


class HoursInline(Rows, admin.TabularInline[WorkingHours, Roster]):
    model = WorkingHours
    fk_name = "practitioner"
    formset = WeeklyHours
    extra = 0
    formfield_overrides: ClassVar[Any] = {TimeField: {"widget": AdminTimeWidget(format="%H:%M")}}
    verbose_name_plural = gettext_lazy("every week")


class Coming(Rows):
    """What is still to come; the past is kept and not shown."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        to_come: Any = {"day__gte": timezone.localdate()} if self.model is ExtraHours else {"ends__gt": timezone.now()}
        return super().get_queryset(request).filter(**to_come)


class ExtraHoursInline(Coming, admin.TabularInline[ExtraHours, Roster]):
    model = ExtraHours
    fk_name = "practitioner"
    extra = 0
    formfield_overrides: ClassVar[Any] = {TimeField: {"widget": AdminTimeWidget(format="%H:%M")}}
    verbose_name_plural = gettext_lazy("extra hours on one day, beside the week")


class TimeOffInline(Coming, admin.TabularInline[TimeOff, Roster]):
    model = TimeOff
    fk_name = "practitioner"
    extra = 0
    verbose_name_plural = gettext_lazy("time off to come")


@admin.register(Roster)
class RosterAdmin(KeptForGood, ListManners):
    list_display = ["name", "title", "is_active", "accepts_bookings"]
    list_filter = ["is_active", "accepts_bookings"]
    search_fields = ["name_en", "name_zh_hant"]
    fields: ClassVar[Any] = ["name", "title"]
    readonly_fields: ClassVar[Any] = ["name", "title"]
    inlines = [HoursInline, ExtraHoursInline, TimeOffInline]
    change_form_template = "admin/practitioners/roster/change_form.html"
    empty_words = gettext_lazy("Nobody practises here yet. Add the first profile under “practitioners”.")

    def save_model(self, request: HttpRequest, obj: Roster, form: Any, change: Any) -> None:
        """Nothing of the profile is written here; the rows are."""

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """What is saved so far, drawn."""
        practitioner = context.get("original")
        if practitioner is not None:
            context["days"] = roster.days_ahead(practitioner, now=timezone.now())
            context["title"] = _("Hours of %(name)s") % {"name": practitioner.name}
        return super().render_change_form(request, context, *args, **kwargs)
