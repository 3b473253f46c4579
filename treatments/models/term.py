"""The words that a patient meets, each explained in a sentence and known by its other names."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from treatments.models.concern import Concern
from treatments.models.publication import Publication, PublicationQuerySet, withdrawn_after_published


class Topic(models.TextChoices):
    SKIN = "skin", _("Skin, pores and marks")
    TREATMENTS = "treatments", _("Treatments")
    CARE = "care", _("Products and care at home")
    COURSE = "course", _("Before, during and after a treatment")
    HEALTH = "health", _("Health and medicines")
    FINDINGS = "findings", _("What this site and the clinic say")


class Term(Publication):
    """A word with its meaning; the name is Hong Kong's, what is said elsewhere stands among the synonyms."""

    slug = models.SlugField(_("slug"), unique=True)
    topic = models.CharField(_("topic"), max_length=20, choices=Topic.choices)
    name = models.CharField(_("name"), max_length=80)
    meaning = models.CharField(_("meaning"), max_length=300, help_text=_("In a plain sentence or two."))
    synonyms = models.CharField(
        _("other names"),
        max_length=300,
        blank=True,
        help_text=_("What else people call it and search for, with commas between."),
    )
    codes = models.JSONField(
        _("treatment codes"), default=list, blank=True, help_text=_("Which treatments the entry leads to.")
    )
    concern = models.ForeignKey(
        Concern,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="terms",
        verbose_name=_("concern"),
        help_text=_("Which guide the entry leads to."),
    )
    is_linked = models.BooleanField(
        _("linked from texts"),
        default=True,
        help_text=_("Guides and treatment pages link the name where it first stands. Not for everyday words."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    history: ClassVar[Any]  # in both languages; translation.py begins it
    objects: ClassVar[Any] = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("glossary")
        ordering = ["position", "pk"]
        constraints = [withdrawn_after_published("a_term_is_withdrawn_after_it_is_published")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('treatments:glossary')}#{self.slug}"

    def guide(self, now: datetime) -> Concern | None:
        """The guide it leads to, as far as visitors may read it at this moment."""
        return self.concern if self.concern and self.concern.is_on_show(now) else None
