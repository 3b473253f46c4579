"""Booking from the first page to the last: every step once, twice, backwards, too early and too late."""

from datetime import timedelta

import pytest

from clinic.accounts.models import User
from clinic.outbox.models import OutboundMessage
from consultations import drafts
from consultations.models import BookingMode, Consent, Consultation, Draft, Kind, Patient, Status
from tests import factories
from tests.cast import TUESDAY, Cast, signed_in
from tests.consultations.bookings import hold
from tests.factories import NOW, at
from tests.journeys.visitor import STEPS, Visitor, sentences

MINUTE = timedelta(minutes=1)
PAGES = {"what": "", "who": "who/", "when": "when/", "details": "details/", "code": "code/", "consent": "consent/"}


@pytest.fixture
def carol(cast: Cast) -> Visitor:
    return Visitor()


def counts() -> tuple[int, ...]:
    models = (Consultation, Patient, User, Consent, OutboundMessage, Draft)
    return tuple(model.objects.count() for model in models)


# --- from the first page to the last ---------------------------------------------------------------------------------


def test_a_visitor_books_and_reads_so(carol) -> None:
    assert carol.come_to("check").check()["Location"] == "/book/booked/"
    (booked,) = carol.consultations()
    assert (booked.status, booked.starts) == (Status.CONFIRMED, at("14:00", TUESDAY))
    assert (booked.concern.slug, [one.slug for one in booked.treatments.all()]) == ("enlarged-pores", ["microneedling"])
    assert booked.booked_by == User.objects.of(carol.email)
    assert booked.intake.revisions.get().answers["pregnant"] == carol.answers["pregnant"]
    page = sentences(carol.get("booked/"))
    for words in ("Your consultation is booked", "Tuesday 4 May", "14:00", "Dr Imani", booked.reference):
        assert words in page
    assert carol.get("booked/calendar.ics")["Content-Type"].startswith("text/calendar")


def test_the_check_shows_everything_that_was_entered_and_where_to_change_it(carol) -> None:
    page = carol.come_to("check").get("check/").content.decode()
    for words in ("Enlarged pores", "Microneedling", "Dr Imani", "14:00", "HK$800", "/book/intake/", 'href="/book/"'):
        assert words in page


def test_in_chinese_the_whole_way_stays_chinese_and_so_does_the_booking(cast) -> None:
    carol = Visitor(prefix="/zh-hant")
    assert carol.come_to("check").check()["Location"] == "/zh-hant/book/booked/"
    (booked,) = carol.consultations()
    assert booked.language == "zh-hant"
    assert OutboundMessage.objects.get(about=f"consultation:{booked.pk}").language == "zh-hant"


# --- once more, and backwards ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
def test_every_form_sent_again_is_harmless(carol, monday, step) -> None:
    carol.come_to(step)
    if step == "code":
        code = carol.mailed_code()
        carol.code = lambda: carol.post("code/", code=code)
    carol.take(step)
    after = counts()
    monday.shift(1)
    again = carol.take(step)
    assert again.status_code == 302
    if step != "consent":  # to agree again is to agree again
        assert counts()[:4] == after[:4]
    for name in STEPS[STEPS.index(step) + 1 :]:
        assert carol.take(name).status_code == 302
    assert len(carol.consultations()) == 1
    assert Patient.objects.filter(full_name=carol.name).count() == 1


def test_one_form_pressed_twice_holds_once(carol) -> None:
    carol.come_to("when")
    for _ in range(2):
        assert carol.when("14:00")["Location"] == "/book/details/"
    assert Consultation.objects.filter(status=Status.HELD).count() == 1


def test_back_shows_what_was_entered_and_changes_nothing(carol) -> None:
    carol.come_to("check")
    before = counts()
    shown = {name: carol.get(path) for name, path in PAGES.items() if name != "code"}
    assert {page.status_code for page in shown.values()} == {200}
    for name, field, entered in (
        ("what", "concern", "enlarged-pores"),
        ("who", "practitioner", "dr-imani"),
        ("details", "full_name", "Carol Lim"),
    ):
        assert shown[name].context["form"][field].value() == entered
    assert counts() == before
    assert carol.check()["Location"] == "/book/booked/"


def test_the_held_time_stands_among_the_times_as_the_chosen_one(carol) -> None:
    page = carol.come_to("details").get("when/?day=2027-05-04").content.decode()
    assert 'value="2027-05-04T06:00Z" checked' in page


def test_another_time_chosen_by_going_back_replaces_the_first(carol) -> None:
    carol.come_to("check")
    assert carol.when("15:00")["Location"] == "/book/check/"
    carol.check()
    (booked,) = carol.consultations()
    assert booked.starts == at("15:00", TUESDAY)
    assert Consultation.objects.blocking(NOW).filter(starts=at("14:00", TUESDAY)).count() == 0


def test_after_the_booking_every_page_and_every_form_leads_to_its_end(carol) -> None:
    carol.come_to("check").check()
    before = counts()
    for path in [*PAGES.values(), "check/"][1:]:
        assert carol.get(path)["Location"] == "/book/booked/", path
    carol.code = lambda: carol.post("code/", code="123456")
    for step in STEPS[1:6]:
        assert carol.take(step)["Location"] == "/book/booked/", step
    assert carol.check()["Location"] == "/book/booked/"
    assert counts() == before


@pytest.mark.parametrize("at_step", STEPS[1:6])
def test_who_comes_too_early_is_led_to_the_first_open_step(carol, at_step) -> None:
    carol.come_to(at_step)
    for later in STEPS[STEPS.index(at_step) + 1 :]:
        assert carol.get(f"{later}/")["Location"] == f"/book/{at_step}/"


def test_without_a_draft_every_page_leads_to_the_first(carol) -> None:
    for path in [*list(PAGES.values())[1:], "intake/", "check/", "booked/"]:
        assert carol.get(path)["Location"] == "/book/"


# --- time passes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["details", "code", "consent", "check"])
def test_a_hold_that_lapsed_is_taken_again_with_the_next_form(carol, monday, step) -> None:
    carol.come_to(step)
    monday.shift(16 * MINUTE)
    if step == "code":
        carol.post("code/", again="1")
    carol.take(step)
    (mine,) = Consultation.objects.filter(starts=at("14:00", TUESDAY))
    assert mine in Consultation.objects.blocking(NOW + 16 * MINUTE)


def test_a_page_opened_after_the_hold_lapsed_says_so_without_a_script(carol, monday) -> None:
    ended = '<span class="hold__ended" data-hold-ended>'
    assert ended not in carol.come_to("consent").get("consent/").content.decode()
    monday.shift(16 * MINUTE)
    assert ended in carol.get("consent/").content.decode()


def test_a_draft_that_lapsed_is_explained_and_begins_anew(carol, monday) -> None:
    carol.come_to("check")
    monday.shift(121 * MINUTE)
    response = carol.client.post("/book/check/", follow=True)
    assert response.redirect_chain == [("/book/", 302)]
    assert "nothing was saved for two hours and we have removed what you had entered" in sentences(response)
    assert "Nothing was saved" not in sentences(carol.get(""))
    carol.come_to("check")


# --- somebody else was faster ----------------------------------------------------------------------------------------


def test_who_loses_a_time_sees_the_nearest_others_and_keeps_what_they_chose(carol, cast) -> None:
    carol.come_to("when")
    hold("14:00", cast.dr_imani.practitioner)
    lost = carol.when("14:00")
    assert lost.status_code == 409
    assert "just been taken" in sentences(lost)
    assert [slot.starts for slot in lost.context["nearest"]] == [at(w, TUESDAY) for w in ("13:00", "13:30", "14:30")]
    assert 'href="?day=2027-05-04">All free times on Tuesday 4 May</a>' in lost.content.decode()
    assert carol.draft.concern.slug == "enlarged-pores"
    assert carol.when("14:30")["Location"] == "/book/details/"


def test_who_loses_the_time_on_the_way_is_told_at_once_and_keeps_every_answer(carol, cast, monday) -> None:
    carol.come_to("consent")
    monday.shift(16 * MINUTE)
    hold("14:00", cast.dr_imani.practitioner, now=NOW + 16 * MINUTE)
    carol.consent()
    assert "Your time has gone to somebody else" in sentences(carol.client.get("/book/intake/", follow=True))


def test_who_loses_the_time_at_the_last_step_books_another_with_the_same_answers(carol, cast, monday) -> None:
    carol.come_to("check")
    monday.shift(16 * MINUTE)
    hold("14:00", cast.dr_imani.practitioner, now=NOW + 16 * MINUTE)
    lost = carol.check()
    assert lost.status_code == 409
    assert len(lost.context["nearest"]) == 3
    assert "Enlarged pores" in lost.content.decode()
    answered = carol.draft.answers
    assert carol.when("14:30")["Location"] == "/book/check/"
    assert carol.draft.answers == answered
    assert carol.check()["Location"] == "/book/booked/"
    assert carol.consultations()[0].starts == at("14:30", TUESDAY)


def test_a_time_that_was_never_offered_is_refused_in_words(carol) -> None:
    carol.come_to("when")
    for nonsense in ("", "soon", "2027-05-04T03:17Z", "0001-01-01T00:00Z", "9999-12-31T23:59Z"):
        refused = carol.post("when/", starts=nonsense)
        assert refused.status_code == 409
        assert "Please choose" in sentences(refused)


# --- answers ---------------------------------------------------------------------------------------------------------


def test_who_has_not_answered_what_must_be_answered_is_sent_back_to_that_page(carol) -> None:
    carol.come_to("intake")
    answers = factories.clean_answers()
    del answers["pregnant"]
    drafts.answer(draft=carol.draft, answers=answers, now=NOW)
    page = carol.client.post("/book/check/", follow=True)
    assert page.status_code == 200
    assert "pregnant" in page.context["form"].fields
    assert carol.consultations() == []


def test_what_must_be_answered_is_never_said_to_wait(carol) -> None:
    carol.come_to("intake")
    page = carol.client.get("/book/check/", follow=True)
    assert page.redirect_chain[0] == ("/book/intake/", 302)
    assert "can wait. You can answer" not in sentences(page)


def test_a_page_with_a_mistake_shows_the_other_answers_and_writes_none(carol) -> None:
    first = carol.come_to("intake").get("intake/")["Location"]
    asked = list(carol.client.get(first).context["form"].fields)
    wrong = carol.answer(first, **{asked[0]: "no such answer"})
    assert wrong.status_code == 422
    assert wrong.content.decode().count(" checked") == len(asked) - 1
    assert carol.draft.answers == {}


# --- other ways to come ----------------------------------------------------------------------------------------------


def test_a_visit_on_request_is_asked_for_and_says_so(carol) -> None:
    Kind.objects.update(mode=BookingMode.REQUEST)
    assert "Send my request" in sentences(carol.come_to("check").get("check/"))
    carol.check()
    assert carol.consultations()[0].status == Status.REQUESTED
    assert "We have your request" in sentences(carol.get("booked/"))


def test_who_is_signed_in_chooses_a_patient_and_needs_no_code(alice, alices_visit) -> None:
    signed = Visitor(signed_in(alice), name=alices_visit.patient.full_name, email=alice.email)
    for step in ("what", "who", "when"):
        signed.take(step)
    assert signed.post("details/", patient=str(alices_visit.patient.pk))["Location"] == "/book/consent/"
    for step in ("consent", "intake", "check"):
        assert signed.take(step).status_code == 302
    assert len(signed.consultations()) == 2
    assert not OutboundMessage.objects.filter(key__startswith="code:").exists()


def test_who_is_signed_in_may_book_for_somebody_new(alice) -> None:
    signed = Visitor(signed_in(alice), name="Ben Wong", email=alice.email)
    for step in ("what", "who", "when"):
        signed.take(step)
    assert signed.post("details/", patient="new")["Location"] == "/book/details/?new"
    child = {"full_name": "Ben Wong", "date_of_birth": "2016-04-15", "sex_at_birth": "male", "relation": "guardian"}
    child["guardian_present"] = "yes"
    assert signed.post("details/?new", **child)["Location"] == "/book/consent/"
    assert Patient.objects.get(full_name="Ben Wong").access.get().user == alice


def test_leaving_gives_the_time_back_and_forgets_everything(carol) -> None:
    carol.come_to("check")
    assert carol.post("leave/")["Location"] == "/"
    assert Draft.objects.count() == 0
    assert not Consultation.objects.filter(status=Status.HELD).exists()
    assert carol.get("check/")["Location"] == "/book/"
