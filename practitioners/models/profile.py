"""A practitioner, what they offer, and which kinds of visit they hold at what fee."""

from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from practitioners.models.weighing import ABOUT_THE_PRACTITIONER, READABLE, weighted
from treatments.models import Treatment


class KindCode(models.TextChoices):
    """The kinds of visit; how long each takes and when it may be booked stands in consultations."""

    FIRST_VISIT = "first_visit", _("First visit")
    FOLLOW_UP = "follow_up", _("Follow-up")
    VIDEO = "video", _("Video consultation")
    PHONE = "phone", _("Phone consultation")
    TREATMENT_VISIT = "treatment_visit", _("Treatment visit")


# What RFC 3986 lets an address be made of: a calendar file takes it as it is.
joining_address = RegexValidator(
    r"^https://(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+\Z",
    _("Enter an address that begins with https://, as the meeting software shows it."),
)


class Language(models.TextChoices):
    ENGLISH = "en", _("English")
    CANTONESE = "yue", _("Cantonese")
    MANDARIN = "cmn", _("Mandarin")
    JAPANESE = "ja", _("Japanese")
    HINDI = "hi", _("Hindi")
    FRENCH = "fr", _("French")


class Gender(models.TextChoices):
    FEMALE = "female", _("Woman")
    MALE = "male", _("Man")
    OTHER = "other", _("Another gender")


class PractitionerQuerySet(models.QuerySet["Practitioner"]):
    def listed(self) -> Self:
        """Those with a public page."""
        return self.filter(is_active=True)

    def matching(
        self,
        *,
        treatment: str = "",
        concern: str = "",
        language: str = "",
        location: str = "",
        weekday: str = "",
        gender: str = "",
    ) -> Self:
        """Those who offer the treatment or one for the concern, speak the language, and work there and then.

        As far as each is asked for. Who has not stated a gender matches none.
        """
        found = self
        if gender:
            found = found.filter(gender=gender)
        if concern:
            helping = {"offerings__treatment__facts__helps_with__concern__slug": concern}
            found = found.filter(pk__in=self.model.objects.filter(**helping).values("pk"))
        if treatment:
            found = found.filter(pk__in=self.model.objects.filter(offerings__treatment__slug=treatment).values("pk"))
        if location or weekday:  # on that day at that place, not on some day there
            asked = {"hours__location__slug": location, "hours__weekday": weekday}
            worked = self.model.objects.filter(**{path: wish for path, wish in asked.items() if wish})
            found = found.filter(pk__in=worked.values("pk"))
        if language:
            # SQLite cannot look into a JSON list; its text it can read as well as PostgreSQL.
            found = found.annotate(spoken_codes=Cast("languages", models.TextField())).filter(
                spoken_codes__contains=f'"{language}"'
            )
        return found

    def with_rating(self, now: datetime) -> Self:
        """With `rating`, the mean of the published stars in which old ones weigh less, and `review_count`."""
        counted = Q(reviews__state__in=READABLE, reviews__moment__in=ABOUT_THE_PRACTITIONER)
        return self.annotate(rating=weighted("reviews__", now, counted), review_count=Count("reviews", filter=counted))

    def with_portrait(self) -> Self:
        """With `portrait`'s digest as `portrait_digest`, None without one; the picture itself is not read."""
        return self.annotate(portrait_digest=F("portrait__digest"))

    def bookable_by_patients(self, today: date) -> Self:
        """Those a patient may book for some kind of visit, each once."""
        kinds = [kind for kind in KindCode.values if kind != KindCode.TREATMENT_VISIT]
        return self.bookable_for(kinds, today)

    def bookable(self, kind: str, today: date) -> Self:
        """Those who may be booked for this kind of visit: accepting, licensed today, and offering the kind."""
        return self.bookable_for([kind], today)

    def bookable_for(self, kinds: list[str], today: date) -> Self:
        """Those who may be booked for at least one of the kinds, each once."""
        offering = PractitionerKind.objects.filter(kind__in=kinds).values("practitioner")
        return self.listed().filter(
            Q(registration_expires_on=None) | Q(registration_expires_on__gte=today),
            accepts_bookings=True,
            pk__in=offering,
        )


class Practitioner(models.Model):
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="practitioner",
        verbose_name=_("signs in as"),
    )
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), unique=True)
    title = models.CharField(_("title in law"), max_length=120)
    registration_body = models.CharField(_("registered with"), max_length=160)
    registration_number = models.CharField(_("registration number"), max_length=40)
    registration_url = models.URLField(
        _("register"), blank=True, help_text=_("The page of the register on which everybody can look the number up.")
    )
    registration_checked_on = models.DateField(_("registration last checked"), null=True, blank=True)
    registration_expires_on = models.DateField(_("registration expires"), null=True, blank=True)
    languages = models.JSONField(_("languages"), default=list, help_text=_("Codes: en, yue, cmn, ja, hi, fr."))
    gender = models.CharField(
        _("gender"), max_length=8, choices=Gender.choices, blank=True, help_text=_("Only if the practitioner wants it.")
    )
    practising_since = models.PositiveSmallIntegerField(_("practising since (year)"))
    bio = models.TextField(_("about"), blank=True)
    approach = models.TextField(_("approach"), blank=True)
    education = models.TextField(_("education"), blank=True)
    video_url = models.URLField(
        _("joining address for video visits"),
        max_length=500,
        blank=True,
        validators=[joining_address],
        help_text=_(
            "The practitioner’s own room in the meeting software of the clinic, the same for every patient: never "
            "write anything about a patient into it. Patients read it on the page of a booked video visit, in their "
            "mails and in the calendar entry; no public page shows it. Let the room admit people one by one. After a "
            "change, everybody with a video visit to come is written to, and their calendar entry changes with it."
        ),
    )
    video_url_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_active = models.BooleanField(_("listed"), default=True)
    accepts_bookings = models.BooleanField(_("takes bookings"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    treatments: "models.ManyToManyField[Treatment, Any]" = models.ManyToManyField(
        Treatment, through="Offering", related_name="practitioners"
    )

    _history_user: Any  # a verb sets it: the history names who changed the profile, as it does for the admin
    history: ClassVar[Any]  # in both languages; translation.py begins it
    objects: ClassVar[Any] = PractitionerQuerySet.as_manager()

    class Meta:
        verbose_name = _("practitioner")
        verbose_name_plural = _("practitioners")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(video_url="") | Q(video_url__startswith="https://"),
                name="a_video_visit_is_joined_over_https",
                violation_error_message=_(
                    "Enter an address that begins with https://, as the meeting software shows it."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("practitioner", args=[self.slug])

    @property
    def monogram(self) -> str:
        """Up to two initials of the name without its title: EL for Dr Evelyn Lam."""
        words = [w for w in self.name.split() if w.rstrip(".") not in {"Dr", "Prof", "Mr", "Ms", "RN", "NP"}]
        return "".join(w[0] for w in words[:2]).upper()

    def is_registered_on(self, day: date) -> bool:
        """Whether the registration, as far as its end is known, still runs."""
        return self.registration_expires_on is None or day <= self.registration_expires_on

    @property
    def spoken(self) -> list[str]:
        """The languages in words."""
        return [str(Language(code).label) for code in self.languages if code in Language.values]


class Offering(models.Model):
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="offerings")
    treatment = models.ForeignKey(
        Treatment, on_delete=models.CASCADE, related_name="offerings", verbose_name=_("treatment")
    )
    since_year = models.PositiveSmallIntegerField(_("since (year)"), null=True, blank=True)
    device = models.CharField(_("device"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("offering")
        verbose_name_plural = _("offerings")
        ordering = ["treatment__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["practitioner", "treatment"], name="a_treatment_is_offered_once")
        ]

    def __str__(self) -> str:
        return f"{self.practitioner}: {self.treatment}"


class PractitionerKind(models.Model):
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="kinds")
    kind = models.CharField(_("kind of visit"), max_length=20, choices=KindCode.choices)
    fee_minor = models.PositiveIntegerField(_("fee"), help_text=_("In the currency's smallest unit: 40000 is HK$400."))

    class Meta:
        verbose_name = _("kind of visit")
        verbose_name_plural = _("kinds of visit")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["practitioner", "kind"], name="a_kind_of_visit_has_one_fee")]

    def __str__(self) -> str:
        return f"{self.practitioner}: {self.get_kind_display()}"
