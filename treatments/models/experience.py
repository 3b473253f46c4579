"""How long a treatment showed on the people who had it here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from treatments.models.catalogue import Treatment


class ReportedDowntime(models.Model):
    """What patients of the clinic reported in public; there from ten reports on. All in days."""

    treatment = models.OneToOneField(Treatment, on_delete=models.CASCADE, related_name="reported")
    reports = models.PositiveIntegerField(_("reports"))
    half = models.PositiveSmallIntegerField(_("half of them had at most"))
    most = models.PositiveSmallIntegerField(_("four in five had at most"))
    told = models.PositiveSmallIntegerField(_("told, in the middle"), null=True)
    counted_at = models.DateTimeField(_("counted"))

    class Meta:
        verbose_name = _("reported downtime")
        verbose_name_plural = _("reported downtimes")
        constraints = [
            models.CheckConstraint(condition=models.Q(reports__gte=10), name="fewer_than_ten_reports_say_nothing")
        ]

    def __str__(self) -> str:
        return str(self.treatment_id)
