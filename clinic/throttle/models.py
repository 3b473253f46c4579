"""What has been counted; a row says nothing about whom."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Count(models.Model):
    """How often somebody did something within one window of time."""

    key = models.CharField(primary_key=True, max_length=160)  # purpose, keyed hash of the subject, end of the window
    ends = models.DateTimeField(_("window ends"), db_index=True)
    hits = models.PositiveIntegerField(_("hits"))

    objects: ClassVar[models.Manager["Count"]] = models.Manager()

    class Meta:
        verbose_name = _("count")
        verbose_name_plural = _("counts")

    def __str__(self) -> str:
        return f"{self.key}: {self.hits}"
