"""What the clinic sells: treatments, each carrying one of the eleven codes, in four categories."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.premises.models import DeviceKind
from treatments.models.choices import CATEGORY_CHOICES
from treatments.models.concern import ProfessionalOption
from treatments.models.facts import TreatmentFacts
from treatments.models.publication import Publication, PublicationQuerySet, withdrawn_after_published
from treatments.planning.costs import Plan, Span
from treatments.planning.events import Recovery


class PriceKind(models.TextChoices):
    FIXED = "fixed", _("Fixed price")
    FROM = "from", _("From")
    AFTER_EXAMINATION = "after_examination", _("Priced after the examination")


class TreatmentCategory(models.Model):
    """The words of one of the four categories."""

    key = models.CharField(_("category"), max_length=20, choices=CATEGORY_CHOICES, unique=True)
    name = models.CharField(_("name"), max_length=80)
    intro = models.TextField(_("introduction"), blank=True)
    what_to_expect = models.TextField(_("what to expect"), blank=True)
    who_may_not = models.TextField(_("who it may not fit"), blank=True)
    refs = models.JSONField(_("sources"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    history: ClassVar[Any]

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class TreatmentQuerySet(PublicationQuerySet["Treatment"]):
    def with_facts(self) -> Self:
        return self.select_related("facts")

    def with_comparison(self) -> Self:
        """With all that is compared, in a fixed number of queries."""
        return self.with_facts().prefetch_related("facts__suitability", "facts__side_effects")

    def with_page(self, now: datetime) -> Self:
        """With all that the treatment's own page shows at this moment, in a fixed number of queries."""
        return (
            self.with_facts()
            .select_related("reported", "facts__reviewed_by")
            .prefetch_related(*_parts_of_facts(now, "facts__"), "offerings__practitioner")
        )

    def facts_beside(self) -> models.QuerySet[TreatmentFacts]:
        """The facts of the codes that none of these carries."""
        return TreatmentFacts.objects.exclude(pk__in=self.order_by().values("facts"))

    def facts_with_page(self, now: datetime) -> models.QuerySet[TreatmentFacts]:
        """The same, with all that their own page shows at this moment."""
        return self.facts_beside().select_related("reviewed_by").prefetch_related(*_parts_of_facts(now))

    def matching(
        self,
        *,
        category: str = "",
        skin_type: str = "",
        concern: str = "",
        price_kind: str = "",
        downtime: int | None = None,
        budget: int | None = None,
    ) -> Self:
        """Those that meet every wish that is stated.

        `downtime` is in days and met by the cautious figure, `budget` in the smallest unit of the currency for one
        session; a skin type is met where nothing needs to be asked first.
        """
        wishes: dict[str, Any] = {
            "category": category or None,
            "facts__helps_with__concern__slug": concern or None,
            "price_kind": price_kind or None,
            "facts__downtime_cautious_days__lte": downtime,
            "price_minor__lte": budget,
            "facts__suitability__phototype": skin_type or None,
            "facts__suitability__suits__in": ["usual", "care"] if skin_type else None,
        }
        # One call, so that the skin type and its judgement are asked of the same row.
        return self.filter(**{field: wish for field, wish in wishes.items() if wish is not None})


class Treatment(Publication):
    facts = models.ForeignKey(
        "treatments.TreatmentFacts",
        on_delete=models.PROTECT,
        related_name="treatments",
        to_field="code",
        db_column="code",
        verbose_name=_("treatment code"),
        help_text=_("The code carries the science: depth, downtime, rules."),
    )
    category = models.CharField(_("category"), max_length=20, choices=CATEGORY_CHOICES)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), unique=True)
    summary = models.TextField(_("summary"))
    included = models.TextField(_("what the price includes"), blank=True)
    synonyms = models.CharField(
        _("other names"),
        max_length=300,
        blank=True,
        help_text=_("What else people call it and search for, with commas between."),
    )
    price_minor = models.PositiveIntegerField(
        _("price"),
        null=True,
        blank=True,
        help_text=_("Per session, in the currency's smallest unit: 180000 is HK$1,800."),
    )
    price_kind = models.CharField(_("kind of price"), max_length=20, choices=PriceKind.choices, default=PriceKind.FIXED)
    price_is_example = models.BooleanField(
        _("example price"), default=False, help_text=_("Shown as an example, for demonstrations.")
    )
    duration_minutes = models.PositiveSmallIntegerField(_("duration in minutes"))
    device_kind = models.ForeignKey(
        DeviceKind,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("needs a device that serves as"),
        help_text=_("A visit at which this is carried out is booked only while such a device is free."),
    )
    course_sessions = models.PositiveSmallIntegerField(
        _("sessions of a course"),
        null=True,
        blank=True,
        help_text=_("As the clinic plans it. Empty: the range that the facts of the code state."),
    )
    course_spacing_days = models.PositiveSmallIntegerField(_("days between sessions"), null=True, blank=True)
    upkeep_per_year = models.PositiveSmallIntegerField(_("sessions of upkeep a year"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    history: ClassVar[Any]  # in both languages; translation.py begins it
    objects: ClassVar[Any] = TreatmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(price_kind="after_examination") | Q(price_minor__isnull=False),
                name="a_price_is_stated_or_follows_the_examination",
                violation_error_message=_("Enter a price, or choose “Priced after the examination”."),
            ),
            withdrawn_after_published("a_treatment_is_withdrawn_after_it_is_published"),
            models.CheckConstraint(
                condition=Q(course_sessions=None) | Q(course_sessions__gte=1),
                name="a_course_has_a_session",
                violation_error_message=_("A course has at least one session."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("treatments:treatment", args=[self.slug])

    @property
    def code(self) -> str:
        return self.facts_id

    @property
    def plan(self) -> Plan:
        """How the clinic plans it, and where it does not say, the range that the facts of the code state."""
        facts, stated = self.facts, self.price_kind != PriceKind.AFTER_EXAMINATION
        return Plan(
            price_minor=self.price_minor if stated else None,
            sessions=_planned(self.course_sessions, facts.sessions_min, facts.sessions_max),
            upkeep_per_year=_planned(self.upkeep_per_year, facts.upkeep_per_year_min, facts.upkeep_per_year_max),
        )

    @property
    def recovery(self) -> Recovery:
        """How long one looks treated, over the sessions of a course as the clinic plans them."""
        facts = self.facts
        return Recovery(
            typical=facts.downtime_typical_days,
            cautious=facts.downtime_cautious_days,
            sessions=self.plan.sessions.most,
            spacing=self.course_spacing_days or facts.spacing_max_days,
        )


def _parts_of_facts(now: datetime, path: str = "") -> list[str | Prefetch]:  # type: ignore[type-arg]
    """What stands below the facts of a code, for a page that shows all of it."""
    lines = ("suitability", "side_effects", "before_care", "aftercare", "recovery")
    guides = Prefetch(f"{path}helps_with", ProfessionalOption.objects.of_published_concerns(now))
    return [*(f"{path}{name}" for name in lines), guides]


def _planned(own: int | None, least: int, most: int) -> Span:
    return Span(least, most) if own is None else Span.just(own)
