"""When visitors see something: from one moment on, until another. Without a beginning it is a draft."""

from datetime import datetime
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

Row = TypeVar("Row", bound=models.Model)


class PublicationQuerySet(models.QuerySet[Row]):
    def published(self, now: datetime) -> Self:
        """Those a visitor may see at this moment."""
        return self.filter(Q(published_until=None) | Q(published_until__gt=now), published_from__lte=now)


class Publication(models.Model):
    published_from = models.DateTimeField(_("published from"), null=True, blank=True)
    published_until = models.DateTimeField(_("published until"), null=True, blank=True)

    class Meta:
        abstract = True

    def is_on_show(self, now: datetime) -> bool:
        """Whether a visitor may see it at this moment."""
        begun = self.published_from is not None and self.published_from <= now
        return begun and (self.published_until is None or self.published_until > now)


def withdrawn_after_published(name: str) -> Any:
    """The constraint that publication ends after it begins, under a name that says of what."""
    return models.CheckConstraint(
        condition=Q(published_until=None) | Q(published_until__gt=F("published_from")),
        name=name,
        violation_error_message=_("The end of publication comes before its beginning."),
    )
