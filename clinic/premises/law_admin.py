"""The rules of the place in the admin: for staff to read, for an owner to depart from with a reason."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.accounts.admin_base import person
from clinic.accounts.roles import Role, holds
from clinic.premises import law, overrides
from clinic.premises.law import Matter, Rule, Setting
from clinic.premises.models import Clinic, Jurisdiction, LegalOverride

if TYPE_CHECKING:
    Mixin = admin.ModelAdmin[Clinic]
else:
    Mixin = object

THE_RULES = "admin:premises_clinic_law"


class DepartForm(forms.Form):
    """Another setting than the rule's, and why."""

    setting = forms.ChoiceField(label=gettext_lazy("Set it to"))
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        min_length=LegalOverride.REASON[0],
        max_length=LegalOverride.REASON[1],
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
        help_text=gettext_lazy("A sentence that still makes sense in a year, for example who advised it and when."),
        error_messages={"required": overrides.ReasonTooShort.sentence, "min_length": overrides.ReasonTooShort.sentence},
    )

    def __init__(self, data: Any = None, *, rule: Rule) -> None:
        super().__init__(data, auto_id=f"{rule.matter}_%s")
        setting: Any = self.fields["setting"]
        setting.choices = [(each.value, each.label) for each in Setting if each is not rule.setting]


class PlaceForm(forms.Form):
    place = forms.ChoiceField(label=gettext_lazy("Where the clinic is"), choices=Jurisdiction.choices)


class RulesOfThePlace(Mixin):
    """The pages under the clinic's own; an owner's POST changes, everybody else's finds nothing."""

    def law_urls(self) -> list[URLPattern]:
        return [
            self._address("law/", self.law_view, ""),
            self._address("law/place/", self.place_view, "_place"),
            self._address("law/<str:matter>/", self.depart_view, "_depart"),
            self._address("law/<str:matter>/restore/", self.restore_view, "_restore"),
        ]

    def _address(self, route: str, view: Any, name: str) -> URLPattern:
        page: URLPattern = path(route, self.admin_site.admin_view(view), name=f"premises_clinic_law{name}")
        return page

    def law_view(self, request: HttpRequest) -> HttpResponse:
        """Every matter with its setting, the rule behind it, its source and its review date, and the history."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._shown(request)

    def depart_view(self, request: HttpRequest, matter: str) -> HttpResponse:
        """Set a matter otherwise than the rule says."""
        about = self._for_an_owner(request, matter)
        if request.method != "POST":
            return redirect(THE_RULES)
        form = DepartForm(request.POST, rule=law.profile(Clinic.objects.the().jurisdiction)[about])
        if not form.is_valid():
            return self._shown(request, form, about)
        setting, reason = Setting(form.cleaned_data["setting"]), form.cleaned_data["reason"]
        return self._done(request, overrides.make, matter=about, setting=setting, reason=reason)

    def restore_view(self, request: HttpRequest, matter: str) -> HttpResponse:
        """Take an override back."""
        about = self._for_an_owner(request, matter)
        if request.method != "POST":
            return redirect(THE_RULES)
        return self._done(request, overrides.withdraw, matter=about)

    def place_view(self, request: HttpRequest) -> HttpResponse:
        """Say where the clinic is."""
        self._for_an_owner(request, Matter.MINORS)
        form = PlaceForm(request.POST)
        if request.method != "POST" or not form.is_valid():
            return redirect(THE_RULES)
        return self._done(request, overrides.choose_place, place=Jurisdiction(form.cleaned_data["place"]))

    def _for_an_owner(self, request: HttpRequest, matter: str) -> Matter:
        if not holds(request.user, Role.OWNER) or not Clinic.objects.exists():
            raise PermissionDenied
        if matter not in Matter:
            raise Http404
        return Matter(matter)

    def _done(self, request: HttpRequest, verb: Any, **what: Any) -> HttpResponse:
        try:
            verb(actor=person(request), now=timezone.now(), **what)
        except overrides.LawError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Done, and logged. Visitors see it within a minute."))
        return redirect(THE_RULES)

    def _shown(self, request: HttpRequest, form: DepartForm | None = None, about: str = "") -> HttpResponse:
        clinic = Clinic.objects.the()
        usual = law.profile(clinic.jurisdiction)
        history = list(LegalOverride.objects.select_related("made_by", "withdrawn_by"))
        standing = {each.matter: each for each in history if each.place == usual.place and each.withdrawn_at is None}
        context = {
            **self.admin_site.each_context(request),
            "title": _("Rules of the place"),
            "opts": self.opts,
            "place": clinic.get_jurisdiction_display(),
            "may_decide": holds(request.user, Role.OWNER) and not clinic._state.adding,
            "place_form": PlaceForm(initial={"place": clinic.jurisdiction}, auto_id="where_%s"),
            "notices": usual.notices,
            "history": history,
            "rows": [
                {
                    "rule": clinic.law[matter],
                    "usual": usual[matter],
                    "override": standing.get(matter),
                    "form": form if form and matter == about else DepartForm(rule=usual[matter]),
                }
                for matter in Matter
            ],
        }
        return TemplateResponse(request, "admin/law/rules.html", context, status=422 if form else 200)
