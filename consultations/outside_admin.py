"""Whatever takes time away from visits in the admin shows them first: nothing is saved before somebody has read which.

The pages themselves stand further down, where nobody knows of consultations; here they are put behind the question.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.messages.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from clinic.premises.admin import ClinicAdmin, ClosureAdmin, DeviceAdmin, LocationAdmin, RoomAdmin
from clinic.premises.models import Clinic, Closure, Device, Location, Room
from consultations import outside
from practitioners.admin import PractitionerAdmin, TimeOffAdmin
from practitioners.models import Practitioner, Roster, TimeOff
from practitioners.roster_admin import RosterAdmin


class AsksFirst(admin.ModelAdmin[Any]):
    """Saving, deleting and importing, each with the visits under it in between."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._asked(request, lambda: super(AsksFirst, self).changeform_view(request, *args, **kwargs))

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._asked(request, lambda: super(AsksFirst, self).delete_view(request, *args, **kwargs))

    def report_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Where closed days are imported."""
        above: Any = super()
        return self._asked(request, lambda: above.report_view(request, *args, **kwargs))

    def _asked(self, request: HttpRequest, act: Callable[[], Any]) -> Any:
        if request.method != "POST":
            return act()
        try:
            answer = outside.knowingly(act=act, seen=request.POST.get("seen_visits", ""), now=timezone.now())
        except outside.TakesAway as taken:
            setattr(request, "_messages", default_storage(request))  # noqa: B010  it said "saved", and nothing was
            return self._visits_first(request, taken)
        if request.POST.get("seen_visits"):
            words = _("Visits now stand outside of hours. Take care of them next.")
            messages.warning(request, format_html('<a href="{}">{}</a>', reverse("reception:outside"), words))
        return answer

    def _visits_first(self, request: HttpRequest, taken: outside.TakesAway) -> HttpResponse:
        sent = [(name, value) for name, values in request.POST.lists() for value in values]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Visits under this change"),
            "opts": self.opts,
            "taken": taken,
            "sent": [(name, value) for name, value in sent if name not in {"csrfmiddlewaretoken", "seen_visits"}],
        }
        return TemplateResponse(request, "admin/outside.html", context)


def _asking(model: type[Any], page: type[admin.ModelAdmin[Any]]) -> None:
    admin.site.unregister(model)
    admin.site.register(model, type(page.__name__, (AsksFirst, page), {}))


_asking(Clinic, ClinicAdmin)  # its zone: hours are wall time and move with it, and what is booked does not
_asking(Room, RoomAdmin)
_asking(Device, DeviceAdmin)
_asking(Location, LocationAdmin)
_asking(Closure, ClosureAdmin)
_asking(Practitioner, PractitionerAdmin)
_asking(Roster, RosterAdmin)
_asking(TimeOff, TimeOffAdmin)
