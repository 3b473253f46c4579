"""People at work in the admin, its pages by name, and enough rows to fill its lists."""

import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.admin import site
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from clinic import outbox
from clinic.accounts.models import User
from clinic.accounts.roles import Role, give
from clinic.audit import trail as audit
from clinic.audit.models import Action, AuditEntry
from clinic.outbox.models import OutboundMessage
from clinic.premises.models import Clinic, Closure, Device, Location, Room
from consultations.models import ConsentText, Consultation, Intake, Kind
from practitioners.models import Invitation, Practitioner, Review, TimeOff
from tests.consultations import scene
from treatments.models import (
    Concern,
    FrequentQuestion,
    Questionnaire,
    Reference,
    RuleSet,
    Treatment,
    TreatmentCategory,
    TreatmentFacts,
)
from treatments.models.choices import CATEGORY_CHOICES, CODE_CHOICES

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


def somebody(email: str, *roles: Role, **fields: Any) -> User:
    user = User.objects.create_user(email, **fields)
    for role in roles:
        give(user, role)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at_work(*roles: Role) -> Client:
    return signed_in(somebody(f"{secrets.token_hex(4)}@clinic.test", *roles))


def models_of_the_admin() -> list[type[Model]]:
    return sorted(site._registry, key=lambda model: model._meta.label)


def the_list(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def the_new(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


def the_page(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


# --- rows, each a new one ---


def facts(code: str = "microdermabrasion", **changes: Any) -> TreatmentFacts:
    usual: dict[str, Any] = {
        "category": "microdermabrasion", "name": "Microdermabrasion", "short": "Polishes the surface.",
        "mechanism": "Takes off dead cells.", "depth_to_um": 15, "sessions_min": 4, "sessions_max": 8,
        "spacing_min_days": 14, "spacing_max_days": 28, "downtime_typical_days": 0, "downtime_cautious_days": 1,
        "pain_min": 0, "pain_max": 2, "longevity": "Weeks.", "for_pores": "Little.", "evidence_grade": "C",
    }  # fmt: skip
    return TreatmentFacts.objects.get_or_create(code=code, defaults={**usual, **changes})[0]


def treatment(**changes: Any) -> Treatment:
    usual = {
        "facts": facts(), "category": "microdermabrasion", "name": "Polish", "slug": secrets.token_hex(4),
        "summary": "A polish.", "price_minor": 180000, "duration_minutes": 30,
    }  # fmt: skip
    made: Treatment = Treatment.objects.create(**{**usual, **changes})
    return made


def concern(**changes: Any) -> Concern:
    usual = {"name": "Pores", "slug": secrets.token_hex(4), "summary": "Small openings.", "what": "Where hair grows."}
    made: Concern = Concern.objects.create(**{**usual, **changes})
    return made


def practitioner(**changes: Any) -> Practitioner:
    usual = {
        "name": "Dr Imani", "slug": secrets.token_hex(4), "title": "Doctor", "registration_body": "Council",
        "registration_number": "M1", "practising_since": 2010, "languages": ["en"],
    }  # fmt: skip
    made: Practitioner = Practitioner.objects.create(**{**usual, **changes})
    return made


def consultation(**changes: Any) -> Consultation:
    kind = Kind.objects.first() or scene.a_kind()
    who = practitioner()
    room = Room.objects.create(location=location(), name="Room 1")
    visit = scene.a_visit(who, kind, scene.at("10:00"), room=room, patient=scene.a_patient(), **changes)
    Intake.objects.create(consultation=visit)
    return visit


def location() -> Location:
    return Location.objects.create(name="Central", slug=secrets.token_hex(4), address="1 Example Road")


def review() -> Review:
    who = practitioner()
    invitation = Invitation.objects.create(
        practitioner=who, moment="consultation", token_hash=secrets.token_hex(32), visited_month=date(2027, 2, 1),
        minted_at=NOW, expires_at=NOW + timedelta(days=90),
    )  # fmt: skip
    return Review.objects.create(
        invitation=invitation, practitioner=who, stars=5, author="B.", language="en", submitted_at=NOW
    )


def message() -> OutboundMessage:
    key = secrets.token_hex(8)
    with transaction.atomic():
        outbox.enqueue(
            key=key, to="alice@example.test", subject="Your consultation", text="a secret link", language="en",
            due_at=NOW, now=NOW,
        )  # fmt: skip
    return OutboundMessage.objects.get(key=key)


def entry() -> AuditEntry:
    number = secrets.token_hex(8)
    actor = somebody(f"{number}@clinic.test", Role.STAFF)
    with transaction.atomic():
        audit.record(actor=actor, action=Action.ROLE_CHANGED, object_type="user", object_id=number, now=NOW)
    return AuditEntry.objects.get(object_id=number)


def new(model: type[Model], **fields: Any) -> Callable[[], Model]:
    return lambda: model._default_manager.create(**fields)


def numbered(model: type[Model], **fields: Any) -> Callable[[], Model]:
    return lambda: model._default_manager.create(version=model._default_manager.count() + 1, **fields)


def next_of(choices: list[Any], model: type[Model], field: str) -> str:
    return str(choices[model._default_manager.count()][0])


# One new row of each list; the three closed sets have no more rows than they have members.
ROWS: dict[type[Model], Callable[[], Model]] = {
    AuditEntry: entry,
    Closure: lambda: Closure.objects.create(
        location=location(), first_day=date(2027, 5, 1), last_day=date(2027, 5, 1), reason="Holiday"
    ),
    Concern: concern,
    ConsentText: numbered(ConsentText, kind="data", language="en", text="I agree."),
    Consultation: consultation,
    Device: lambda: Device.objects.create(location=location(), name="Laser"),
    FrequentQuestion: lambda: FrequentQuestion.objects.create(concern=concern(), question="Is it?", answer="Yes."),
    Kind: lambda: scene.a_kind(code=secrets.token_hex(4)),
    Location: location,
    OutboundMessage: message,
    Practitioner: lambda: practitioner(user=somebody(f"{secrets.token_hex(4)}@clinic.test", Role.PRACTITIONER)),
    Questionnaire: numbered(Questionnaire, data={"sections": []}),
    Reference: lambda: Reference.objects.create(
        tag=f"S{Reference.objects.count() + 1}", citation="A trial.", status="read"
    ),
    Review: review,
    Room: lambda: Room.objects.create(location=location(), name="Room 1"),
    RuleSet: numbered(RuleSet, data={"rules": []}),
    TimeOff: lambda: TimeOff.objects.create(practitioner=practitioner(), starts=NOW, ends=NOW + timedelta(days=1)),
    Treatment: lambda: treatment(facts=facts(next_of(CODE_CHOICES, Treatment, "code"))),
    TreatmentCategory: lambda: TreatmentCategory.objects.create(
        key=next_of(CATEGORY_CHOICES, TreatmentCategory, "key"), name="Peels"
    ),
    TreatmentFacts: lambda: facts(next_of(CODE_CHOICES, TreatmentFacts, "code")),
    User: lambda: somebody(f"{secrets.token_hex(4)}@clinic.test", Role.STAFF, Role.PRACTITIONER),
}


def the_clinic(**changes: Any) -> Clinic:
    return Clinic.objects.create(**{"name": "Lumen Skin Clinic", "zone_name": "Asia/Hong_Kong", **changes})
