"""What a visit costs stands beside the free times, before anybody has typed a word about themselves."""

import pytest
from django.test import Client

from practitioners.models import PractitionerKind

FIRST = {"practitioner__slug": "dr-imani", "kind": "first_visit"}


@pytest.fixture
def choosing(cast) -> Client:
    """Somebody who has come to the page of free times, with anyone."""
    visitor = Client()
    visitor.post("/book/", {"concern": "enlarged-pores", "kind": "first_visit"}, follow=True)
    visitor.post("/book/who/", {"kind": "first_visit", "practitioner": "anyone"}, follow=True)
    return visitor


def test_one_fee_is_named_and_several_as_from_and_to(choosing) -> None:
    PractitionerKind.objects.update(fee_minor=40000)
    assert "It costs HK$400. Nothing is charged here." in choosing.get("/book/when/").text
    PractitionerKind.objects.filter(**FIRST).update(fee_minor=25000)
    assert "It costs HK$250 to HK$400, depending on whom you see" in choosing.get("/book/when/").text
    assert "It costs HK$250. Nothing" in choosing.get("/book/when/?practitioner=dr-imani").text


def test_a_visit_for_nothing_is_not_given_a_price(choosing) -> None:
    PractitionerKind.objects.update(fee_minor=0)
    assert "It costs" not in choosing.get("/book/when/").text
