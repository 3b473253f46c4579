"""A failed message sent again by the desk: from the first attempt on, once, and never one that would mislead."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from clinic.accounts.roles import Role
from clinic.audit.models import Action, AuditEntry
from clinic.outbox import post
from clinic.outbox.models import PURGED, OutboundMessage, State
from tests import factories
from tests.clinic.desk import at_work, the_list
from tests.clinic.mail import NOW, Postbox, enqueue
from tests.clinic.test_outbox_delivery import deliver

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def failed(key: str = "booked:1", **parts: Any) -> OutboundMessage:
    row = enqueue(key, **parts)
    OutboundMessage.objects.filter(pk=row.pk).update(state=State.FAILED, attempts=8, error="550 no such person")
    row.refresh_from_db()
    return row


def again(message: OutboundMessage, now: Any = NOW) -> None:
    post.send_again(actor=factories.user("sam@clinic.test", Role.STAFF), message=message, now=now)


def test_a_failed_message_goes_out_at_the_next_round_and_who_asked_is_kept() -> None:
    row, box = failed(), Postbox()
    again(row)
    assert deliver(box) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == (State.SENT, 1, "")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_id, entry.role) == (Action.MAIL_SENT_AGAIN, str(row.pk), "staff")


@pytest.mark.parametrize("state", [State.PENDING, State.SENDING, State.SENT, State.WITHDRAWN, State.UNSURE])
def test_what_did_not_fail_is_not_sent_again(state) -> None:
    row = failed()
    OutboundMessage.objects.filter(pk=row.pk).update(state=state)
    with pytest.raises(post.CannotSendAgain):
        again(row)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (state, 8)
    assert not AuditEntry.objects.exists()


def test_what_was_purged_overtaken_or_of_no_use_any_more_stays_failed() -> None:
    purged, old = failed("a", about=""), failed("b", about="consultation:1")
    late = failed("c", about="consultation:2", expires_at=NOW)
    enqueue("d", about="consultation:1", now=NOW + MINUTE)
    OutboundMessage.objects.filter(pk=purged.pk).update(**PURGED)
    sam = factories.user("sam@clinic.test", Role.STAFF)
    for row, why in ((purged, post.WordsGone), (old, post.Overtaken), (late, post.OfNoUse)):
        with pytest.raises(why):
            post.send_again(actor=sam, message=row, now=NOW + 2 * MINUTE)
        row.refresh_from_db()
        assert row.state == State.FAILED
    assert not AuditEntry.objects.exists()


def test_what_was_taken_back_after_it_had_failed_is_not_sent_again() -> None:
    row = failed("enquiry:1", about="enquiry:1")
    with transaction.atomic():
        post.withdraw(about="enquiry:1", now=NOW)
    with pytest.raises(post.WordsGone):
        again(row)
    row.refresh_from_db()
    assert row.state == State.FAILED, "the desk still reads that it did not arrive"


def test_the_desk_sends_again_from_the_list_and_reads_why_one_cannot_be() -> None:
    one, gone = failed("one"), failed("gone", to="bob@example.test")
    OutboundMessage.objects.filter(pk=gone.pk).update(**PURGED)
    desk = at_work(Role.STAFF)
    page = desk.get(the_list(OutboundMessage), {"state__exact": "failed"}).content.decode()
    assert "Send again" in page
    form = {"action": "send_again", "_selected_action": [str(one.pk), str(gone.pk)]}
    said = desk.post(the_list(OutboundMessage), form, follow=True).content.decode()
    assert "1 message is on its way again." in said
    assert "so it cannot be sent again. Please call instead. (bob@example.test)" in said
    assert OutboundMessage.objects.get(pk=one.pk).state == State.PENDING


def test_a_practitioner_and_a_look_send_nothing() -> None:
    row = failed()
    form = {"action": "send_again", "_selected_action": [str(row.pk)]}
    assert at_work(Role.PRACTITIONER).post(the_list(OutboundMessage), form).status_code == 404
    at_work(Role.STAFF).get(the_list(OutboundMessage), form)
    assert OutboundMessage.objects.get(pk=row.pk).state == State.FAILED
