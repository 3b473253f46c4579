"""What brings people here: concerns with their causes, places, home care and questions."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from treatments.models.choices import CATEGORY_CHOICES, GRADE_CHOICES
from treatments.models.facts import TreatmentFacts
from treatments.models.publication import Publication, PublicationQuerySet, withdrawn_after_published
from treatments.models.stamp import ReviewStamp

# The concerns whose places the intake asks for, with its question.
ASKED_WHERE: Mapping[str, tuple[str, ...]] = {"enlarged-pores": ("pore_areas",)}


class ConcernQuerySet(PublicationQuerySet["Concern"]):
    def with_guide(self, now: datetime, questions: "FrequentQuestionQuerySet | None" = None) -> Self:
        """With every part of its guide as it stands at this moment, or with these questions, in a few queries."""
        parts = ("causes", "areas", "habits", "home_care", "expectations")
        return self.select_related("reviewed_by").prefetch_related(
            *parts,
            Prefetch("questions", FrequentQuestion.objects.published(now) if questions is None else questions),
            Prefetch("options", ProfessionalOption.objects.select_related("facts")),
        )


class Concern(Publication, ReviewStamp):
    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    summary = models.CharField(_("summary"), max_length=300)
    what = models.TextField(_("what it is"))
    when_to_see = models.TextField(_("when to see someone"), blank=True)
    do_not_combine = models.TextField(_("what not to combine"), blank=True)
    synonyms = models.CharField(
        _("other names"),
        max_length=300,
        blank=True,
        help_text=_("What else people call it and search for, with commas between."),
    )
    refs = models.JSONField(_("sources"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    history: ClassVar[Any]  # in both languages; translation.py begins it
    objects: ClassVar[Any] = ConcernQuerySet.as_manager()
    LINES = ("causes", "areas", "habits", "home_care", "options", "expectations")  # what a version of the guide holds

    class Meta:
        verbose_name = _("concern")
        verbose_name_plural = _("concerns")
        ordering = ["position", "pk"]
        constraints = [withdrawn_after_published("a_concern_is_withdrawn_after_it_is_published")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("treatments:concern", args=[self.slug])

    @property
    def asks_where(self) -> bool:
        """Whether the intake asks where it shows."""
        return self.slug in ASKED_WHERE

    @property
    def cited(self) -> list[str]:
        """The tags of all sources of the guide, each once, in the order in which the page names them."""
        parts: list[Any] = [self, *self.causes.all(), *self.habits.all(), *self.home_care.all(), *self.questions.all()]
        return list(dict.fromkeys(tag for part in parts for tag in part.refs))


class ConcernLine(models.Model):
    """A part of a concern's guide, in the order staff gave it."""

    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["position", "pk"]


class Cause(ConcernLine):
    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="causes")
    name = models.CharField(_("cause"), max_length=80)
    text = models.TextField(_("words"))
    evidence_grade = models.CharField(_("strength of evidence"), max_length=1, choices=GRADE_CHOICES)
    refs = models.JSONField(_("sources"), default=list, blank=True)

    class Meta(ConcernLine.Meta):
        verbose_name = _("cause")
        verbose_name_plural = _("causes")

    def __str__(self) -> str:
        return self.name


class Area(ConcernLine):
    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="areas")
    key = models.SlugField(_("place on the face map"), help_text=_("nose, cheeks, chin, forehead"))
    name = models.CharField(_("area"), max_length=80)
    text = models.TextField(_("words"))

    class Meta(ConcernLine.Meta):
        verbose_name = _("area")
        verbose_name_plural = _("areas")

    def __str__(self) -> str:
        return self.name


class Habit(ConcernLine):
    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="habits")
    name = models.CharField(_("habit"), max_length=120)
    text = models.TextField(_("words"))
    refs = models.JSONField(_("sources"), default=list, blank=True)

    class Meta(ConcernLine.Meta):
        verbose_name = _("habit")
        verbose_name_plural = _("habits")

    def __str__(self) -> str:
        return self.name


class HomeCare(ConcernLine):
    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="home_care")
    name = models.CharField(_("class of product"), max_length=120)
    text = models.TextField(_("what it does"))
    how_to_start = models.TextField(_("how to start"), blank=True)
    avoid = models.TextField(_("what not to combine"), blank=True)
    evidence_grade = models.CharField(_("strength of evidence"), max_length=1, choices=GRADE_CHOICES)
    refs = models.JSONField(_("sources"), default=list, blank=True)

    class Meta(ConcernLine.Meta):
        verbose_name = _("home care")
        verbose_name_plural = _("home care")

    def __str__(self) -> str:
        return self.name


class Expectation(ConcernLine):
    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="expectations")
    week = models.PositiveSmallIntegerField(_("after how many weeks"))
    text = models.TextField(_("what to expect"))

    class Meta(ConcernLine.Meta):
        verbose_name = _("expectation")
        verbose_name_plural = _("what to expect by week")

    def __str__(self) -> str:
        return str(self.week)


class ProfessionalOptionQuerySet(models.QuerySet["ProfessionalOption"]):
    def of_published_concerns(self, now: datetime) -> Self:
        """Those whose guide a visitor may read at this moment, with the concern."""
        return self.filter(concern__in=Concern.objects.published(now)).select_related("concern")


class ProfessionalOption(ConcernLine):
    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, related_name="options")
    facts = models.ForeignKey(
        TreatmentFacts, on_delete=models.CASCADE, related_name="helps_with", verbose_name=_("treatment code")
    )
    text = models.TextField(_("what it may do"))

    objects: ClassVar[Any] = ProfessionalOptionQuerySet.as_manager()

    class Meta(ConcernLine.Meta):
        verbose_name = _("professional option")
        verbose_name_plural = _("professional options")
        constraints = [models.UniqueConstraint(fields=["concern", "facts"], name="an_option_is_listed_once")]

    def __str__(self) -> str:
        return str(self.facts)


class FrequentQuestionQuerySet(PublicationQuerySet["FrequentQuestion"]):
    def general(self) -> Self:
        """Those about everything rather than one concern."""
        return self.filter(concern=None, category="")

    def about(self, category: str) -> Self:
        """Those about one category of treatments."""
        return self.filter(category=category)

    def on_pages(self, now: datetime) -> Self:
        """Those that a visitor may read at this moment: not the ones of a guide that is not shown."""
        shown = Q(concern=None) | Q(concern__in=Concern.objects.published(now))
        return self.published(now).filter(shown)


class FrequentQuestion(Publication, ReviewStamp, ConcernLine):
    concern = models.ForeignKey(
        Concern,
        on_delete=models.CASCADE,
        related_name="questions",
        null=True,
        blank=True,
        help_text=_("Leave empty for a question about everything."),
    )
    category = models.CharField(
        _("category"),
        max_length=20,
        choices=CATEGORY_CHOICES,
        blank=True,
        help_text=_("For a question about one kind of treatment, and about no concern."),
    )
    question = models.CharField(_("question"), max_length=240)
    answer = models.TextField(_("answer"))
    evidence_grade = models.CharField(_("strength of evidence"), max_length=1, choices=GRADE_CHOICES, blank=True)
    refs = models.JSONField(_("sources"), default=list, blank=True)

    history: ClassVar[Any]
    objects: ClassVar[Any] = FrequentQuestionQuerySet.as_manager()

    class Meta(ConcernLine.Meta):
        verbose_name = _("frequent question")
        verbose_name_plural = _("frequent questions")
        constraints = [
            models.CheckConstraint(
                condition=Q(concern=None) | Q(category=""),
                name="a_question_is_about_a_concern_or_a_category",
                violation_error_message=_("A question is about a concern or about a category, not both."),
            ),
            withdrawn_after_published("a_question_is_withdrawn_after_it_is_published"),
        ]

    def __str__(self) -> str:
        return self.question


class ReferenceQuerySet(models.QuerySet["Reference"]):
    def by_tag(self, tags: Iterable[str]) -> dict[str, "Reference"]:
        """The references behind these tags, in their order; a tag that nobody has entered is left out."""
        wanted = list(tags)
        found = self.in_bulk(wanted)
        return {tag: found[tag] for tag in wanted if tag in found}


class Reference(models.Model):
    """A source that facts and rules name by its tag."""

    tag = models.CharField(_("tag"), max_length=8, primary_key=True)
    citation = models.TextField(_("citation"))
    status = models.CharField(_("what we read of it"), max_length=80)

    history: ClassVar[Any]
    objects: ClassVar[Any] = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        ordering = ["tag"]

    def __str__(self) -> str:
        return f"{self.tag}: {self.citation}"
