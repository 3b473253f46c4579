"""A row for every list of the admin that the walk's cast leaves empty."""

from datetime import timedelta

from clinic.accounts.models import User
from clinic.premises.models import Closure, Device, Location
from practitioners.models import Practitioner, TimeOff
from tests import factories
from tests.cast import TUESDAY
from tests.factories import NOW
from treatments.models import (
    CatalogueImport,
    CheckedLink,
    Combination,
    Comparison,
    FrequentQuestion,
    Reference,
    Term,
    TreatmentCategory,
)


def rows_of_the_admin(imani: Practitioner, sam: User) -> None:
    Device.objects.create(location=Location.objects.all()[0], name="Fractional laser")
    Closure.objects.create(
        first_day=TUESDAY, last_day=TUESDAY, reason="Training", location=factories.location("Kowloon")
    )
    TimeOff.objects.create(practitioner=imani, starts=NOW + timedelta(days=9), ends=NOW + timedelta(days=10))
    TreatmentCategory.objects.create(key="peels", name="Peels")
    Reference.objects.create(tag="R1", citation="A trial.", status="read")
    FrequentQuestion.objects.create(question="Does it hurt?", answer="A little.", published_from=NOW)
    CheckedLink.objects.create(url="https://register.example/", tried_at=NOW)
    CatalogueImport.objects.create(
        name="prices.csv", content=b"slug,minutes\npolish,30\n", brought_by=sam, brought_at=NOW
    )
    Comparison.objects.create(slug="laser-or-peel", title="Laser or peel?", intro="Both.", published_from=NOW)
    Term.objects.create(slug="pore", topic="skin", name="Pore", meaning="An opening.", published_from=NOW)
    Combination.objects.create(first=["ipl"], then=["ipl"], wait_days=14, reason="Rest.", position=1)
