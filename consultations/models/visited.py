"""What a completed visit leaves behind: what was carried out, its invitations to review, and what came back."""

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.fields import SealedJSONField, SealedTextField
from consultations.models.consultation import Consultation
from practitioners.models import ABOUT_THE_TREATMENT, Invitation, Moment, Practitioner
from treatments.models import Treatment


class PerformedQuerySet(models.QuerySet["Performed"]):
    def early(self) -> Self:
        """Those carried out before their patient's time to decide was over."""
        return self.filter(consented_afresh_at__isnull=False)


class Performed(models.Model):
    """A treatment that was carried out; aftercare, reviews of the treatment and counts hang on it."""

    REASON = (10, 500)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="performed")
    treatment = models.ForeignKey(Treatment, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("treatment code"), max_length=40)
    session = models.PositiveSmallIntegerField(_("session"), help_text=_("The how-manieth of this patient."))
    downtime_told = models.PositiveSmallIntegerField(_("days of downtime told"), null=True, blank=True)
    performed_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    performed_on = models.DateField(_("date"))
    # Before the time to decide was over: why, and when fresh consent had been taken on paper.
    early_reason = SealedTextField(max_length=REASON[1], null=True, blank=True)
    consented_afresh_at = models.DateTimeField(_("fresh consent"), null=True, blank=True)

    objects: ClassVar[Any] = PerformedQuerySet.as_manager()

    class Meta:
        verbose_name = _("treatment carried out")
        verbose_name_plural = _("treatments carried out")
        ordering = ["performed_on", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "treatment"], name="a_treatment_is_carried_out_once_a_visit"
            ),
            models.CheckConstraint(condition=Q(session__gte=1), name="sessions_are_counted_from_one"),
            models.CheckConstraint(
                condition=Q(early_reason__isnull=True, consented_afresh_at=None)
                | Q(early_reason__isnull=False, consented_afresh_at__isnull=False),
                name="a_treatment_before_its_time_has_its_reason_and_fresh_consent",
            ),
        ]

    def __str__(self) -> str:
        return str(self.consultation_id)


class VisitInvitation(models.Model):
    """Ties an invitation to review to the completed visit that minted it, or to a treatment carried out there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="invitations")
    performed = models.ForeignKey(
        Performed, on_delete=models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    moment = models.CharField(_("moment"), max_length=20, choices=Moment.choices)
    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="+")
    # When the author was last told what became of their review.
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation of a visit")
        verbose_name_plural = _("invitations of visits")
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "moment"],
                condition=Q(performed=None),
                name="a_visit_invites_once_for_each_moment",
            ),
            models.UniqueConstraint(fields=["performed", "moment"], name="a_treatment_invites_once_for_each_moment"),
            models.CheckConstraint(
                condition=Q(performed__isnull=False) | ~Q(moment__in=[*ABOUT_THE_TREATMENT, Moment.COMFORT]),
                name="moments_of_a_treatment_name_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.moment}"


class Feedback(models.Model):
    """What a patient told beside the stars: {question: answer}. Only what they chose to show is in the review."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    invitation = models.OneToOneField(VisitInvitation, on_delete=models.PROTECT, related_name="feedback")
    answers = SealedJSONField(default=dict)
    given_at = models.DateTimeField(_("given"))

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")

    def __str__(self) -> str:
        return str(self.invitation_id)
