"""What reviews are told apart by, and what they weigh."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, F, FloatField, Q, Sum, Value, When
from django.utils.translation import gettext_lazy as _

YEAR = timedelta(days=365)
# How much a review weighs by its age: all in its first year, half in its second, a quarter from then on.
WEIGHTS = ((YEAR, 1.0), (2 * YEAR, 0.5))
OLDEST_WEIGHT = 0.25


class Moment(models.TextChoices):
    """When a visit asks for a review; the first two are about the practitioner, the others about the treatment."""

    CONSULTATION = "consultation", _("After the consultation")
    COMFORT = "comfort", _("Three days after a treatment")
    RESULT = "result", _("Six weeks after a treatment")
    AGAIN = "again", _("Six months after a treatment")


ABOUT_THE_PRACTITIONER = (Moment.CONSULTATION, Moment.COMFORT)
ABOUT_THE_TREATMENT = (Moment.RESULT, Moment.AGAIN)


class ReviewState(models.TextChoices):
    PENDING = "pending", _("Waiting for a moderator")
    PUBLISHED = "published", _("Published")
    FLAGGED = "flagged", _("Published and reported")
    WITHHELD = "withheld", _("Withheld")
    WITHDRAWN = "withdrawn", _("Withdrawn by its author")


# A report alone takes nothing away: whoever dislikes a review could otherwise silence it with one press.
READABLE = (ReviewState.PUBLISHED, ReviewState.FLAGGED)


class WithheldFor(models.TextChoices):
    """Why a review may be withheld. That it is negative is no reason, so the list has none such."""

    PERSONAL_DATA = "personal_data", _("Personal data of the author or another person")
    HEALTH_OF_OTHERS = "health_of_others", _("Health facts of another person")
    ABUSE = "abuse", _("Threats or abuse")
    ADVERTISING = "advertising", _("Advertising")
    NOT_ABOUT_VISIT = "not_about_visit", _("Not about the visit")


class SkinBand(models.TextChoices):
    """Phototypes in pairs, as an author may show them: no finer, so that nobody is known by them."""

    LIGHT = "1-2", _("Skin types I and II")
    MEDIUM = "3-4", _("Skin types III and IV")
    DARK = "5-6", _("Skin types V and VI")


def weight(path: str, now: datetime) -> Case:
    """What each review at `path` ("reviews__", or "" for the reviews themselves) weighs by its age."""
    ages = [When(**{f"{path}submitted_at__gt": now - age}, then=Value(weight)) for age, weight in WEIGHTS]
    return Case(*ages, default=Value(OLDEST_WEIGHT), output_field=FloatField())


def weighted(path: str, now: datetime, counted: Q) -> Any:
    """The mean: the sum of stars x weight over the sum of the weights, of the reviews that are counted."""
    weights = weight(path, now)
    stars = Sum(F(f"{path}stars") * weights, filter=counted, output_field=FloatField())
    return stars / Sum(weights, filter=counted, output_field=FloatField())
