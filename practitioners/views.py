"""Writing a review behind its one-time link, and moderating those that wait."""

from datetime import timedelta

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic import throttle
from clinic.accounts.roles import Role, holds
from practitioners import reviews
from practitioners.forms import ModerationForm, ReviewForm
from practitioners.models import Invitation, Review, WithheldFor
from practitioners.reviews import ReviewError

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_OR_POST
def write(request: HttpRequest, token: str) -> HttpResponse:
    """One review for one invitation; opening the link changes nothing."""
    now = timezone.now()
    throttle.hit(purpose="review", subject=throttle.address(request), limit=30, window=timedelta(minutes=10), now=now)
    try:
        invitation = reviews.invitation_for(secret=token)
    except Invitation.DoesNotExist as unknown:
        raise Http404 from unknown
    if Review.objects.filter(invitation=invitation).exists():
        return redirect("reviews:thanks", token=token)
    if now >= invitation.expires_at:
        return render(request, "practitioners/review_over.html", {"invitation": invitation}, status=410)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _submit(request, invitation, form, token)
    status = 422 if form.is_bound else 200
    return render(request, "practitioners/review_write.html", {"form": form, "invitation": invitation}, status=status)


def _submit(request: HttpRequest, invitation: Invitation, form: ReviewForm, token: str) -> HttpResponse:
    try:
        reviews.submit(invitation=invitation, language=get_language() or "en", now=timezone.now(), **form.cleaned_data)
    except ReviewError as refused:
        flash.info(request, str(refused.sentence))
    return redirect("reviews:thanks", token=token)


@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What happens to the review now."""
    try:
        invitation = reviews.invitation_for(secret=token)
    except Invitation.DoesNotExist as unknown:
        raise Http404 from unknown
    review = get_object_or_404(Review, invitation=invitation)
    return render(request, "practitioners/review_thanks.html", {"invitation": invitation, "review": review})


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The reviews that wait, oldest first, and those decided lately."""
    _moderators_only(request)
    waiting = Review.objects.pending().select_related("practitioner").order_by("submitted_at")
    decided = Review.objects.exclude(state="pending").select_related("practitioner").order_by("-moderated_at")[:20]
    page = Paginator(waiting, 20).get_page(request.GET.get("page"))
    return render(request, "practitioners/moderation_queue.html", {"page_obj": page, "decided": decided})


@GET_OR_POST
def moderate(request: HttpRequest, pk: int) -> HttpResponse:
    """One review, and the decision about it."""
    _moderators_only(request)
    review = get_object_or_404(Review.objects.select_related("practitioner", "invitation"), pk=pk)
    form = ModerationForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, review, form)
            flash.success(request, _("The decision is saved."))
            return redirect("moderation:queue")
        except ReviewError as refused:
            form.add_error(None, str(refused.sentence))
            status = 409
    elif form.is_bound:
        status = 422
    return render(request, "practitioners/moderation_review.html", {"form": form, "review": review}, status=status)


def _decide(request: HttpRequest, review: Review, form: ModerationForm) -> None:
    assert request.user.is_authenticated
    now = timezone.now()
    if form.cleaned_data["decision"] == "publish":
        reviews.publish(actor=request.user, review=review, now=now)
    else:
        reviews.withhold(actor=request.user, review=review, reason=WithheldFor(form.cleaned_data["reason"]), now=now)


def _moderators_only(request: HttpRequest) -> None:
    """Not for you and not there look the same."""
    if not holds(request.user, Role.STAFF, Role.OWNER):
        raise Http404
