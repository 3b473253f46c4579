"""Photographs of a patient: sealed, kept only while the patient agrees, paired only when all is attested."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from PIL import Image

from clinic import crypto
from clinic.audit.models import Action, AuditEntry
from clinic.crypto import SealBroken
from clinic.fields import key_ring
from clinic.pictures import NotAPicture
from consultations import access, photographs, picture_consents
from consultations.models import Pair, Photograph, Scope, Shows
from consultations.photographs import (
    NotAPair,
    NotAttested,
    NotHere,
    PairedAlready,
    Shot,
    TooManyPhotographs,
)
from consultations.picture_consents import NotAgreed
from practitioners.models import Angle, Practitioner, StoryPair
from practitioners.stories import Attested
from tests import pictures
from tests.consultations import photo_scene
from tests.factories import NOW


@pytest.fixture
def course(cast) -> photo_scene.Course:
    return photo_scene.course(cast)


def column(pk) -> bytes:
    return bytes(Photograph.objects.values_list("picture", flat=True).get(pk=pk))


def test_a_photograph_is_sealed_in_its_row_and_opens_only_there(course):
    kept = course.photograph(course.last, Shows.BEFORE)
    raw = column(kept.pk)
    assert crypto.is_sealed(raw)
    assert b"JFIF" not in raw
    assert pictures.PLACE not in raw
    opened = Photograph.objects.get(pk=kept.pk).picture
    assert Image.open(BytesIO(opened)).size == (640, 480)
    assert pictures.PLACE not in opened
    other = course.photograph(course.last, Shows.BEFORE)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE consultations_photograph SET picture = %s", [raw])
    pictures_by_row = Photograph.objects.in_bulk()
    assert pictures_by_row[kept.pk].picture == opened
    with pytest.raises(SealBroken):
        _ = pictures_by_row[other.pk].picture


def test_keys_are_rotated_under_photographs_as_well(course, alices_visit, settings):
    kept, sent = course.photograph(course.last, Shows.BEFORE), course.send(alices_visit)
    opened = Photograph.objects.get(pk=kept.pk).picture
    settings.FIELD_KEYS = [("3", "Mw" * 21 + "M="), *settings.FIELD_KEYS]
    call_command("rotate_field_keys", verbosity=0)
    for each in (kept, sent):
        assert crypto.key_number(column(each.pk)) == key_ring().current == 3
    assert Photograph.objects.get(pk=kept.pk).picture == opened


def test_a_large_picture_is_brought_down_before_it_is_sealed(course):
    shot = Shot(pictures.jpeg(size=(4000, 3000)), Shows.BEFORE, Angle.FRONT)
    kept = photographs.add(actor=course.by, taken_by=course.who, consultation=course.last, shot=shot, now=NOW)
    assert Image.open(BytesIO(kept.picture)).size == (1600, 1200)


def test_without_the_patients_consent_nothing_is_kept(course):
    picture_consents.withdraw(actor=course.person, patient=course.patient, scope=Scope.RECORD, now=NOW)
    with pytest.raises(NotAgreed):
        course.photograph(course.last, Shows.BEFORE)
    assert not Photograph.objects.exists()


def test_a_photograph_is_taken_of_somebody_who_is_there(course, alices_visit):
    with pytest.raises(NotHere):
        course.photograph(alices_visit, Shows.BEFORE)


def test_what_is_no_picture_is_refused(course):
    shot = Shot(b"<svg/>", Shows.BEFORE, Angle.FRONT)
    with pytest.raises(NotAPicture):
        photographs.add(actor=course.by, taken_by=course.who, consultation=course.last, shot=shot, now=NOW)


def test_a_visit_holds_twenty(course, monkeypatch):
    monkeypatch.setattr(photographs, "MOST_OF_A_VISIT", 2)
    for _ in range(2):
        course.photograph(course.last, Shows.BEFORE)
    with pytest.raises(TooManyPhotographs):
        course.photograph(course.last, Shows.BEFORE)


def test_a_pair_knows_the_session_it_follows(course, dr_imani):
    pair = course.pair()
    assert pair.performed.session == 3
    assert (pair.attested_by, pair.attested_at) == (course.who, course.last.ends)
    row = AuditEntry.objects.get(action=Action.PHOTOGRAPHS_PAIRED)
    assert (row.actor, row.patient_id) == (dr_imani, course.patient.pk)


@pytest.mark.parametrize("missing", ["same_angle", "same_light", "unedited"])
def test_without_all_three_there_is_no_pair(course, missing):
    before = course.photograph(course.sessions[0], Shows.BEFORE)
    after = course.photograph(course.last, Shows.AFTER)
    said = {"same_angle": True, "same_light": True, "unedited": True, missing: False}
    with pytest.raises(NotAttested):
        photographs.pair(
            actor=course.by,
            attested_by=course.who,
            before=before,
            after=after,
            attested=Attested(**said),
            now=NOW,
        )
    fields = {"before": before, "after": after, "performed": after.performed, "attested_by": course.who}
    with pytest.raises(IntegrityError), transaction.atomic():
        Pair.objects.create(**fields, **said, attested_at=NOW)


@pytest.mark.parametrize("missing", ["same_angle", "same_light", "unedited", "attested_by"])
def test_the_database_refuses_a_public_pair_without_all_three_and_a_name(course, sam, missing):
    course.shown(sam)
    with pytest.raises(IntegrityError), transaction.atomic():
        StoryPair.objects.update(**{missing: "" if missing == "attested_by" else False})


def test_two_photographs_that_cannot_be_compared_are_no_pair(course):
    before = course.photograph(course.sessions[0], Shows.BEFORE)
    side = course.photograph(course.last, Shows.AFTER, angle=Angle.LEFT)
    earlier = course.photograph(course.sessions[0], Shows.AFTER)
    untreated = course.photograph(course.last, Shows.AFTER)
    Photograph.objects.filter(pk=untreated.pk).update(performed=None)
    late = course.photograph(course.last, Shows.BEFORE)
    pairs = [(before, side), (before, before), (side, before), (before, earlier), (late, side)]
    for one, other in [*pairs, (before, Photograph.objects.get(pk=untreated.pk))]:
        with pytest.raises(NotAPair):
            photographs.pair(
                actor=course.by,
                attested_by=course.who,
                before=one,
                after=other,
                attested=photo_scene.ALL_THREE,
                now=NOW,
            )


def test_a_photograph_belongs_to_one_pair(course):
    pair = course.pair()
    another = course.photograph(course.last, Shows.AFTER)
    with pytest.raises(PairedAlready):
        photographs.pair(
            actor=course.by,
            attested_by=course.who,
            before=pair.before,
            after=another,
            attested=photo_scene.ALL_THREE,
            now=NOW,
        )


def test_a_photograph_that_is_removed_takes_its_pair_and_the_public_copy_along(course, sam, visitor):
    course.shown(sam)
    copy = StoryPair.objects.get()
    photographs.remove(actor=course.by, photograph=Photograph.objects.filter(shows="after").get(), now=NOW)
    assert (Photograph.objects.count(), Pair.objects.count(), StoryPair.objects.count()) == (1, 0, 0)
    assert visitor.get(f"/stories/{copy.pk}/before/").status_code == 404


# --- who may read ----------------------------------------------------------------------------------------------------


def test_the_treating_practitioner_reads_until_the_care_ends(cast, course, dr_imani, dr_reyes):
    course.pair()
    assert access.photographs_in_care_of(dr_imani, NOW).count() == 2
    assert access.photographs_in_care_of(dr_reyes, NOW).count() == 0
    assert access.photographs_in_care_of(dr_imani, NOW + timedelta(days=366)).count() == 0
    reyes = Practitioner.objects.get(user=dr_reyes)
    type(course.last).objects.filter(pk=course.last.pk).update(practitioner=reyes)
    assert access.photographs_in_care_of(dr_imani, NOW).count() == 1


def test_the_patient_reads_and_nobody_else_at_home(cast, course, partner):
    course.pair()
    assert access.photographs_of(cast.alice, NOW).count() == 2
    for other in (cast.bob, cast.sam, cast.owner, cast.dr_reyes, partner):
        assert access.photographs_of(other, NOW).count() == 0


@pytest.fixture
def partner(cast):
    from_home = cast.bob
    cast.alices_visit.patient.access.create(user=from_home, relation="partner", may_manage=True, may_read_health=False)
    return from_home


def test_a_pair_is_shown_in_a_visit_only_where_its_patient_agrees(cast, course, dr_imani, dr_reyes):
    course.pair()
    course.photograph(course.last, Shows.AFTER)
    assert access.shown_in_a_visit_by(dr_imani, NOW).count() == 0
    course.agree(Scope.VISIT)
    assert access.shown_in_a_visit_by(dr_imani, NOW).count() == 2
    assert access.shown_in_a_visit_by(dr_reyes, NOW).count() == 0
    assert access.shown_in_a_visit_by(cast.sam, NOW).count() == 0
    picture_consents.withdraw(actor=course.person, patient=course.patient, scope=Scope.VISIT, now=NOW)
    assert access.shown_in_a_visit_by(dr_imani, NOW).count() == 0
