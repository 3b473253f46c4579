"""Links that public texts lead to, and what came of following them."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkState(models.TextChoices):
    ANSWERS = "answers", _("Answers")
    BROKEN = "broken", _("Broken")
    UNCHECKED = "unchecked", _("Not checked")


class Finding(models.TextChoices):
    """What came of following a link, where it did not simply answer."""

    GONE = "gone", _("There is no such page.")
    NO_ADDRESS = "no_address", _("This is no address.")
    NO_SUCH_HOST = "no_such_host", _("No computer of this name was found.")
    REFUSED = "refused", _("It answers, but not to us: look at it yourself.")
    NO_ANSWER = "no_answer", _("No answer came in time.")
    CERTIFICATE = "certificate", _("Its certificate could not be verified.")
    INSIDE = "inside", _("It leads into a private network, where we do not look.")


class CheckedLink(models.Model):
    url = models.CharField(_("link"), max_length=500, unique=True)
    found_in = models.JSONField(_("found in"), default=list)  # pairs of a model and the key of a row
    state = models.CharField(_("state"), max_length=10, choices=LinkState.choices, default=LinkState.UNCHECKED)
    finding = models.CharField(_("what came of it"), max_length=12, choices=Finding.choices, blank=True)
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    tried_at = models.DateTimeField(_("last tried"))
    answered_at = models.DateTimeField(_("last answered"), null=True, blank=True)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["url"]

    def __str__(self) -> str:
        return self.url
