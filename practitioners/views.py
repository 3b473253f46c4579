"""Pictures, moderating reviews, stories and practitioners' words, reporting a review, a practitioner's own pages."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import frame, throttle
from clinic.accounts.models import User
from clinic.accounts.roles import Role, holds
from clinic.premises import wording
from clinic.premises.law import Matter
from clinic.premises.models import Clinic
from practitioners import downtime, moderation, pointing, proposals, reviews, stories
from practitioners.forms import DecisionForm, DeclineForm, ModerationForm, OwnWordsForm, ReplyForm, ReportForm
from practitioners.models import (
    Portrait,
    PortraitSize,
    Practitioner,
    ProposalState,
    ProposedWords,
    Reply,
    ReplyState,
    Review,
    Story,
    StoryPair,
    WithheldFor,
)
from practitioners.proposals import ProposalError
from practitioners.reviews import MovedOn, ReviewError
from practitioners.stories import StoryError

REPORTS_AN_HOUR = 10
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def portrait(request: HttpRequest, slug: str, size: str) -> HttpResponseBase:
    """The photograph of a practitioner who has a public page."""
    if size not in PortraitSize.values:
        raise Http404
    found = get_object_or_404(
        Portrait.objects.defer("large", "small"), practitioner__slug=slug, practitioner__is_active=True
    )
    return frame.public(request, digest=found.digest, load=lambda: bytes(getattr(found, size)))


@require_safe
def story_picture(request: HttpRequest, pair: UUID, half: str) -> HttpResponseBase:
    """Half of a pair: for everybody where it is shown and the rules of the place allow it, else for a moderator."""
    if half not in {"before", "after"}:
        raise Http404
    clinic, pairs = Clinic.objects.the(), StoryPair.objects.defer("before", "after")
    if not _may_moderate(request):
        if not clinic.law.allows(Matter.BEFORE_AFTER):
            raise Http404
        pairs = pairs.filter(story__in=Story.objects.shown(timezone.localdate(timezone=clinic.zone)))
    found = get_object_or_404(pairs, pk=pair)
    return frame.public(request, digest=f"{found.digest}{half}", load=lambda: bytes(getattr(found, half)))


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, longest first, and what was decided lately."""
    return _queue(request, _moderator(request))


def _queue(request: HttpRequest, actor: User, refused: DeclineForm | None = None) -> HttpResponse:
    now = timezone.now()
    waiting = sorted(Review.objects.to_decide().select_related("practitioner"), key=moderation.waits_since)
    page = Paginator(waiting, 20).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": [(review, since, since + moderation.TARGET <= now) for review, since in _since(page.object_list)],
        "overdue": moderation.overdue(waiting, now),
        "replies": Reply.objects.filter(state=ReplyState.PENDING).select_related("review__practitioner"),
        "stories": _stories(now),
        "proposals": _proposals(actor, refused),
        "decided": Review.objects.filter(~Q(pk__in=[review.pk for review in waiting]), moderated_at__isnull=False)
        .select_related("practitioner")
        .order_by("-moderated_at")[:20],
    }
    return render(request, "practitioners/moderation_queue.html", context, status=422 if refused else 200)


@GET_OR_POST
def moderate(request: HttpRequest, pk: int) -> HttpResponse:
    """One review, and the decision about it."""
    actor = _moderator(request)
    review = get_object_or_404(
        Review.objects.select_related("practitioner", "invitation", "treatment", "concern"), pk=pk
    )
    form = ModerationForm(request.POST or None, initial={"seen": moderation.newest_act(review)})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            _decide(request, review, form)
            flash.success(request, _("The decision is saved. The author hears of it by e-mail."))
            return redirect("moderation:queue")
        except ReviewError as refused:
            # The page anew: whoever decides now has seen what it shows.
            review.refresh_from_db()
            form, status = ModerationForm(initial={"seen": moderation.newest_act(review)}), 409
            flash.error(request, str(refused.sentence))
    context = {"form": form, "is_own": moderation.is_about(actor, review)} | _read(review)
    return render(request, "practitioners/moderation_review.html", context, status=status)


def _read(review: Review) -> dict[str, Any]:
    """What a moderator reads of a review before deciding."""
    return {
        "review": review,
        "signs": pointing.signs(f"{review.author} {review.text}"),
        "reports": review.reports.all(),
        "acts": review.acts.select_related("by"),
    }


@GET_OR_POST
def moderate_story(request: HttpRequest, pk: int) -> HttpResponse:
    """One story as everybody would see it, and the decision about it."""
    actor = _moderator(request)
    story = get_object_or_404(Story.objects.with_facts().select_related("moderated_by", "heard_by"), pk=pk)
    form = DecisionForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            _decide_story(actor, story, form)
            flash.success(request, _("The decision is saved. The author hears of it by e-mail."))
            return redirect("moderation:queue")
        except StoryError as refused:
            form.add_error(None, str(refused.sentence))
            status = 409
    said, law = f"{story.author} {story.text} {story.care}", Clinic.objects.the().law
    context = {"form": form, "story": story, "signs": pointing.signs(said)}
    context["remarks"] = wording.remarks(said, story.language, law)
    return render(request, "practitioners/moderation_story.html", context, status=status)


@require_POST
def moderate_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the practitioner's reply, or withhold it."""
    actor = _moderator(request)
    answer = get_object_or_404(Reply.objects.select_related("review__practitioner"), pk=pk)
    state = {"publish": ReplyState.PUBLISHED, "withhold": ReplyState.WITHHELD}.get(request.POST.get("decision", ""))
    if state is None:
        raise Http404
    try:
        if request.POST.get("written") != answer.written_at.isoformat():  # not the reply that the page showed
            raise MovedOn
        moderation.decide_reply(actor=actor, reply=answer, state=state, now=timezone.now())
        flash.success(request, _("The decision is saved."))
    except ReviewError as refused:
        flash.error(request, str(refused.sentence))
    return redirect("moderation:queue")


@require_POST
def publish_words(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a practitioner's own words onto their profile."""
    actor, proposal = _moderator(request), _proposal(pk)
    try:
        proposals.approve(actor=actor, proposal=proposal, now=timezone.now())
        flash.success(request, _("The words stand on the profile."))
    except ProposalError as refused:
        flash.error(request, str(refused.sentence))
    return redirect("moderation:queue")


@require_POST
def decline_words(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave the profile as it is, for a reason that the practitioner reads."""
    actor, proposal = _moderator(request), _proposal(pk)
    form = DeclineForm(proposal, request.POST)
    if not form.is_valid():
        return _queue(request, actor, refused=form)
    try:
        proposals.decline(actor=actor, proposal=proposal, reason=form.cleaned_data["reason"], now=timezone.now())
        flash.success(request, _("The decision is saved."))
    except ProposalError as refused:
        flash.error(request, str(refused.sentence))
    return redirect("moderation:queue")


@GET_OR_POST
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """A reader points at something that should not stand there."""
    review = get_object_or_404(
        Review.objects.published().select_related("practitioner", "invitation", "treatment", "concern"), pk=pk
    )
    form = ReportForm(request.POST or None)
    if form.is_valid():
        now, place = timezone.now(), throttle.address(request)
        throttle.hit(purpose="report", subject=place, limit=REPORTS_AN_HOUR, window=timedelta(hours=1), now=now)
        reason, words = WithheldFor(form.cleaned_data["reason"]), form.cleaned_data["words"]
        reviews.report(review=review, reason=reason, words=words, now=now)
        flash.success(request, _("Thank you. A moderator looks at it within three days."))
        return redirect(review.practitioner.get_absolute_url() + "#reviews")
    context = {"form": form, "review": review}
    return render(request, "practitioners/report.html", context, status=422 if form.is_bound else 200)


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """What patients said of the practitioner who is signed in, and what became of their replies."""
    me = _practitioner(request)
    said = Review.objects.published().filter(practitioner=me)
    found = said.select_related("invitation", "treatment", "concern", "reply").order_by("-submitted_at")
    context = {"downtimes": downtime.of(me), "page_obj": Paginator(found, 20).get_page(request.GET.get("page"))}
    return render(request, "practitioners/own_reviews.html", context)


@GET_OR_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The practitioner's one reply to a review."""
    me = _practitioner(request)
    said = Review.objects.published().filter(practitioner=me)
    review = get_object_or_404(said.select_related("invitation", "treatment", "concern", "practitioner"), pk=pk)
    form = ReplyForm(request.POST or None)
    if form.is_valid():
        try:
            moderation.reply(**_by(request, me), review=review, text=form.cleaned_data["text"], now=timezone.now())
            flash.success(request, _("A moderator reads your reply before it appears."))
        except ReviewError as refused:
            flash.error(request, str(refused.sentence))
        return redirect("own_reviews:list")
    context = {"form": form, "review": review}
    return render(request, "practitioners/reply.html", context, status=422 if form.is_bound else 200)


@GET_OR_POST
def own_profile(request: HttpRequest) -> HttpResponse:
    """What the public page says in the practitioner's name, and the words they would like it to say."""
    me = _practitioner(request)
    last = me.proposals.select_related("practitioner").first()
    waiting = last.words if last and last.state == ProposalState.PENDING else {}
    shown = proposals.public_words(me) | {"seen": proposals.fingerprint(me)}
    form = OwnWordsForm(request.POST or None, initial=shown | waiting)
    status, different = 422 if form.is_bound else 200, []
    if form.is_valid():
        try:
            proposals.propose(**_typed(request, form), practitioner=me, now=timezone.now())
            flash.success(request, _("The clinic reads your words before they appear."))
            return redirect("own_profile:words")
        except ProposalError as refused:
            flash.error(request, str(refused.sentence))
            typed, status = form.cleaned_data | {"seen": shown["seen"]}, 409
            form, different = OwnWordsForm(initial=typed), proposals.different(me, typed)
    context = {"form": form, "different": different, "practitioner": me} | _last(last)
    return render(request, "practitioners/own_profile.html", context, status=status)


def _typed(request: HttpRequest, form: OwnWordsForm) -> dict[str, Any]:
    words = dict(form.cleaned_data)
    return {"actor": _user(request), "seen": words.pop("seen"), "words": words}


def _last(last: ProposedWords | None) -> dict[str, Any]:
    """What was proposed last, and what has become of it."""
    changes = proposals.changes(last, Clinic.objects.the().law) if last else []
    return {"last": last, "changes": changes, "has_moved_on": any(change.has_moved_on for change in changes)}


@require_POST
def withdraw_words(request: HttpRequest) -> HttpResponse:
    """Take one's own words back while they wait."""
    waiting = get_object_or_404(ProposedWords.objects.pending(), practitioner=_practitioner(request))
    try:
        proposals.withdraw(actor=_user(request), proposal=waiting, now=timezone.now())
        flash.success(request, _("Your words are taken back. Your profile stays as it is."))
    except ProposalError as refused:
        flash.error(request, str(refused.sentence))
    return redirect("own_profile:words")


def _proposal(pk: int) -> ProposedWords:
    found: ProposedWords = get_object_or_404(ProposedWords.objects.select_related("practitioner"), pk=pk)
    return found


def _proposals(actor: User, refused: DeclineForm | None) -> list[dict[str, Any]]:
    """The words that wait, each with what it would change and a form to decline it."""
    rules = Clinic.objects.the().law
    return [
        {
            "waiting": waiting,
            "changes": (changes := proposals.changes(waiting, rules)),
            "has_moved_on": any(change.has_moved_on for change in changes),
            "is_own": proposals.is_of(actor, waiting),
            "form": refused if refused and refused.proposal == waiting else DeclineForm(waiting),
        }
        for waiting in ProposedWords.objects.pending().select_related("practitioner")
    ]


def _by(request: HttpRequest, me: Practitioner) -> dict[str, Any]:
    return {"actor": request.user, "practitioner": me, "language": get_language() or "en"}


def _since(waiting: Any) -> list[tuple[Review, Any]]:
    return [(review, moderation.waits_since(review)) for review in waiting]


def _decide(request: HttpRequest, review: Review, form: ModerationForm) -> None:
    actor, now = _moderator(request), timezone.now()
    if form.cleaned_data["seen"] != moderation.newest_act(review):
        raise MovedOn
    if form.cleaned_data["decision"] == "publish":
        moderation.publish(actor=actor, review=review, now=now)
    else:
        moderation.withhold(actor=actor, review=review, reason=WithheldFor(form.cleaned_data["reason"]), now=now)


def _stories(now: datetime) -> list[tuple[Story, datetime, bool]]:
    """The stories that wait, each since when, and whether that is too long."""
    waiting = [
        (story, stories.waits_since(story)) for story in Story.objects.to_decide().select_related("practitioner")
    ]
    return [(story, since, since + stories.TARGET <= now) for story, since in waiting]


def _may_moderate(request: HttpRequest) -> bool:
    return holds(request.user, Role.STAFF, Role.OWNER)


def _decide_story(actor: User, story: Story, form: DecisionForm) -> None:
    now = timezone.now()
    if form.cleaned_data["decision"] == "publish":
        stories.publish(actor=actor, story=story, now=now)
    else:
        stories.withhold(actor=actor, story=story, reason=WithheldFor(form.cleaned_data["reason"]), now=now)


def _moderator(request: HttpRequest) -> User:
    """Not for you and not there look the same."""
    if not isinstance(request.user, User) or not _may_moderate(request):
        raise Http404
    return request.user


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _practitioner(request: HttpRequest) -> Practitioner:
    if not holds(request.user, Role.PRACTITIONER):
        raise Http404
    return get_object_or_404(Practitioner, user=request.user)
