"""How many questions a public page asks the database, with nothing in the window: few, and no more with more rows."""

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from clinic.public import PERSONAL_NAMESPACES, PUBLIC_VIEWS
from practitioners.models import Practitioner, Review, Story
from tests import factories, pictures
from tests.clinic import desk
from tests.factories import NOW
from tests.site import street
from tests.site.crawl import opened
from treatments.models import Comparison, Concern, FrequentQuestion, Term, Treatment

pytestmark = pytest.mark.django_db

# What opens, nests and closes a transaction is no question.
NOT_COUNTED = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")
ASKED = {
    "/": 7,
    "/about/": 3,
    "/privacy/": 1,
    "/concerns/": 2,
    "/concerns/enlarged-pores/": 13,
    "/concerns/enlarged-pores/where/": 5,
    "/questions/": 5,
    "/glossary/": 3,
    "/treatments/": 4,
    "/treatments/?category=peels": 7,
    "/treatments/glycolic-acid-peel/": 17,
    "/treatments/rf-microneedling/care/": 10,
    "/treatments/rf-microneedling/care.ics?on=2027-06-01": 9,
    "/treatments/not-here/peel_deep/": 15,
    "/compare/": 3,
    "/compare/?treatment=ipl-face&treatment=carbon-laser": 6,
    "/compare/laser-or-peel/": 5,
    "/costs/": 2,
    "/plan/": 2,
    "/plan/?treatment=rf-microneedling&treatment=glycolic-acid-peel": 4,
    "/fit/": 2,
    "/fit/skin-type/": 3,
    "/search/": 1,
    "/search/?q=pores": 13,
    "/practitioners/": 8,
    "/practitioners/dr-imani/": 12,
    "/stories/": 8,
    "/reviews/ledger/": 8,
    "/book/": 3,
    "/account/login/": 1,
    "/account/login/code/": 1,
    "/account/password/reset/": 1,
    "/account/password/reset/done/": 1,
    "/account/inactive/": 1,
    "/styleguide/": 1,
    "/sitemap.xml": 6,
    "/robots.txt": 0,
    "/healthz": 3,
}
# Behind a sign-in, a code or a picture's own address; what these ask is counted where they are tested. So are the pages
# in the middle of a booking and behind a mailed link, which are of one person.
ELSEWHERE = {
    *("fit_clear", "portrait", "story_picture", "report_review"),
    *("admin:login", "account_logout", "account_confirm_login_code", "account_password_reset"),
    *("account_reset_password_from_key", "account_reset_password_from_key_done", "account_reauthenticate"),
}


def tell(who: Practitioner, treatment: Treatment) -> None:
    """A story that everybody may read."""
    pictures.story(who, treatment, now=NOW - timedelta(days=2))
    Story.objects.update(state="published", moderated_at=NOW, moderated_by=Review.objects.all()[0].moderated_by)


def more() -> None:
    """Three more of everything that a page could list."""
    shown: dict[str, Any] = {"published_from": NOW - timedelta(days=1)}
    guide, imani = Concern.objects.get(slug="enlarged-pores"), Practitioner.objects.get(slug="dr-imani")
    for number in range(3):
        person = street.at_work(f"Dr Wei {number}", title="Doctor")
        treatment = factories.treatment("ipl", "lasers", slug=f"ipl-{number}")
        for who in (person, imani):
            who.offerings.create(treatment=treatment)
        factories.treatment("peel_superficial", "peels", slug=f"peel-{number}")
        street.reviewed(person, 5, 4, 3)
        street.reviewed(imani, 5, 4, 3)
        tell(imani, treatment)
        desk.concern(**shown)
        guide.causes.create(name="Luck", text="It happens.", evidence_grade="D")
        for about in ({"concern": guide}, {"category": "peels"}, {}):
            FrequentQuestion.objects.create(question="Is it?", answer="It is.", **about, **shown)
        Comparison.objects.create(slug=f"this-{number}", title="This or that?", intro="Both.", **shown).lines.create(
            point="Depth", first="Deep", second="Shallow"
        )
        Term.objects.create(slug=f"word-{number}", topic="skin", name=f"Word {number}", meaning="It means.", **shown)


def counted() -> dict[str, int]:
    """What each page asks, once the versions in force have been read."""
    asked: dict[str, int] = {}
    for address in ASKED:
        for _time in range(2):
            caches["window"].clear()
            with CaptureQueriesContext(connection) as statements:
                answer = Client().get(address)
        asked[address] = sum(not each["sql"].startswith(NOT_COUNTED) for each in statements)
        if answer.status_code != HTTPStatus.OK:
            asked[address] = -answer.status_code  # told by the test of this page, not by all
    return asked


@pytest.fixture(scope="module")
def pages(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[dict[str, int], dict[str, int]]]:
    """What the pages ask of a small clinic, and of one with more of everything."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        opened()
        tell(Practitioner.objects.get(slug="dr-imani"), Treatment.objects.get(slug="ipl-face"))
        few = counted()
        more()
        yield few, counted()
        transaction.set_rollback(True)


@pytest.mark.parametrize("address", ASKED)
def test_a_page_asks_a_fixed_number_of_questions(pages, address) -> None:
    few, many = pages
    assert (address, few[address]) == (address, ASKED[address])
    assert (address, many[address]) == (address, few[address])


def test_no_page_asks_many() -> None:
    assert max(ASKED.values()) <= 17


def test_every_public_page_is_counted() -> None:
    seen = {resolve(address.partition("?")[0]).view_name for address in ASKED}
    of_one_person = {name for name in PUBLIC_VIEWS if name.partition(":")[0] in PERSONAL_NAMESPACES}
    assert PUBLIC_VIEWS - seen - of_one_person - ELSEWHERE == set()


def test_there_was_more_to_show(pages) -> None:
    assert Treatment.objects.count() > 13
