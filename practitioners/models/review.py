"""What patients said. A review exists only through an invitation, and only a completed visit mints one."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clinic.constraints import AppendOnly
from practitioners.models.profile import Practitioner
from practitioners.models.weighing import (
    ABOUT_THE_PRACTITIONER,
    ABOUT_THE_TREATMENT,
    READABLE,
    Moment,
    ReviewState,
    SkinBand,
    WithheldFor,
)
from treatments.models import Concern, Treatment


class Invitation(models.Model):
    """The right to write one review: minted when a visit is completed, sent when its moment comes.

    It knows the practitioner and the month, not the patient.
    """

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="invitations")
    moment = models.CharField(_("moment"), max_length=20, choices=Moment.choices)
    visited_month = models.DateField(_("month of the visit"), help_text=_("The first day of the month."))
    minted_at = models.DateTimeField(_("minted"))
    due_at = models.DateTimeField(_("to be sent"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)

    class Meta:
        verbose_name = _("review invitation")
        verbose_name_plural = _("review invitations")
        ordering = ["-minted_at"]
        indexes = [models.Index(fields=["due_at"], condition=Q(sent_at=None), name="invitation_to_send")]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None, expires_at=None) | Q(sent_at__isnull=False, expires_at__isnull=False),
                name="an_invitation_runs_from_when_it_is_sent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.practitioner}, {self.visited_month:%Y-%m}"


class InvitationLink(models.Model):
    """A mailed link to an invitation, a new one for each message; only its hash is kept."""

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("link of an invitation")
        verbose_name_plural = _("links of invitations")

    def __str__(self) -> str:
        return str(self.invitation_id)


class ReviewQuerySet(models.QuerySet["Review"]):
    def published(self) -> Self:
        """Those everybody may read."""
        return self.filter(state__in=READABLE)

    def pending(self) -> Self:
        return self.filter(state=ReviewState.PENDING)

    def to_decide(self) -> Self:
        """What waits for a moderator: new, reported, or withheld and appealed against."""
        return self.filter(
            Q(state__in=[ReviewState.PENDING, ReviewState.FLAGGED])
            | Q(state=ReviewState.WITHHELD, appealed_at__isnull=False, heard_at=None)
        )

    def about_the_practitioner(self) -> Self:
        return self.filter(moment__in=ABOUT_THE_PRACTITIONER)

    def by_stars(self) -> dict[int, int]:
        """How many gave each number of stars; a number that nobody gave is missing."""
        return dict(self.order_by().values_list("stars").annotate(Count("pk")))


class Review(models.Model):
    """Its facts about skin and treatment are those that the author chose to show; nothing else is here."""

    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="review", editable=False)
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="reviews", editable=False)
    moment = models.CharField(_("moment"), max_length=20, choices=Moment.choices)
    stars = models.PositiveSmallIntegerField(_("stars"))
    text = models.TextField(_("words"), max_length=1000, blank=True)
    author = models.CharField(_("shown as"), max_length=40, help_text=_("A first name or an initial."))
    language = models.CharField(_("language"), max_length=10)
    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    treatment = models.ForeignKey(Treatment, on_delete=models.PROTECT, null=True, blank=True, related_name="reviews")
    skin_band = models.CharField(_("skin types"), max_length=3, choices=SkinBand.choices, blank=True)
    sessions = models.PositiveSmallIntegerField(_("sessions so far"), null=True, blank=True)
    downtime_told = models.PositiveSmallIntegerField(_("days of downtime told"), null=True, blank=True)
    downtime_had = models.PositiveSmallIntegerField(_("days of downtime had"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ReviewState.choices, default=ReviewState.PENDING)
    withheld_for = models.CharField(_("withheld for"), max_length=20, choices=WithheldFor.choices, blank=True)
    submitted_at = models.DateTimeField(_("submitted"))
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
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

    objects: ClassVar[Any] = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-submitted_at"]
        indexes = [models.Index(fields=["practitioner", "state"], name="review_by_practitioner")]
        constraints = [
            models.CheckConstraint(condition=Q(stars__gte=1, stars__lte=5), name="stars_run_from_one_to_five"),
            models.CheckConstraint(
                condition=(Q(state="withheld") & ~Q(withheld_for="")) | (~Q(state="withheld") & Q(withheld_for="")),
                name="a_withheld_review_says_why",
                violation_error_message=_("Choose why the review is withheld."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "withdrawn"])
                | Q(moderated_at__isnull=False, moderated_by__isnull=False),
                name="a_moderated_review_says_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(heard_at=None, heard_by=None)
                | Q(appealed_at__isnull=False, heard_at__isnull=False, heard_by__isnull=False)
                & ~Q(heard_by=F("moderated_by")),
                name="an_appeal_is_heard_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner}, {self.stars}"

    @property
    def facts(self) -> list[str]:
        """When it was asked for, and what its author chose to show, in words."""
        sessions = ngettext("%(n)d session so far", "%(n)d sessions so far", self.sessions or 0) % {
            "n": self.sessions or 0
        }
        shown = [
            self.treatment.name if self.treatment else "",
            sessions if self.sessions else "",
            self.concern.name if self.concern else "",
            self.get_skin_band_display(),
        ]
        return [str(self.get_moment_display()), *filter(None, shown)]

    @property
    def is_about_the_treatment(self) -> bool:
        """Whether the stars judge the treatment and not the practitioner."""
        return self.moment in ABOUT_THE_TREATMENT


class ReviewVersion(models.Model):
    """What a review said, each time its author sent it."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("number"))
    stars = models.PositiveSmallIntegerField(_("stars"))
    text = models.TextField(_("words"), blank=True)
    author = models.CharField(_("shown as"), max_length=40)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("version of a review")
        verbose_name_plural = _("versions of reviews")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["review", "number"], name="a_version_of_a_review_has_its_number"),
            AppendOnly(name="versions_of_reviews_are_append_only"),
        ]

    def __str__(self) -> str:
        return f"{self.review_id}.{self.number}"


class ReviewReport(models.Model):
    """A reader's hint that something should not stand there."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="reports")
    reason = models.CharField(_("reason"), max_length=20, choices=WithheldFor.choices)
    words = models.CharField(_("what is wrong"), max_length=300, blank=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("report of a review")
        verbose_name_plural = _("reports of reviews")
        ordering = ["-at"]
        constraints = [AppendOnly(name="reports_of_reviews_are_append_only")]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.reason}"


class ReplyState(models.TextChoices):
    PENDING = "pending", _("Waiting for a moderator")
    PUBLISHED = "published", _("Published")
    WITHHELD = "withheld", _("Withheld")


class Reply(models.Model):
    """The practitioner's one public answer to a review."""

    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="reply")
    text = models.TextField(_("words"), max_length=600)
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=ReplyState.choices, default=ReplyState.PENDING)
    written_at = models.DateTimeField(_("written"))
    moderated_at = models.DateTimeField(_("moderated"), null=True, blank=True)
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("reply to a review")
        verbose_name_plural = _("replies to reviews")
        ordering = ["-written_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="pending") | Q(moderated_at__isnull=False, moderated_by__isnull=False),
                name="a_moderated_reply_says_when_and_by_whom",
            )
        ]

    def __str__(self) -> str:
        return str(self.review_id)
