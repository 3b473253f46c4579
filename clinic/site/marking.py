"""Where it shows: places on the face, marked beside the guide and carried into the intake."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from clinic import window
from clinic.premises.models import Clinic
from consultations import drafts, fitting
from consultations.forms.intake import QuestionsForm
from consultations.views.steps import begun, journey, or_anew
from treatments.models import Concern


@require_http_methods(["GET", "HEAD", "POST"])
@or_anew
def mark(request: HttpRequest, slug: str) -> HttpResponse:
    """The places of a concern, to tick; they lie in the sealed draft that the booking goes on with."""
    concern = get_object_or_404(Concern.objects.published(timezone.now()).prefetch_related("areas"), slug=slug)
    items = fitting.place_items(slug)
    if not items:
        raise Http404
    window.mark_personal(request)
    now, found = timezone.now(), journey(request)
    form = QuestionsForm(
        request.POST if request.method == "POST" else None,
        items=items,
        stored=found.draft.answers if found and not found.booked else {},
        language=get_language() or "en",
        today=Clinic.objects.the().today(now),
    )
    if request.method == "POST" and form.is_valid():
        drafts.answer(draft=begun(request).draft, answers=form.answers, now=now)
        return redirect(f"{reverse('booking:what')}?concern={concern.slug}")
    context = {"concern": concern, "form": form}
    return render(request, "site/mark.html", context, status=422 if form.errors else 200)
