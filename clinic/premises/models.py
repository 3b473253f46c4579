"""The one clinic, with its policy, its money, its zone and what its owner decides against rules of the place."""

from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple, Self
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from clinic.localtime import local
from clinic.premises import law
from clinic.premises.places import (
    Closure,
    ClosureImport,
    Device,
    DeviceKind,
    Location,
    ResourceKind,
    Room,
    RoomKind,
)

__all__ = [
    "Clinic",
    "Closure",
    "ClosureImport",
    "Device",
    "DeviceKind",
    "IsotretinoinPolicy",
    "Jurisdiction",
    "LegalOverride",
    "Location",
    "ResourceKind",
    "Room",
    "RoomKind",
    "StandingOverride",
    "check_zone",
]


class Jurisdiction(models.TextChoices):
    HONG_KONG = "HK", _("Hong Kong")
    TAIWAN = "TW", _("Taiwan")
    UNITED_KINGDOM = "GB", _("United Kingdom")
    UNITED_STATES = "US", _("United States")
    EUROPEAN_UNION = "EU", _("European Union")
    AUSTRALIA = "AU", _("Australia")
    CUSTOM = "custom", _("Other")


class IsotretinoinPolicy(models.TextChoices):
    CONSENSUS_2017 = "consensus2017", _("2017 consensus")
    TRADITIONAL_6M = "traditional_6m", _("Six months for everything")


def check_zone(name: str) -> None:
    """Refuse a zone name that the time-zone database does not know."""
    if name not in available_timezones():
        raise ValidationError(
            _("%(name)s is not a time zone; use a name such as Asia/Hong_Kong."), params={"name": name}
        )


class StandingOverride(NamedTuple):
    """What an owner has put in the stead of one rule of one place; of nothing where none stands."""

    place: str | None
    matter: str
    setting: str


OVERRIDE_COLUMNS = {"override_place": "place", "override_matter": "matter", "override_setting": "setting"}


class ClinicManager(models.Manager["Clinic"]):
    @cached_property
    def overridden(self) -> models.QuerySet["Clinic"]:
        """The clinic, once for each rule that its owner overrides; made once, since every page asks for it."""
        stands = FilteredRelation("overrides", condition=Q(overrides__withdrawn_at=None))
        columns = {name: F(f"stands__{column}") for name, column in OVERRIDE_COLUMNS.items()}
        return self.annotate(stands=stands).annotate(**columns)

    def the(self, found: models.QuerySet["Clinic"] | None = None) -> "Clinic":
        """The one clinic and what its owner overrides, in one question; an unsaved one before there is any."""
        rows = list((self.overridden if found is None else found).all())
        clinic = next(iter(rows), None) or Clinic(name="Complexion")
        clinic.standing = [StandingOverride(*(vars(row)[name] for name in OVERRIDE_COLUMNS)) for row in rows]
        return clinic


class Clinic(models.Model):
    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name"), max_length=120)
    tagline = models.CharField(_("tagline"), max_length=200, blank=True)
    about = models.TextField(_("about"), blank=True)
    privacy = models.TextField(_("privacy notice"), blank=True)
    opening_hours = models.TextField(_("opening hours in words"), blank=True)
    notice = models.CharField(
        _("notice"),
        max_length=300,
        blank=True,
        help_text=_("Shown at the foot of every page, for example that a demo is fictional."),
    )
    address = models.TextField(_("address"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    help_line = models.CharField(
        _("help line"),
        max_length=200,
        blank=True,
        help_text=_(
            "A number for people whom their looks weigh on, and who answers when; patients read it before a visit "
            "after “Somebody to talk to:”. Without it the page names none."
        ),
    )
    zone_name = models.CharField(
        _("time zone"),
        max_length=64,
        default="Asia/Hong_Kong",
        validators=[check_zone],
        help_text=_("All times are shown in this zone. Set it before the first booking and leave it."),
    )
    currency = models.CharField(_("currency"), max_length=3, default="HKD", help_text=_("ISO 4217, for example HKD."))
    jurisdiction = models.CharField(
        _("jurisdiction"),
        max_length=8,
        choices=Jurisdiction.choices,
        default=Jurisdiction.CUSTOM,  # nobody has chosen: the strictest rules
    )
    iso_policy = models.CharField(
        _("isotretinoin policy"),
        max_length=20,
        choices=IsotretinoinPolicy.choices,
        default=IsotretinoinPolicy.CONSENSUS_2017,
    )
    free_move_hours = models.PositiveSmallIntegerField(
        _("moving is free until"),
        default=24,
        help_text=_("Hours before the visit until which patients move it free of charge."),
    )
    free_cancel_hours = models.PositiveSmallIntegerField(
        _("cancelling is free until"),
        default=24,
        help_text=_("Hours before the visit until which patients cancel it free of charge."),
    )
    online_change_hours = models.PositiveSmallIntegerField(
        _("changes online until"),
        default=0,
        help_text=_(
            "Hours before the visit until which patients change it by themselves; later the page asks them to call. "
            "0 means until it begins."
        ),
    )
    late_fee_minor = models.PositiveIntegerField(
        _("late fee"),
        default=0,
        help_text=_("In the currency's smallest unit. Stated and recorded as owed; no money is taken."),
    )
    credits_first_visit = models.BooleanField(
        _("the first visit’s fee is taken off"),
        default=False,
        help_text=_(
            "The fee of a first visit is taken off the first treatment that follows; the cost planner says so."
        ),
    )
    grace_minutes = models.PositiveSmallIntegerField(
        _("grace after booking"),
        default=3,
        help_text=_("Minutes after booking in which a cancellation is always free."),
    )

    no_show_minutes = models.PositiveSmallIntegerField(
        _("grace before a no-show"),
        default=15,
        help_text=_("Minutes after the start of a visit before anybody may say that the patient did not come."),
    )
    open_visits = models.PositiveSmallIntegerField(
        _("visits to come at once"),
        default=3,
        validators=[MinValueValidator(1)],
        help_text=_(
            "How many visits to come a patient may have booked here by themselves, so that nobody hoards times. "
            "The desk may book more."
        ),
    )
    copies_to = models.EmailField(
        _("address for copies"),
        blank=True,
        help_text=_("Gets a copy of each request, new visit, move and cancellation, without a name. Empty: nobody."),
    )
    copies_for_practitioners = models.BooleanField(
        _("practitioners get a copy"),
        default=True,
        help_text=_("Of each new visit, move and cancellation of theirs, in their own language and without a name."),
    )

    practitioners_set_hours = models.BooleanField(
        _("practitioners change their own hours"),
        default=True,
        help_text=_(
            "Of every week and of one day; visits that lose theirs stand in the desk’s list. Off: the desk does it."
        ),
    )

    objects: ClassVar[ClinicManager] = ClinicManager()
    standing: list[StandingOverride] | None = None

    class Meta:
        verbose_name = _("clinic")
        verbose_name_plural = _("clinic")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="there_is_one_clinic")]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone_name)

    def today(self, now: datetime) -> date:
        """The day that it is at the clinic."""
        return local(now, self.zone).date()

    @property
    def free_change_hours(self) -> int:
        """Hours before a visit until which every change by patients is free, moving and cancelling alike."""
        return max(self.free_move_hours, self.free_cancel_hours)

    @property
    def law(self) -> law.Profile:
        """The rules of the place as they hold here; an override of another place's rule counts for nothing."""
        if self.standing is None:
            rows = self.overrides.standing().values_list("place", "matter", "setting")
            self.standing = [StandingOverride(*row) for row in rows]
        here = {each.matter: each.setting for each in self.standing if each.place == self.jurisdiction}
        return law.profile(self.jurisdiction, here)


class LegalOverrideQuerySet(models.QuerySet["LegalOverride"]):
    def standing(self) -> Self:
        """Those that nobody has taken back."""
        return self.filter(withdrawn_at=None)


class LegalOverride(models.Model):
    """An owner's decision against a rule of the place, with the reason; taken back it stays as history."""

    REASON = (10, 500)

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="overrides")
    place = models.CharField(_("jurisdiction"), max_length=8, choices=Jurisdiction.choices)
    matter = models.CharField(_("matter"), max_length=20, choices=law.Matter.choices)
    setting = models.CharField(_("setting"), max_length=10, choices=law.Setting.choices)
    reason = models.CharField(_("reason"), max_length=REASON[1])
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("who")
    )
    made_at = models.DateTimeField(_("made"))
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("taken back"), null=True)

    objects: ClassVar[Any] = LegalOverrideQuerySet.as_manager()

    class Meta:
        verbose_name = _("override of a rule of the place")
        verbose_name_plural = _("overrides of rules of the place")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "place", "matter"],
                condition=Q(withdrawn_at=None),
                name="one_override_of_a_rule_stands",
            ),
            models.CheckConstraint(
                condition=GreaterThanOrEqual(Length(Trim("reason")), 10), name="an_override_of_a_rule_has_its_reason"
            ),
            models.CheckConstraint(
                condition=Q(matter__in=law.Matter.values, setting__in=law.Setting.values),
                name="an_override_is_of_a_known_rule",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="an_override_taken_back_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_matter_display()}: {self.get_setting_display()}"
