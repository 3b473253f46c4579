"""The reminders of each kind of visit, what has been looked at for which time of a visit, and what was announced."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models.consultation import Consultation
from consultations.models.kind import Kind
from practitioners.models import Practitioner


class What(models.TextChoices):
    ANSWERS = "answers", _("Finish your answers")
    COMING = "coming", _("Confirm that you are coming")
    REMINDER = "reminder", _("Reminder")


class ReminderStep(models.Model):
    """So many hours before a visit of this kind, its patient is written to."""

    USUAL: ClassVar = ((What.ANSWERS, 72), (What.COMING, 48), (What.REMINDER, 24))

    kind = models.ForeignKey(Kind, on_delete=models.CASCADE, related_name="steps", verbose_name=_("kind of visit"))
    what = models.CharField(_("what"), max_length=10, choices=What.choices)
    hours = models.PositiveSmallIntegerField(_("hours before"))
    # A step says nothing about moments before somebody put it there or changed it.
    since = models.DateTimeField(_("in force since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("reminder of a kind of visit")
        verbose_name_plural = _("reminders of a kind of visit")
        ordering = ["kind", "-hours", "what"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "what", "hours"],
                name="a_kind_reminds_once_at_a_time",
                violation_error_message=_("This kind of visit has that reminder already."),
            ),
            models.CheckConstraint(
                condition=Q(hours__gte=1, hours__lte=720),
                name="a_reminder_goes_out_within_thirty_days",
                violation_error_message=_("A reminder goes out between 1 and 720 hours before the visit."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()}, {self.hours}"


class Reminder(models.Model):
    """That a step was looked at for one time of a visit; whether a mail was needed, the delivery log says."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="reminders")
    what = models.CharField(_("what"), max_length=10, choices=What.choices)
    hours = models.PositiveSmallIntegerField(_("hours before"))
    starts = models.DateTimeField(_("starts"))
    looked_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "what", "hours", "starts"], name="a_patient_is_reminded_once_of_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.what}"


class Announced(models.Model):
    """What those who work here were last told of a visit by a copy: with whom, when, and whether it stands."""

    consultation = models.OneToOneField(
        Consultation, on_delete=models.CASCADE, primary_key=True, related_name="announced"
    )
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    starts = models.DateTimeField()
    status = models.CharField(max_length=16)
    status_at = models.DateTimeField()

    class Meta:
        verbose_name = _("announced visit")
        verbose_name_plural = _("announced visits")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.consultation_id)
