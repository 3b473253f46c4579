"""The clinic itself, its locations, rooms and devices, and the days it is closed."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.forms import BooleanField, CheckboxSelectMultiple, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from clinic.accounts.admin_base import Amounts, KeptForGood, ListManners, Published, Rows
from clinic.accounts.admin_words import Words
from clinic.premises.closing_admin import ClosureImports
from clinic.premises.law_admin import RulesOfThePlace
from clinic.premises.models import Clinic, Closure, Device, DeviceKind, Location, Room, RoomKind


@admin.register(Clinic)
class ClinicAdmin(RulesOfThePlace, Published, Amounts, KeptForGood, Words, TranslationAdmin[Clinic]):
    readonly_fields = ["jurisdiction"]  # an owner chooses it on the page of its rules
    fieldsets = [
        (None, {"fields": ["name", "tagline", "about", "opening_hours", "notice"]}),
        (_("Contact"), {"fields": ["address", "phone", "email", "help_line"]}),
        (_("Time, money and law"), {"fields": ["zone_name", "currency", "jurisdiction", "iso_policy", "privacy"]}),
        (
            _("Changes by patients"),
            {
                "fields": [
                    "free_move_hours",
                    "free_cancel_hours",
                    "online_change_hours",
                    "late_fee_minor",
                    "grace_minutes",
                    "no_show_minutes",
                    "open_visits",
                ]
            },
        ),
        (_("Practitioners"), {"fields": ["practitioners_set_hours"]}),
        (_("Messages"), {"fields": ["copies_to", "copies_for_practitioners"]}),
        (_("Prices"), {"fields": ["credits_first_visit"]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        return [*self.law_urls(), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only while there is none: the first thing a new house does."""
        return not Clinic.objects.exists() and request.user.has_perm("premises.add_clinic")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one clinic, so its list is its page."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        clinic = Clinic.objects.first()
        return redirect("admin:premises_clinic_change", clinic.pk) if clinic else redirect("admin:premises_clinic_add")


class ServesAs(admin.ModelAdmin[Any] if TYPE_CHECKING else object):  # type: ignore[misc]
    """What a room or device serves as, as boxes to tick: there are few, and nobody has to hold a key down."""

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(db_field, request, **{"widget": CheckboxSelectMultiple(), **kwargs})

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("kinds")

    @admin.display(description=_("serves as"))
    def serves(self, resource: Any) -> str:
        return ", ".join(kind.name for kind in resource.kinds.all()) or "–"


class RoomInline(ServesAs, Rows, Words, TranslationTabularInline[Any, Any]):
    model = Room
    extra = 0


class DeviceInline(ServesAs, Rows, Words, TranslationTabularInline[Any, Any]):
    model = Device
    extra = 0


class LocationForm(ModelForm):  # type: ignore[type-arg]
    is_another_place = BooleanField(
        label=_("Patients have to go to another place than before"),
        required=False,
        help_text=_(
            "Everybody with a visit to come here is written to, and their calendar entry changes. Leave it empty when "
            "you only correct how the address is written."
        ),
    )


@admin.register(Location)
class LocationAdmin(Published, Words, TranslationAdmin[Location], ListManners):
    form = LocationForm
    fieldsets = [
        (None, {"fields": ["name", "slug", "address", "is_another_place", "directions", "phone", "position"]}),
    ]
    list_display = ["name", "address", "phone", "position"]
    list_editable = ["position"]
    search_fields = ["name_en", "name_zh_hant", "address_en", "address_zh_hant"]
    prepopulated_fields = {"slug": ("name",)}
    inlines = [RoomInline, DeviceInline]
    empty_words = _("The clinic has no location yet. Add the first; its rooms and devices stand on the same page.")

    def save_model(self, request: HttpRequest, obj: Location, form: Any, change: Any) -> None:
        if form.cleaned_data.get("is_another_place"):
            obj.address_at = timezone.now()
        super().save_model(request, obj, form, change)


@admin.register(Room)
class RoomAdmin(ServesAs, Words, TranslationAdmin[Room], ListManners):
    list_display = ["name", "location", "serves", "active"]
    list_filter = ["location", "kinds", "active"]
    list_select_related = ["location"]
    search_fields = ["name_en", "name_zh_hant"]
    empty_words = _("No room is listed yet. Kinds of visit that need a room cannot be booked before there is one.")


@admin.register(Device)
class DeviceAdmin(ServesAs, Words, TranslationAdmin[Device], ListManners):
    list_display = ["name", "location", "serves", "active"]
    list_filter = ["location", "kinds", "active"]
    list_select_related = ["location"]
    search_fields = ["name_en", "name_zh_hant"]
    empty_words = _("No device is listed yet.")


class KindOfResource(Words, TranslationAdmin[Any], ListManners):
    list_display = ["name", "position"]
    list_editable = ["position"]
    search_fields = ["name_en", "name_zh_hant"]


@admin.register(RoomKind)
class RoomKindAdmin(KindOfResource):
    empty_words = _("No kind of room is listed yet. A kind of visit that needs a room names one of these.")


@admin.register(DeviceKind)
class DeviceKindAdmin(KindOfResource):
    empty_words = _("No kind of device is listed yet. Treatments and kinds of visit name what they need.")


@admin.register(Closure)
class ClosureAdmin(Words, TranslationAdmin[Closure], ClosureImports):
    list_display = ["reason", "location", "first_day", "last_day"]
    list_filter = ["location", "first_day"]
    list_select_related = ["location"]
    search_fields = ["reason_en", "reason_zh_hant"]
    date_hierarchy = "first_day"
    ordering = ["-first_day"]
    empty_words = _("No closed day is listed. Public holidays belong here: their times are no longer offered.")
