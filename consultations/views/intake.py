"""The intake while booking: a page of questions at a time, kept in the draft until the booking is confirmed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from crispy_forms.layout import Submit
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic import throttle
from clinic.premises.models import Clinic
from consultations import drafts, questioning, summary
from consultations.forms.intake import IntakeForm
from consultations.questioning import Questioning, slug_of
from consultations.views.steps import Journey, head, renew, step
from treatments.models import Treatment

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
LATER = "later"  # the button that puts the booking aside
RECALLED = "recalled"  # among the draft's steps: they were shown what they had told us before


def questions_for(found: Journey) -> Questioning:
    """The questions of this journey with its answers so far."""
    patient = found.draft.patient
    if patient is None:
        raise Http404
    codes = Treatment.objects.filter(slug__in=found.steps["treatments"]).values_list("facts_id", flat=True)
    return questioning.of_draft(
        answers=found.draft.answers,
        earlier=found.draft.earlier,
        concern=found.draft.concern.slug if found.draft.concern else "",
        treatments=sorted(set(codes)),
        born=patient.date_of_birth,
        sex_at_birth=patient.sex_at_birth,
    )


@require_safe
@step("booking:intake")
def first(request: HttpRequest, found: Journey) -> HttpResponse:
    """Go to the first page that still wants an answer, or on to the check; first to what was answered before."""
    asked = questions_for(found)
    if RECALLED not in found.steps and asked.lasting(_today(timezone.now())):
        return redirect("booking:still_true")
    page = asked.first_missing()
    return redirect("booking:intake", page=slug_of(page)) if page else redirect("booking:check")


@GET_OR_POST
@step("booking:intake")
def still_true(request: HttpRequest, found: Journey) -> HttpResponse:
    """What a returning patient told us before: true still, all of it, or to be gone through page by page."""
    asked, now = questions_for(found), timezone.now()
    lasting = asked.lasting(_today(now))
    if not lasting:
        return redirect("booking:intake")
    if request.method == "POST":
        found.draft = drafts.keep(draft=found.draft, now=now, **{RECALLED: True})
        if "all" in request.POST:
            found.draft = drafts.answer(draft=found.draft, answers=lasting, now=now)
        renew(request, found)
        return redirect("booking:intake")
    context = head(found, 6, _("Step 6 of 7: your skin and health"), "booking:consent") | {
        "groups": asked.only(lasting, get_language() or "en"),
        "told_on": max(asked.earlier.answered_on.values()),
    }
    return render(request, "consultations/booking/still_true.html", context)


@require_safe
@step("booking:intake")
def later(request: HttpRequest, found: Journey) -> HttpResponse:
    """What is kept, until when, and the way back to it."""
    context = head(found, 6, _("Step 6 of 7: your skin and health"), "booking:intake") | {
        "email": found.person.email,
        "kept_until": found.draft.expires_at,
    }
    return render(request, "consultations/booking/later.html", context)


@GET_OR_POST
@step("booking:intake")
def page(request: HttpRequest, found: Journey, page: str) -> HttpResponse:
    """One page of questions; nothing is kept of a page with an error, but what can be used of one put aside."""
    asked = questions_for(found)
    now, clinic = timezone.now(), Clinic.objects.the()
    this, today = asked.page(page), clinic.today(now)
    if this is None:
        return redirect("booking:intake")
    form = form_for(request, asked, this, today)
    form.helper.add_input(Submit(LATER, _("Save and go on later"), css_class="button--ghost"))
    if request.method == "POST":
        if form.is_valid() or LATER in request.POST:
            return _kept(request, found, asked, page, form.answers, now)
        renew(request, found)
    context = page_context(asked, this, form) | head(found, 6, _label(asked, page), _back(asked, page))
    context |= {"clinic": clinic, "back_url_page": previous_slug(asked, page)}
    context["urgent"] = summary.urgent_after(asked, this, language=get_language() or "en", today=today)
    return render(request, "consultations/booking/intake.html", context, status=422 if form.is_bound else 200)


def _kept(
    request: HttpRequest, found: Journey, asked: Questioning, page: str, answers: Mapping[str, Any], now: datetime
) -> HttpResponse:
    found.draft = drafts.answer(draft=found.draft, answers=answers, now=now)
    renew(request, found)
    return _put_aside(request, found, now) if LATER in request.POST else _onwards(asked.answered(answers), page)


def _put_aside(request: HttpRequest, found: Journey, now: datetime) -> HttpResponse:
    throttle.mail(request, to=found.person.email, now=now)
    drafts.put_aside(draft=found.draft, now=now)
    return redirect("booking:later")


def _today(now: datetime) -> date:
    return Clinic.objects.the().today(now)


def form_for(request: HttpRequest, asked: Questioning, page: Any, today: date) -> IntakeForm:
    """The form of one page, in the language of the page, with what may still be true filled in."""
    language, lasting = get_language() or "en", asked.lasting(today)
    return IntakeForm(
        request.POST if request.method == "POST" else None,
        questionnaire=asked.questionnaire,
        page=page,
        stored={**asked.answers, **lasting},
        last_time={key: told for key, told in asked.last_time(language).items() if key not in lasting},
        language=language,
        today=today,
    )


def page_context(asked: Questioning, page: Any, form: IntakeForm) -> dict[str, Any]:
    """What a page of questions shows around its form."""
    language = get_language() or "en"
    return {
        "form": form,
        "page_title": page.head.title.in_language(language),
        "page_intro": page.head.intro.in_language(language) if page.head.intro else "",
        "section_title": page.section.title.in_language(language),
        "progress": asked.progress(language),
        "current": slug_of(page),
    }


def previous_slug(asked: Questioning, slug: str) -> str:
    """The page before this one; empty on the first."""
    slugs = [slug_of(page) for page in asked.pages]
    at = slugs.index(slug)
    return slugs[at - 1] if at else ""


def _onwards(asked: Questioning, slug: str) -> HttpResponse:
    """To the next page that must be answered; after those to the check; from a later page simply to the next."""
    this = asked.page(slug)
    following = asked.after(this) if this else None
    if this is not None and following is not None and (following.core or not this.core):
        return redirect("booking:intake", page=slug_of(following))
    missing = asked.first_missing()
    return redirect("booking:intake", page=slug_of(missing)) if missing else redirect("booking:check")


def _label(asked: Questioning, slug: str) -> str:
    core = [slug_of(page) for page in asked.core_pages]
    if slug in core:
        return _("Step 6 of 7: your skin and health, page %(page)s of %(pages)s") % {
            "page": core.index(slug) + 1,
            "pages": len(core),
        }
    return _("Step 6 of 7: a few more questions")


def _back(asked: Questioning, slug: str) -> str:
    return "" if previous_slug(asked, slug) else "booking:consent"
