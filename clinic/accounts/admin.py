"""The people who work here, for owners. Patients sign in as well, but stand in no list."""

from typing import Any

import allauth.account.admin  # noqa: F401  registers the addresses that are taken out below
import django.contrib.auth.admin  # noqa: F401  and the groups
from allauth.account.models import EmailAddress
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.accounts import invitations, people, roles
from clinic.accounts.admin_base import KeptForGood, ListManners, person
from clinic.accounts.invitation_form import ColleagueForm
from clinic.accounts.models import User
from clinic.accounts.roles import Role

# A role is the only group, and an account has the one address it signs in with.
admin.site.unregister([Group, EmailAddress])


class OwnForm(forms.ModelForm):  # type: ignore[type-arg]
    """What people may change about themselves."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ["name", "language"]


class PersonForm(OwnForm):
    """What an owner may change about somebody else."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].initial = sorted(roles.of(self.instance))


class HoldsRole(admin.SimpleListFilter):
    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(role.value, role.label) for role in Role]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


@admin.register(User)
class PersonAdmin(KeptForGood, ListManners):
    """Owners invite, appoint and end sign-ins. An address never changes: whoever could change it could become them."""

    list_display = ["name", "email", "held_roles", "is_active", "last_login"]
    list_filter = [HoldsRole, "is_active"]
    search_fields = ["name", "email"]
    ordering = ["name", "email"]
    actions = [*ListManners.actions, "end_sign_in", "restore_sign_in"]
    readonly_fields = ["email", "is_active", "held_roles", "last_login", "date_joined"]
    empty_words = gettext_lazy(
        "Nobody works here yet. The operator appoints the first owner with: manage.py create_owner"
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Those who hold a role, or may open the admin for another reason."""
        team = Group.objects.filter(name__in=Role.values).values("user")
        return super().get_queryset(request).filter(Q(pk__in=team) | Q(is_staff=True)).prefetch_related("groups")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("accounts.add_user")

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        form = OwnForm if obj == request.user else PersonForm
        return super().get_form(request, obj, change, **{**kwargs, "form": form})

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        held = "held_roles" if obj == request.user else "roles"
        return ["name", "email", "language", held, "is_active", "last_login", "date_joined"]

    @admin.display(description=gettext_lazy("roles"))
    def held_roles(self, user: User) -> str:
        names = {group.name for group in user.groups.all()}
        return ", ".join(str(role.label) for role in Role if role.value in names)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        if "roles" in form.changed_data:  # nobody's own form has it
            to = [Role(value) for value in form.cleaned_data["roles"]]
            self._decide(request, people.appoint, person=obj, to=to)

    @admin.action(description=gettext_lazy("End their sign-in"), permissions=["change"])
    def end_sign_in(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            self._decide(request, people.end_sign_in, person=user)

    @admin.action(description=gettext_lazy("Let them sign in again"), permissions=["change"])
    def restore_sign_in(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            self._decide(request, people.restore_sign_in, person=user)

    def _decide(self, request: HttpRequest, verb: Any, **what: Any) -> None:
        try:
            verb(actor=person(request), now=timezone.now(), **what)
        except people.PeopleError as error:
            messages.error(request, str(error.sentence))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """To add somebody is to invite them."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ColleagueForm(request.POST or None)
        if form.is_valid() and self._invited(request, form):
            return redirect("admin:accounts_user_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Invite somebody to work here"),
            "opts": self.opts,
            "form": form,
            "back": reverse("admin:accounts_user_changelist"),
        }
        return TemplateResponse(request, "admin/invite.html", context, status=422 if form.errors else 200)

    def _invited(self, request: HttpRequest, form: ColleagueForm) -> bool:
        words = form.cleaned_data
        try:
            invitations.invite(
                actor=person(request),
                email=words["email"],
                name=words["name"],
                role=Role(words["role"]),
                language=words["language"],
                now=timezone.now(),
            )
        except invitations.InvitationError as error:
            form.add_error("email", str(error.sentence))
            return False
        messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": words["email"]})
        return True
