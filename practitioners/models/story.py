"""Success stories: what a patient tells of a course, with what can be checked beside it. Nothing points at the patient.

A story stands as long as its teller's consent: when that is withdrawn or runs out, its rows go, words and pictures.
"""

import secrets
import uuid
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from practitioners.models.profile import Practitioner
from practitioners.models.weighing import ReviewState, SkinBand, WithheldFor
from treatments.models import Concern, Treatment


class Angle(models.TextChoices):
    """From where a photograph was taken."""

    FRONT = "front", _("From the front")
    LEFT = "left", _("From the left")
    RIGHT = "right", _("From the right")
    CLOSE = "close", _("Close up")


def new_reference() -> str:
    """A random name for a story that says nothing about it."""
    return secrets.token_hex(8)


class StoryQuerySet(models.QuerySet["Story"]):
    def shown(self, today: date) -> Self:
        """Those everybody may read: published, and agreed to for today as well."""
        return self.filter(state=ReviewState.PUBLISHED, shown_until__gte=today)

    def to_decide(self) -> Self:
        """What waits for a moderator: new, or withheld and appealed against; longest first."""
        appealed = Q(state=ReviewState.WITHHELD, appealed_at__isnull=False, heard_at=None)
        return self.filter(Q(state=ReviewState.PENDING) | appealed).order_by("told_at")

    def with_facts(self) -> Self:
        """With everything that a card shows; of the pictures only where they are, not their bytes."""
        related = self.select_related("practitioner", "treatment", "concern")
        return related.prefetch_related(models.Prefetch("pairs", StoryPair.objects.defer("before", "after")))


class Story(models.Model):
    """Its sessions and days are computed from what was carried out; its teller chose what else is shown."""

    reference = models.CharField(max_length=16, unique=True, default=new_reference, editable=False)
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="stories")
    treatment = models.ForeignKey(Treatment, on_delete=models.PROTECT, related_name="stories")
    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(_("words"), max_length=1000)
    author = models.CharField(_("shown as"), max_length=40)
    language = models.CharField(_("language"), max_length=10)
    care = models.CharField(_("care at the same time"), max_length=200, blank=True)
    skin_band = models.CharField(_("skin types"), max_length=3, choices=SkinBand.choices, blank=True)
    sessions = models.PositiveSmallIntegerField(_("sessions"))
    days_since = models.PositiveSmallIntegerField(_("days since the last session"))
    shown_until = models.DateField(_("agreed to until"))
    state = models.CharField(_("state"), max_length=10, choices=ReviewState.choices, default=ReviewState.PENDING)
    withheld_for = models.CharField(_("withheld for"), max_length=20, choices=WithheldFor.choices, blank=True)
    told_at = models.DateTimeField(_("told"))
    moderated_at = models.DateTimeField(_("moderated"), null=True, blank=True)
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    appealed_at = models.DateTimeField(_("appealed"), null=True, blank=True)
    appeal = models.TextField(_("the author's appeal"), max_length=1000, blank=True)
    heard_at = models.DateTimeField(_("appeal decided"), null=True, blank=True)
    heard_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[Any] = StoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering = ["-told_at", "-pk"]
        indexes = [models.Index(fields=["state", "shown_until"], name="story_shown")]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_story_has_words"),
            models.CheckConstraint(condition=Q(sessions__gte=1), name="a_story_tells_of_a_session"),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "published", "withheld"]), name="a_story_that_is_taken_back_is_gone"
            ),
            models.CheckConstraint(
                condition=(Q(state="withheld") & ~Q(withheld_for="")) | (~Q(state="withheld") & Q(withheld_for="")),
                name="a_withheld_story_says_why",
                violation_error_message=_("Choose why the story is withheld."),
            ),
            models.CheckConstraint(
                condition=Q(state="pending") | Q(moderated_at__isnull=False, moderated_by__isnull=False),
                name="a_moderated_story_says_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(heard_at=None, heard_by=None)
                | Q(appealed_at__isnull=False, heard_at__isnull=False, heard_by__isnull=False)
                & ~Q(heard_by=F("moderated_by")),
                name="an_appeal_about_a_story_is_heard_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner}, {self.reference}"


class StoryPair(models.Model):
    """Two public copies, smaller than what they were made from and written anew, and who attests what of them.

    Kept in the database as portraits are: when the row goes, nothing is left.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="pairs")
    angle = models.CharField(_("angle"), max_length=5, choices=Angle.choices)
    before = models.BinaryField()
    after = models.BinaryField()
    digest = models.CharField(max_length=64)
    sessions = models.PositiveSmallIntegerField(_("sessions"))
    days_since = models.PositiveSmallIntegerField(_("days since the last session"))
    same_angle = models.BooleanField(_("same angle"))
    same_light = models.BooleanField(_("same light"))
    unedited = models.BooleanField(_("unedited"))
    attested_by = models.CharField(_("attested by"), max_length=120)
    attested_at = models.DateTimeField(_("attested"))

    class Meta:
        verbose_name = _("pair of a story")
        verbose_name_plural = _("pairs of stories")
        ordering = ["angle", "-days_since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(same_angle=True, same_light=True, unedited=True) & ~Q(attested_by=""),
                name="a_shown_pair_is_attested_in_full",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.story_id}: {self.angle}"
