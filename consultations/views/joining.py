"""Joining the waiting list: what for, who, and the code that proves an address. No session of a booking is needed."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic import throttle
from clinic.accounts.models import User
from clinic.premises.models import Clinic, Location
from consultations import drafts, registering, waitlist, waitlist_mail
from consultations.errors import AlreadyWaiting, BookingError
from consultations.forms.booking import CodeForm, DetailsForm, SignedInDetailsForm, WhichPatientForm
from consultations.forms.waiting import JoinForm
from consultations.models import Kind, Patient, WaitlistEntry
from consultations.views.steps import Journey, begun, journey
from practitioners.models import Practitioner

GUARDIAN = "guardian_present"
WISHES = "wishes"
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def form_choices(kind: Kind | None, now: datetime) -> dict[str, Any]:
    """What the forms of wishes offer: people, places and days."""
    today = Clinic.objects.the().today(now)
    longest = kind.horizon_days if kind else max(Kind.objects.for_patients().values_list("horizon_days", flat=True))
    return {
        "people": Practitioner.objects.bookable_by_patients(today),
        "places": Location.objects.all(),
        "today": today,
        "latest": today + timedelta(days=longest),
    }


@GET_OR_POST
def join(request: HttpRequest) -> HttpResponse:
    """What somebody waits for; begun from a booking, it is filled in with what was chosen there."""
    now, found = timezone.now(), journey(request)
    form = JoinForm(request.POST or None, initial=_chosen(request, found), **form_choices(None, now))
    if request.method == "POST" and form.is_valid():
        found = begun(request)
        found.draft = drafts.keep(draft=found.draft, now=now, **{WISHES: form.as_typed()})
        if found.draft.patient is None or request.user.is_authenticated:
            return redirect("waiting:details")
        return _joined(request, found, now)
    return _page(request, "join", form)


def _chosen(request: HttpRequest, found: Journey | None) -> dict[str, Any]:
    kind = found.draft.kind if found else None
    whom = found.draft.practitioner if found else None
    first = {"kind": request.GET.get("kind") or (kind.code if kind else "first_visit")}
    wanted = request.GET.get("practitioner") or (whom.slug if whom else "")
    return {**first, "practitioners": [wanted]} if wanted else {**first}


@GET_OR_POST
def details(request: HttpRequest) -> HttpResponse:
    """Who waits: one of those whose times a person manages, or somebody whose address a code proves."""
    now, found = timezone.now(), journey(request)
    if found is None or WISHES not in found.steps:
        return redirect("waiting:join")
    clinic = Clinic.objects.the()
    asked: dict[str, Any] = {"kind": _kind(found), "today": clinic.today(now), "law": clinic.law}
    form: Any
    if request.user.is_authenticated and "new" not in request.GET and Patient.objects.managed_by(request.user).exists():
        form = WhichPatientForm(request.POST or None, patients=Patient.objects.managed_by(request.user), **asked)
    else:
        form_class = SignedInDetailsForm if request.user.is_authenticated else DetailsForm
        form = form_class(request.POST or None, initial=found.steps.get("details", {}), **asked)
    if request.method != "POST" or not form.is_valid():
        return _page(request, "details", form)
    drafts.keep(draft=found.draft, now=now, **{GUARDIAN: form.cleaned_data.pop(GUARDIAN, None)})
    if isinstance(form, WhichPatientForm):
        return _which(request, found, form, now)
    return _described(request, found, form, now)


def _kind(found: Journey) -> Kind | None:
    """The kind of visit that is waited for, if there is still such a one."""
    kind: Kind | None = Kind.objects.filter(code__in=found.steps[WISHES].get("kind", ())).first()
    return kind


def _which(request: HttpRequest, found: Journey, form: WhichPatientForm, now: datetime) -> HttpResponse:
    assert isinstance(request.user, User)
    if form.cleaned_data["patient"] == "new":
        return redirect(f"{request.path}?new")
    patient = Patient.objects.managed_by(request.user).get(pk=form.cleaned_data["patient"])
    registering.give_number(actor=request.user, patient=patient, phone=form.cleaned_data.get("phone", ""), now=now)
    found.draft = drafts.choose(draft=found.draft, user=request.user, patient=patient, now=now)
    return _joined(request, found, now)


def _described(request: HttpRequest, found: Journey, form: Any, now: datetime) -> HttpResponse:
    born = form.cleaned_data["date_of_birth"].isoformat()
    told = {**form.cleaned_data, "date_of_birth": born, "language": get_language()}
    if isinstance(request.user, User):
        found.draft = drafts.describe(draft=found.draft, details=told | {"email": request.user.email}, now=now)
        found.draft = drafts.adopt(draft=found.draft, user=request.user, now=now)
        return _joined(request, found, now)
    found.draft = drafts.describe(draft=found.draft, details=told, now=now)
    if found.draft.patient is not None:
        return _joined(request, found, now)
    throttle.mail(request, to=told["email"], now=now)
    drafts.send_code(draft=found.draft, now=now)
    return redirect("waiting:code")


@GET_OR_POST
def code(request: HttpRequest) -> HttpResponse:
    """The code from the e-mail. The page says the same whether or not the address is known."""
    now, found = timezone.now(), journey(request)
    if found is None or WISHES not in found.steps or "details" not in found.steps:
        return redirect("waiting:join")
    if request.method == "POST" and found.draft.patient is not None:  # proved before, and sent again
        return _joined(request, found, now)
    if "again" in request.POST:
        throttle.mail(request, to=found.steps["details"]["email"], now=now)
        drafts.send_code(draft=found.draft, now=now)
        flash.success(request, _("We have sent a new code."))
        return redirect("waiting:code")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found.draft = drafts.prove(draft=found.draft, code=form.cleaned_data["code"], now=now)
            return _joined(request, found, now)
        except BookingError as refused:
            form.add_error("code", str(refused))
    return _page(request, "code", form, email=found.steps["details"]["email"])


def _joined(request: HttpRequest, found: Journey, now: datetime) -> HttpResponse:
    """Join with what was kept, and lead to the place in the line; whoever is on the list already is led to it."""
    typed, patient = QueryDict(mutable=True), found.draft.patient
    assert patient is not None
    for name, values in found.steps[WISHES].items():
        typed.setlist(name, values)
    form = JoinForm(typed, **form_choices(None, now))
    if not form.is_valid():
        return redirect("waiting:join")
    kind, language = form.cleaned_data["kind"], get_language() or "en"
    if kind.is_by_phone:
        number = found.steps.get("details", {}).get("phone", "")
        registering.give_number(actor=found.person, patient=patient, phone=number, now=now)
    try:
        entry = waitlist.join(
            actor=found.person, user=found.person, patient=patient, kind=kind, wishes=form.wishes(),
            language=language, now=now,
        )  # fmt: skip
    except AlreadyWaiting as refused:
        flash.warning(request, str(refused))
        entry = waitlist.place_of(patient, kind)
    except BookingError as refused:
        return _page(request, "join", form, problem=str(refused))
    return way_to(request, entry, now)


def way_to(request: HttpRequest, entry: WaitlistEntry, now: datetime) -> HttpResponse:
    """The page of an entry, for somebody who has signed in or has just proved their address."""
    if request.user.is_authenticated:
        return redirect("my:waiting_entry", entry=entry.pk)
    return redirect(waitlist_mail.fresh_link(entry, now))


def _page(request: HttpRequest, name: str, form: Any, problem: str = "", **context: Any) -> HttpResponse:
    status = 409 if problem else 422 if form.is_bound and form.errors else 200
    return render(
        request, f"consultations/waiting/{name}.html", context | {"form": form, "problem": problem}, status=status
    )
