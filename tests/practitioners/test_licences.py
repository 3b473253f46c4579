"""A registration that ends: staff hear of it in time, each time once, and booking ends by itself."""

from datetime import date, timedelta

import pytest

from clinic.accounts.roles import Role
from clinic.outbox.models import OutboundMessage
from practitioners import licences
from practitioners.models import Practitioner
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TODAY = date(2027, 5, 3)


@pytest.fixture
def imani(cast) -> Practitioner:
    found: Practitioner = Practitioner.objects.get(slug="dr-imani")
    return found


def ends(practitioner: Practitioner, days: int) -> None:
    practitioner.registration_expires_on = TODAY + timedelta(days=days)
    practitioner.save()


def told() -> list[str]:
    return sorted(OutboundMessage.objects.filter(key__startswith="licence:").values_list("to", flat=True))


@pytest.mark.parametrize(
    ("days", "warning"), [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)]
)
def test_the_warning_is_the_nearest_of_sixty_thirty_and_seven_days(imani, days: int, warning: int | None) -> None:
    ends(imani, days)
    assert [due for who, due in licences.ending(TODAY) if who == imani] == ([warning] if warning else [])


def test_staff_and_owners_are_written_to_once_for_each_of_the_three_days(cast, imani) -> None:
    ends(imani, 60)
    for days in (0, 1, 29, 30, 31, 53, 60, 61):
        licences.warn(now=NOW + timedelta(days=days))
    assert told() == sorted([cast.sam.email, cast.owner.email] * 3)
    mail = OutboundMessage.objects.filter(key__startswith="licence:", to=cast.sam.email)[0]
    assert "The registration of Dr Imani ends on" in str(mail.text)


def test_a_renewed_registration_begins_anew(cast, imani) -> None:
    ends(imani, 7)
    licences.warn(now=NOW)
    ends(imani, 365)
    licences.warn(now=NOW)
    assert len(told()) == 2
    licences.warn(now=NOW + timedelta(days=305))
    assert len(told()) == 4


def test_who_has_left_the_house_is_not_written_to(cast, imani) -> None:
    ends(imani, 7)
    cast.sam.is_active = False
    cast.sam.save()
    factories.user("eve@clinic.test", Role.PRACTITIONER)
    licences.warn(now=NOW)
    assert told() == [cast.owner.email]
