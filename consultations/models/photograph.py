"""Photographs of a patient, what the patient agrees may be done with them, and what was told in public on that."""

import uuid
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from clinic.constraints import Settled
from clinic.fields import SealedBytesField
from consultations.models.consultation import Consultation
from consultations.models.intake import ConsentKind, ConsentText
from consultations.models.patient import Patient
from consultations.models.visited import Performed
from practitioners.models import Angle, Practitioner, Story, StoryPair


class Scope(models.TextChoices):
    """How far a patient lets their photographs go; each is asked for by itself, in its own words."""

    RECORD = "record", _("In my record")
    VISIT = "visit", _("Shown to others in a consultation")
    PUBLIC = "public", _("On the clinic's public page")

    @property
    def words(self) -> ConsentKind:
        """Which words are agreed to for it."""
        return {Scope.RECORD: ConsentKind.PHOTO, Scope.VISIT: ConsentKind.SHOWN, Scope.PUBLIC: ConsentKind.PUBLIC}[self]


class PictureConsentQuerySet(models.QuerySet["PictureConsent"]):
    def open(self) -> Self:
        """Those that have not ended, or whose end nobody has acted on yet."""
        return self.filter(withdrawn_at=None, lapsed_at=None)

    def standing(self, today: date) -> Self:
        """Those that hold today."""
        return self.open().filter(Q(expires_on=None) | Q(expires_on__gte=today))

    def run_out(self, today: date) -> Self:
        """Those whose last day is over, and whose end nobody has acted on yet."""
        return self.open().filter(expires_on__lt=today)


class PictureConsent(models.Model):
    """To which words, in which version and language, the patient agreed, until when; and when that ended.

    Never rewritten: a new consent is a new row, and an end is written down once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="picture_consents")
    scope = models.CharField(_("for"), max_length=6, choices=Scope.choices)
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given"))
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_on = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day on which it holds."))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    lapsed_at = models.DateTimeField(_("ran out"), null=True, blank=True)

    objects: ClassVar[Any] = PictureConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent to photographs")
        verbose_name_plural = _("consents to photographs")
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "scope"],
                condition=Q(withdrawn_at=None, lapsed_at=None),
                name="a_patient_agrees_to_a_scope_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(scope="public") | Q(expires_on__isnull=False), name="a_public_consent_runs_out"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(lapsed_at=None), name="a_picture_consent_ends_in_one_way"
            ),
            Settled(
                name="what_was_agreed_to_is_not_rewritten",
                fields=["patient", "scope", "text", "given_at", "given_by", "expires_on"],
                condition=Q(given_at__isnull=False),
            ),
            Settled(
                name="the_end_of_a_picture_consent_stands",
                fields=["withdrawn_at", "lapsed_at"],
                condition=Q(withdrawn_at__isnull=False) | Q(lapsed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient_id} {self.scope}"


class Shows(models.TextChoices):
    BEFORE = "before", _("Before")
    AFTER = "after", _("After")
    SENT = "sent", _("Sent before the visit")


# What a practitioner takes here; two of them may be compared, which no photograph that a patient sends ever is.
TAKEN_HERE = (Shows.BEFORE, Shows.AFTER)


class PhotographQuerySet(models.QuerySet["Photograph"]):
    def kept(self, today: date) -> Self:
        """Those that their patient lets us keep today; what waits to be removed is hidden at once."""
        standing = PictureConsent.objects.standing(today).filter(patient=OuterRef("patient"), scope=Scope.RECORD)
        return self.filter(Exists(standing)).defer("picture")

    def with_picture(self) -> Self:
        """Each with its picture, for a page that shows it: what is removed in the meantime was read before."""
        return self.defer(None)

    def sent_for(self, consultation: Consultation) -> Self:
        """Those that the patient has sent before this visit."""
        return self.filter(consultation=consultation, shows=Shows.SENT)


class Photograph(models.Model):
    """A part of the patient's skin on a day: health data, sealed in its row and nowhere on a disk.

    A practitioner took it during a visit, or the patient has sent it before one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="photographs")
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="photographs")
    performed = models.ForeignKey(Performed, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    shows = models.CharField(_("shows"), max_length=6, choices=Shows.choices)
    angle = models.CharField(_("angle"), max_length=5, choices=Angle.choices)
    picture = SealedBytesField()
    taken_at = models.DateTimeField(_("taken"))
    taken_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[Any] = PhotographQuerySet.as_manager()

    class Meta:
        verbose_name = _("photograph")
        verbose_name_plural = _("photographs")
        ordering = ["taken_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(shows="sent", sent_by__isnull=False, taken_by=None)
                | Q(shows__in=["before", "after"], sent_by=None, taken_by__isnull=False),
                name="a_photograph_was_taken_here_or_sent",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Pair(models.Model):
    """A photograph from before and one from after, of which a practitioner attests that they may be compared.

    `copy` is what everybody may see of it, where the patient agreed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    before = models.OneToOneField(Photograph, on_delete=models.CASCADE, related_name="pair_before")
    after = models.OneToOneField(Photograph, on_delete=models.CASCADE, related_name="pair_after")
    performed = models.ForeignKey(Performed, on_delete=models.PROTECT, related_name="pairs")
    same_angle = models.BooleanField(_("same angle"))
    same_light = models.BooleanField(_("same light"))
    unedited = models.BooleanField(_("unedited"))
    attested_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="+")
    attested_at = models.DateTimeField(_("attested"))
    copy = models.OneToOneField(StoryPair, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("pair of photographs")
        verbose_name_plural = _("pairs of photographs")
        ordering = ["attested_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(same_angle=True, same_light=True, unedited=True), name="a_pair_is_attested_in_full"
            ),
            models.CheckConstraint(condition=~Q(before=F("after")), name="a_pair_is_two_photographs"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ToldStory(models.Model):
    """Ties a public story to the patient who told it, the session it is about, and the consent it stands on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="stories")
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="stories")
    performed = models.OneToOneField(Performed, on_delete=models.PROTECT, related_name="story")
    consent = models.ForeignKey(PictureConsent, on_delete=models.PROTECT, related_name="stories")
    story = models.OneToOneField(Story, on_delete=models.PROTECT, related_name="+")
    # When the teller last heard what became of the story.
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("story of a patient")
        verbose_name_plural = _("stories of patients")

    def __str__(self) -> str:
        return str(self.consultation_id)
