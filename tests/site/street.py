"""A clinic with people to see, for the pages under the roof."""

from datetime import date, timedelta
from typing import Any

from clinic.accounts.models import User
from clinic.premises.models import Clinic, Location
from consultations.models import Kind
from practitioners.models import Invitation, Practitioner, Review, ReviewState
from tests.consultations import scene


def opened() -> Clinic:
    """Lumen Skin Clinic with one location, first visits and video consultations."""
    clinic = scene.a_clinic()
    scene.a_location(rooms=2)
    scene.a_kind()
    scene.a_kind(code="video", name="Video consultation", room_kind=None, position=2)
    scene.a_kind(code="treatment_visit", name="Treatment visit", mode="staff_only", position=3)
    return clinic


def at_work(name: str, *, opens: str = "09:00", closes: str = "12:00", **changes: Any) -> Practitioner:
    """A practitioner who holds first visits and video consultations, every day of the week."""
    first, video, treatment = Kind.objects.order_by("position", "pk")
    usual = {
        "title": "Doctor", "registration_body": "Medical Council", "registration_number": "M1", "languages": ["en"],
        "registration_checked_on": date(2027, 4, 3),
    }  # fmt: skip
    practitioner = scene.a_practitioner(name, first, video, treatment, **{**usual, **changes})
    scene.works(practitioner, Location.objects.get(), opens, closes)
    return practitioner


def reviewed(practitioner: Practitioner, *stars: int, state: ReviewState = ReviewState.PUBLISHED) -> None:
    moderator, _is_new = User.objects.get_or_create(email="moderator@clinic.test")
    for number, given in enumerate(stars):
        invitation = Invitation.objects.create(
            practitioner=practitioner, moment="consultation", visited_month=date(2027, 4, 1), minted_at=scene.NOW,
            due_at=scene.NOW, sent_at=scene.NOW, expires_at=scene.NOW + timedelta(days=90),
        )  # fmt: skip
        Review.objects.create(
            invitation=invitation, practitioner=practitioner, stars=given, author="Alice", language="en", state=state,
            text=f"Words of {given} stars.", submitted_at=scene.NOW + timedelta(minutes=number), moderated_at=scene.NOW,
            moment="consultation", moderated_by=moderator,
        )  # fmt: skip
