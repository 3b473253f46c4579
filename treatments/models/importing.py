"""Files with which staff change many treatments at once."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CatalogueImport(models.Model):
    """A file as somebody brought it: read once to tell what it would do, and again when that is confirmed."""

    name = models.CharField(_("file"), max_length=120)
    content = models.BinaryField(_("content"))
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("brought by")
    )
    brought_at = models.DateTimeField(_("brought"))
    applied_at = models.DateTimeField(_("imported"), null=True, blank=True)
    added = models.PositiveIntegerField(_("added"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-brought_at", "-pk"]

    def __str__(self) -> str:
        return self.name
