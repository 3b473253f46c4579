"""From the first photograph to the last trace: filed, agreed to, told, moderated, shown, taken back by one press."""

import re
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from PIL import Image

from clinic.audit.models import Action, AuditEntry
from clinic.premises.models import Clinic
from consultations.models import Pair, Photograph, PictureConsent, Scope, Shows, ToldStory
from practitioners.models import Angle, Story, StoryPair
from tests import pictures
from tests.cast import Cast, signed_in
from tests.consultations import photo_scene
from tests.consultations.photo_scene import Course
from tests.factories import access_to
from tests.house.page import Page

SAYS = "canary-my-pores-look-finer"
# Dots of these colours end up in the pictures; their bytes are looked for afterwards.
BEFORE, AFTER = "peru", "tan"


@pytest.fixture
def course(cast: Cast) -> Course:
    return photo_scene.course(cast)


class Journey:
    """Dr Imani and Alice, each with a browser."""

    def __init__(self, cast: Cast, course: Course) -> None:
        self.cast, self.course = cast, course
        self.imani, self.alice, self.sam, self.visitor = (
            signed_in(cast.dr_imani),
            signed_in(cast.alice),
            signed_in(cast.sam),
            Client(),
        )
        self.desk = f"/desk/{course.last.reference}/photographs/"
        self.my = f"/my/{course.last.reference}/photographs/"
        self.story = f"/my/{course.last.reference}/story/"
        self.treatment = course.sessions[0].performed.get().treatment_id

    def files(self) -> None:
        first = f"/desk/{self.course.sessions[0].reference}/photographs/"
        self.adds(first, BEFORE, Shows.BEFORE)
        self.adds(self.desk, AFTER, Shows.AFTER, performed=str(self.course.sessions[-1].performed.get().pk))

    def adds(self, page: str, colour: str, shows: str, **more: str) -> None:
        form = {"picture": pictures.file(pictures.jpeg(colour)), "shows": shows, "angle": "front", **more}
        assert self.imani.post(page, form).status_code == 302

    def pairs(self, **ticked: str) -> int:
        chosen = {f"pair-{each.shows}": str(each.pk) for each in Photograph.objects.all()}
        attested = {f"pair-{name}": "on" for name in ("same_angle", "same_light", "unedited")}
        return self.imani.post(f"{self.desk}pair/", {**chosen, **attested, **ticked}).status_code

    def agrees(self) -> None:
        assert self.alice.get(self.story).headers["Location"] == f"{self.my}agree/public/"
        assert self.alice.post(f"{self.my}agree/public/", {"years": "1"}).status_code == 422
        assert self.alice.post(f"{self.my}agree/public/", {"years": "", "agrees": "on"}).status_code == 422
        assert self.alice.post(f"{self.my}agree/public/", {"years": "1", "agrees": "on"}).status_code == 302

    def writes(self, **more: str) -> str:
        said = {"treatment": str(self.treatment), "text": SAYS, "author": "Alice", "pictures": "on", **more}
        answer = self.alice.post(self.story, said)
        assert answer.status_code in {200, 302}
        return answer.text if answer.status_code == 200 else ""

    def confirms(self, page: str) -> None:
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page))
        hidden.pop("csrfmiddlewaretoken", None)
        assert self.alice.post(self.story, {**hidden, "sure": "yes"}).status_code == 302

    def is_published(self) -> None:
        story = Story.objects.get()
        assert SAYS in self.sam.get("/moderation/").text
        page = self.sam.get(f"/moderation/stories/{story.pk}/")
        assert SAYS in page.text
        self.sam.post(f"/moderation/stories/{story.pk}/", {"decision": "publish"})

    def withdraws(self, scope: Scope) -> str:
        return self.alice.post(f"{self.my}withdraw/", {"scope": scope}, follow=True).text


@pytest.fixture
def journey(cast: Cast, course: Course) -> Journey:
    return Journey(cast, course)


@pytest.fixture
def shown(journey: Journey) -> Journey:
    journey.files()
    assert journey.pairs() == 302
    journey.agrees()
    journey.confirms(journey.writes(concern="on", care="Sunscreen", skin_band="3-4"))
    journey.is_published()
    return journey


def leftovers(*needles: bytes) -> list[str]:
    """Every column of every table that holds one of these."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [getattr(column, "name", None) or column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, cell in zip(columns, row, strict=True):
                    raw = bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                    if any(needle in raw for needle in needles):
                        found.add(f"{table}.{name}")
    return sorted(found)


def test_it_is_shown_with_what_can_be_checked(shown):
    page = shown.visitor.get("/stories/").text
    for said in (SAYS, "Sunscreen", "Enlarged pores", "Skin types III and IV", "90 days after the last session"):
        assert said in page
    halves = re.findall(r'src="(/stories/[^"]+)"', page)
    assert len(halves) == 2
    for half in halves:
        answer = shown.visitor.get(half)
        assert Image.open(BytesIO(answer.content)).size == (640, 480)
    for needle in ("Alice Wong", "alice@", shown.course.last.reference, str(shown.course.patient.pk)):
        assert needle not in page


def test_one_press_and_nothing_of_it_is_left_anywhere(shown):
    pair = StoryPair.objects.get()
    copies = [bytes(pair.before), bytes(pair.after)]
    address = f"/stories/{pair.pk}/after/"
    etag = shown.visitor.get(address).headers["ETag"]
    assert leftovers(SAYS.encode(), *copies) == [
        "practitioners_story.text",
        "practitioners_storypair.after",
        "practitioners_storypair.before",
    ]
    receipt = shown.withdraws(Scope.PUBLIC)
    assert "Withdrawn, and removed for good: 1 story with its pictures." in receipt
    assert leftovers(SAYS.encode(), *copies, pair.digest.encode()) == []
    assert (Story.objects.count(), StoryPair.objects.count(), ToldStory.objects.count()) == (0, 0, 0)
    assert SAYS not in shown.visitor.get("/stories/").text
    assert shown.visitor.get(address).status_code == 404
    assert shown.visitor.get(address, headers={"if-none-match": etag}).status_code == 404
    assert Photograph.objects.count() == 2, "the record keeps its own"
    shown.withdraws(Scope.PUBLIC)


def test_the_record_goes_with_its_photographs(shown):
    ids = [str(pk) for pk in Photograph.objects.values_list("pk", flat=True)]
    receipt = shown.withdraws(Scope.RECORD)
    assert "2 photographs, 1 story with its pictures" in receipt
    assert (Photograph.objects.count(), Pair.objects.count(), Story.objects.count()) == (0, 0, 0)
    assert leftovers(SAYS.encode(), b"JFIF") == []
    for page in (f"{shown.my}{ids[0]}/",):
        assert shown.alice.get(page).status_code == 404
    assert shown.imani.get(f"{shown.desk}{ids[0]}/").status_code == 404
    assert "has not agreed that photographs are kept" in shown.imani.get(shown.desk).text
    assert PictureConsent.objects.filter(withdrawn_at=None).count() == 1, "bob's, from his booking"


def test_nothing_is_sent_before_it_was_read_as_everybody_will(journey):
    journey.files()
    journey.pairs()
    journey.agrees()
    page = journey.writes()
    assert "This is what everybody will see" in page
    assert Page(page).faults() == []
    assert SAYS in page
    assert all(f"{journey.my}{pk}/" in page for pk in Photograph.objects.values_list("pk", flat=True))
    assert not Story.objects.exists()
    again = journey.writes(change="1")
    assert "Read it as everybody will" in again
    assert SAYS in again
    assert not Story.objects.exists()


def test_without_the_three_ticks_there_is_no_pair(journey):
    journey.files()
    for name in ("same_angle", "same_light", "unedited"):
        assert journey.pairs(**{f"pair-{name}": ""}) == 409
    assert not Pair.objects.exists()


def test_without_the_record_s_consent_nothing_is_filed(journey):
    journey.withdraws(Scope.RECORD)
    form = {"picture": pictures.file(), "shows": "before", "angle": "front"}
    answer = journey.imani.post(journey.desk, form)
    assert answer.status_code == 409
    assert "has not agreed that photographs are kept in the record" in answer.text
    assert not Photograph.objects.exists()


def test_a_broken_file_is_refused_where_it_was_chosen(journey):
    form = {"picture": pictures.file(b"<svg onload=alert(1)>"), "shows": "before", "angle": "front"}
    answer = journey.imani.post(journey.desk, form)
    assert answer.status_code == 422
    assert "choose a photograph as JPEG, PNG or WebP" in answer.text


def test_every_look_at_a_photograph_is_written_down_before_it_is_shown(shown):
    kept = Photograph.objects.first()
    assert kept is not None
    before = AuditEntry.objects.filter(action=Action.PHOTOGRAPH_READ, object_type="photograph").count()
    answer = shown.imani.get(f"{shown.desk}{kept.pk}/")
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert shown.alice.get(f"{shown.my}{kept.pk}/").status_code == 200
    rows = AuditEntry.objects.filter(action=Action.PHOTOGRAPH_READ, object_id=str(kept.pk))
    assert rows.count() - before == 2
    assert {row.patient_id for row in rows} == {shown.course.patient.pk}


def test_nobody_else_comes_near(cast, shown):
    """Another practitioner, the desk, the owner, a partner without the right, another patient, nobody."""
    access_to(shown.course.patient, cast.bob)
    kept = Photograph.objects.first()
    assert kept is not None
    told = ToldStory.objects.get()
    doors = [shown.my, f"{shown.my}{kept.pk}/", f"{shown.my}agree/public/", shown.story, shown.desk]
    doors += [f"{shown.desk}{kept.pk}/", f"/desk/{shown.course.last.reference}/examples/"]
    presses = [f"{shown.my}withdraw/", f"{shown.desk}pair/", f"{shown.desk}{kept.pk}/remove/"]
    presses += [f"{shown.story}{told.pk}/appeal/"]
    for person in (cast.bob, cast.dr_reyes, cast.sam, cast.owner):
        browser = signed_in(person)
        assert [browser.get(door).status_code for door in doors] == [404] * len(doors), person
        answers = [browser.post(press, {"scope": "record", "words": "x"}).status_code for press in presses]
        assert answers == [404] * len(presses), person
    assert {shown.visitor.get(door).status_code for door in doors} == {302}
    assert Photograph.objects.count() == 2
    assert Story.objects.count() == 1


def test_another_patients_photograph_is_not_behind_ones_own_visit(cast, shown):
    kept = Photograph.objects.first()
    assert kept is not None
    bobs = cast.bobs_visit.reference
    assert signed_in(cast.bob).get(f"/my/{bobs}/photographs/{kept.pk}/").status_code == 404
    assert signed_in(cast.dr_reyes).get(f"/desk/{bobs}/photographs/{kept.pk}/").status_code == 404


def test_staff_read_in_the_admin_what_is_public_and_no_more(shown):
    story = Story.objects.get()
    for page in ("/admin/practitioners/story/", f"/admin/practitioners/story/{story.pk}/change/"):
        text = shown.sam.get(page).text
        assert "Alice Wong" not in text
        assert shown.course.last.reference not in text
        assert "storypair" not in text


def test_a_pair_is_shown_to_others_only_where_its_patient_agreed(cast, shown):
    examples = f"/desk/{cast.alices_visit.reference}/examples/"
    bob = photo_scene.course(cast, person=cast.bob, patient=cast.bobs_visit.patient)
    bob.pair()
    assert "No pairs yet" in shown.imani.get(examples).text
    bob.agree(Scope.VISIT)
    page = shown.imani.get(examples).text
    assert "Microneedling" in page
    assert "Bob" not in page
    halves = re.findall(rf'src="({re.escape(examples)}[^"]+)"', page)
    assert [shown.imani.get(half).status_code for half in halves] == [200, 200]
    bob_says_no = f"/my/{bob.last.reference}/photographs/withdraw/"
    signed_in(cast.bob).post(bob_says_no, {"scope": "visit"})
    assert [shown.imani.get(half).status_code for half in halves] == [404, 404]


def test_where_the_rules_forbid_it_the_teller_learns_so_first(journey):
    Clinic.objects.update(jurisdiction="TW")
    page = journey.alice.get(f"{journey.my}agree/public/").text
    assert "they appear only if the rules change" in page
    assert "Yours appear only if the rules change" in page


@pytest.mark.parametrize("pairs", [1, 4])
def test_the_pages_cost_the_same_however_many_photographs_there_are(journey, django_assert_num_queries, pairs):
    for angle in list(Angle)[:pairs]:
        journey.course.pair(angle=angle)
    with django_assert_num_queries(17):
        assert journey.imani.get(journey.desk).status_code == 200
    with django_assert_num_queries(22):
        assert journey.alice.get(journey.my).status_code == 200
