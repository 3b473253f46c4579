"""Comparisons that somebody wrote: two ways side by side, in words, with their sources."""

from typing import Any, ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from treatments.models.choices import GRADE_CHOICES
from treatments.models.publication import Publication, PublicationQuerySet, withdrawn_after_published
from treatments.models.stamp import ReviewStamp


class ComparisonQuerySet(PublicationQuerySet["Comparison"]):
    def with_page(self) -> Self:
        """With all that the comparison's own page shows, in a fixed number of queries."""
        return self.select_related("reviewed_by").prefetch_related("lines")


class Comparison(Publication, ReviewStamp):
    """Two ways, or one question about several, answered in an introduction, lines side by side and a conclusion."""

    slug = models.SlugField(_("slug"), unique=True)
    title = models.CharField(_("title"), max_length=120)
    intro = models.TextField(_("introduction"))
    first = models.CharField(_("heading of the first column"), max_length=80, blank=True)
    second = models.CharField(_("heading of the second column"), max_length=80, blank=True)
    conclusion = models.TextField(_("what follows from it"), blank=True)
    codes = models.JSONField(
        _("treatment codes"), default=list, blank=True, help_text=_("Which treatments the page leads to.")
    )
    evidence_grade = models.CharField(_("strength of evidence"), max_length=1, choices=GRADE_CHOICES, blank=True)
    refs = models.JSONField(_("sources"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    history: ClassVar[Any]  # in both languages; translation.py begins it
    objects: ClassVar[Any] = ComparisonQuerySet.as_manager()
    LINES = ("lines",)  # what a version of the comparison holds

    class Meta:
        verbose_name = _("comparison")
        verbose_name_plural = _("comparisons")
        ordering = ["position", "pk"]
        constraints = [withdrawn_after_published("a_comparison_is_withdrawn_after_it_is_published")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("treatments:comparison", args=[self.slug])


class ComparisonLine(models.Model):
    """What the two ways have to say to one point."""

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    point = models.CharField(_("point"), max_length=80)
    first = models.TextField(_("first column"))
    second = models.TextField(_("second column"))

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.point
