"""What else stands on the stage of the walk: a row for every list of the admin, and pictures."""

from datetime import timedelta

from clinic.accounts.models import User
from clinic.crypto import digest
from clinic.outbox.models import OutboundMessage
from clinic.premises.models import Closure, ClosureImport, Location
from consultations import offering, reserving
from consultations.models import Photograph, Scope, Shows, ToldStory, WaitlistEntry, WaitlistLink, WaitlistOffer
from practitioners.models import ExtraHours, Practitioner, Story, StoryPair, TimeOff
from tests import factories, pictures
from tests.cast import TUESDAY, Cast
from tests.consultations import photo_scene, waiting
from tests.consultations.waiting import WEDNESDAY
from tests.factories import NOW, at
from treatments.models import (
    CatalogueImport,
    CheckedLink,
    Combination,
    Comparison,
    FrequentQuestion,
    Reference,
    Term,
    TreatmentCategory,
)


def lay(cast: Cast, imani: Practitioner) -> None:
    _of_the_admin(imani, cast.sam)
    pictures.portrait(imani, by=cast.sam)
    _story(cast)
    factories.held(imani, at("16:00", TUESDAY))  # by the desk, for somebody on the phone
    _waits(cast, imani)


def told(cast: Cast) -> OutboundMessage:
    """The confirmation that Alice was sent."""
    found: OutboundMessage = OutboundMessage.objects.get(reference=cast.alices_visit.reference, occasion="booked")
    return found


def arguments() -> dict[tuple[str, str], str]:
    """What these rows put into addresses."""
    kept, story = Photograph.objects.first(), Story.objects.get()
    assert kept is not None
    return {
        ("/practitioners/", "size"): "small",
        ("/stories/", "pair"): str(StoryPair.objects.get().pk),
        ("/stories/", "half"): "before",
        ("/", "photograph"): str(kept.pk),
        ("/my/", "sent"): str(Photograph.objects.get(shows=Shows.SENT).pk),
        ("/reception/book/", "reference"): reserving.held_by_the_desk().get().reference,
        ("/my/", "scope"): "visit",
        ("/my/", "told"): str(ToldStory.objects.get().pk),
        ("/wait/", "token"): "alices-place",
        ("/my/", "entry"): str(WaitlistEntry.objects.get().pk),
        ("/my/", "offer"): str(WaitlistOffer.objects.get().pk),
        ("/reception/", "entry"): str(WaitlistEntry.objects.get().pk),
        ("/moderation/stories/", "pk"): str(story.pk),
        ("/treatments/not-here/", "code"): "peel_deep",
    }


def _story(cast: Cast) -> None:
    """Alice's photographs, which she has let Dr Imani show to others, and her story, which waits for a moderator."""
    course = photo_scene.course(cast)
    course.pair()
    course.agree(Scope.VISIT)
    course.agree(Scope.PUBLIC, photo_scene.UNTIL)
    course.tell()
    course.send(cast.alices_visit)


def _waits(cast: Cast, imani: Practitioner) -> None:
    """Alice waits for an earlier time, and is being asked about one."""
    patient = cast.alices_visit.patient
    assert patient is not None
    entry = waiting.joins(patient)
    offering.make(actor=None, entry=entry, practitioner=imani, starts=at("16:00", WEDNESDAY), now=NOW)
    WaitlistLink.objects.create(entry=entry, token_hash=digest("alices-place"), created_at=NOW)


def a_calendar() -> bytes:
    """One public holiday, as a calendar writes it."""
    event = "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Holiday\r\nDTSTART;VALUE=DATE:20270520\r\nEND:VEVENT"
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\n{event}\r\nEND:VCALENDAR\r\n".encode()


def _of_the_admin(imani: Practitioner, sam: User) -> None:
    factories.device(Location.objects.all()[0], "Fractional laser")
    Closure.objects.create(
        first_day=TUESDAY, last_day=TUESDAY, reason="Training", location=factories.location("Kowloon")
    )
    ExtraHours.objects.create(
        practitioner=imani,
        location=Location.objects.all()[0],
        day=TUESDAY + timedelta(days=12),
        opens="19:00",
        closes="20:00",
    )
    TimeOff.objects.create(practitioner=imani, starts=NOW + timedelta(days=9), ends=NOW + timedelta(days=10))
    TreatmentCategory.objects.create(key="peels", name="Peels")
    Reference.objects.create(tag="R1", citation="A trial.", status="read")
    FrequentQuestion.objects.create(question="Does it hurt?", answer="A little.", published_from=NOW)
    CheckedLink.objects.create(url="https://register.example/", tried_at=NOW)
    CatalogueImport.objects.create(
        name="prices.csv", content=b"slug,minutes\npolish,30\n", brought_by=sam, brought_at=NOW
    )
    ClosureImport.objects.create(
        name="holidays.ics", content=a_calendar(), language="en", brought_by=sam, brought_at=NOW
    )
    Comparison.objects.create(slug="laser-or-peel", title="Laser or peel?", intro="Both.", published_from=NOW)
    Term.objects.create(slug="pore", topic="skin", name="Pore", meaning="An opening.", published_from=NOW)
    factories.treatment("peel_deep", "peels").delete()  # its facts stay: explained, and not offered
    Combination.objects.create(first=["ipl"], then=["ipl"], wait_days=14, reason="Rest.", position=1)
