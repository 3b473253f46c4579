"""The patient's own pages: their consultations, changing a time, and the answers they may still change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.localtime import local
from clinic.premises.models import Clinic
from consultations import access, deciding, drafts, enquiries, intake, replies, sending, suggestions
from consultations.errors import MovedOn
from consultations.forms.booking import ConsentForm, GuardianForm
from consultations.models import ConsentKind, ConsentText, Consultation
from consultations.questioning import Questioning, slug_of
from consultations.summary import urgent_now
from consultations.views import attending, changing, moving
from consultations.views.changing import Door, history
from consultations.views.intake import form_for, page_context, previous_slug
from consultations.views.manage import calendar_response
from consultations.views.sooner import earlier_than
from consultations.views.steps import SECRET

RELATED = ("practitioner", "location", "kind", "patient", "booked_by", "concern", "intake")
ENQUIRY = "questions-for-you"
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _mine(request: HttpRequest, reference: str) -> Consultation:
    return get_object_or_404(access.visible_to(_me(request)).select_related(*RELATED), reference=reference)


def _door(request: HttpRequest, reference: str) -> Door:
    return Door(_mine(request, reference), _me(request), "my", reference, Clinic.objects.the(), timezone.now())


def _answerable(request: HttpRequest, reference: str, now: datetime) -> Consultation:
    return get_object_or_404(access.answerable_by(_me(request), now).select_related(*RELATED), reference=reference)


@require_safe
def consultations(request: HttpRequest) -> HttpResponse:
    """Those to come and those that were."""
    mine: QuerySet[Consultation] = access.visible_to(_me(request)).select_related(*RELATED)
    now = timezone.now()
    context = {
        "coming": [c for c in mine.filter(ends__gt=now).order_by("starts") if c.is_live],
        "past": [c for c in mine.order_by("-starts")[:50] if not (c.is_live and c.ends > now)],
        "waiting": access.waiting_of(_me(request)).open().select_related("kind", "patient"),
        "unfinished": drafts.unfinished(user=_me(request), now=now),
        "readable": set(access.answerable_by(_me(request), now).values_list("pk", flat=True)),
    }
    return render(request, "consultations/my/consultations.html", context)


@require_POST
def resume(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Go on with a booking that was begun elsewhere; it goes on here and no longer there."""
    now = timezone.now()
    begun = next((each for each in drafts.unfinished(user=_me(request), now=now) if each.pk == draft), None)
    if begun is None:
        raise Http404
    request.session[SECRET] = drafts.resume(actor=_me(request), draft=begun, now=now)
    return redirect("booking:intake")


@require_safe
def consultation(request: HttpRequest, reference: str) -> HttpResponse:
    """One consultation: time, place, terms of a change, and the way to the answers."""
    door = _door(request, reference)
    one, now = door.one, door.now
    may_read = access.answerable_by(_me(request), now).filter(pk=one.pk).exists()
    context = (
        changing.context(door)
        | attending.context(door)
        | {"may_read": may_read, "may_edit": one.status in intake.EDITABLE, "may_send": sending.may_send(one, now)}
    )
    context["events"] = history(one)
    if may_read:
        performed = one.performed.select_related("treatment")
        context |= _waiting(one) | {"undecided_until": _undecided_until(one, now), "performed": performed}
    return render(request, "consultations/my/consultation.html", context)


def _undecided_until(one: Consultation, now: datetime) -> datetime | None:
    """Until when they may think over what was discussed, while that time runs."""
    until = deciding.undecided_until(one, clinic=Clinic.objects.the())
    return until if until and now < until else None


def _waiting(one: Consultation) -> dict[str, Any]:
    """Whether the practitioner waits for an answer; not to what."""
    suggestion = suggestions.newest_of(one)
    return {
        "enquiry": enquiries.open_of(one),
        "suggestion": suggestion if suggestion and suggestion.answered_at is None and one.is_live else None,
    }


@GET_OR_POST
def move(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose another time."""
    return moving.move(request, _door(request, reference))


@GET_OR_POST
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask once more, then cancel."""
    return changing.cancel(request, _door(request, reference))


def _back(request: HttpRequest, door: Door, problem: str) -> HttpResponse:
    if problem:
        flash.error(request, problem)
    return redirect(door.home)


@require_POST
def undo(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a cancellation back within fifteen minutes, if the time is still free."""
    door = _door(request, reference)
    return _back(request, door, changing.undo(request, door))


@require_POST
def late(request: HttpRequest, reference: str) -> HttpResponse:
    """The patient says that they will be late."""
    return attending.late(request, _door(request, reference))


@require_POST
def coming(request: HttpRequest, reference: str) -> HttpResponse:
    """The patient says that they are coming."""
    door = _door(request, reference)
    return _back(request, door, attending.coming(request, door))


@GET_OR_POST
def propose(request: HttpRequest, reference: str) -> HttpResponse:
    """Say which other times would suit."""
    return changing.propose(request, _door(request, reference))


@require_safe
def calendar(request: HttpRequest, reference: str) -> HttpResponse:
    """The calendar file as it stands now."""
    return calendar_response(_mine(request, reference), timezone.now())


@GET_OR_POST
def earlier(request: HttpRequest, reference: str) -> HttpResponse:
    """Wait for an earlier time; the booking stands until one is accepted."""
    door = _door(request, reference)
    return earlier_than(request, door.one, door.home, door.now)


@require_safe
def answers(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything the patient has answered, and the way to change it until they arrive."""
    now = timezone.now()
    one = _answerable(request, reference, now)
    reading = intake.read(actor=_me(request), consultation=one, action=Action.INTAKE_READ, now=now)
    asked = Questioning(reading.questionnaire, reading.answers)
    context = {
        "consultation": one,
        "revision": reading.revision,
        "groups": asked.groups(get_language() or "en"),
        "open_questions": asked.open_count,
        "first_open": slug_of(still_open) if (still_open := asked.first_open()) else "",
        "may_change": one.status in intake.EDITABLE,
        "stale": one.status in intake.EDITABLE and bool(_stale(reading, one)),
        "pages": asked.pages,
        "guardian": reading.answers.get("guardian_present", "unsure") if _is_under_age(one) else "",
        "replied": [each for each in _own_questions(reading, one) if each.reply],
        "urgent": urgent_now(asked, language=get_language() or "en", today=Clinic.objects.the().today(now)),
    } | _waiting(one)
    return render(request, "consultations/my/answers.html", context)


def _own_questions(reading: intake.Reading, one: Consultation) -> list[replies.Asked]:
    return replies.asked(reading.questionnaire, reading.answers, one, get_language() or "en")


@GET_OR_POST
def still_true(request: HttpRequest, reference: str) -> HttpResponse:
    """Before the visit: the answers that may have changed, to be confirmed all at once or changed one by one."""
    now = timezone.now()
    one = _answerable(request, reference, now)
    if one.status not in intake.EDITABLE:
        return _too_late(request, reference)
    if must_agree_first(request, one):
        return redirect("my:consent", reference=reference, page="still-true")
    old = _stale(intake.newest(one), one)
    if not old:
        return redirect("my:answers", reference=reference)
    if request.method == "POST":
        return _saved(request, one, old, now)
    reading = intake.read(actor=_me(request), consultation=one, action=Action.INTAKE_READ, now=now)
    groups = Questioning(reading.questionnaire, reading.answers).only(old, get_language() or "en")
    return render(request, "consultations/my/still_true.html", {"consultation": one, "groups": groups})


def _stale(reading: intake.Reading, one: Consultation) -> dict[str, Any]:
    """The answers that will be too old on the day of the visit."""
    zone = Clinic.objects.the().zone
    return {item.key: reading.answers[item.key] for item in reading.stale(local(one.starts, zone).date(), zone)}


@GET_OR_POST
def guardian(request: HttpRequest, reference: str) -> HttpResponse:
    """Whether a parent or guardian comes along with a patient under 18: asked while booking, changed here."""
    now = timezone.now()
    one = _answerable(request, reference, now)
    if not _is_under_age(one):
        raise Http404
    if one.status not in intake.EDITABLE:
        return _too_late(request, reference)
    if must_agree_first(request, one):
        return redirect("my:consent", reference=reference, page="guardian")
    reading = intake.read(actor=_me(request), consultation=one, action=Action.INTAKE_READ, now=now)
    form = GuardianForm(request.POST or None, initial=reading.answers)
    if form.is_valid():
        return _saved(request, one, form.cleaned_data, now)
    context = {"consultation": one, "form": form}
    return render(request, "consultations/my/guardian.html", context, status=422 if form.is_bound else 200)


def _is_under_age(one: Consultation) -> bool:
    assert one.patient is not None
    return one.patient.age_on(local(one.starts, Clinic.objects.the().zone).date()) < access.OF_AGE


@GET_OR_POST
def page(request: HttpRequest, reference: str, page: str) -> HttpResponse:
    """One page of the answers, saved as a new revision."""
    now = timezone.now()
    one = _answerable(request, reference, now)
    if one.status not in intake.EDITABLE:
        return _too_late(request, reference)
    if must_agree_first(request, one):
        return redirect("my:consent", reference=reference, page=page)
    reading = intake.read(actor=_me(request), consultation=one, action=Action.INTAKE_READ, now=now)
    asked = Questioning(reading.questionnaire, reading.answers)
    this = asked.page(page)
    if this is None:
        raise Http404
    form = form_for(request, asked, this, Clinic.objects.the().today(now))
    if request.method == "POST" and form.is_valid():
        return _saved(request, one, form.answers, now)
    context = page_context(asked, this, form) | {"consultation": one, "previous": previous_slug(asked, page)}
    return render(request, "consultations/my/page.html", context, status=422 if form.is_bound else 200)


@GET_OR_POST
def consent(request: HttpRequest, reference: str, page: str) -> HttpResponse:
    """The newest words about keeping the answers, before those of this page are changed."""
    now = timezone.now()
    one = _answerable(request, reference, now)
    if one.status not in intake.EDITABLE or one.patient is None:
        return _too_late(request, reference)
    texts: dict[str, ConsentText] = {ConsentKind.DATA: ConsentText.newest(get_language() or "en")[ConsentKind.DATA]}
    form = ConsentForm(request.POST or None, texts=texts)
    if request.method == "POST" and form.is_valid():
        intake.consent(actor=_me(request), patient=one.patient, texts=list(texts.values()), now=now)
        if page == ENQUIRY:
            return redirect("my:enquiry", reference=reference)
        return redirect("my:page", reference=reference, page=page)
    context = {"consultation": one, "form": form, "texts": texts}
    return render(request, "consultations/my/consent.html", context, status=422 if form.is_bound else 200)


def must_agree_first(request: HttpRequest, one: Consultation) -> bool:
    """Whether the words of consent have changed; what was typed under the words before is still kept."""
    assert one.patient is not None
    typed = request.method == "POST" and intake.has_ever_consented(one.patient)
    return not typed and not intake.has_consented(one.patient)


def _saved(request: HttpRequest, one: Consultation, answers: Mapping[str, Any], now: datetime) -> HttpResponse:
    try:
        intake.save(actor=_me(request), consultation=one, answers=answers, now=now)
    except MovedOn:  # they arrived while the page was open
        return _too_late(request, one.reference)
    flash.success(request, _("Your answers are saved. Your practitioner sees the new ones."))
    return redirect("my:answers", reference=one.reference)


def _too_late(request: HttpRequest, reference: str) -> HttpResponse:
    """Back to the answers, which stay; what was posted is not dropped without a word."""
    if request.method == "POST":
        flash.error(request, str(MovedOn.sentence))
    return redirect("my:answers", reference=reference)
