"""What a patient answered, in sealed revisions, and what the rules made of it."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.constraints import AppendOnly, Settled
from clinic.fields import SealedJSONField, SealedTextField
from consultations.models.consultation import Consultation
from consultations.models.kind import Kind
from consultations.models.patient import Patient
from practitioners.models import Practitioner
from treatments.models import Concern, Questionnaire, RuleSet

# So many of the 64 digits of a digest are shown.
CHECK_CODE = 16


class DraftQuerySet(models.QuerySet["Draft"]):
    def live(self, now: datetime) -> Self:
        return self.filter(expires_at__gt=now)


class Draft(models.Model):
    """Answers of somebody who is not a patient yet: sealed, found by a token in the session, gone after two hours."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    answers = SealedJSONField(default=dict)
    # What was chosen and told on the way; never an answer to a health question. No practitioner means anyone.
    concern = models.ForeignKey(Concern, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.ForeignKey(Kind, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    practitioner = models.ForeignKey(Practitioner, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    steps = SealedJSONField(default=dict)
    code_hash = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField(null=True, blank=True)
    code_attempts = models.PositiveSmallIntegerField(default=0)
    # Who has proved the address, and for whom: from there on both are known.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    # What a returning patient told us before, offered to be confirmed: {"answers": {...}, "answered_on": {key: day}}.
    earlier = SealedJSONField(null=True, blank=True)
    # Whether the patient consents to the newest words, as `drafts.find` read it; not a column, and no until asked.
    has_consented = False

    objects: ClassVar[Any] = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")

    def __str__(self) -> str:
        return str(self.id)


class ConsentKind(models.TextChoices):
    DATA = "data", _("Keeping and reading the answers")
    PHOTO = "photo", _("Photographs")
    SHOWN = "shown", _("Showing photographs to others in a consultation")
    PUBLIC = "public", _("A story and photographs on the public page")


# What a booking asks; the others are asked by themselves, after a visit.
ASKED_WHEN_BOOKING = (ConsentKind.DATA, ConsentKind.PHOTO)


class ConsentText(models.Model):
    """The words a patient agrees to, in one language of one version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("about"), max_length=8, choices=ConsentKind.choices)
    version = models.PositiveIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=10)
    text = models.TextField(_("words"))

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        ordering = ["kind", "-version", "language"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version", "language"], name="a_consent_text_stands_once"),
            # Not append-only by trigger: a version nobody has agreed to yet may still be corrected.
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version} ({self.language})"

    @classmethod
    def newest(cls, language: str) -> dict[str, "ConsentText"]:
        """The newest words of each kind that a booking asks, as `newest_of` finds them."""
        return cls._newest(ASKED_WHEN_BOOKING, language)

    @classmethod
    def newest_of(cls, kind: ConsentKind, language: str) -> "ConsentText | None":
        """The newest words of a kind, in this language, or in English or another where they are not written yet."""
        return cls._newest([kind], language).get(kind)

    @classmethod
    def _newest(cls, kinds: Iterable[ConsentKind], language: str) -> dict[str, "ConsentText"]:
        preferred = {"en": 1} | {language: 2}
        written = cls.objects.filter(kind__in=kinds)
        texts = sorted(written, key=lambda text: (text.version, preferred.get(text.language, 0)))
        return {text.kind: text for text in texts}


class Consent(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="consents")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="consents")
    given_at = models.DateTimeField(_("given"))
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at"]
        constraints = [
            Settled(
                name="a_consent_stays_as_it_was_given",
                fields=["patient", "text", "given_at", "given_by"],
                condition=models.Q(given_at__isnull=False),
            ),
            Settled(
                name="a_withdrawn_consent_stays_withdrawn",
                fields=["withdrawn_at"],
                condition=models.Q(withdrawn_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.text)


class Intake(models.Model):
    """The intake of one consultation; its answers stand in revisions, the newest of which counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consultation = models.OneToOneField(Consultation, on_delete=models.PROTECT, related_name="intake")
    is_complete = models.BooleanField(_("complete"), default=False)
    # When the patient was asked before the visit for what is open or old, or it was found that nothing is.
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    reviewed_by = models.ForeignKey(Practitioner, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # The newest screening of the newest revision: what the lists of a day show the worst level of.
    screening = models.ForeignKey(
        "consultations.Screening", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # What was read when the stamp was last put on it; it stays when the stamp falls, to tell what changed since.
    reviewed_revision = models.ForeignKey(
        "consultations.IntakeRevision", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")

    def __str__(self) -> str:
        return str(self.consultation_id)


class IntakeRevision(models.Model):
    """One saved state of the answers. Rows are only ever added; only the seal is renewed when keys rotate.

    `digest` is the check code of what was saved (see signing.py); revisions from before there were codes have none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(_("revision"))
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="+")
    answers = SealedJSONField()
    # The day on which each answer was given or said to be still true, by key: {"pregnant": "2026-11-27"}.
    # None in revisions from before that was kept: all their answers are of the day they were saved.
    answered_on = SealedJSONField(null=True, blank=True)
    saved_at = models.DateTimeField(_("saved"))
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    salt = SealedTextField(null=True, blank=True)
    digest = models.CharField(_("check code"), max_length=64, blank=True, db_index=True)

    class Meta:
        verbose_name = _("intake revision")
        verbose_name_plural = _("intake revisions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["intake", "number"], name="revisions_are_numbered_once"),
            AppendOnly(name="answers_are_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.intake_id} {self.number}"

    @property
    def check_code(self) -> str:
        """The beginning of the digest in groups of four, as it is read aloud and noted."""
        return " ".join(self.digest[start : start + 4] for start in range(0, CHECK_CODE, 4)).strip()


class Screening(models.Model):
    """What one rule set found in one revision for one date; even the worst level is sealed. Rows are only added."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    revision = models.ForeignKey(IntakeRevision, on_delete=models.PROTECT, related_name="screenings")
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField(_("for the date"))
    findings = SealedJSONField()
    worst = SealedTextField()
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        ordering = ["-made_at"]
        constraints = [AppendOnly(name="screenings_are_append_only")]

    def __str__(self) -> str:
        return str(self.revision_id)
