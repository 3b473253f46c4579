"""The steps of a booking and the way between them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from clinic.accounts.models import User
from clinic.localtime import local
from clinic.premises.models import Clinic
from consultations import admission, booking, drafts, intake, taking
from consultations.errors import BookingError
from consultations.models import Consultation, Draft, Status

TOTAL = 7
LOST = gettext_lazy(
    "Your time has gone to somebody else. Everything you entered is kept; choose another time before you book."
)
SECRET = "draft"  # noqa: S105  the session's key for the draft's token


@dataclass
class Journey:
    """One person's way through a booking: their draft and the time they hold."""

    draft: Draft
    hold: Consultation | None
    signed_in: User | None = None

    @property
    def person(self) -> User:
        """Who has proved the address of this booking: whoever is signed in, since a journey of others is not theirs."""
        return self.signed_in or drafts.person(self.draft)

    @property
    def steps(self) -> dict[str, Any]:
        steps: dict[str, Any] = self.draft.steps
        return steps

    @property
    def booked(self) -> bool:
        return self.hold is not None and self.hold.status in {Status.CONFIRMED, Status.REQUESTED}

    @property
    def has_no_number(self) -> bool:
        """Whether the patient is to be called, and nobody knows on which number."""
        kind, patient = self.draft.kind, self.draft.patient
        return kind is not None and kind.is_by_phone and patient is not None and not patient.phone

    def first_open_step(self) -> str:
        """The name of the first step that still wants something."""
        if self.draft.concern_id is None:
            return "booking:what"
        if self.draft.kind_id is None:
            return "booking:who"
        if self.hold is None:
            return "booking:when"
        if self.draft.patient_id is None:
            return "booking:code" if "details" in self.steps else "booking:details"
        if self.has_no_number:
            return "booking:details"
        if not self.draft.has_consented:
            return "booking:consent"
        return "booking:check"


ORDER = [
    "booking:what",
    "booking:who",
    "booking:when",
    "booking:details",
    "booking:code",
    "booking:consent",
    "booking:intake",
    "booking:check",
]


def journey(request: HttpRequest, along: tuple[str, ...] = drafts.TO_BOOK) -> Journey | None:
    """The journey of this session, or None: when there is none, when it is over, or when it is somebody else's."""
    secret = request.session.get(SECRET, "")
    draft = drafts.find(secret=secret, now=timezone.now(), along=along)
    signed_in = request.user if request.user.is_authenticated else None
    if draft is None or (signed_in and draft.user_id not in {None, signed_in.pk}):
        return None
    return Journey(draft, drafts.hold_of(draft), signed_in)


def begun(request: HttpRequest) -> Journey:
    """The journey of this session, opened now if there is none."""
    found = journey(request)
    if found is None or found.booked:
        draft, secret = drafts.begin(now=timezone.now())
        request.session[SECRET] = secret
        found = Journey(draft, None)
    return found


Step = Callable[..., HttpResponse]


def step(name: str, along: tuple[str, ...] = drafts.TO_BOOK) -> Callable[[Step], Step]:
    """Let a view be opened only in its turn: too early goes to the first open step, booked already to the end.

    `along` is what the view reads of all that a draft points at.
    """

    def wrap(view: Step) -> Step:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            found = journey(request, along)
            if found is None:
                return _from_the_beginning(request)
            if found.booked:
                return redirect("booking:booked")
            open_step = found.first_open_step()
            if ORDER.index(open_step) < ORDER.index(name) and not _is_typed_already(request, found, open_step, name):
                return redirect(open_step)
            if ORDER.index(name) > ORDER.index("booking:code") and (refused := _refused(found)):
                flash.error(request, refused)
                return redirect("booking:who")
            try:
                return view(request, found, *args, **kwargs)
            except Draft.DoesNotExist:  # given up in another tab while this step was on its way
                return _from_the_beginning(request)

        return guarded

    return wrap


def or_anew(view: Step) -> Step:
    """Show the page once more, and say why, where the draft it was to write in is cleared in the meantime."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Draft.DoesNotExist:
            flash.warning(request, _("What you had entered was cleared in the meantime. Please enter it again."))
            return redirect(request.get_full_path())

    return guarded


def _refused(found: Journey) -> str:
    """Why the kind of visit is not for this patient, as soon as it is known who they are; nothing if it is."""
    kind, patient = found.draft.kind, found.draft.patient
    if kind is None or patient is None:
        return ""
    try:
        admission.let_in(actor=found.person, patient=patient, kind=kind)
    except BookingError as refused:
        return str(refused)
    return ""


def _is_typed_already(request: HttpRequest, found: Journey, open_step: str, name: str) -> bool:
    """Whether answers arrive under words of consent that were replaced while they were being typed: they are kept."""
    return (
        request.method == "POST"
        and (open_step, name) == ("booking:consent", "booking:intake")
        and found.draft.patient is not None
        and intake.has_ever_consented(found.draft.patient)
    )


def _from_the_beginning(request: HttpRequest) -> HttpResponse:
    """Lead to the first step, and say once why whoever was further has to go there."""
    secret = request.session.get(SECRET, "")
    if secret and drafts.find(secret=secret, now=timezone.now()) is None:
        del request.session[SECRET]
        over = _(
            "This booking is no longer open here: it goes on in another browser, or nothing was saved for two hours "
            "and we have removed what you had entered."
        )
        flash.warning(request, over)
    return redirect("booking:what")


def renew(request: HttpRequest, found: Journey) -> None:
    """Renew the hold after a saved step, or say at once that the time went to somebody else in the meantime."""
    if found.hold is None:
        return
    try:
        found.hold = booking.renew(consultation=found.hold, now=timezone.now())
    except BookingError:
        flash.warning(request, LOST)


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the time for another while: the answer is the sentence about it, so that what is being typed stays there."""
    found, lost = journey(request), ""
    if found is None or found.hold is None or found.hold.status not in {Status.HELD, Status.EXPIRED}:
        return redirect("booking:what")
    try:
        found.hold = booking.renew(consultation=found.hold, now=timezone.now())
    except BookingError:
        lost = str(LOST)
    context = kept(found.hold) | {"until": found.hold.held_until, "lost": lost, "clinic": Clinic.objects.the()}
    return render(request, "components/hold.html", context)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Give the time back and forget everything that was entered."""
    found = journey(request)
    if found is not None:
        if found.hold is not None and not found.booked:
            booking.release(actor=None, consultation=found.hold, now=timezone.now())
        drafts.clear(draft=found.draft)
        request.session.pop(SECRET, None)
        flash.success(request, _("Your time is free again for others, and what you entered is gone."))
    return redirect("home")


def known(request: HttpRequest, found: Journey) -> HttpResponse:
    """Lead on from where it is known who comes; whoever is elsewhere at that time chooses another time first."""
    renew(request, found)
    if found.hold is None or found.draft.patient is None:
        return redirect("booking:consent")
    try:
        admission.refuse_elsewhere(found.draft.patient, found.hold, timezone.now())
    except BookingError as refused:
        booking.release(actor=None, consultation=found.hold, now=timezone.now())
        flash.warning(request, str(refused))
        day = local(found.hold.starts, Clinic.objects.the().zone).date()
        return redirect(f"{reverse('booking:when')}?day={day}")
    return redirect("booking:consent")


def head(found: Journey | None, number: int, label: str, back: str = "") -> dict[str, Any]:
    """What the step header shows: where we are, the way back, and until when the time is held."""
    held = found.hold if found and found.hold and found.hold.status == Status.HELD else None
    return {
        "step": number,
        "total": TOTAL,
        "step_label": label,
        "back_name": back,
        "back_text": _("Back"),
        "hold": held,
        "hold_until": held.held_until if held else None,
        "journey": found,
    } | (kept(held) if held else {})


def kept(held: Consultation) -> dict[str, Any]:
    """What the sentence about a held time says besides its end: whether that is over, and where to keep it longer."""
    return {
        "hold_ended": held.held_until is not None and held.held_until <= timezone.now(),
        "keep_url": reverse("booking:keep") if taking.may_be_kept(held) else "",
    }
