"""What patients said. A review exists only through an invitation, and only a completed visit mints one."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from practitioners.models.profile import Practitioner


class Moment(models.TextChoices):
    CONSULTATION = "consultation", _("After the consultation")


class Invitation(models.Model):
    """A one-time link to write one review; it knows the practitioner and the month, not the patient."""

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="invitations")
    moment = models.CharField(_("moment"), max_length=20, choices=Moment.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    visited_month = models.DateField(_("month of the visit"), help_text=_("The first day of the month."))
    minted_at = models.DateTimeField(_("minted"))
    expires_at = models.DateTimeField(_("expires"))

    class Meta:
        verbose_name = _("review invitation")
        verbose_name_plural = _("review invitations")
        ordering = ["-minted_at"]

    def __str__(self) -> str:
        return f"{self.practitioner}, {self.visited_month:%Y-%m}"


class ReviewState(models.TextChoices):
    PENDING = "pending", _("Waiting for a moderator")
    PUBLISHED = "published", _("Published")
    WITHHELD = "withheld", _("Withheld")


class WithheldFor(models.TextChoices):
    """Why a review may be withheld. That it is negative is no reason, so the list has none such."""

    PERSONAL_DATA = "personal_data", _("Personal data of the author or another person")
    HEALTH_OF_OTHERS = "health_of_others", _("Health facts of another person")
    ABUSE = "abuse", _("Threats or abuse")
    ADVERTISING = "advertising", _("Advertising")
    NOT_ABOUT_VISIT = "not_about_visit", _("Not about the visit")


class ReviewQuerySet(models.QuerySet["Review"]):
    def published(self) -> Self:
        return self.filter(state=ReviewState.PUBLISHED)

    def pending(self) -> Self:
        return self.filter(state=ReviewState.PENDING)

    def by_stars(self) -> dict[int, int]:
        """How many gave each number of stars; a number that nobody gave is missing."""
        return dict(self.order_by().values_list("stars").annotate(Count("pk")))


class Review(models.Model):
    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="review", editable=False)
    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="reviews", editable=False)
    stars = models.PositiveSmallIntegerField(_("stars"))
    text = models.TextField(_("words"), max_length=1000, blank=True)
    author = models.CharField(_("shown as"), max_length=40, help_text=_("A first name or an initial."))
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=ReviewState.choices, default=ReviewState.PENDING)
    withheld_for = models.CharField(_("withheld for"), max_length=20, choices=WithheldFor.choices, blank=True)
    submitted_at = models.DateTimeField(_("submitted"))
    moderated_at = models.DateTimeField(_("moderated"), null=True, blank=True)

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
                condition=Q(state="pending") | Q(moderated_at__isnull=False), name="a_moderated_review_has_a_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner}, {self.stars}"
