"""A patient, and who may act for them. A patient is not a user: families share an address."""

import uuid
from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.accounts.models import User
from clinic.fields import SealedDateField, SealedTextField


class SexAtBirth(models.TextChoices):
    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    INTERSEX = "intersex", _("Intersex")
    UNSTATED = "prefer_not_to_say", _("Prefer not to say")


class Relation(models.TextChoices):
    SELF = "self", _("The patient")
    GUARDIAN = "guardian", _("Parent or guardian")
    PARTNER = "partner", _("Partner")
    OTHER = "other", _("Someone else")


class PatientQuerySet(models.QuerySet["Patient"]):
    def managed_by(self, user: User) -> Self:
        """Those whose times the person may see and change."""
        return self.filter(access__user=user, access__may_manage=True)


class Patient(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    full_name = models.CharField(_("full name"), max_length=120)
    preferred_name = models.CharField(_("preferred name"), max_length=60, blank=True)
    date_of_birth = SealedDateField(_("date of birth"))
    sex_at_birth = SealedTextField(_("sex recorded at birth"))
    phone = SealedTextField(_("phone"), blank=True)
    # By which it is found although it is sealed (see calling.py).
    phone_digest = models.CharField(max_length=80, blank=True, db_index=True, editable=False)
    language = models.CharField(_("language"), max_length=10, default="en")
    created_at = models.DateTimeField(_("since"))
    people: "models.ManyToManyField[User, Any]" = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="PatientAccess", related_name="patients"
    )

    objects: ClassVar[Any] = PatientQuerySet.as_manager()

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")

    def __str__(self) -> str:
        return self.full_name

    def age_on(self, day: date) -> int:
        """Completed years of age on a day."""
        born: date = self.date_of_birth
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    @property
    def phone_ends(self) -> str:
        """The last two digits of the phone number, by which somebody knows their own; empty without one."""
        return "".join(sign for sign in self.phone if sign.isdigit())[-2:]

    @property
    def called(self) -> str:
        """The name to greet the patient with."""
        return self.preferred_name or self.full_name

    def is_another_than(self, person: User | None) -> bool:
        """Whether somebody who signs in with a mailed code is a parent, a partner or another, and not the patient.

        Mostly their name tells; whoever booked for somebody else first was not asked for theirs.
        """
        if person is None or person.has_usable_password():
            return False
        if person.name:
            return person.name.casefold() != self.full_name.casefold()
        theirs = [each.relation for each in self.access.all() if each.user_id == person.pk]
        return Relation.SELF not in theirs


class PatientAccess(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="access")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="access")
    relation = models.CharField(_("relation"), max_length=10, choices=Relation.choices, default=Relation.SELF)
    may_manage = models.BooleanField(_("may change times"), default=True)
    may_read_health = models.BooleanField(_("may read answers"), default=False)

    class Meta:
        verbose_name = _("access to a patient")
        verbose_name_plural = _("access to patients")
        constraints = [
            models.UniqueConstraint(fields=["user", "patient"], name="a_person_has_one_relation_to_a_patient")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.relation}"
