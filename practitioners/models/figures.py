"""What a practitioner has done here, counted and never typed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from practitioners.models.profile import Practitioner


class Figures(models.Model):
    """Sums that nobody is known by: `treatments` is [{"treatment": pk, "count": n, "bands": {band: n}}].

    Fewer than five are not told apart: a treatment that was carried out less often is not listed, a band that fewer
    people have is missing, and a share of fewer visits is None.
    """

    practitioner = models.OneToOneField(Practitioner, on_delete=models.CASCADE, related_name="figures")
    completed = models.PositiveIntegerField(_("completed visits"))
    changed_percent = models.PositiveSmallIntegerField(_("plan changed, percent"), null=True)
    treatments = models.JSONField(_("treatments"), default=list)
    counted_at = models.DateTimeField(_("counted"))

    class Meta:
        verbose_name = _("figures of a practitioner")
        verbose_name_plural = _("figures of practitioners")

    def __str__(self) -> str:
        return str(self.practitioner_id)
