"""Other times that a patient proposes after the clinic has moved their visit."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consultations.models.consultation import Consultation
from consultations.scheduling.suiting import DayPart

PARTS_OF_THE_DAY = [
    (DayPart.MORNING.value, _("Morning")),
    (DayPart.AFTERNOON.value, _("Afternoon")),
    (DayPart.EVENING.value, _("Evening")),
]


class ProposalState(models.TextChoices):
    OPEN = "open", _("Waits for the clinic")
    MET = "met", _("The visit has another time")
    NOT_POSSIBLE = "not_possible", _("Not possible")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class TimeProposal(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="proposals")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"))
    state = models.CharField(_("state"), max_length=12, choices=ProposalState.choices, default=ProposalState.OPEN)
    state_at = models.DateTimeField(_("state since"))

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = _("proposal of other times")
        verbose_name_plural = _("proposals of other times")
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation"], condition=Q(state="open"), name="one_proposal_of_other_times_is_open"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ProposalState]), name="a_proposal_has_a_known_state"
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()


class ProposedTime(models.Model):
    """One of up to three wishes: a day and a part of it, on the clinic's clock."""

    proposal = models.ForeignKey(TimeProposal, on_delete=models.CASCADE, related_name="times")
    day = models.DateField(_("day"))
    part = models.CharField(_("part of the day"), max_length=10, choices=PARTS_OF_THE_DAY)

    class Meta:
        verbose_name = _("proposed time")
        verbose_name_plural = _("proposed times")
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "day", "part"], name="a_time_is_proposed_once"),
            models.CheckConstraint(
                condition=Q(part__in=[part.value for part in DayPart]), name="a_proposed_time_has_a_known_part"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}, {self.get_part_display()}"
