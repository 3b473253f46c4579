"""The science of each of the eleven treatment codes, with its sources."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from treatments.models.choices import CATEGORY_CHOICES, CODE_CHOICES, GRADE_CHOICES, PHOTOTYPE_CHOICES
from treatments.models.stamp import ReviewStamp


class Suits(models.TextChoices):
    USUAL = "usual", _("Usual care")
    CARE = "care", _("With care")
    ASK = "ask", _("Ask first")


class Likelihood(models.TextChoices):
    COMMON = "common", _("Common")
    UNCOMMON = "uncommon", _("Uncommon")
    RARE = "rare", _("Rare")


class TreatmentFacts(ReviewStamp):
    code = models.CharField(_("treatment code"), max_length=20, choices=CODE_CHOICES, primary_key=True)
    category = models.CharField(_("category"), max_length=20, choices=CATEGORY_CHOICES)
    name = models.CharField(_("name"), max_length=120)
    short = models.CharField(_("in one sentence"), max_length=240)
    mechanism = models.TextField(_("how it works"))
    depth_from_um = models.PositiveIntegerField(_("depth from (µm)"), default=0)
    depth_to_um = models.PositiveIntegerField(_("depth to (µm)"))
    depth_note = models.CharField(_("note on the depth"), max_length=240, blank=True)
    sessions_min = models.PositiveSmallIntegerField(_("sessions, at least"))
    sessions_max = models.PositiveSmallIntegerField(_("sessions, at most"))
    spacing_min_days = models.PositiveSmallIntegerField(_("days between sessions, at least"))
    spacing_max_days = models.PositiveSmallIntegerField(_("days between sessions, at most"))
    downtime_typical_days = models.PositiveSmallIntegerField(_("downtime in days, typical"))
    downtime_cautious_days = models.PositiveSmallIntegerField(_("downtime in days, cautious"))
    upkeep_per_year_min = models.PositiveSmallIntegerField(_("sessions of upkeep a year, at least"), default=0)
    upkeep_per_year_max = models.PositiveSmallIntegerField(_("sessions of upkeep a year, at most"), default=0)
    pain_min = models.DecimalField(_("pain, least (0 to 10)"), max_digits=3, decimal_places=1)
    pain_max = models.DecimalField(_("pain, most (0 to 10)"), max_digits=3, decimal_places=1)
    pain_note = models.CharField(_("note on how it feels"), max_length=240, blank=True)
    longevity = models.CharField(_("how long it lasts"), max_length=240)
    for_pores = models.TextField(_("what it does for pores"))
    evidence_grade = models.CharField(_("strength of evidence"), max_length=1, choices=GRADE_CHOICES)
    refs = models.JSONField(_("sources"), default=list, blank=True)
    suitability_note = models.TextField(_("note on skin types"), blank=True)
    sensitivity_note = models.TextField(_("note on sensitive skin"), blank=True)
    who_should_not = models.TextField(_("who should not have it"), blank=True)
    device_note = models.TextField(_("note on devices"), blank=True)

    history: ClassVar[Any]  # in both languages; translation.py begins it
    LINES = ("suitability", "side_effects", "before_care", "recovery", "aftercare")  # what a version of the facts holds

    class Meta:
        verbose_name = _("treatment facts")
        verbose_name_plural = _("treatment facts")
        ordering = ["category", "depth_to_um"]
        constraints = [
            models.CheckConstraint(condition=Q(depth_to_um__gte=F("depth_from_um")), name="depth_runs_downwards"),
            models.CheckConstraint(condition=Q(sessions_max__gte=F("sessions_min")), name="sessions_run_upwards"),
            models.CheckConstraint(
                condition=Q(spacing_max_days__gte=F("spacing_min_days")), name="spacing_runs_upwards"
            ),
            models.CheckConstraint(
                condition=Q(upkeep_per_year_max__gte=F("upkeep_per_year_min")), name="upkeep_runs_upwards"
            ),
            models.CheckConstraint(
                condition=Q(downtime_cautious_days__gte=F("downtime_typical_days")),
                name="cautious_downtime_is_the_longer",
                violation_error_message=_("The cautious downtime cannot be shorter than the typical one."),
            ),
            models.CheckConstraint(
                condition=Q(pain_min__gte=0, pain_max__lte=10, pain_max__gte=F("pain_min")),
                name="pain_is_between_0_and_10",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("treatments:facts", args=[self.code])


class FactsLine(models.Model):
    """A line of a code's facts, in the order staff gave it."""

    facts: models.ForeignKey[TreatmentFacts, TreatmentFacts]
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["position", "pk"]


class Suitability(models.Model):
    facts = models.ForeignKey(TreatmentFacts, on_delete=models.CASCADE, related_name="suitability")
    phototype = models.CharField(_("skin type"), max_length=3, choices=PHOTOTYPE_CHOICES)
    suits = models.CharField(_("for this skin type"), max_length=10, choices=Suits.choices)

    class Meta:
        verbose_name = _("skin type")
        verbose_name_plural = _("skin types")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["facts", "phototype"], name="a_skin_type_is_judged_once"),
            models.CheckConstraint(
                condition=Q(suits__in=["usual", "care", "ask"]), name="suitability_is_usual_care_or_ask"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.phototype}: {self.get_suits_display()}"


class SideEffect(FactsLine):
    facts = models.ForeignKey(TreatmentFacts, on_delete=models.CASCADE, related_name="side_effects")
    text = models.CharField(_("side effect"), max_length=240)
    likelihood = models.CharField(_("likelihood"), max_length=10, choices=Likelihood.choices)

    class Meta(FactsLine.Meta):
        verbose_name = _("side effect")
        verbose_name_plural = _("side effects")

    def __str__(self) -> str:
        return self.text


class BeforeCareStep(FactsLine):
    """What to do or leave off from so many days before a session; day 0 is the day itself."""

    facts = models.ForeignKey(TreatmentFacts, on_delete=models.CASCADE, related_name="before_care")
    days_before = models.PositiveSmallIntegerField(_("days before"))
    topic = models.SlugField(_("topic"), help_text=_("One word without blanks: sun, acids, retinoid."))
    text = models.CharField(_("words"), max_length=400)

    class Meta(FactsLine.Meta):
        verbose_name = _("step before")
        verbose_name_plural = _("care before, by day")
        constraints = [models.UniqueConstraint(fields=["facts", "topic"], name="a_topic_is_cared_for_once_before")]

    def __str__(self) -> str:
        return f"{self.days_before}: {self.text}"


class DayRange(FactsLine):
    """A stretch of days after a session; day 0 is the day itself, both ends belong to it."""

    day_from = models.PositiveSmallIntegerField(_("from day"))
    day_to = models.PositiveSmallIntegerField(_("to day"))
    text = models.CharField(_("words"), max_length=400)

    class Meta(FactsLine.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.day_from}–{self.day_to}: {self.text}"


class AftercareStep(DayRange):
    facts = models.ForeignKey(TreatmentFacts, on_delete=models.CASCADE, related_name="aftercare")

    class Meta(DayRange.Meta):
        abstract = False
        verbose_name = _("aftercare step")
        verbose_name_plural = _("aftercare by day")
        constraints = [
            models.CheckConstraint(condition=Q(day_to__gte=F("day_from")), name="aftercare_days_run_forwards")
        ]


class RecoveryStage(DayRange):
    facts = models.ForeignKey(TreatmentFacts, on_delete=models.CASCADE, related_name="recovery")

    class Meta(DayRange.Meta):
        abstract = False
        verbose_name = _("recovery stage")
        verbose_name_plural = _("recovery by day")
        constraints = [
            models.CheckConstraint(condition=Q(day_to__gte=F("day_from")), name="recovery_days_run_forwards")
        ]
