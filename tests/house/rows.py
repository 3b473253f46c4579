"""What else stands on the stage of the walk: a row for every list of the admin, and pictures."""

from datetime import timedelta

from clinic.premises.models import Closure, Device, Location
from practitioners.models import Practitioner, TimeOff
from tests import factories, pictures
from tests.cast import TUESDAY, Cast
from tests.factories import NOW
from treatments.models import FrequentQuestion, Reference, TreatmentCategory


def lay(cast: Cast, imani: Practitioner) -> None:
    _of_the_admin(imani)
    pictures.portrait(imani, by=cast.sam)


def arguments() -> dict[tuple[str, str], str]:
    """What these rows put into addresses."""
    return {("/practitioners/", "size"): "small"}


def _of_the_admin(imani: Practitioner) -> None:
    Device.objects.create(location=Location.objects.all()[0], name="Fractional laser")
    Closure.objects.create(
        first_day=TUESDAY, last_day=TUESDAY, reason="Training", location=factories.location("Kowloon")
    )
    TimeOff.objects.create(practitioner=imani, starts=NOW + timedelta(days=9), ends=NOW + timedelta(days=10))
    TreatmentCategory.objects.create(key="peels", name="Peels")
    Reference.objects.create(tag="R1", citation="A trial.", status="read")
    FrequentQuestion.objects.create(question="Does it hurt?", answer="A little.")
