"""The admin as a place: who may enter, in whose time it speaks, and what stands on its front page."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from clinic import outbox
from clinic.premises.models import Clinic
from clinic.site import overview
from clinic.site.due_page import due_view
from clinic.site.rescreening_page import rescreening_view

View = Callable[..., HttpResponseBase]


class Desk(AdminSite):
    """One sign-in page for everybody; whoever has no work here finds nothing here."""

    site_title = site_header = settings.ADMIN_SITE_TITLE
    index_title = _("Today")
    enable_nav_sidebar = False  # the lists need the room, and the front page has the same links

    def admin_view(self, view: View, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002  Django's signature
        """Speak the clinic's time on every page; what a signed-in person may not open is not there for them."""
        guarded = super().admin_view(view, cacheable)

        def at_the_clinic(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            with timezone.override(Clinic.objects.the().zone):
                try:
                    response = guarded(request, *args, **kwargs)
                except PermissionDenied:
                    raise Http404 from None
                if isinstance(response, SimpleTemplateResponse):
                    response.render()  # dates are written while the clinic's zone still holds
            return response

        return update_wrapper(at_the_clinic, view)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's addresses, after those of our own that look into several rooms."""
        return [
            path("rescreening/", self.admin_view(rescreening_view), name="rescreening"),
            path("due/", self.admin_view(due_view), name="due"),
            *super().get_urls(),
        ]

    @method_decorator([never_cache, login_not_required])
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one page to sign in on, and this is not it."""
        onwards = request.GET.get("next") or reverse("admin:index")
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(onwards)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """There is one page to change a password on as well."""
        return redirect("account_change_password")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Where work waits, and how many visits the weeks hold; then the lists."""
        now = timezone.now()
        zone = Clinic.objects.the().zone
        today = {
            "mail": outbox.health(now=now),
            "tiles": overview.tiles(user=request.user, now=now, zone=zone),
            "treated_early": overview.treated_early(user=request.user, now=now),
            "weeks": overview.weeks(user=request.user, now=now, zone=zone),
        }
        return super().index(request, {**today, **(extra_context or {})})
