"""Booking, one topic a page: what, who, when, details and code, consent, intake, check, booked."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic import throttle
from clinic.premises.law import Profile
from clinic.premises.models import Clinic, Location
from clinic.premises.templatetags.clinic import listed
from consultations import admission, availability, booking, changing, drafts, fitting, intake, quoting, registering
from consultations.availability import Slot
from consultations.errors import BookingError, Incomplete, NotOffered, TooManyOpen, TooManyToday
from consultations.forms.booking import (
    ANYONE,
    CodeForm,
    ConsentForm,
    DetailsForm,
    SignedInDetailsForm,
    WhatForm,
    WhenForm,
    WhichPatientForm,
    WhoForm,
)
from consultations.forms.times import TimesFilter
from consultations.models import Audience, BookingMode, ConsentText, Kind, Patient
from consultations.questioning import Questioning
from consultations.summary import urgent_now
from consultations.views.intake import questions_for
from consultations.views.manage import calendar_response
from consultations.views.prepare import reader
from consultations.views.steps import Journey, begun, head, journey, known, or_anew, renew, step
from consultations.views.times import Choosing, times_page
from practitioners.models import KindCode, Practitioner
from treatments.models import Treatment
from treatments.questionnaire import Questionnaire, in_words

GUARDIAN = "guardian_present"
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_OR_POST
@or_anew
def what(request: HttpRequest) -> HttpResponse:
    """Step 1: what brings the patient here."""
    now, found = timezone.now(), journey(request)
    asked = {"concern": request.GET.get("concern", ""), "treatments": request.GET.getlist("treatment")}
    first: dict[str, Any] = {name: wish for name, wish in asked.items() if wish}
    if found and not found.booked and found.draft.concern:  # what the address asks for now wins over what was chosen
        first = {"concern": found.draft.concern.slug, "treatments": found.steps["treatments"], **first}
    form = WhatForm(request.POST or None, initial=first, now=now)
    if request.method == "POST" and form.is_valid():
        found = begun(request)
        chosen: dict[str, Any] = {
            "concern": form.cleaned_data["concern"],
            "treatments": [t.slug for t in form.cleaned_data["treatments"]],
        }
        if wanted := Practitioner.objects.filter(slug=request.GET.get("practitioner", "")).first():
            chosen["practitioner"] = wanted
        drafts.keep(draft=found.draft, now=now, **chosen)
        return redirect("booking:who")
    return _page(request, "what", form, head(found, 1, _("Step 1 of 7: what")))


@GET_OR_POST
@step("booking:who")
def who(request: HttpRequest, found: Journey) -> HttpResponse:
    """Step 2: which kind of visit, and with whom."""
    now, clinic = timezone.now(), Clinic.objects.the()
    people = list(Practitioner.objects.bookable_by_patients(clinic.today(now)))
    kind, whom = found.draft.kind, found.draft.practitioner
    first = {"kind": kind.code if kind else KindCode.FIRST_VISIT, "practitioner": whom.slug if whom else ANYONE}
    form = WhoForm(request.POST or None, initial=first, practitioners=people)
    if request.method == "POST" and form.is_valid():
        chosen = next((each for each in people if each.slug == form.cleaned_data["practitioner"]), None)
        drafts.keep(draft=found.draft, now=now, kind=form.cleaned_data["kind"], practitioner=chosen)
        return redirect("booking:when")
    shown = {"clinic": clinic, "by_phone": Kind.objects.shown().filter(audience=Audience.CALLERS)}
    return _page(request, "who", form, head(found, 2, _("Step 2 of 7: who"), "booking:what") | shown)


@GET_OR_POST
@step("booking:when", drafts.TO_CHOOSE)
def when(request: HttpRequest, found: Journey) -> HttpResponse:
    """Step 3: when; choosing a time holds it."""
    now = timezone.now()
    kind = found.draft.kind
    if kind is None or not kind.is_for_patients:
        return redirect("booking:who")
    asked = _asked_for(request, found, kind, now)
    form, status, problem = WhenForm(request.POST or None), 200, ""
    others: Sequence[Slot] = ()
    if request.method == "POST":
        _limit_holds(request, now)
        try:
            _hold(form, found, kind, asked, now)
            return redirect(found.first_open_step())
        except BookingError as refused:
            status, problem, others = 409, str(refused), refused.others
    choosing = Choosing(kind, asked.practitioners, now, found.hold, found.draft.patient_id, asked, others)
    context = times_page(request, choosing, form)
    context |= head(found, 3, _("Step 3 of 7: when"), "booking:who") | {"problem": problem, "kind": kind}
    context["event"] = _event(found, context["clinic"])
    if request.method != "POST":  # whoever has just lost a time is one of many at once
        context["fees"] = admission.fee_range(kind, asked.practitioners)
    return render(request, "consultations/booking/when.html", context, status=status)


def _event(found: Journey, clinic: Clinic) -> fitting.Event | None:
    """The day that the visitor wants to look as usual, if they have told one, for what they would like to discuss."""
    if not found.draft.answers.get("event_date"):
        return None
    return fitting.event(draft=found.draft, treatments=_wanted(found), clinic=clinic)


def _asked_for(request: HttpRequest, found: Journey, kind: Kind, now: Any) -> TimesFilter:
    """Which times are wished for. Who sends one that they did not wish for in particular is asked nothing more."""
    plain, whom = request.method == "POST" and not request.GET, found.draft.practitioner
    return TimesFilter(
        request.GET,
        people=_chosen(found, kind, now) if plain else list(availability.everyone(kind=kind, now=now)),
        preferred=whom,
        locations=[] if plain else list(Location.objects.all()),
    )


def _hold(form: WhenForm, found: Journey, kind: Kind, asked: TimesFilter, now: Any) -> None:
    if not form.is_valid():
        raise NotOffered
    found.hold = booking.hold(
        actor=None,
        kind=kind,
        practitioners=asked.practitioners,
        starts=form.cleaned_data["starts"],
        draft=found.draft,
        suits=asked.suits,
        now=now,
    )


@GET_OR_POST
@step("booking:details")
def details(request: HttpRequest, found: Journey) -> HttpResponse:
    """Step 4: who the visit is for; a code proves the address."""
    now, clinic = timezone.now(), Clinic.objects.the()
    today = clinic.today(now)
    if request.user.is_authenticated and "new" not in request.GET and Patient.objects.managed_by(request.user).exists():
        return _which_patient(request, found, today, clinic.law)
    form_class = SignedInDetailsForm if request.user.is_authenticated else DetailsForm
    first = {**found.steps.get("details", {}), GUARDIAN: found.steps.get(GUARDIAN)}
    form = form_class(request.POST or None, initial=first, kind=found.draft.kind, today=today, law=clinic.law)
    if request.method == "POST" and form.is_valid():
        drafts.keep(draft=found.draft, now=now, **{GUARDIAN: form.cleaned_data.pop(GUARDIAN, None)})
        told = {
            **form.cleaned_data,
            "date_of_birth": form.cleaned_data["date_of_birth"].isoformat(),
            "language": get_language(),
        }
        if request.user.is_authenticated:
            told["email"] = request.user.email
        return _described(request, found, told, now)
    return _page(request, "details", form, head(found, 4, _("Step 4 of 7: about you"), "booking:when"))


def _described(request: HttpRequest, found: Journey, told: dict[str, Any], now: Any) -> HttpResponse:
    """Keep what was told, and have it proved unless it is: by being signed in, or by a code sent before."""
    found.draft = drafts.describe(draft=found.draft, details=told, now=now)
    renew(request, found)
    if request.user.is_authenticated:
        found.draft = drafts.adopt(draft=found.draft, user=request.user, now=now)
    if found.draft.patient is not None:
        return known(request, found)
    throttle.mail(request, to=told["email"], now=now)
    drafts.send_code(draft=found.draft, now=now)
    return redirect("booking:code")


def _which_patient(request: HttpRequest, found: Journey, today: date, law: Profile) -> HttpResponse:
    assert request.user.is_authenticated
    patients = list(Patient.objects.managed_by(request.user))
    form = WhichPatientForm(request.POST or None, patients=patients, kind=found.draft.kind, today=today, law=law)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["patient"] == "new":
            return redirect(f"{request.path}?new")
        chosen = next(p for p in patients if str(p.pk) == form.cleaned_data["patient"])
        now = timezone.now()
        drafts.keep(draft=found.draft, now=now, **{GUARDIAN: form.cleaned_data.get(GUARDIAN)})
        registering.give_number(actor=request.user, patient=chosen, phone=form.cleaned_data.get("phone", ""), now=now)
        found.draft = drafts.choose(draft=found.draft, user=request.user, patient=chosen, now=now)
        return known(request, found)
    return _page(request, "details", form, head(found, 4, _("Step 4 of 7: about you"), "booking:when"))


@GET_OR_POST
@step("booking:code")
def code(request: HttpRequest, found: Journey) -> HttpResponse:
    """Step 4, second half: the code from the e-mail. The page says the same whether or not the address is known."""
    now = timezone.now()
    if found.draft.patient is not None:
        return redirect("booking:consent")
    if "again" in request.POST:
        throttle.mail(request, to=found.steps["details"]["email"], now=now)
        drafts.send_code(draft=found.draft, now=now)
        flash.success(request, _("We have sent a new code."))
        return redirect("booking:code")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found.draft = drafts.prove(draft=found.draft, code=form.cleaned_data["code"], now=now)
            return known(request, found)
        except BookingError as refused:
            form.add_error("code", str(refused))
    context = head(found, 4, _("Step 4 of 7: your code"), "booking:details") | {
        "email": found.steps["details"]["email"]
    }
    return _page(request, "code", form, context)


@GET_OR_POST
@step("booking:consent")
def consent(request: HttpRequest, found: Journey) -> HttpResponse:
    """Step 5: consent, before the first answer is stored."""
    texts = ConsentText.newest(get_language() or settings.LANGUAGE_CODE)
    form = ConsentForm(request.POST or None, texts=texts)
    if request.method == "POST" and form.is_valid() and found.draft.patient is not None:
        agreed = [text for kind, text in texts.items() if form.cleaned_data.get(kind)]
        intake.consent(actor=found.person, patient=found.draft.patient, texts=agreed, now=timezone.now())
        renew(request, found)
        return redirect("booking:intake")
    return _page(
        request, "consent", form, head(found, 5, _("Step 5 of 7: consent"), "booking:details") | {"texts": texts}
    )


@GET_OR_POST
@step("booking:check")
def check(request: HttpRequest, found: Journey) -> HttpResponse:
    """Step 7: everything once more, and the button that books."""
    now, problem, status, has_enough = timezone.now(), "", 200, False
    if request.method == "POST":
        try:
            _confirm(found, now)
            return redirect("booking:booked")
        except Incomplete:
            return redirect("booking:intake")
        except BookingError as refused:
            status, problem, has_enough = 409, str(refused), isinstance(refused, TooManyOpen | TooManyToday)
    asked = questions_for(found)
    if not problem and asked.first_missing():
        return redirect("booking:intake")
    context = head(found, 7, _("Step 7 of 7: check"), "booking:intake") | {"problem": problem}
    context |= _summary(found, asked) | {"nearest": _others(found, now) if problem and not has_enough else []}
    context["has_enough"] = has_enough
    return render(request, "consultations/booking/check.html", context, status=status)


def _others(found: Journey, now: Any) -> list[Slot]:
    """After the time was lost at the last step: the free ones nearest to it."""
    assert found.hold is not None
    kind = found.hold.kind
    people = _chosen(found, kind, now)
    return availability.around(kind=kind, practitioners=people, starts=found.hold.starts, now=now).nearest()


def _summary(found: Journey, asked: Questioning) -> dict[str, Any]:
    """Everything that was entered, each part with the way back to change it."""
    assert found.hold is not None
    assert found.draft.patient is not None
    clinic = Clinic.objects.the()
    pages = asked.groups(get_language() or "en")
    for page in pages:
        page["change_url"] = reverse("booking:intake", args=[page["slug"]])
    begun_pages = [page for page in pages if any(row["value"] for row in page["rows"])]
    fee, treatments = admission.fees(found.hold.kind, found.hold.practitioner).first(), _wanted(found)
    found.hold.quote = quoting.quote(fee_minor=fee, treatments=treatments, clinic=clinic)
    today = clinic.today(timezone.now())
    return {
        "clinic": clinic,
        "groups": [
            _wishes(found, treatments, asked),
            *begun_pages,
        ],
        "urgent": urgent_now(asked, language=get_language() or "en", today=today),
        "open_questions": asked.open_count,
        "free_hours": changing.free_hours(found.hold.kind, clinic),
        "on_request": found.hold.kind.mode == BookingMode.REQUEST,
        "consultation": found.hold,
        "later": [page for page in pages if page not in begun_pages],
    }


def _wanted(found: Journey) -> tuple[Treatment, ...]:
    """What they would like to discuss."""
    return tuple(Treatment.objects.filter(slug__in=found.steps.get("treatments", [])).with_facts())


def _wishes(found: Journey, treatments: Iterable[Treatment], asked: Questioning) -> dict[str, Any]:
    """What they come for, as a group of the check."""
    assert found.draft.concern is not None
    rows = [
        {"term": _("About"), "value": found.draft.concern.name},
        {"term": _("Would like to discuss"), "value": listed(treatments) or _("Open")},
        *_others_who_come(found, asked.questionnaire),
    ]
    return {"title": _("What you come for"), "change_url": reverse("booking:what"), "rows": rows}


def _others_who_come(found: Journey, questionnaire: Questionnaire) -> list[dict[str, str]]:
    language, item = get_language() or "en", questionnaire.by_key[GUARDIAN]
    return [
        {"term": item.label.in_language(language), "value": in_words(questionnaire, item, said, language)}
        for said in _told(found).values()
    ]


def _told(found: Journey) -> dict[str, str]:
    """The answers given in other steps that no patient's row keeps."""
    return {GUARDIAN: found.steps[GUARDIAN]} if found.steps.get(GUARDIAN) else {}


def _confirm(found: Journey, now: Any) -> None:
    assert found.hold is not None
    assert found.draft.patient is not None
    booking.confirm(
        actor=found.person,
        consultation=found.hold,
        patient=found.draft.patient,
        wish=quoting.Wish(
            concern=found.draft.concern,
            treatments=_wanted(found),
            language=found.steps.get("details", {}).get("language") or get_language() or settings.LANGUAGE_CODE,
        ),
        answers={**found.draft.answers, **_told(found)},
        now=now,
    )


@require_safe
def booked(request: HttpRequest) -> HttpResponse:
    """The end: what was booked, the calendar file, and what happens next."""
    found = journey(request)
    if found is None or not found.booked or found.hold is None:
        return redirect("booking:what")
    context = {
        "consultation": found.hold,
        "journey": found,
        "may_read": reader(found.hold, timezone.now()) is not None,
        "free_hours": changing.free_hours(found.hold.kind, Clinic.objects.the()),
    }
    return render(request, "consultations/booking/booked.html", context)


def _page(request: HttpRequest, name: str, form: Any, context: dict[str, Any]) -> HttpResponse:
    """A step's page; a form with errors answers 422."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"consultations/booking/{name}.html", context | {"form": form}, status=status)


def _chosen(found: Journey, kind: Kind, now: Any) -> list[Practitioner]:
    """Whom they wish to see; whether that can be, the search for times says."""
    wanted = found.draft.practitioner
    return [wanted] if wanted else list(availability.everyone(kind=kind, now=now))


def _limit_holds(request: HttpRequest, now: Any) -> None:
    throttle.hit(
        purpose="hold",
        subject=throttle.address(request),
        limit=settings.HOLDS_PER_ADDRESS_PER_HOUR,
        window=timedelta(hours=1),
        now=now,
    )


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """The calendar file of what was just booked."""
    found = journey(request)
    if found is None or not found.booked or found.hold is None:
        return redirect("booking:what")
    return calendar_response(found.hold, timezone.now())
