"""What a practitioner would like their public page to say, and what became of it."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from practitioners.models.profile import Practitioner


class ProposalState(models.TextChoices):
    PENDING = "pending", _("Waiting for a decision")
    APPROVED = "approved", _("Published")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Taken back")


class ProposedWordsQuerySet(models.QuerySet["ProposedWords"]):
    def pending(self) -> Self:
        """Those that wait for staff, longest first."""
        return self.filter(state=ProposalState.PENDING).order_by("proposed_at")


class ProposedWords(models.Model):
    """Texts of a profile in the practitioner's own words; the profile stays as it is until they are approved.

    `words` holds only what would change, by field and language ("bio_zh_hant"), and `instead_of` what stood there.
    """

    practitioner = models.ForeignKey(Practitioner, on_delete=models.PROTECT, related_name="proposals")
    words = models.JSONField(_("words"))
    instead_of = models.JSONField(_("instead of"))
    state = models.CharField(_("state"), max_length=10, choices=ProposalState.choices, default=ProposalState.PENDING)
    reason = models.TextField(_("reason"), max_length=600, blank=True)
    proposed_at = models.DateTimeField(_("proposed"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )

    objects: ClassVar[Any] = ProposedWordsQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed words")
        verbose_name_plural = _("proposed words")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner"], condition=Q(state="pending"), name="one_proposal_of_a_practitioner_waits"
            ),
            models.CheckConstraint(
                condition=Q(state="pending", decided_at=None, decided_by=None)
                | (~Q(state="pending") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="a_decided_proposal_says_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=(Q(state="declined") & ~Q(reason="")) | (~Q(state="declined") & Q(reason="")),
                name="a_declined_proposal_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "withdrawn"]) | ~Q(decided_by=F("proposed_by")),
                name="nobody_decides_about_their_own_words",
            ),
        ]

    def __str__(self) -> str:
        return str(self.practitioner)
