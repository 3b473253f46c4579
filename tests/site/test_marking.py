"""Where it shows, marked beside the guide and carried into the intake."""

import pytest
from django.urls import reverse

from clinic.crypto import digest
from consultations.models import Draft
from tests import factories
from tests.pages import words

MARK = reverse("mark", args=["enlarged-pores"])


@pytest.fixture(autouse=True)
def _opened(shelf, monday, db):
    factories.clinic()


def test_the_guide_leads_to_the_places_and_they_are_carried_into_the_intake(client):
    guide = client.get(reverse("treatments:concern", args=["enlarged-pores"])).content.decode()
    assert f'href="{MARK}"' in guide
    response = client.post(MARK, {"pore_areas": ["nose", "chin"]})
    assert response["Location"] == reverse("booking:what") + "?concern=enlarged-pores"  # no place in the address
    draft = Draft.objects.get(token_hash=digest(client.session["draft"]))
    assert draft.answers["pore_areas"] == ["chin", "nose"] or draft.answers["pore_areas"] == ["nose", "chin"]
    shown = client.get(MARK)
    assert shown["Cache-Control"] == "no-store, private"
    assert set(shown.context["form"]["pore_areas"].value()) == {"nose", "chin"}


def test_a_place_that_is_not_offered_is_refused_and_nothing_is_kept(client):
    response = client.post(MARK, {"pore_areas": ["elbow"]})
    assert "Choose one of the answers shown." in words(response, status=422)
    assert not Draft.objects.exists()


@pytest.mark.parametrize("slug", ["uneven-tone", "no-such-concern"])
def test_a_concern_whose_places_the_intake_does_not_ask_has_no_such_page(client, slug):
    assert client.get(reverse("mark", args=[slug])).status_code == 404
