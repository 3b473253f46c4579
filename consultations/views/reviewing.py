"""Writing a review behind its mailed link, and what its author may do with it afterwards."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import throttle
from consultations import feedback
from consultations.forms.feedback import AppealForm, FeedbackForm
from consultations.models import VisitInvitation
from practitioners import reviews
from practitioners.models import Review
from practitioners.reviews import ReviewError

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_OR_POST
def write(request: HttpRequest, token: str) -> HttpResponse:
    """One review for one invitation; opening the link changes nothing."""
    now, invited = timezone.now(), _behind(request, token)
    if feedback.review_of(invited) is not None:
        return redirect("reviews:yours", token=token)
    if feedback.is_of_the_house(invited):
        return _page(request, "house", invited, 403)
    if invited.invitation.expires_at is None or now >= invited.invitation.expires_at:
        return _page(request, "over", invited, 410)
    form = FeedbackForm(request.POST or None, moment=invited.moment)
    if form.is_valid():
        return _done(
            request, token, lambda: feedback.give(invited=invited, told=form.told(get_language() or "en"), now=now)
        )
    return _page(request, "write", invited, 422 if form.is_bound else 200, form=form)


@require_safe
def yours(request: HttpRequest, token: str) -> HttpResponse:
    """The author's own review: what became of it, and what they may do."""
    invited, review = _written(request, token)
    return _page(request, "yours", invited, token=token, **_choices(review))


@GET_OR_POST
def edit(request: HttpRequest, token: str) -> HttpResponse:
    """Change the review, for thirty days."""
    now = timezone.now()
    invited, review = _written(request, token)
    if not reviews.editable(review, now):
        flash.info(request, str(reviews.NoLongerEditable.sentence))
        return redirect("reviews:yours", token=token)
    form = FeedbackForm(request.POST or None, moment=invited.moment, initial=_initial(review))
    if form.is_valid():
        told = form.told(get_language() or "en")
        return _done(request, token, lambda: feedback.change(invited=invited, review=review, told=told, now=now))
    return _page(request, "write", invited, 422 if form.is_bound else 200, form=form, review=review)


@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Take the review back."""
    _invited, review = _written(request, token)
    return _done(request, token, lambda: reviews.withdraw(review=review, now=timezone.now()))


@require_POST
def appeal(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a second look."""
    invited, review = _written(request, token)
    form = AppealForm(request.POST)
    if not form.is_valid():
        return _page(request, "yours", invited, 422, token=token, **_choices(review) | {"appeal_form": form})
    words = form.cleaned_data["words"]
    return _done(request, token, lambda: reviews.appeal(review=review, words=words, now=timezone.now()))


def _behind(request: HttpRequest, token: str) -> VisitInvitation:
    throttle.hit(
        purpose="review", subject=throttle.address(request), limit=30, window=timedelta(minutes=10), now=timezone.now()
    )
    try:
        return feedback.behind(token)
    except VisitInvitation.DoesNotExist as unknown:
        raise Http404 from unknown


def _written(request: HttpRequest, token: str) -> tuple[VisitInvitation, Review]:
    invited = _behind(request, token)
    review = feedback.review_of(invited)
    if review is None:
        raise Http404
    return invited, review


def _initial(review: Review) -> dict[str, Any]:
    return {
        "stars": str(review.stars),
        "text": review.text,
        "author": review.author,
        "skin_band": review.skin_band,
        "show": feedback.shown_of(review),
    }


def _choices(review: Review) -> dict[str, Any]:
    """What its author may do now."""
    now = timezone.now()
    return {
        "review": review,
        "may_edit": reviews.editable(review, now),
        "edit_until": review.submitted_at + reviews.EDITABLE_FOR,
        "may_withdraw": review.state != "withdrawn",
        "may_appeal": review.state == "withheld" and review.appealed_at is None,
        "appeal_form": AppealForm(),
    }


def _done(request: HttpRequest, token: str, verb: Callable[[], Any]) -> HttpResponse:
    try:
        verb()
        flash.success(request, _("Saved. Thank you."))
    except ReviewError as refused:
        flash.info(request, str(refused.sentence))
    return redirect("reviews:yours", token=token)


def _page(request: HttpRequest, name: str, invited: VisitInvitation, status: int = 200, **context: Any) -> HttpResponse:
    context["invitation"] = invited.invitation
    return render(request, f"consultations/review/{name}.html", context, status=status)
