"""Who does it, as staff edit it: profile, offerings, fees, time off. Hours have their own page; reviews are read."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin, TranslationTabularInline

from clinic.accounts.admin_base import Amounts, ListManners, Published, ReadOnly, Rows, person
from clinic.accounts.admin_history import Followed
from clinic.accounts.admin_words import Words
from clinic.accounts.invitation_form import AddressForm
from clinic.accounts.invitations import InvitationError, may_invite
from clinic.accounts.models import User
from clinic.accounts.roles import Role, holds
from clinic.pictures import PictureRefused
from practitioners import licences, logins, portraits, proposals, roster_admin  # noqa: F401  one page a module
from practitioners.forms import PortraitForm
from practitioners.models import (
    KindCode,
    Language,
    Offering,
    Practitioner,
    PractitionerKind,
    Review,
    Story,
    TimeOff,
)


class OfferingInline(Rows, Words, TranslationTabularInline[Any, Any]):
    model = Offering
    extra = 0


class KindInline(Rows, Amounts, admin.TabularInline[PractitionerKind, Practitioner]):
    model = PractitionerKind
    extra = 0


class PractitionerForm(forms.ModelForm):  # type: ignore[type-arg]
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), choices=Language.choices, widget=forms.CheckboxSelectMultiple
    )
    registration_url = forms.URLField(
        label=gettext_lazy("Register"),
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("The page of the register on which everybody can look the number up."),
    )
    video_url = forms.URLField(
        label=gettext_lazy("Joining address for video visits"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "vURLField"}),
        help_text=Practitioner._meta.get_field("video_url").help_text,
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = proposals.fingerprint(self.instance)

    def clean(self) -> dict[str, Any]:
        """An old page puts no old words over what the practitioner proposed and somebody published meanwhile."""
        cleaned: dict[str, Any] = super().clean() or {}
        newest = Practitioner.objects.select_for_update(no_key=True).filter(pk=self.instance.pk).first()
        if newest and cleaned.get("seen") != proposals.fingerprint(newest) and proposals.different(newest, cleaned):
            raise ValidationError(
                _(
                    "The words of this profile were changed after this page was opened, perhaps by publishing what the "
                    "practitioner proposed. Nothing was saved: open the page again and make your change there."
                ),
                code="moved_on",
            )
        return cleaned


class Registration(admin.SimpleListFilter):
    title = gettext_lazy("registration")
    parameter_name = "registration"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("expired", _("Expired")), ("ending", _("Ends within 60 days")), ("unchecked", _("Never checked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Practitioner]) -> QuerySet[Practitioner]:
        if self.value() == "expired":
            return queryset.filter(registration_expires_on__lt=timezone.localdate())
        if self.value() == "ending":
            return queryset.filter(pk__in=[who.pk for who, _days in licences.ending(timezone.localdate())])
        if self.value() == "unchecked":
            return queryset.filter(registration_checked_on=None)
        return queryset


@admin.register(Practitioner)
class PractitionerAdmin(Published, Words, TranslationAdmin[Practitioner], Followed, ListManners):
    form = PractitionerForm
    list_display = ["name", "title", "signs_in", "is_active", "accepts_bookings", "licence", "video", "position"]
    list_editable = ["position"]
    list_filter = ["is_active", "accepts_bookings", Registration]
    list_select_related = ["user"]
    search_fields = ["name_en", "name_zh_hant", "registration_number", "user__email__istartswith"]
    prepopulated_fields = {"slug": ("name",)}
    change_form_template = "admin/practitioners/practitioner/change_form.html"
    readonly_fields = ["signs_in"]
    inlines = [KindInline, OfferingInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "title", "languages", "gender", "practising_since"]}),
        (
            gettext_lazy("Registration"),
            {
                "fields": [
                    "registration_body",
                    "registration_number",
                    "registration_url",
                    ("registration_checked_on", "registration_expires_on"),
                ]
            },
        ),
        (gettext_lazy("Video visits"), {"fields": ["video_url"]}),
        (gettext_lazy("Profile"), {"fields": ["bio", "approach", "education", "seen"]}),
        (gettext_lazy("Listing"), {"fields": ["is_active", "accepts_bookings", "position"]}),
    ]
    empty_words = gettext_lazy("Nobody practises here yet. Add the first profile, then invite them to sign in.")

    def save_model(self, request: HttpRequest, obj: Practitioner, form: Any, change: Any) -> None:
        if "video_url" in form.changed_data:
            obj.video_url_at = timezone.now()
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("signs in"))
    def signs_in(self, practitioner: Practitioner) -> str:
        if practitioner.user is None:
            return _("Not invited")
        return practitioner.user.email if practitioner.user.is_active else _("Sign-in ended")

    @admin.display(description=gettext_lazy("registration expires"), ordering="registration_expires_on")
    def licence(self, practitioner: Practitioner) -> str | date | None:
        expires = practitioner.registration_expires_on
        if expires is not None and expires < timezone.localdate():
            return _("Expired %(day)s") % {"day": expires}
        return expires

    @admin.display(description=gettext_lazy("video visits"))
    def video(self, practitioner: Practitioner) -> str:
        if all(each.kind != KindCode.VIDEO for each in practitioner.kinds.all()):
            return "–"
        return _("With a link") if practitioner.video_url else _("No joining address yet")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Practitioner]:
        return super().get_queryset(request).prefetch_related("kinds")

    def get_fieldsets(self, request: HttpRequest, obj: Practitioner | None = None) -> Any:
        """Who signs in as whom opens health data: only an owner may change it, and never in their own favour."""
        *others, (title, listing) = super().get_fieldsets(request, obj)
        own = obj is not None and obj.user_id == person(request).pk
        sign_in = "user" if holds(request.user, Role.OWNER) and not own else "signs_in"
        return [*others, (title, {**listing, "fields": [*listing["fields"], sign_in]})]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            people = User.objects.filter(groups__name=Role.PRACTITIONER.value)
            kwargs["queryset"] = people.exclude(pk=person(request).pk)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        invite = self.admin_site.admin_view(self.invite_view)
        portrait = self.admin_site.admin_view(self.portrait_view)
        return [
            path("<int:pk>/invite/", invite, name="practitioners_practitioner_invite"),
            path("<int:pk>/portrait/", portrait, name="practitioners_practitioner_portrait"),
            *super().get_urls(),
        ]

    def portrait_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put a photograph up, in the place of the one before, or take it down."""
        practitioner = get_object_or_404(Practitioner.objects.with_portrait(), pk=pk)
        if not self.has_change_permission(request, practitioner):
            raise PermissionDenied
        form = PortraitForm(request.POST or None, request.FILES or None)
        if "remove" in request.POST:
            portraits.take_down(actor=person(request), practitioner=practitioner, now=timezone.now())
            messages.success(request, _("The photograph is gone. The profile shows the monogram."))
            return redirect("admin:practitioners_practitioner_change", pk)
        if form.is_valid() and self._put_up(request, practitioner, form):
            return redirect("admin:practitioners_practitioner_portrait", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Photograph of %(name)s") % {"name": practitioner.name},
            "opts": self.opts,
            "original": practitioner,
            "form": form,
            "back": reverse("admin:practitioners_practitioner_change", args=[pk]),
        }
        return TemplateResponse(request, "admin/portrait.html", context, status=422 if form.is_bound else 200)

    def _put_up(self, request: HttpRequest, practitioner: Practitioner, form: PortraitForm) -> bool:
        try:
            portraits.put_up(
                actor=person(request),
                practitioner=practitioner,
                raw=form.cleaned_data["picture"],
                now=timezone.now(),
            )
        except PictureRefused as refused:
            form.add_error("picture", str(refused.sentence))
            return False
        messages.success(request, _("The photograph is on the profile."))
        return True

    def invite_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the address and mail the practitioner a link to choose a password."""
        practitioner = get_object_or_404(Practitioner.objects.select_related("user"), pk=pk)
        if not (self.has_change_permission(request, practitioner) and may_invite(person(request), Role.PRACTITIONER)):
            raise PermissionDenied
        known = practitioner.user.email if practitioner.user else ""
        form = AddressForm(request.POST or None, initial={"email": known})
        if form.is_valid() and self._invited(request, practitioner, form):
            return redirect("admin:practitioners_practitioner_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Invite %(name)s to sign in") % {"name": practitioner.name},
            "opts": self.opts,
            "original": practitioner,
            "form": form,
            "back": reverse("admin:practitioners_practitioner_change", args=[pk]),
        }
        return TemplateResponse(request, "admin/invite.html", context, status=422 if form.errors else 200)

    def _invited(self, request: HttpRequest, practitioner: Practitioner, form: AddressForm) -> bool:
        words = form.cleaned_data
        try:
            logins.invite(
                actor=person(request),
                practitioner=practitioner,
                email=words["email"],
                language=words["language"],
                now=timezone.now(),
            )
        except InvitationError as error:
            form.add_error("email", str(error.sentence))
            return False
        messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": words["email"]})
        return True


@admin.register(TimeOff)
class TimeOffAdmin(ListManners):
    list_display = ["practitioner", "starts", "ends", "absence"]
    list_filter = ["practitioner", "absence", "starts"]
    list_select_related = ["practitioner"]
    search_fields = ["practitioner__name_en", "practitioner__name_zh_hant"]
    date_hierarchy = "starts"
    ordering = ["-starts"]
    empty_words = gettext_lazy("Nobody has time off. Add leave or training here: its times are no longer offered.")


@admin.register(Review)
class ReviewAdmin(ReadOnly, ListManners):
    list_display = ["practitioner", "stars", "author", "state", "submitted_at", "withheld_for"]
    list_filter = ["state", "stars", "practitioner", "withheld_for"]
    list_select_related = ["practitioner"]
    search_fields = ["author", "text"]
    fields = [
        "practitioner",
        "stars",
        "text",
        "author",
        "language",
        "state",
        "withheld_for",
        "submitted_at",
        "edited_at",
        "moderated_at",
        "moderated_by",
        "appealed_at",
        "heard_at",
        "heard_by",
    ]
    empty_words = gettext_lazy("No review has been written yet. Each completed visit invites one.")


@admin.register(Story)
class StoryAdmin(ReadOnly, ListManners):
    """What is public of a story; who told it is behind the privacy line."""

    list_display = ["practitioner", "treatment", "author", "state", "told_at", "shown_until", "withheld_for"]
    list_filter = ["state", "practitioner", "withheld_for"]
    list_select_related = ["practitioner", "treatment"]
    search_fields = ["author", "text"]
    fields = [
        "practitioner",
        "treatment",
        "sessions",
        "text",
        "author",
        "language",
        "state",
        "withheld_for",
        "told_at",
        "shown_until",
        "moderated_at",
        "moderated_by",
        "appealed_at",
        "heard_at",
        "heard_by",
    ]
    empty_words = gettext_lazy("Nobody has told a story yet. Patients can after a treatment, on their own pages.")
