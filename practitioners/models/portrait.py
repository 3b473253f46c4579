"""A practitioner's photograph."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from practitioners.models.profile import Practitioner


class PortraitSize(models.TextChoices):
    """The two sizes, by the name of their column; the number is the longer edge in dots."""

    LARGE = "large", "960"
    SMALL = "small", "256"

    @property
    def longest(self) -> int:
        return int(self.label)


class Portrait(models.Model):
    """Written anew when it came in, and kept in the database, one row for a practitioner.

    So whatever backs up the database holds it, both databases do alike, and taking it down leaves no file behind. Lists
    ask for the digest alone: `Practitioner.objects.with_portrait()`.
    """

    practitioner = models.OneToOneField(Practitioner, on_delete=models.CASCADE, related_name="portrait")
    large = models.BinaryField()
    small = models.BinaryField()
    digest = models.CharField(max_length=64)
    put_up_at = models.DateTimeField(_("since"))
    put_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("photograph of a practitioner")
        verbose_name_plural = _("photographs of practitioners")

    def __str__(self) -> str:
        return str(self.practitioner)
