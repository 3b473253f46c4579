"""Who runs late is told to those who come soon: once for each length, never after the visit has begun or is off."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.outbox.models import OutboundMessage
from consultations import lateness
from consultations.models import Consultation
from practitioners.models import Practitioner
from tests import factories
from tests.cast import TUESDAY, signed_in
from tests.consultations.bookings import cancel
from tests.factories import at

TEN = at("10:00", TUESDAY)
HOUR = timedelta(hours=1)


@pytest.fixture
def imani(alices_visit: Consultation) -> Practitioner:
    return alices_visit.practitioner


def written(state: str = "pending") -> list[OutboundMessage]:
    return list(OutboundMessage.objects.filter(occasion="late", state=state))


def say(sam, who: Practitioner, minutes: int, now=TEN - HOUR) -> None:
    lateness.say(actor=sam, practitioner=who, minutes=minutes, now=now)


def test_whoever_comes_within_three_hours_is_told_and_nobody_else(sam, imani, bobs_visit) -> None:
    say(sam, imani, 20)
    (mail,) = written()
    assert (mail.to, mail.subject, mail.expires_at) == ("alice@patients.test", "Your visit may begin later", TEN)
    assert "Dr Imani is running about 20 minutes late today." in str(mail.text)
    assert "Your time stays as it is: please come as planned." in str(mail.text)


def test_nobody_is_told_of_a_few_minutes_or_hours_before(sam, imani) -> None:
    say(sam, imani, 5)
    say(sam, imani, 30, TEN - 4 * HOUR)
    assert written() == []


def test_whoever_is_here_already_or_has_begun_is_not_told(sam, imani, alices_visit) -> None:
    say(sam, imani, 20, TEN + timedelta(minutes=1))
    Consultation.objects.filter(pk=alices_visit.pk).update(status="arrived")
    say(sam, imani, 30)
    assert written() == []


def test_the_same_length_is_told_once_and_another_replaces_what_has_not_gone_out(sam, imani) -> None:
    say(sam, imani, 20)
    say(sam, imani, 20)
    say(sam, imani, 30)
    assert ["30 minutes" in str(mail.text) for mail in written()] == [True]
    assert len(written("withdrawn")) == 1


def test_a_cancelled_visit_takes_the_mail_back(sam, imani, alices_visit) -> None:
    say(sam, imani, 20)
    cancel(alices_visit, now=TEN - HOUR + timedelta(minutes=1))
    assert written() == []


def test_the_visits_are_read_at_once_however_many_are_told(sam, imani) -> None:
    def asked(minutes: int) -> list[str]:
        with CaptureQueriesContext(connection) as statements:
            say(sam, imani, minutes)
        return [each["sql"] for each in statements if each["sql"].startswith("SELECT")]

    say(sam, imani, 20)  # from here on the day's row is there
    of_one = asked(30)
    for n, wall in enumerate(("10:30", "11:00", "11:30")):
        whose = factories.patient(f"Somebody {n}", factories.user(f"somebody{n}@patients.test"))
        factories.consultation(whose, imani, at(wall, TUESDAY))
    assert len(asked(40)) == len(of_one)
    assert len(written()) == 4


@pytest.mark.parametrize(
    ("minutes", "told"),
    [("20", "Patients of the next three hours get an e-mail"), ("5", "read it on their page"), ("0", "on time again")],
)
def test_the_desk_and_the_practitioner_read_who_was_told(sam, dr_imani, imani, monday, minutes, told) -> None:
    monday.move_to(TEN - HOUR)
    sent = {"practitioner": imani.slug, "minutes": minutes, "by": "room"}
    answer = signed_in(sam).post("/reception/late/", sent, follow=True)
    assert f"Noted{':' if minutes == '0' else '.'}" in answer.text
    assert told in answer.text
    assert answer.redirect_chain[-1][0] == f"/reception/?day={TUESDAY}&by=room"
    assert told in signed_in(dr_imani).post("/desk/late/", {"minutes": minutes}, follow=True).text
