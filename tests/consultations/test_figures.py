"""What a practitioner has done here: counted, in groups of five and more."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from consultations import figures
from consultations.models import Consultation, Grading, Performed
from practitioners.models import Figures, Practitioner
from tests import factories
from tests.factories import NOW, at
from treatments.models import Treatment

pytestmark = pytest.mark.django_db


@pytest.fixture
def imani(cast) -> Practitioner:
    found: Practitioner = Practitioner.objects.get(slug="dr-imani")
    return found


def treated(who: Practitioner, times: int, *, phototype: str = "", asked: bool = True) -> None:
    """So many people had the first treatment, graded so, having asked about it or about nothing."""
    treatment = Treatment.objects.order_by("position")[0]
    before = Consultation.objects.count()
    for number in range(before, before + times):
        address = f"patient-{number}@patients.test"
        whose = factories.patient("Bob Chan", factories.user(address))
        day = date(2027, 5, 4) + timedelta(days=7 * number)
        visit = factories.consultation(whose, who, at("14:00", day), now=at("09:00", day) - timedelta(days=2))
        visit.treatments.set([treatment] if asked else Treatment.objects.exclude(pk=treatment.pk)[:1])
        Performed.objects.create(
            consultation=visit, treatment=treatment, code=treatment.facts_id, session=1, performed_by=who,
            performed_on=day,
        )  # fmt: skip
        if phototype:
            Grading.objects.create(
                patient=whose, consultation=visit, made_by=who, made_at=NOW, phototype=phototype, pores=""
            )


def counted(who: Practitioner) -> Figures:
    figures.count(now=NOW)
    found: Figures = Figures.objects.get(practitioner=who)
    return found


def test_a_worker_that_dies_over_the_downtime_counts_everything_in_its_next_round(imani) -> None:
    def dies(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if "practitioners_review" in sql:
            raise OperationalError
        return execute(sql, *rest)

    with connection.execute_wrapper(dies), pytest.raises(OperationalError):
        figures.count(now=NOW)
    assert figures.count(now=NOW) == Practitioner.objects.count()


def test_nothing_is_told_of_fewer_than_five(imani) -> None:
    treated(imani, 4, phototype="V")
    found = counted(imani)
    assert (found.treatments, found.changed_percent) == ([], None)


def test_a_band_is_told_from_five_people_on_and_a_grading_outweighs_the_answers(imani) -> None:
    treated(imani, 5, phototype="V")
    treated(imani, 4, phototype="II")
    (row,) = counted(imani).treatments
    assert (row["count"], row["bands"]) == (9, {"5-6": 5})


def test_without_a_grading_the_answers_count(imani) -> None:
    treated(imani, 5)
    (row,) = counted(imani).treatments
    assert sum(row["bands"].values()) == 5


def test_a_plan_changed_when_something_else_was_done_than_was_asked_about(imani) -> None:
    factories.treatment("peel_superficial", "peels", slug="peel", position=9)
    treated(imani, 3)
    treated(imani, 1, asked=False)
    assert counted(imani).changed_percent is None
    Figures.objects.all().delete()
    treated(imani, 1, asked=False)
    assert counted(imani).changed_percent == 40


def test_figures_are_counted_anew_after_six_hours(imani) -> None:
    assert figures.count(now=NOW) == Practitioner.objects.count()
    assert figures.count(now=NOW + timedelta(hours=5)) == 0
    assert figures.count(now=NOW + timedelta(hours=6)) == Practitioner.objects.count()
