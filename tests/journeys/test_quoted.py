"""The prices that a visitor sees while booking are those that stay with the booking."""

import pytest

from clinic.outbox.models import OutboundMessage
from consultations.models import ManageLink
from tests.cast import Cast
from tests.journeys.visitor import Visitor, sentences
from treatments.models import Treatment


@pytest.fixture
def carol(cast: Cast) -> Visitor:
    return Visitor()


def test_a_price_seen_at_the_check_stays_when_the_list_changes(carol) -> None:
    carol.come_to("check")
    shown = sentences(carol.get("check/"))
    assert "Microneedling HK$1,800 a session" in shown
    assert carol.check().status_code == 302
    Treatment.objects.update(price_minor=999900)
    booked = sentences(carol.get("booked/"))
    assert "Microneedling HK$1,800 a session" in booked
    assert "HK$9,999" not in booked


def test_neither_the_mailed_link_nor_the_mail_names_a_treatment(carol) -> None:
    carol.come_to("check")
    carol.check()
    [visit] = carol.consultations()
    assert ManageLink.objects.filter(consultation=visit).exists()
    mails = [mail.text or "" for mail in OutboundMessage.objects.filter(to=carol.email)]
    assert mails
    assert all("Microneedling" not in text and "1,800" not in text for text in mails)
