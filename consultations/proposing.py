"""Other times that a patient proposes, in place of one that the clinic chose for them."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from clinic.accounts.models import User
from clinic.audit.models import Action
from clinic.premises.models import Clinic
from consultations import mail, transitions
from consultations.errors import AlreadyProposed, MovedOn, TooLate
from consultations.models import Consultation, EventKind, ProposalState, ProposedTime, Status, TimeProposal
from consultations.scheduling.suiting import DayPart

MOST = 3


def may_propose(consultation: Consultation, now: datetime) -> bool:
    """Whether the clinic chose the time and the patient may still say which others would suit."""
    return (
        consultation.status == Status.CONFIRMED
        and consultation.moved_by_clinic_at is not None
        and now < consultation.starts
    )


def open_of(consultation: Consultation) -> TimeProposal | None:
    """The proposal that waits for the clinic, with its times."""
    proposals = TimeProposal.objects.filter(consultation=consultation, state=ProposalState.OPEN)
    found: TimeProposal | None = proposals.prefetch_related("times").first()
    return found


def propose(
    *, actor: User | None, consultation: Consultation, times: Sequence[tuple[date, DayPart]], now: datetime
) -> TimeProposal:
    """Tell the clinic which days and parts of them would suit; the time as it is stays booked meanwhile."""
    try:
        with transaction.atomic():
            # Locked as a change locks it: nobody proposes another time of what is being cancelled.
            if not may_propose(Consultation.objects.select_for_update(no_key=True).get(pk=consultation.pk), now):
                raise TooLate
            proposal: TimeProposal = TimeProposal.objects.create(
                consultation=consultation, proposed_by=actor, proposed_at=now, state_at=now
            )
            wishes = dict.fromkeys(times)
            ProposedTime.objects.bulk_create(
                ProposedTime(proposal=proposal, day=day, part=part) for day, part in list(wishes)[:MOST]
            )
            transitions.note(consultation, EventKind.PROPOSED, actor, now)
            transitions.record(Action.TIMES_PROPOSED, consultation, actor, now)
    except IntegrityError as refused:
        raise AlreadyProposed from refused
    return proposal


def refuse(*, actor: User, consultation: Consultation, now: datetime) -> None:
    """Say that none of the proposed times is possible; the visit stays as it is and may be changed for free."""
    with transaction.atomic():
        proposal = open_of(consultation)
        if proposal is None or not settle(consultation, ProposalState.NOT_POSSIBLE, now):
            raise MovedOn
        transitions.note(consultation, EventKind.NOT_MET, actor, now)
        transitions.record(Action.TIMES_NOT_POSSIBLE, consultation, actor, now)
        _tell(consultation, proposal, now)


def settle(consultation: Consultation, state: ProposalState, now: datetime) -> int:
    """End what is open, since it was met, refused, or the visit is off; how many were open."""
    waiting = TimeProposal.objects.filter(consultation=consultation, state=ProposalState.OPEN)
    return int(waiting.update(state=state, state_at=now))


def _tell(consultation: Consultation, proposal: TimeProposal, now: datetime) -> None:
    clinic = Clinic.objects.the()
    with translation.override(consultation.language):
        mail.send(
            key=f"times_not_possible:{proposal.pk}",
            to=mail.address(consultation),
            subject=_("About the other times that you proposed"),
            template="times_not_possible",
            language=consultation.language,
            about=mail.about(consultation),
            clinic=clinic,
            now=now,
            expires_at=consultation.starts,
            **mail.needed(consultation, clinic=clinic, now=now),
        )
