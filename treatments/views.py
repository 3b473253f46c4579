"""The public shelf: what brings people here, and what we offer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clinic import window
from clinic.premises.models import Clinic
from treatments.forms import CLOSED_CHOICES, TreatmentFilter
from treatments.models import Concern, FrequentQuestion, Reference, Treatment, TreatmentCategory


@require_safe
@window.kept()
def concerns(request: HttpRequest) -> HttpResponse:
    """What would you like help with?"""
    return render(request, "treatments/concerns.html", {"concerns": Concern.objects.published()})


@require_safe
@window.kept()
def concern(request: HttpRequest, slug: str) -> HttpResponse:
    """The guide to one concern, with the treatments that may help and every source."""
    concern = get_object_or_404(Concern.objects.published().with_guide(), slug=slug)
    context = {
        "concern": concern,
        "treatments": Treatment.objects.published(timezone.now()).with_facts().matching(concern=slug),
        "general_questions": FrequentQuestion.objects.general(),
        "references": Reference.objects.by_tag(concern.cited),
    }
    return render(request, "treatments/concern.html", context)


@require_safe
@window.kept(**CLOSED_CHOICES, concern=(), budget=())
def treatments(request: HttpRequest) -> HttpResponse:
    """What we offer, narrowed by what the visitor states; the address holds the whole state of the page."""
    clinic = Clinic.objects.the()
    form = TreatmentFilter(request.GET, concerns=Concern.objects.published(), currency=clinic.currency)
    wishes = form.wishes
    offered = Treatment.objects.published(timezone.now()).with_facts()
    context = {
        "clinic": clinic,
        "filter": form,
        "treatments": offered.matching(**wishes),
        "category": TreatmentCategory.objects.filter(key=wishes["category"]).first() if "category" in wishes else None,
    }
    return render(request, "treatments/treatments.html", context)


@require_safe
@window.kept()
def treatment(request: HttpRequest, slug: str) -> HttpResponse:
    """One treatment: what it does, what it asks of you, what it costs, who does it."""
    treatment = get_object_or_404(Treatment.objects.published(timezone.now()).with_page(), slug=slug)
    shelf = reverse("treatments:treatments")
    context = {
        "trail": [
            (_("Treatments"), shelf),
            (treatment.get_category_display(), f"{shelf}?category={treatment.category}"),
        ],
        "treatment": treatment,
        "facts": treatment.facts,
        "references": Reference.objects.by_tag(treatment.facts.refs),
    }
    return render(request, "treatments/treatment.html", context)
