"""The private address at which a practitioner's calendar reads their visits."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from practitioners.models import Practitioner


class CalendarFeed(models.Model):
    """The one address of a practitioner's calendar; only its hash is kept."""

    practitioner = models.OneToOneField(Practitioner, on_delete=models.CASCADE, related_name="feed")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return str(self.practitioner_id)
