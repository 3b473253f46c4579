"""Time to decide: from when a treatment may be carried out, what a shorter time needs, and who is told."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from clinic.audit.models import AuditEntry
from clinic.premises import overrides
from clinic.premises.law import Matter, Setting
from clinic.premises.models import Clinic
from consultations import deciding, visits
from consultations.errors import NotYet, NotYetUnderAge
from consultations.models import Consultation, Performed, Status
from consultations.scheduling.deciding import carried_out_from
from tests import factories
from tests.cast import TUESDAY, signed_in
from tests.factories import NOW, at
from treatments.models import Treatment

TEN = at("10:00", TUESDAY)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
WHY = "canary: she leaves for a year tonight."
EARLY = visits.Early(WHY)
AGREED = {"reason": WHY, "consented": "on"}


@pytest.fixture
def needling(cast):
    return Treatment.objects.get(slug="microneedling")


@pytest.fixture
def peel(cast, visit) -> Treatment:
    other = factories.treatment("peel_superficial", "peels")
    visit.practitioner.offerings.create(treatment=other)
    return other


@pytest.fixture
def visit(alices_visit):
    """Alice's first, on Tuesday at ten, an hour after opening; she asked about needling."""
    alices_visit.practitioner.hours.update(opens="09:00")
    return alices_visit


def another(visit: Consultation, day: date, wall: str = "10:00", wants=()) -> Consultation:
    assert visit.patient is not None
    return factories.consultation(visit.patient, visit.practitioner, at(wall, day), wants=wants, now=NOW)


def carry_out(visit, *treatments, now=None, early=None) -> Consultation:
    done = [visits.Done(each) for each in treatments]
    now = now or visit.starts
    return visits.complete(actor=visit.practitioner.user, consultation=visit, done=done, early=early, now=now)


# --- the clock -------------------------------------------------------------------------------------------------------


@given(
    talks=st.lists(st.timedeltas(timedelta(0), timedelta(days=400)), max_size=4),
    hours=st.integers(min_value=0, max_value=24 * 90),
)
def test_the_time_runs_from_the_first_talk_whichever_that_is(talks, hours):
    moments = [TEN - ago for ago in talks]
    found = carried_out_from(talks=moments, visit=TEN, hours=hours)
    assert found == min([TEN, *moments]) + hours * HOUR
    assert (found <= TEN) == (max([*talks, timedelta(0)]) >= hours * HOUR)


def test_a_treatment_waits_a_day_after_the_first_consultation_about_it(visit, needling):
    carry_out(visit, now=TEN)
    for wall, still in (("09:30", {needling.pk}), ("10:00", set())):
        later = another(visit, TUESDAY + DAY, wall)
        clinic = Clinic.objects.the()
        assert set(deciding.waits(later, [needling], clinic=clinic, now=later.starts)) == still
        Consultation.objects.filter(pk=later.pk).update(status=Status.CANCELLED, cancelled_by="clinic")


def test_it_may_be_carried_out_the_moment_the_time_is_over(visit, needling):
    carry_out(visit, now=TEN)
    next_day = another(visit, TUESDAY + DAY, "09:30")
    with pytest.raises(NotYet):
        carry_out(next_day, needling, now=TEN + DAY - SECOND)
    carry_out(next_day, needling, now=TEN + DAY)
    performed = Performed.objects.get()
    assert (performed.early_reason, performed.consented_afresh_at) == (None, None)


def test_what_was_not_discussed_before_waits_from_this_visit_on(visit, needling, peel):
    carry_out(visit, now=TEN)
    week_on = another(visit, TUESDAY + 7 * DAY, wants=[peel])
    assert set(_waits(week_on, needling, peel)) == {peel.pk}
    with pytest.raises(NotYet):
        carry_out(week_on, needling, peel)
    assert not Performed.objects.exists()
    carry_out(week_on, needling)


def test_a_consultation_without_wishes_was_open_to_any_treatment(visit, peel):
    visit.treatments.clear()
    carry_out(visit, now=TEN)
    carry_out(another(visit, TUESDAY + 7 * DAY), peel)
    assert Performed.objects.get().treatment == peel


def test_what_was_carried_out_once_needs_no_new_time(visit, peel):
    carry_out(visit, peel, early=EARLY)
    carry_out(another(visit, TUESDAY + 28 * DAY), peel)
    assert list(Performed.objects.values_list("session", flat=True).order_by("session")) == [1, 2]


@pytest.mark.parametrize("status", [Status.NO_SHOW, Status.ENTERED_IN_ERROR, Status.CONFIRMED])
def test_a_consultation_that_did_not_take_place_starts_no_clock(visit, needling, status):
    Consultation.objects.filter(pk=visit.pk).update(status=status)
    with pytest.raises(NotYet):
        carry_out(another(visit, TUESDAY + 7 * DAY), needling)


def test_somebody_elses_consultation_starts_no_clock(visit, bobs_visit, needling):
    carry_out(bobs_visit)
    with pytest.raises(NotYet):
        carry_out(visit, needling, now=TEN + 5 * HOUR)


def test_a_visit_at_which_nothing_was_carried_out_needs_no_reason(visit):
    carry_out(visit)
    assert Consultation.objects.get(pk=visit.pk).status == Status.COMPLETED


def test_where_the_owner_has_taken_the_rule_away_nothing_waits(visit, needling, owner):
    why = "Our lawyer wrote on 3 May that it is allowed."
    overrides.make(actor=owner, matter=Matter.COOLING_OFF, setting=Setting.OFF, reason=why, now=NOW)
    carry_out(visit, needling)
    assert Performed.objects.get().consented_afresh_at is None


# --- under 18 --------------------------------------------------------------------------------------------------------


@pytest.fixture
def bens(cast, visit) -> Consultation:
    """A visit of Alice's son, who is fourteen; the clinic is in Australia."""
    Clinic.objects.update(jurisdiction="AU")
    ben = factories.patient("Ben Wong", cast.alice, date_of_birth="2012-06-01", relation="guardian")
    return factories.consultation(ben, visit.practitioner, at("11:00", TUESDAY), wants=visit.treatments.all())


def test_under_18_in_australia_seven_days_pass_whatever_the_reason(bens, needling):
    with pytest.raises(NotYetUnderAge):
        carry_out(bens, needling, early=EARLY)
    carry_out(bens)
    bens.practitioner.hours.update(opens="09:00")
    week_on = another(bens, TUESDAY + 7 * DAY, "10:30")
    with pytest.raises(NotYetUnderAge):
        carry_out(week_on, needling, now=bens.starts + 7 * DAY - SECOND, early=EARLY)
    carry_out(week_on, needling, now=bens.starts + 7 * DAY)
    assert Performed.objects.get().consented_afresh_at is None


def test_the_page_asks_for_no_reason_under_18(bens, needling, dr_imani, monday):
    monday.move_to(bens.starts)
    doctor, path = signed_in(dr_imani), f"/desk/{bens.reference}/treated/"
    page = doctor.get(path)
    assert "reason" not in page.context["form"].fields
    assert "not before Tuesday 11 May, 11:00, Hong Kong time" in page.text
    assert "seven days pass between the first consultation and any procedure" in page.text
    assert doctor.post(path, {"done": [str(needling.pk)], **AGREED}).status_code == 422
    assert not Performed.objects.exists()


def test_an_adult_in_australia_and_a_child_in_hong_kong_have_a_day(bens, visit, needling):
    assert _waits(visit, needling)[needling.pk].until == TEN + DAY
    Clinic.objects.update(jurisdiction="HK")
    wait = _waits(bens, needling)[needling.pk]
    assert (wait.until, wait.may_be_shortened) == (bens.starts + DAY, True)


# --- the reason ------------------------------------------------------------------------------------------------------


def test_on_the_same_day_it_needs_a_reason_which_is_sealed_and_audited_without_its_words(visit, needling):
    for reason in ("", "too short", " " * 20, "x" * 501):
        with pytest.raises(NotYet):
            carry_out(visit, needling, early=visits.Early(reason))
    carry_out(visit, needling, early=EARLY)
    performed = Performed.objects.get()
    assert (performed.early_reason, performed.consented_afresh_at) == (WHY, TEN)
    with connection.cursor() as cursor:
        cursor.execute("select early_reason from consultations_performed")
        assert b"canary" not in bytes(cursor.fetchone()[0])
    entry = AuditEntry.objects.get(action="treated_early")
    assert (entry.object_id, entry.patient_id, entry.reason) == (str(visit.pk), visit.patient_id, "")


def test_the_database_keeps_no_reason_without_fresh_consent_nor_the_reverse(visit, needling):
    carry_out(visit, needling, early=EARLY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Performed.objects.update(consented_afresh_at=None)


# --- the practitioner's page -----------------------------------------------------------------------------------------


@pytest.fixture
def path(visit, monday) -> str:
    monday.move_to(visit.starts)
    return f"/desk/{visit.reference}/treated/"


@pytest.fixture
def doctor(path, dr_imani) -> Client:
    """Dr Imani, as the visit begins."""
    return signed_in(dr_imani)


def test_the_page_says_from_when_and_why(doctor, path):
    page = doctor.get(path).text
    assert "not before Wednesday 5 May, 10:00, Hong Kong time" in page
    assert "have 24 hours as a house rule" in page
    chinese = doctor.get(f"/zh-hant{path}").text
    assert "5月5日（星期三）10:00" in chinese
    assert "本系統定為 24 小時" in chinese


@pytest.mark.parametrize(("said", "field"), [
    ({}, "reason"), ({"consented": "on"}, "reason"), ({"reason": "so", "consented": "on"}, "reason"),
    ({"reason": WHY}, "consented"), ({"reason": "x" * 501, "consented": "on"}, "reason"),
])  # fmt: skip
def test_without_a_reason_or_consent_it_is_refused_at_the_field(doctor, path, needling, said, field):
    answer = doctor.post(path, {"done": [str(needling.pk)], **said})
    assert (answer.status_code, field in answer.context["form"].errors) == (422, True)
    assert not Performed.objects.exists()


def test_with_both_it_is_kept_and_stands_on_the_brief(doctor, path, needling):
    page = doctor.post(path, {"done": [str(needling.pk)], **AGREED}, follow=True).text
    assert f"Before the time to decide was over: {WHY}" in page
    assert Performed.objects.get().early_reason == WHY


def test_a_reason_without_need_is_not_kept(dr_imani, visit, needling, peel, monday):
    carry_out(visit)
    week_on = another(visit, TUESDAY + 7 * DAY, wants=[peel])
    monday.move_to(week_on.starts)
    path = f"/desk/{week_on.reference}/treated/"
    signed_in(dr_imani).post(path, {"done": [str(needling.pk)], **AGREED})
    assert Performed.objects.get().early_reason is None


def test_where_nothing_waits_nothing_is_asked(dr_imani, visit, monday):
    carry_out(visit)
    later = another(visit, TUESDAY + 7 * DAY)
    monday.move_to(later.starts)
    page = signed_in(dr_imani).get(f"/desk/{later.reference}/treated/")
    assert "reason" not in page.context["form"].fields
    assert "still has time to decide" not in page.text


# --- the patient's page, and the count -------------------------------------------------------------------------------


def test_after_the_visit_the_patient_reads_until_when_nothing_is_done(visit, alice, monday):
    carry_out(visit)
    monday.move_to(TEN + HOUR)
    page = " ".join(signed_in(alice).get(f"/my/{visit.reference}/").text.split())
    assert "needs to be carried out before Wednesday 5 May, 10:00, Hong Kong time" in page
    assert "It is normal to leave a consultation without booking anything else." in page
    monday.move_to(TEN + DAY)
    assert "Time to decide" not in signed_in(alice).get(f"/my/{visit.reference}/").text


def test_who_may_not_read_about_health_is_not_told_whether_something_was_done(visit, bob, monday):
    factories.access_to(visit.patient, bob)
    carry_out(visit)
    monday.move_to(TEN + HOUR)
    assert "Time to decide" not in signed_in(bob).get(f"/my/{visit.reference}/").text


@pytest.mark.parametrize(("later", "count"), [(HOUR, 1), (91 * DAY, 0)])
def test_the_admins_front_page_counts_them_without_names(sam, visit, needling, monday, later, count):
    carry_out(visit, needling, early=EARLY)
    monday.move_to(TEN + later)
    page = signed_in(sam).get("/admin/")
    assert page.context["treated_early"] == count
    assert f"{count} treatment" in page.text
    assert "Alice" not in page.text


def _waits(visit: Consultation, *treatments: Treatment) -> dict[int, deciding.Wait]:
    clinic = Clinic.objects.the()
    return deciding.waits(visit, treatments, clinic=clinic, now=visit.starts)
