"""The practitioner's page of a patient's photographs: filing, attesting, and what may be shown to others in a visit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import frame
from clinic.accounts.models import User
from clinic.pictures import PictureRefused
from consultations import access, photographs, picture_consents
from consultations.errors import BookingError
from consultations.forms.photographs import PairForm, PhotographForm
from consultations.models import TAKEN_HERE, Consultation, Pair, Patient, Photograph, Scope
from consultations.views.desk import practitioner_of
from practitioners.models import Practitioner


@dataclass(frozen=True)
class Desk:
    """Whose photographs are looked at, by whom."""

    request: HttpRequest
    actor: User
    me: Practitioner
    consultation: Consultation
    now: datetime

    @property
    def patient(self) -> Patient:
        assert self.consultation.patient is not None
        return self.consultation.patient

    @property
    def kept(self) -> list[Photograph]:
        """What the practitioner may read of this patient, newest first."""
        found = access.photographs_in_care_of(self.actor, self.now).filter(patient=self.patient)
        return list(found.select_related("performed__treatment", "consultation").order_by("-taken_at"))

    @property
    def sessions(self) -> list[Any]:
        """What the practitioner carried out on this patient."""
        return [each for each in photographs.sessions_of(self.patient) if each.performed_by_id == self.me.pk]

    def page(self, status: int = 200, **forms: Any) -> HttpResponse:
        """The page, once it is written down that somebody looked."""
        photographs.looked_through(actor=self.actor, consultation=self.consultation, now=self.now)
        kept = self.kept
        agreed = picture_consents.standing(self.patient, self.now)
        context = {
            "consultation": self.consultation,
            "patient": self.patient,
            "agreed": agreed.get(Scope.RECORD),
            "may_add": self.consultation.status in photographs.TAKEN_WHILE,
            "scopes": [(scope.label, agreed.get(scope)) for scope in Scope],
            "photographs": kept,
            "pairs": Pair.objects.filter(before__in=kept, after__in=kept).select_related(
                "attested_by", "before", "after"
            ),
            "may_pair": len([each for each in kept if each.shows in TAKEN_HERE]) > 1,
            "form": PhotographForm(sessions=self.sessions),
            "pair_form": PairForm(None, consultation=self.consultation, kept=kept),
        }
        return render(self.request, "consultations/desk/photographs.html", context | forms, status=status)

    def back(self) -> HttpResponse:
        return redirect("desk:photographs", reference=self.consultation.reference)


def _desk(request: HttpRequest, reference: str) -> Desk:
    now, me = timezone.now(), practitioner_of(request)
    assert isinstance(request.user, User)
    found = access.treated_by(request.user, now).select_related("patient", "practitioner")
    return Desk(request, request.user, me, get_object_or_404(found, reference=reference), now)


@require_http_methods(["GET", "HEAD", "POST"])
def photographs_of(request: HttpRequest, reference: str) -> HttpResponse:
    """What there is, and a form for one more."""
    desk = _desk(request, reference)
    if request.method != "POST":
        return desk.page()
    form = PhotographForm(request.POST, request.FILES, sessions=desk.sessions)
    if not form.is_valid():
        return desk.page(422, form=form)
    try:
        consultation, shot = desk.consultation, form.shot
        photographs.add(actor=desk.actor, taken_by=desk.me, consultation=consultation, shot=shot, now=desk.now)
    except PictureRefused as refused:
        form.add_error("picture", str(refused.sentence))
        return desk.page(422, form=form)
    except BookingError as refused:
        flash.error(request, str(refused))  # the form may not stand on the page any more
        return desk.page(409, form=form)
    flash.success(request, _("The photograph is in the record, sealed."))
    return desk.back()


@require_POST
def pair(request: HttpRequest, reference: str) -> HttpResponse:
    """Attest that two photographs may be compared."""
    desk = _desk(request, reference)
    form = PairForm(request.POST, consultation=desk.consultation, kept=desk.kept)
    if not form.is_valid():
        return desk.page(422, pair_form=form)
    before, after = form.kept[form.cleaned_data["before"]], form.kept[form.cleaned_data["after"]]
    try:
        attested, now = form.attested, desk.now
        photographs.pair(actor=desk.actor, attested_by=desk.me, before=before, after=after, attested=attested, now=now)
    except BookingError as refused:
        flash.error(request, str(refused))  # the form may not stand on the page any more
        return desk.page(409, pair_form=form)
    flash.success(request, _("The pair is kept with your name."))
    return desk.back()


@require_safe
def photograph(request: HttpRequest, reference: str, photograph: UUID) -> HttpResponse:
    """One photograph, once it is written down that somebody looks at it."""
    desk = _desk(request, reference)
    theirs = access.photographs_in_care_of(desk.actor, desk.now).with_picture()
    found = get_object_or_404(theirs, pk=photograph, patient=desk.patient)
    return frame.private(photographs.look(actor=desk.actor, photograph=found, now=desk.now))


@require_POST
def remove(request: HttpRequest, reference: str, photograph: UUID) -> HttpResponse:
    """Take a photograph out of the record."""
    desk = _desk(request, reference)
    found = get_object_or_404(access.photographs_in_care_of(desk.actor, desk.now), pk=photograph, patient=desk.patient)
    photographs.remove(actor=desk.actor, photograph=found, now=desk.now)
    flash.success(request, _("The photograph is removed, with its pair and whatever was shown of it."))
    return desk.back()


@require_safe
def examples(request: HttpRequest, reference: str) -> HttpResponse:
    """Pairs of other patients who agreed that they are shown in a consultation: no name, no date."""
    desk = _desk(request, reference)
    shown = access.shown_in_a_visit_by(desk.actor, desk.now).exclude(patient=desk.patient)
    pairs = Pair.objects.filter(before__in=shown, after__in=shown).select_related("performed__treatment", "before")
    photographs.looked_through(actor=desk.actor, consultation=desk.consultation, now=desk.now)
    context = {"consultation": desk.consultation, "pairs": pairs.order_by("-attested_at")[:40]}
    return render(request, "consultations/desk/examples.html", context)


@require_safe
def example(request: HttpRequest, reference: str, photograph: UUID) -> HttpResponse:
    """One photograph of such a pair."""
    desk = _desk(request, reference)
    found = get_object_or_404(access.shown_in_a_visit_by(desk.actor, desk.now).with_picture(), pk=photograph)
    return frame.private(photographs.look(actor=desk.actor, photograph=found, now=desk.now))
