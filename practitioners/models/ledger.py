"""The open ledger: every act about a review, in one chain that shows when a link is changed or missing."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.constraints import AppendOnly
from practitioners.models.review import Review


class Act(models.TextChoices):
    RECEIVED = "received", _("Received")
    EDITED = "edited", _("Edited by its author")
    PUBLISHED = "published", _("Published")
    WITHHELD = "withheld", _("Withheld")
    REPORTED = "reported", _("Reported by a reader")
    APPEALED = "appealed", _("Appealed by its author")
    UPHELD = "upheld", _("Still withheld after the appeal")
    WITHDRAWN = "withdrawn", _("Withdrawn by its author")


class LedgerAct(models.Model):
    """One act. `content` is the digest of what the review said then; `digest` covers all of it and the act before."""

    number = models.PositiveIntegerField(_("number"), primary_key=True)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="acts")
    act = models.CharField(_("act"), max_length=10, choices=Act.choices)
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"))
    content = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("act of the ledger")
        verbose_name_plural = _("ledger")
        ordering = ["number"]
        constraints = [AppendOnly(name="the_ledger_is_append_only")]

    def __str__(self) -> str:
        return f"{self.number}: {self.act}"


class LedgerHead(models.Model):
    """The end of the chain, in one row that is locked to add to it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    number = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("head of the ledger")
        verbose_name_plural = _("head of the ledger")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="the_ledger_has_one_head")]

    def __str__(self) -> str:
        return str(self.number)
