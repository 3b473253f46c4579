"""What the desk may read of consultations: who comes when, to whom, and whether the intake is complete.

No answer, finding or note, and no concern or treatment of interest either: those say something about a person's
health, and are shown only where each reading is recorded. Nothing changes here; consultations move through verbs.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Count, Max, Q, QuerySet
from django.forms import ChoiceField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin

from clinic.accounts.admin_base import KeptForGood, ListManners, Published, ReadOnly, Rows
from clinic.accounts.admin_words import Words
from clinic.localtime import day_bounds
from clinic.premises.models import Clinic
from clinic.premises.money import format_minor
from consultations import outside_admin  # noqa: F401  puts other pages behind its question
from consultations.models import ConsentText, Consultation, ConsultationEvent, Kind, ReminderStep, Status, reference_in
from practitioners.models import PractitionerKind

# Named one by one, so that a new column of a consultation or a patient is not read by accident.
LIST_COLUMNS = [
    "reference",
    "starts",
    "status",
    "patient__full_name",
    "practitioner",
    "location",
    "kind",
    "intake__is_complete",
]


class When(admin.SimpleListFilter):
    title = gettext_lazy("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("today", _("Today")),
            ("tomorrow", _("Tomorrow")),
            ("week", _("Today and the next six days")),
            ("past", _("The last thirty days")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Consultation]) -> QuerySet[Consultation]:
        first = {"today": 0, "tomorrow": 1, "week": 0, "past": -30}
        last = {"today": 0, "tomorrow": 1, "week": 6, "past": -1}
        chosen = self.value()
        if chosen not in first:
            return queryset
        begins, ends = _days(first[chosen], last[chosen])
        return queryset.filter(starts__gte=begins, starts__lt=ends)


class IntakeState(admin.SimpleListFilter):
    title = gettext_lazy("intake")
    parameter_name = "intake"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("complete", _("Complete")), ("open", _("Not complete"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Consultation]) -> QuerySet[Consultation]:
        complete = Q(intake__is_complete=True)
        return queryset.filter({"complete": complete, "open": ~complete}.get(self.value() or "", Q()))


def _days(first: int, last: int) -> tuple[datetime, datetime]:
    """From the beginning of one of the clinic's days to the end of another, counted from today."""
    zone = timezone.get_current_timezone()
    today = timezone.localdate()
    begins, _end = day_bounds(today + timedelta(days=first), zone)
    _begin, ends = day_bounds(today + timedelta(days=last), zone)
    return begins, ends


class EventInline(ReadOnly, admin.TabularInline[ConsultationEvent, Consultation]):
    """What happened to the consultation, for whoever may see it at all."""

    model = ConsultationEvent
    fields = ["at", "kind", "starts_before", "starts_after"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("consultations.view_consultation")


@admin.register(Consultation)
class ConsultationAdmin(ReadOnly, ListManners):
    list_display = [
        "reference",
        "patient_name",
        "starts",
        "practitioner",
        "location",
        "kind",
        "status",
        "intake_complete",
    ]
    list_filter = [When, "status", IntakeState, "practitioner", "kind", "location"]
    list_select_related = ["patient", "practitioner", "location", "kind", "intake"]
    date_hierarchy = "starts"
    ordering = ["-starts"]
    search_fields = ["reference", "patient__full_name"]
    search_words = gettext_lazy("A reference, or the beginning of a patient’s full name.")
    fieldsets = [
        (None, {"fields": ["reference", "patient_name", "status", "status_at", "intake_complete"]}),
        (
            gettext_lazy("Time and place"),
            {"fields": ["starts", "ends", "kind", "practitioner", "location", "room", "device"]},
        ),
        (
            gettext_lazy("Booking"),
            {"fields": ["booked_at", "language", "cancelled_by", "cancelled_late", "owed_minor"]},
        ),
    ]
    inlines = [EventInline]
    empty_words = gettext_lazy(
        "No consultation has been booked yet. Patients book on the site; each booking stands here."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consultation]:
        """Without holds that came to nothing; without concern, treatments, quote and what is sealed of the patient."""
        queryset: QuerySet[Consultation] = super().get_queryset(request).exclude(status=Status.EXPIRED, patient=None)
        return queryset.select_related(*self.list_select_related).only(
            *LIST_COLUMNS, "practitioner__name_en", "practitioner__name_zh_hant"
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The whole term is one reference or the beginning of one name; Django's own search would take it apart."""
        term = " ".join(search_term.split())[:200]
        if not term:
            return queryset, False
        return queryset.filter(Q(reference=reference_in(term)) | Q(patient__full_name__istartswith=term)), False

    @admin.display(description=gettext_lazy("patient"), ordering="patient__full_name", empty_value="–")
    def patient_name(self, consultation: Consultation) -> str | None:
        return consultation.patient.full_name if consultation.patient else None

    @admin.display(description=gettext_lazy("intake complete"), boolean=True, ordering="intake__is_complete")
    def intake_complete(self, consultation: Consultation) -> bool:
        return hasattr(consultation, "intake") and consultation.intake.is_complete


class ReminderStepInline(Rows, admin.TabularInline[ReminderStep, Kind]):
    """When the patients of a kind of visit are written to before it."""

    model = ReminderStep
    fields = ["what", "hours"]
    extra = 0


@admin.register(Kind)
class KindAdmin(Published, KeptForGood, Words, TranslationAdmin[Kind], ListManners):
    list_display = ["name", "code", "minutes", "mode", "audience", "is_active", "position"]
    list_editable = ["position"]
    list_filter = ["mode", "audience", "is_active"]
    search_fields = ["name_en", "name_zh_hant"]
    readonly_fields = ["code", "fees"]
    fieldsets = [
        (None, {"fields": ["code", "name", "description", "is_active", "position"]}),
        (gettext_lazy("Length and fee"), {"fields": ["minutes", "fees"]}),
        (gettext_lazy("Before and after"), {"fields": ["minutes_before", "minutes_after", "overrun_minutes"]}),
        (gettext_lazy("Which times are offered"), {"fields": ["step_minutes", "notice_hours", "horizon_days"]}),
        (gettext_lazy("How, and by whom"), {"fields": ["mode", "audience"]}),
        (gettext_lazy("Changes by patients"), {"fields": ["free_move_hours", "free_cancel_hours"]}),
        (gettext_lazy("Room and device"), {"fields": ["room_kind", "device_kind"]}),
    ]
    inlines = [ReminderStepInline]
    empty_words = gettext_lazy("The kinds of visit come with the clinic’s first set-up.")

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001
        """A reminder that was put there or changed says nothing about moments that are over."""
        for each in formset.forms:
            if each.has_changed():
                each.instance.since = timezone.now()
        super().save_formset(request, form, formset, change)

    @admin.display(description=gettext_lazy("fees"))
    def fees(self, kind: Kind) -> str:
        """Each practitioner's own, which stands on their page."""
        currency = Clinic.objects.the().currency
        held = PractitionerKind.objects.filter(kind=kind.code).select_related("practitioner")
        told = [f"{each.practitioner.name} {format_minor(each.fee_minor, currency)}" for each in held]
        return _("; ").join(told) or _("Nobody offers it yet: fees stand on the practitioners’ pages.")


@admin.register(ConsentText)
class ConsentTextAdmin(ListManners):
    """The words patients agree to. What somebody has agreed to stays as it was; a new version takes its place."""

    list_display = ["kind", "version", "language", "beginning", "agreed"]
    list_filter = ["kind", "language"]
    search_fields = ["text"]
    fields = ["kind", "version", "language", "text"]
    empty_words = gettext_lazy(
        "No consent text stands here yet, so nobody can give their consent. Add the first version."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConsentText]:
        texts: QuerySet[ConsentText] = super().get_queryset(request)
        return texts.annotate(consents_given=Count("consents"))

    def has_change_permission(self, request: HttpRequest, obj: ConsentText | None = None) -> bool:
        if obj is not None and obj.consents.exists():
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: ConsentText | None = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        newest = ConsentText.objects.aggregate(newest=Max("version"))["newest"] or 0
        return {"version": newest + 1, **super().get_changeform_initial_data(request)}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "language":
            return ChoiceField(label=capfirst(db_field.verbose_name), choices=settings.LANGUAGES)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("words"))
    def beginning(self, text: ConsentText) -> str:
        return Truncator(text.text).chars(80)

    @admin.display(description=gettext_lazy("agreed to"))
    def agreed(self, text: Any) -> int:
        return int(text.consents_given)
