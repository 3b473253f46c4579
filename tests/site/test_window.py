"""The shop window: a page is drawn once for all visitors, holds nothing of anyone, and is a minute old at most."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client

from clinic import window
from clinic.premises.models import Clinic
from practitioners.models import Practitioner
from tests.cast import signed_in
from treatments.models import Treatment

LIST = "/treatments/"
ADDRESSES = [
    "/",
    "/about/",
    "/privacy/",
    "/concerns/",
    "/concerns/enlarged-pores/",
    LIST,
    f"{LIST}?skin_type=III",
    "/practitioners/",
    "/practitioners/?language=en",
    "/practitioners/dr-imani/",
    "/practitioners/dr-imani/?kind=first_visit",
    "/practitioners/dr-imani/?order=lowest",
]
OF_EACH_REQUEST = {"X-Request-ID"}

pytestmark = pytest.mark.usefixtures("cast")


@pytest.mark.parametrize("address", [*ADDRESSES, "/zh-hant/", f"/zh-hant{LIST}"])
def test_a_page_is_drawn_once_for_all_visitors(address, django_assert_num_queries):
    first = Client().get(address)
    with django_assert_num_queries(0):
        second = Client().get(address)
    assert second.content == first.content
    assert "</html>" in second.text


def test_a_treatment_is_drawn_once_as_well(visitor, django_assert_num_queries):
    address = Treatment.objects.get().get_absolute_url()
    visitor.get(address)
    with django_assert_num_queries(0):
        visitor.get(address)


def test_each_language_has_a_page_of_its_own(visitor):
    for _ in range(2):
        assert '<html lang="en">' in visitor.get(LIST, headers={"Accept-Language": "zh-hant"}).text
        assert '<html lang="zh-Hant">' in visitor.get(f"/zh-hant{LIST}", headers={"Accept-Language": "en"}).text


def test_each_wish_has_a_page_of_its_own(visitor):
    for _ in range(2):
        assert "Clear all" not in visitor.get(LIST).text
        for skin_type in ("II", "III"):
            page = visitor.get(LIST, {"skin_type": skin_type}).text
            assert f'<option value="{skin_type}" selected>' in page


def test_an_edit_shows_to_staff_at_once_and_to_visitors_within_a_minute(visitor, as_sam, monday):
    assert "Renamed" not in visitor.get(LIST).text
    assert "Renamed" not in as_sam.get(LIST).text
    Treatment.objects.update(name_en="Renamed needling")
    assert "Renamed needling" in as_sam.get(LIST).text
    assert "Renamed needling" not in visitor.get(LIST).text, "what staff see is not put into the window"
    monday.shift(timedelta(minutes=1))
    assert "Renamed needling" in visitor.get(LIST).text


def test_what_was_not_there_is_found_as_soon_as_it_is(visitor):
    Practitioner.objects.filter(slug="dr-imani").update(is_active=False)
    assert visitor.get("/practitioners/dr-imani/").status_code == 404
    Practitioner.objects.filter(slug="dr-imani").update(is_active=True)
    assert visitor.get("/practitioners/dr-imani/").status_code == 200


# --- nobody's -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("role", ["alice", "dr_imani", "sam", "owner"])
def test_nothing_of_a_signed_in_person_gets_into_the_window(cast, address, role):
    person = getattr(cast, role)
    theirs = signed_in(person).get(address)
    assert "Sign out" in theirs.text
    page = Client().get(address)
    assert not any(word in page.text for word in ("Sign out", person.email, "csrfmiddlewaretoken"))
    assert f'<li class="menu__who">{person.name}' not in page.text


def test_a_signed_in_person_is_not_served_from_the_window(visitor, as_alice, alice):
    visitor.get(LIST)
    page = as_alice.get(LIST)
    assert alice.name in page.text
    assert page.headers["Cache-Control"] == "no-store, private"


def test_who_has_just_signed_out_reads_so_and_nobody_else_does(as_alice, visitor):
    visitor.get("/")
    goodbye = as_alice.post("/account/logout/", follow=True)
    assert 'class="messages"' in goodbye.text
    assert 'class="messages"' not in visitor.get("/").text
    assert 'class="messages"' not in as_alice.get("/").text


def test_a_page_for_the_window_is_drawn_without_knowing_who_asks(rf):
    seen = []

    @window.kept()
    def view(request):
        seen.append(request)
        return HttpResponse("page")

    request = rf.get("/about/?who=canary", headers={"Cookie": "session=canary", "User-Agent": "canary"})
    request.user, request.session = AnonymousUser(), {"canary": "canary"}
    view(request)
    assert "canary" not in repr(vars(seen[0]))
    assert not hasattr(seen[0], "session")


def test_a_form_with_a_token_is_refused_the_window(rf):
    @window.kept()
    def view(request):
        return HttpResponse(get_token(request))

    request = rf.get("/about/")
    request.user = AnonymousUser()
    for _ in range(2):
        with pytest.raises(RuntimeError, match="not for the window"):
            view(request)


def test_the_window_changes_no_header():
    first, second = (Client().get(LIST) for _ in range(2))
    told = [{k: v for k, v in answer.headers.items() if k not in OF_EACH_REQUEST} for answer in (first, second)]
    assert told[0] == told[1]
    assert "Cookie" in second.headers["Vary"]
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]
    assert not second.cookies


# --- nobody fills it ------------------------------------------------------------------------------------------------


def test_what_a_page_does_not_read_does_not_reach_it(visitor, django_assert_num_queries):
    visitor.get(LIST)
    with django_assert_num_queries(0):
        page = visitor.get(LIST, {"utm_source": "canary", "page": "7"})
    assert "canary" not in page.text


@pytest.mark.parametrize(
    "asked",
    [
        {"budget": "2500"},
        {"budget": "canary"},
        {"concern": "enlarged-pores"},
        {"skin_type": "canary"},
        {"skin_type": "III", "downtime": "3"},
    ],
)
def test_a_wish_outside_the_closed_few_is_served_fresh_each_time(visitor, asked):
    visitor.get(LIST, asked)
    Clinic.objects.update(phone="+852 5550 0000")
    assert "+852 5550 0000" in visitor.get(LIST, asked).text


@pytest.mark.slow
def test_no_number_of_made_up_addresses_pushes_a_page_out(visitor, django_assert_num_queries):
    visitor.get("/about/")
    for number in range(400):
        visitor.get("/about/", {f"made{number}": "up"})
        visitor.get(f"/practitioners/made-up-{number}/")
    with django_assert_num_queries(0):
        visitor.get("/about/")
