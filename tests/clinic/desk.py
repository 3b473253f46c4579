"""People at work in the admin, its pages by name, and enough rows to fill its lists."""

import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.admin import site
from django.db import transaction
from django.db.models import Model
from django.forms import BaseForm, BaseFormSet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic import outbox
from clinic.accounts.models import User
from clinic.accounts.roles import Role
from clinic.audit import trail as audit
from clinic.audit.models import Action, AuditEntry
from clinic.outbox.models import OutboundMessage
from clinic.premises.models import Clinic, Closure, ClosureImport, Device, DeviceKind, Location, Room, RoomKind
from consultations.models import ConsentText, Consultation, Intake, Kind
from practitioners.models import Practitioner, Review, Roster, Story, TimeOff
from tests import factories, pictures
from tests.consultations import scene
from treatments.models import (
    CatalogueImport,
    CheckedLink,
    Combination,
    Comparison,
    Concern,
    FrequentQuestion,
    Questionnaire,
    Reference,
    RuleSet,
    Term,
    Treatment,
    TreatmentCategory,
    TreatmentFacts,
)
from treatments.models.choices import CATEGORY_CHOICES, CODE_CHOICES

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at_work(*roles: Role) -> Client:
    return signed_in(factories.user(an_address(), *roles))


def models_of_the_admin() -> list[type[Model]]:
    return sorted(site._registry, key=lambda model: model._meta.label)


def the_list(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def the_new(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


def the_page(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def filled(page: Any) -> dict[str, Any]:
    """What a browser would send back from a form of the admin, untouched."""
    sent: dict[str, Any] = {}
    forms: list[BaseForm] = [page.context["adminform"].form]
    for inline in page.context.get("inline_admin_formsets", []):
        formset: BaseFormSet[Any] = inline.formset
        forms += [formset.management_form, *formset.forms]
    for bound in (bound for form in forms for bound in form):
        value = bound.value()
        if hasattr(bound.field, "fields"):  # a moment, in two boxes, in the clinic's time
            with timezone.override(Clinic.objects.the().zone):
                boxes = bound.field.widget.decompress(value)
            for number, part in enumerate(boxes):
                sent[f"{bound.html_name}_{number}"] = "" if part is None else str(part)
        elif value is not None and value is not False:
            sent[bound.html_name] = "on" if value is True else value
    return sent


# --- rows, each a new one ---


def an_address() -> str:
    return f"{secrets.token_hex(4)}@clinic.test"


def treatment(code: str = "microdermabrasion", **changes: Any) -> Treatment:
    usual = {"slug": secrets.token_hex(4), "name": "Polish", "duration_minutes": 30, "published_from": None}
    return factories.treatment(code, "microdermabrasion", **{**usual, **changes})


def facts(code: str = "microdermabrasion") -> TreatmentFacts:
    found: TreatmentFacts = treatment(code).facts
    return found


def concern(**changes: Any) -> Concern:
    return factories.concern(secrets.token_hex(4), **{"name": "Pores", **changes})


def practitioner(**changes: Any) -> Practitioner:
    """A profile with all that its form asks for."""
    registered = {"registration_body": "Council", "registration_number": "M1", "languages": ["en"]}
    return factories.practitioner(**{"name": "Dr Imani", "slug": secrets.token_hex(4), **registered, **changes})


def location() -> Location:
    return factories.location(slug=secrets.token_hex(4))


def consultation(**changes: Any) -> Consultation:
    kind = Kind.objects.first() or scene.a_kind()
    room = factories.room(location())
    visit = scene.a_visit(practitioner(), kind, scene.at("10:00"), room=room, patient=scene.a_patient(), **changes)
    Intake.objects.create(consultation=visit)
    return visit


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
    with transaction.atomic():
        audit.record(
            actor=factories.user(an_address(), Role.STAFF),
            action=Action.ROLE_CHANGED,
            object_type="user",
            object_id=number,
            now=NOW,
        )
    return AuditEntry.objects.get(object_id=number)


def new(model: type[Model], **fields: Any) -> Callable[[], Model]:
    return lambda: model._default_manager.create(**fields)


def numbered(model: type[Model], **fields: Any) -> Callable[[], Model]:
    return lambda: model._default_manager.create(version=model._default_manager.count() + 1, **fields)


def next_of(choices: list[Any], model: type[Model]) -> str:
    return str(choices[model._default_manager.count()][0])


# One new row of each list; the three closed sets have no more rows than they have members.
ROWS: dict[type[Model], Callable[[], Model]] = {
    AuditEntry: entry,
    CatalogueImport: lambda: CatalogueImport.objects.create(
        name="prices.csv", content=b"", brought_by=factories.user(an_address(), Role.STAFF), brought_at=NOW
    ),
    CheckedLink: lambda: CheckedLink.objects.create(
        url=f"https://{secrets.token_hex(4)}.example/", found_in=[["treatments.reference", "S1"]], tried_at=NOW
    ),
    Closure: lambda: Closure.objects.create(
        location=location(), first_day=date(2027, 5, 1), last_day=date(2027, 5, 1), reason="Holiday"
    ),
    ClosureImport: lambda: ClosureImport.objects.create(
        name="holidays.ics",
        content=b"",
        language="en",
        brought_by=factories.user(an_address(), Role.STAFF),
        brought_at=NOW,
    ),
    Combination: lambda: Combination.objects.create(
        first=["ipl"], then=["ipl"], wait_days=14, reason="Rest.", position=Combination.objects.count() + 1
    ),
    Comparison: lambda: Comparison.objects.create(slug=secrets.token_hex(4), title="Laser or peel?", intro="Both."),
    Concern: concern,
    ConsentText: numbered(ConsentText, kind="data", language="en", text="I agree."),
    Consultation: consultation,
    DeviceKind: lambda: factories.device_kind(secrets.token_hex(4)),
    Device: lambda: Device.objects.create(location=location(), name="Laser"),
    FrequentQuestion: lambda: FrequentQuestion.objects.create(concern=concern(), question="Is it?", answer="Yes."),
    Kind: lambda: scene.a_kind(code=secrets.token_hex(4)),
    Location: location,
    OutboundMessage: message,
    Practitioner: lambda: practitioner(user=factories.user(an_address(), Role.PRACTITIONER)),
    Questionnaire: numbered(Questionnaire, data={"sections": []}, status="published", published_at=NOW),
    Reference: lambda: Reference.objects.create(
        tag=f"S{Reference.objects.count() + 1}", citation="A trial.", status="read"
    ),
    Review: lambda: factories.review(practitioner()),
    Story: lambda: pictures.story(practitioner(), treatment()),
    Room: lambda: factories.room(location()),
    Roster: lambda: Roster.objects.get(pk=practitioner().pk),
    RoomKind: lambda: factories.room_kind(secrets.token_hex(4)),
    RuleSet: numbered(RuleSet, data={"rules": []}, status="published", published_at=NOW),
    Term: lambda: Term.objects.create(slug=secrets.token_hex(4), topic="skin", name="Pore", meaning="An opening."),
    TimeOff: lambda: TimeOff.objects.create(practitioner=practitioner(), starts=NOW, ends=NOW + timedelta(days=1)),
    Treatment: lambda: treatment(next_of(CODE_CHOICES, Treatment)),
    TreatmentCategory: lambda: TreatmentCategory.objects.create(
        key=next_of(CATEGORY_CHOICES, TreatmentCategory), name="Peels"
    ),
    TreatmentFacts: lambda: facts(next_of(CODE_CHOICES, TreatmentFacts)),
    User: lambda: factories.user(an_address(), Role.STAFF, Role.PRACTITIONER),
}
