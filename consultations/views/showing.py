"""The patient's page of their photographs: what they agree to, what is kept and shown, and a story of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import frame, throttle
from clinic.accounts.models import User
from clinic.pictures import PictureRefused
from consultations import access, photographs, picture_consents, sending, telling
from consultations.errors import BookingError
from consultations.forms.feedback import AppealForm
from consultations.forms.photographs import AgreeForm, SendForm, StoryForm
from consultations.models import ConsentText, Consultation, Pair, Patient, PictureConsent, Scope, Shows, ToldStory
from consultations.picture_consents import Removed
from practitioners.stories import StoryError

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
SENT_PER_ADDRESS, TEN_MINUTES = 30, timedelta(minutes=10)


@dataclass(frozen=True)
class Mine:
    """Whose photographs these are, and who looks: the patient, or whoever may read the answers."""

    request: HttpRequest
    me: User
    consultation: Consultation
    now: datetime

    @property
    def patient(self) -> Patient:
        assert self.consultation.patient is not None
        return self.consultation.patient

    @cached_property
    def agreed(self) -> dict[str, PictureConsent]:
        """What the patient agreed to before this request, by scope."""
        return picture_consents.standing(self.patient, self.now)

    def back(self) -> HttpResponse:
        return redirect("my:photographs", reference=self.consultation.reference)

    def page(self, name: str, status: int = 200, **context: Any) -> HttpResponse:
        shown = {"consultation": self.consultation, "patient": self.patient} | context
        return render(self.request, f"consultations/my/{name}.html", shown, status=status)

    def done(self, verb: Callable[[], Any], said: str) -> HttpResponse:
        """Do it and go back to the photographs; what cannot be done is said."""
        try:
            verb()
            flash.success(self.request, said)
        except (BookingError, StoryError) as refused:
            flash.error(self.request, str(refused.sentence))
        return self.back()


def _mine(request: HttpRequest, reference: str) -> Mine:
    now = timezone.now()
    assert isinstance(request.user, User)
    readable = access.answerable_by(request.user, now).select_related("patient", "practitioner")
    return Mine(request, request.user, get_object_or_404(readable, reference=reference), now)


def _words(scope: str) -> ConsentText | None:
    return ConsentText.newest_of(Scope(scope).words, get_language() or "en")


@require_safe
def photographs_of(request: HttpRequest, reference: str) -> HttpResponse:
    """What is agreed to, what is kept, what is shown; each with the press that ends it."""
    mine = _mine(request, reference)
    return _everything(mine, _send_form(mine))


def _send_form(mine: Mine, *posted: Any) -> SendForm:
    """The form of one photograph, with the words of the consent where none stands."""
    words = None if Scope.RECORD in mine.agreed else _words(Scope.RECORD)
    return SendForm(*posted, consultation=mine.consultation, words=words)


def _everything(mine: Mine, form: SendForm, status: int = 200) -> HttpResponse:
    photographs.looked_through(actor=mine.me, consultation=mine.consultation, now=mine.now)
    kept = access.photographs_of(mine.me, mine.now).filter(patient=mine.patient).order_by("-taken_at")
    return mine.page(
        "photographs",
        status,
        form=form,
        may_send=sending.may_send(mine.consultation, mine.now),
        scopes=[(scope, mine.agreed.get(scope)) for scope in Scope if scope in mine.agreed or _words(scope)],
        photographs=kept,
        stories=[(told, AppealForm(auto_id=f"{told.pk}_%s")) for told in telling.of(mine.patient)],
        may_tell=bool(telling.untold(mine.patient)),
    )


@require_safe
def photograph(request: HttpRequest, reference: str, photograph: UUID) -> HttpResponse:
    """One of the patient's own photographs."""
    mine = _mine(request, reference)
    theirs = access.photographs_of(mine.me, mine.now).with_picture()
    found = get_object_or_404(theirs, pk=photograph, patient=mine.patient)
    return frame.private(photographs.look(actor=mine.me, photograph=found, now=mine.now))


@require_POST
def send(request: HttpRequest, reference: str) -> HttpResponse:
    """Send a photograph for the visit."""
    mine = _mine(request, reference)
    address = throttle.address(request)
    throttle.hit(purpose="photograph", subject=address, limit=SENT_PER_ADDRESS, window=TEN_MINUTES, now=mine.now)
    form = _send_form(mine, request.POST, request.FILES)
    if not form.is_valid():
        return _everything(mine, form, 422)
    return _sent(mine, form)


def _sent(mine: Mine, form: SendForm) -> HttpResponse:
    """Back to the photographs with one more, or the form again with what was wrong."""
    try:
        sending.send(actor=mine.me, consultation=mine.consultation, shot=form.shot, agreed_to=form.words, now=mine.now)
    except PictureRefused as refused:
        form.add_error("picture", str(refused.sentence))
        return _everything(mine, form, 422)
    except sending.TooLateToSend as late:  # the form does not stand on the page any more
        flash.error(mine.request, str(late))
        return mine.back()
    except BookingError as refused:
        form.add_error(None, str(refused))
        return _everything(mine, form, 409)
    flash.success(mine.request, _("The photograph is sent. Your practitioner can look at it before the visit."))
    return mine.back()


@require_POST
def take_back(request: HttpRequest, reference: str, sent: UUID) -> HttpResponse:
    """Remove a photograph that the patient has sent."""
    mine = _mine(request, reference)
    theirs = access.photographs_of(mine.me, mine.now).filter(patient=mine.patient, shows=Shows.SENT)
    found = get_object_or_404(theirs, pk=sent)
    return mine.done(
        lambda: photographs.remove(actor=mine.me, photograph=found, now=mine.now), _("The photograph is removed.")
    )


@GET_OR_POST
def agree(request: HttpRequest, reference: str, scope: str) -> HttpResponse:
    """The words of one scope, and until when they are agreed to."""
    mine = _mine(request, reference)
    text = _words(scope) if scope in Scope.values else None
    if text is None:
        raise Http404
    form = AgreeForm(request.POST or None, scope=Scope(scope))
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return mine.page("agree", status, form=form, text=text, scope=Scope(scope))
    return mine.done(
        lambda: picture_consents.give(
            actor=mine.me,
            patient=mine.patient,
            scope=Scope(scope),
            text=text,
            expires_on=form.until(picture_consents.today(mine.now)),
            now=mine.now,
        ),
        _("Thank you. You can withdraw this at any time, with one press."),
    )


@require_POST
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """One press: what was agreed to ends, and whatever stood on it is removed before the next page is shown."""
    mine = _mine(request, reference)
    scope = request.POST.get("scope", "")
    if scope not in Scope.values:
        raise Http404
    removed = picture_consents.withdraw(actor=mine.me, patient=mine.patient, scope=Scope(scope), now=mine.now)
    flash.success(request, _receipt(removed))
    return mine.back()


@GET_OR_POST
def story(request: HttpRequest, reference: str) -> HttpResponse:
    """Write it, read it as everybody will, and only then send it."""
    mine = _mine(request, reference)
    untold = telling.untold(mine.patient)
    if Scope.PUBLIC not in picture_consents.standing(mine.patient, mine.now):
        return redirect("my:agree", reference=reference, scope=Scope.PUBLIC)
    if not untold:
        flash.info(request, str(telling.NothingToTell.sentence))
        return mine.back()
    photographs.looked_through(actor=mine.me, consultation=mine.consultation, now=mine.now)
    pairs = list(telling.pairs_of(mine.patient, mine.now))
    form = StoryForm(request.POST or None, untold=untold, name=mine.patient.called, has_pairs=bool(pairs))
    if not form.is_valid() or "change" in request.POST:
        return mine.page("story", 422 if form.errors else 200, form=form)
    show = [pair for pair in pairs if form.shows(pair)]
    if request.POST.get("sure") != "yes":
        return mine.page("story_check", form=form, show=show, told=_as_told(mine, form))
    return _tell(mine, form, show)


def _tell(mine: Mine, form: StoryForm, show: list[Pair]) -> HttpResponse:
    return mine.done(
        lambda: telling.tell(
            actor=mine.me,
            consultation=mine.consultation,
            treatment_id=form.cleaned_data["treatment"],
            words=form.words(get_language() or "en"),
            show=show,
            now=mine.now,
        ),
        _("Thank you. A moderator reads it within three days, and you hear of it by e-mail."),
    )


@require_POST
def appeal(request: HttpRequest, reference: str, told: UUID) -> HttpResponse:
    """Ask for a second look at a story that was withheld."""
    mine, form = _mine(request, reference), AppealForm(request.POST)
    withheld = get_object_or_404(ToldStory.objects.select_related("story"), patient=mine.patient, pk=told)
    if not form.is_valid():
        flash.error(request, _("Write a sentence, so that the second person knows what you think."))
        return mine.back()
    words = form.cleaned_data["words"]
    return mine.done(
        lambda: telling.appeal(actor=mine.me, told=withheld, words=words, now=mine.now),
        _("Somebody who did not make the decision looks at it now."),
    )


def _as_told(mine: Mine, form: StoryForm) -> dict[str, Any]:
    """What a card of the story will say."""
    course = telling.course(mine.patient, form.cleaned_data["treatment"], mine.now)
    return {"words": form.words(get_language() or "en"), "course": course}


def _receipt(removed: Removed) -> str:
    """What is gone, in words."""
    gone = [
        ngettext("%(n)d photograph", "%(n)d photographs", removed.photographs) % {"n": removed.photographs},
        ngettext("%(n)d story with its pictures", "%(n)d stories with their pictures", removed.stories)
        % {"n": removed.stories},
    ]
    counted = [words for words, count in zip(gone, (removed.photographs, removed.stories), strict=True) if count]
    if not counted:
        return _("Withdrawn. Nothing was kept or shown because of it.")
    return _("Withdrawn, and removed for good: %(gone)s.") % {"gone": _(", ").join(counted)}
