"""What a patient reads before the visit: plain words, dated steps, no verdict, nothing of the body-image screen."""

import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from clinic.audit.models import Action, AuditEntry
from clinic.premises.models import Clinic
from consultations import intake, overrides
from consultations.models import Consultation, Patient, Relation
from practitioners.models import Practitioner
from tests import factories
from tests.cast import ALICE_ASKS, TUESDAY, signed_in
from tests.consultations.bookings import cancel, confirm, hold
from tests.factories import NOW
from tests.journeys.visitor import STEPS, Visitor
from treatments.codes import Level
from treatments.models import Treatment
from treatments.questionnaire.conditions import fields

PLAIN = "Nothing in your answers needs special preparation"
URGENT = "A doctor should look at that spot soon"
VERDICTS = re.compile(
    r"\b(safe|clear|contraindicated|not for you|with care|not yet|ask first|nothing found|[A-Z]{3}-\d\d|PRE-\w+)\b",
    re.IGNORECASE,
)
WORRIED = {"bdd_preoccupied": "yes", "bdd_weight_only": "no", "bdd_impact": "yes", "bdd_hours": "gt3"}


@pytest.fixture
def address(alices_visit):
    return f"/my/{alices_visit.reference}/prepare/"


@pytest.fixture
def read(alice, alices_visit, address):
    """The page as alice reads it after answering differently."""

    def reading(**answers):
        intake.save(actor=alice, consultation=alices_visit, answers=answers, now=NOW)
        return main(signed_in(alice).get(address))

    return reading


def main(response):
    """The words of a page between its head and its foot, and no secret of its forms."""
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode().split("<main")[1].split("</main>")[0]))


def later(wall, *wants, **answers):
    """Another visit of alice, ten days from now, about these treatments."""
    alice = Patient.objects.get(full_name="Alice Wong")
    held = hold(wall, Practitioner.objects.get(slug="dr-imani"), day=NOW.date() + timedelta(days=10))
    return confirm(held, alice, wants=wants, answers=factories.clean_answers(**answers))


# --- what we will talk about -----------------------------------------------------------------------------------------


def test_what_the_practitioner_judges_otherwise_is_theirs_to_say(read, alices_visit, dr_imani):
    """The rule's own sentence would contradict them; the override is not shown to the patient either."""
    told = read(melasma="yes")
    seen = intake.newest(alices_visit)
    rule = next(rule for rule in overrides.fired(seen) if "melasma" in fields(rule.when))
    sentence = rule.sentence.in_language("en")
    assert sentence in told
    overrides.make(
        actor=dr_imani,
        practitioner=alices_visit.practitioner,
        consultation=alices_visit,
        screening=seen.screening.pk,
        rule_id=rule.id,
        level=Level.INFO,
        reason="Seen under the lamp: no melasma.",
        now=NOW,
    )
    after = main(signed_in(alices_visit.booked_by).get(f"/my/{alices_visit.reference}/prepare/"))
    assert sentence not in after
    assert "lamp" not in after


def test_when_nothing_fired_the_page_says_so_without_a_verdict(read):
    page = read()
    assert PLAIN in page
    assert not VERDICTS.search(page)


def test_a_finding_is_said_in_the_patients_words_once_and_without_its_level_or_rule(read):
    page = read(keloid_history="keloid", anticoagulant="anticoagulant")
    said = "Because you form keloid scars, treatments that wound the skin deeply are not advised."
    assert page.count(said) == 1
    assert page.count("Do not stop your blood thinner.") == 1
    assert "Dermal wounding can trigger" not in page, "that speaks to practitioners"
    assert PLAIN not in page
    assert not VERDICTS.search(page)


def test_only_the_treatments_of_interest_are_spoken_of(read, cast, as_alice):
    assert "Flashing light could trigger" not in read(epilepsy="photosensitive_or_uncontrolled")
    other = later("12:00", factories.treatment("ipl", "lasers"), epilepsy="photosensitive_or_uncontrolled")
    assert "Flashing light could trigger" in main(as_alice.get(f"/my/{other.reference}/prepare/"))


def test_one_sentence_about_two_treatments_stands_once_under_both(as_alice):
    peel = factories.treatment("peel_superficial", "peels")
    needling = Treatment.objects.get(slug="microneedling")
    other = later("12:00", peel, needling, active_dermatitis="yes", rosacea="controlled")
    page = main(as_alice.get(f"/my/{other.reference}/prepare/"))
    assert page.count("We wait until your eczema or rash has settled.") == 1
    assert "microneedling, peel_superficial" in page


def test_a_treatment_left_open_is_said_to_be_open_and_no_step_is_dated(as_alice):
    page = main(as_alice.get(f"/my/{later('12:00', keloid_history='keloid').reference}/prepare/"))
    assert "You have left the treatment open." in page
    assert "From now on" not in page
    assert "keloid" not in page


def test_what_was_not_sure_is_named_and_what_is_blank_is_open(read):
    page = read(melasma="unsure", bleeding_disorder=None)
    not_sure = page.split("What you were not sure about")[1].split("What is done")[0]
    assert "Melasma" in not_sure
    assert "Bleeding" not in not_sure
    assert "Do you have a bleeding or clotting disorder?" in page.split("Still open")[1]


def test_the_questions_for_the_practitioner_are_those_picked_and_each_line_written(read):
    page = read(questions_picked=["nothing", "test_area"], questions="Does it hurt?\n\n How long? ")
    for question in ("What if we do nothing?", "Will you treat a small test area first?", "Does it hurt?", "How long?"):
        assert page.count(question) == 1


# --- what is never said ----------------------------------------------------------------------------------------------


def test_the_body_image_screen_changes_not_a_word_of_the_page(read):
    pages = {read(**answers) for answers in (
        {"bdd_preoccupied": "no"}, {"bdd_preoccupied": "unsure"}, WORRIED, {**WORRIED, "bdd_hours": "unsure"},
    )}  # fmt: skip
    assert len(pages) == 1
    assert "How we look can weigh on any of us" in pages.pop()


def test_the_clinics_help_line_is_named_to_everybody_and_without_one_the_sentence_stands(read):
    assert "How we look can weigh on any of us" in (page := read())
    assert "Somebody to talk to" not in page
    Clinic.objects.update(help_line_en="18111, day and night", help_line_zh_hant="18111，24小時運作")
    assert "Somebody to talk to: 18111, day and night." in read()


def test_a_changing_spot_stands_at_the_very_top_and_once(read):
    page = read(suspicious_lesion="yes")
    assert page.count(URGENT) == 1
    assert page.index(URGENT) < page.index("What we will talk about")
    assert "Please do not wait for this visit" in page


def test_a_changing_spot_is_urgent_whatever_was_chosen(as_alice):
    assert URGENT in main(as_alice.get(f"/my/{later('12:00', suspicious_lesion='yes').reference}/prepare/"))


# --- the days --------------------------------------------------------------------------------------------------------


def test_a_step_names_its_day_or_now_or_the_day_of_the_visit(as_alice):
    needling = Treatment.objects.get(slug="microneedling")
    other = later("12:00", needling, retinoid_topical="prescription", retinoid_last_use="current")
    page = main(as_alice.get(f"/my/{other.reference}/prepare/"))
    assert "From now on" in page
    assert re.search(r"From Thursday 6 May\s+No waxing or threading", page)
    assert re.search(r"From Monday 10 May\s+If you use a prescription vitamin A cream, stop it", page)
    assert re.search(r"On the day .*clean face", page)


def test_the_days_leave_as_a_calendar_that_tells_nobody_what_they_are_for(as_alice, alice):
    other = later("12:00", Treatment.objects.get(slug="microneedling"), cold_sores="past")
    answer = as_alice.get(f"/my/{other.reference}/prepare/calendar.ics")
    entries = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [entry.decoded("dtstart").isoformat() for entry in entries] == [
        "2027-05-03", "2027-05-06", "2027-05-12", "2027-05-13",
    ]  # fmt: skip
    assert {str(entry["summary"]) for entry in entries} == {"Prepare for your visit"}
    assert {str(entry["class"]) for entry in entries} == {"PRIVATE"}
    assert all(f"/my/{other.reference}/prepare/" in str(entry["description"]) for entry in entries)
    assert len({str(entry["uid"]) for entry in entries}) == len(entries)
    text = answer.content.decode().lower()
    assert not [word for word in ("needling", "sore", "antiviral", "sun", "alice", "canary") if word in text]


def test_a_patient_under_18_is_told_to_bring_somebody(read, alices_visit):
    assert "A parent or guardian" not in read()
    alices_visit.patient.date_of_birth = TUESDAY - timedelta(days=365 * 17)
    alices_visit.patient.save()
    assert "A parent or guardian" in read()


# --- who reads it ----------------------------------------------------------------------------------------------------


def test_reading_it_is_written_down_and_a_cache_keeps_nothing(as_alice, alice, address):
    assert "no-store" in as_alice.get(address).headers["Cache-Control"]
    assert AuditEntry.objects.get(action=Action.INTAKE_READ).actor == alice


def test_a_partner_and_somebody_else_find_nothing(as_bob, bob, address, alices_visit):
    assert as_bob.get(address).status_code == 404
    factories.access_to(alices_visit.patient, bob, Relation.PARTNER)
    for path in (address, f"{address}calendar.ics"):
        assert signed_in(bob).get(path).status_code == 404


def test_a_cancelled_visit_is_not_prepared_for(as_alice, address, alices_visit):
    cancel(alices_visit)
    for path in (address, f"{address}calendar.ics"):
        assert as_alice.get(path).headers["Location"] == f"/my/{alices_visit.reference}/"


def test_the_ways_to_the_page(as_alice, address, alices_visit):
    consultation = f"/my/{alices_visit.reference}/"
    assert address in as_alice.get(consultation).content.decode()
    assert f'href="{consultation}"' in as_alice.get(address).content.decode()


# --- right after booking ---------------------------------------------------------------------------------------------


def test_a_visitor_who_has_booked_reads_it_at_once(cast):
    carol = Visitor()
    carol.come_to("check")
    assert carol.get("booked/prepare/").headers["Location"] == "/book/booked/"
    carol.check()
    assert "/book/booked/prepare/" in carol.get("booked/").content.decode()
    answer = carol.get("booked/prepare/")
    assert "Before your visit" in main(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    assert carol.get("booked/prepare/calendar.ics").headers["Content-Type"].startswith("text/calendar")
    one = Consultation.objects.get(patient__full_name=carol.name)
    assert AuditEntry.objects.filter(action=Action.INTAKE_READ, patient_id=one.patient_id).count() == 2


def test_whoever_books_for_a_partner_does_not_read_it(cast):
    carol = Visitor()
    carol.come_to("details").details(relation="partner")
    for step in STEPS[STEPS.index("code") :]:
        carol.take(step)
    assert "/book/booked/prepare/" not in carol.get("booked/").content.decode()
    assert carol.get("booked/prepare/").headers["Location"] == "/book/booked/"


def test_while_booking_a_changing_spot_is_said_on_the_next_page_and_on_the_check(cast):
    carol = Visitor()
    carol.come_to("intake")
    carol.answers["suspicious_lesion"] = "yes"
    page, said = carol.get("intake/")["Location"], {}
    while "/intake/" in page:
        said[page] = URGENT in main(carol.client.get(page))
        page = carol.answer(page)["Location"]
    assert [page for page, urgent in said.items() if urgent] == ["/book/intake/health-medicines/"]
    assert URGENT in main(carol.get("check/"))


def test_after_a_change_of_answers_a_changing_spot_is_said_with_the_answers(read, as_alice, alices_visit):
    assert URGENT not in main(as_alice.get(f"/my/{alices_visit.reference}/answers/"))
    read(suspicious_lesion="yes")
    page = main(as_alice.get(f"/my/{alices_visit.reference}/answers/"))
    assert page.index(URGENT) < page.index(ALICE_ASKS)
