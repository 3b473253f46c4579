"""What a practitioner says to the answers: asks for more, proposes something else, grades, overrides, replies."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.constraints import AppendOnly
from clinic.fields import SealedDateField, SealedJSONField, SealedTextField
from consultations.models.consultation import Consultation
from consultations.models.intake import IntakeRevision
from consultations.models.patient import Patient
from practitioners.models import Practitioner


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def open(self) -> Self:
        """Those the patient has still to answer."""
        return self.filter(answered_at=None, withdrawn_at=None)

    def overdue(self, now: datetime) -> Self:
        """Open ones whose deadline has passed."""
        return self.open().filter(due_at__lte=now)


class Enquiry(models.Model):
    """Need more: questions to the patient, chosen from the questionnaire or written, with a deadline.

    `questions` is {"items": [item keys], "written": [sentences], "language": of the sentences}; answers to items become
    a revision of the intake, `replies` answers the written ones in their order.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="enquiries")
    asked_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    due_at = models.DateTimeField(_("answer by"))
    questions = SealedJSONField()
    replies = SealedJSONField(default=list)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects: ClassVar[Any] = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("enquiry")
        verbose_name_plural = _("enquiries")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation"],
                condition=Q(answered_at=None, withdrawn_at=None),
                name="one_enquiry_at_a_time_is_open",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(withdrawn_at=None), name="an_answered_enquiry_is_not_withdrawn"
            ),
        ]

    def __str__(self) -> str:
        return str(self.consultation_id)


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def open(self) -> Self:
        """Those the patient has still to answer."""
        return self.filter(answered_at=None, withdrawn_at=None)


class Suggestion(models.Model):
    """Another treatment to discuss, or not before another date; the patient accepts or declines."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="suggestions")
    made_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"))
    treatments = SealedJSONField(default=list)  # slugs of what to discuss instead; empty: as the patient wished
    not_before = SealedDateField(null=True, blank=True)
    words = SealedTextField()
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    accepted = models.BooleanField(_("accepted"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects: ClassVar[Any] = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation"],
                condition=Q(answered_at=None, withdrawn_at=None),
                name="one_suggestion_at_a_time_is_open",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, accepted=None) | Q(answered_at__isnull=False, accepted__isnull=False),
                name="an_answered_suggestion_is_accepted_or_declined",
            ),
        ]

    def __str__(self) -> str:
        return str(self.consultation_id)


class OverrideQuerySet(models.QuerySet["Override"]):
    def made(self) -> Self:
        """Those nobody has taken back; whether they still stand, the facts say."""
        return self.filter(withdrawn_at=None)


class Override(models.Model):
    """A finding that the practitioner judges otherwise than its rule, and why.

    It was made on one revision, and stands only while the answers that the rule reads are still those.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="overrides")
    revision = models.ForeignKey(IntakeRevision, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"))
    rule_id = SealedTextField()
    level = SealedTextField()
    reason = SealedTextField()
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects: ClassVar[Any] = OverrideQuerySet.as_manager()

    class Meta:
        verbose_name = _("override")
        verbose_name_plural = _("overrides")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return str(self.consultation_id)


class Grading(models.Model):
    """What the practitioner saw: the phototype and the grade of the pores; the newest one of a patient counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="gradings")
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="gradings")
    made_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"))
    phototype = SealedTextField(blank=True)
    pores = SealedTextField(blank=True)

    class Meta:
        verbose_name = _("grading")
        verbose_name_plural = _("gradings")
        ordering = ["-made_at"]
        constraints = [AppendOnly(name="gradings_are_append_only")]

    def __str__(self) -> str:
        return str(self.consultation_id)

    @staticmethod
    def known(gradings: Iterable["Grading"], until: datetime | None = None) -> dict[str, str | None]:
        """What a patient's gradings say up to a moment, under the questionnaire's keys; None where none does."""
        newest_first = sorted(gradings, key=lambda each: each.made_at, reverse=True)
        graded = [each for each in newest_first if until is None or each.made_at <= until]
        return {
            "fst_practitioner": next((each.phototype for each in graded if each.phototype), None),
            "pore_practitioner_grade": next((each.pores for each in graded if each.pores), None),
        }


class AnsweredQuestion(models.Model):
    """One of the patient's own questions, ticked or answered in the visit; the question stands as it was asked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="answered_questions")
    question = SealedTextField()
    answer = SealedTextField(blank=True)
    answered_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(_("answered"))

    class Meta:
        verbose_name = _("answered question")
        verbose_name_plural = _("answered questions")
        ordering = ["answered_at"]

    def __str__(self) -> str:
        return str(self.consultation_id)
