"""Pages under the roof: home, who works here, about, the privacy notice, and where a person goes after signing in."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clinic import window
from clinic.accounts.roles import Role, holds
from clinic.premises.law import Matter
from clinic.premises.models import Clinic, Closure, Location
from clinic.site import quarters, said, shown, told
from clinic.site.forms import PractitionerFilter
from practitioners.models import Gender, KindCode, Language, LedgerHead, Practitioner
from treatments.models import Concern, Treatment


@require_safe
@window.kept()
def home(request: HttpRequest) -> HttpResponse:
    """What we are, what we can help with, and who could see you when."""
    now = timezone.now()
    cards = shown.cards(Practitioner.objects.listed().with_rating(now).with_portrait(), now=now, times=1)
    context = {
        "reaches": shown.reaches_of_categories(),
        "concerns": Concern.objects.published(now),
        "soonest": shown.soonest(cards),
        "cards": cards[:3],
    }
    return render(request, "site/home.html", context)


@require_safe
@window.kept(
    language=Language.values,
    gender=Gender.values,
    weekday=range(7),
    order=["rating", "name"],
    rating=[3, 4],
    concern=(),
    treatment=(),
    location=(),
)
def practitioners(request: HttpRequest) -> HttpResponse:
    """Everybody one could see, narrowed by what the visitor asks for, with their next free times."""
    now, clinic = timezone.now(), Clinic.objects.the()
    form = PractitionerFilter(
        request.GET,
        shows_reviews=clinic.law.allows(Matter.TESTIMONIALS),
        concerns=Concern.objects.published(now),
        treatments=Treatment.objects.published(now),
        locations=Location.objects.all(),
    )
    found = Practitioner.objects.listed().with_rating(now).with_portrait().matching(**form.wishes)
    if form.least_rating:
        found = found.filter(rating__gte=form.least_rating)
    cards = shown.ordered(shown.cards(found, now=now, times=3), form.sorting)
    return render(request, "site/practitioners.html", {"clinic": clinic, "filter": form, "cards": cards})


@require_safe
@window.kept(kind=KindCode.values, order=said.ORDERS, page=(), skin=(), treatment=(), concern=())
def practitioner(request: HttpRequest, slug: str) -> HttpResponse:
    """One practitioner: what they are, what they do, when they are free, and what patients said."""
    now = timezone.now()
    clinic = Clinic.objects.the()
    found = get_object_or_404(shown.profiles(now), slug=slug)
    today = timezone.localdate(now, clinic.zone)
    visits = shown.visits(found)
    chosen = shown.chosen(visits, request.GET.get("kind", ""))
    context = {
        "clinic": clinic,
        "practitioner": found,
        "is_registered": found.is_registered_on(today),
        "visits": visits,
        "chosen": chosen,
        "free_days": shown.free_days(found, chosen, today=today, now=now) if chosen else [],
        "roster": (roster := shown.roster(found, today=today)),
        "locations": dict.fromkeys(line.location for line in roster),
        "figures": shown.figures(found),
        "said": said.of(found, asked=request.GET, now=now),
    }
    return render(request, "site/practitioner.html", context)


@require_safe
def stories(request: HttpRequest) -> HttpResponse:
    """What patients tell; never from the window, for what is taken back is gone at once."""
    clinic = Clinic.objects.the()
    today = timezone.localdate(timezone=clinic.zone)
    context = {"clinic": clinic, "told": told.of(clinic.law, asked=request.GET, today=today)}
    return render(request, "site/stories.html", context)


@require_safe
@window.kept()
def ledger(request: HttpRequest) -> HttpResponse:
    """What became of the visits of each practitioner and quarter, and the head of the chain that proves it."""
    zone = Clinic.objects.the().zone
    context = {"lines": quarters.lines(zone), "head": LedgerHead.objects.first()}
    return render(request, "site/ledger.html", context)


@require_safe
@window.kept()
def about(request: HttpRequest) -> HttpResponse:
    """Where we are, when we are open, and how to reach us."""
    clinic = Clinic.objects.the()
    closures = Closure.objects.coming(timezone.localdate(timezone=clinic.zone))
    context = {"clinic": clinic, "locations": Location.objects.all(), "closures": closures}
    return render(request, "site/about.html", context)


@require_safe
@window.kept()
def privacy(request: HttpRequest) -> HttpResponse:
    """What the clinic keeps about people, and why."""
    return render(request, "site/privacy.html")


@require_safe
def after_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    """Take a person to their own first page."""
    if holds(request.user, Role.PRACTITIONER):
        return redirect("desk:today")
    return redirect("admin:index" if request.user.is_staff else "my:consultations")
