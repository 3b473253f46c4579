"""The house itself: locations, the rooms and devices in them by what they serve as, and the days they are closed."""

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Location(models.Model):
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("slug"), unique=True)
    address = models.TextField(_("address"))
    # Since when it is another than patients were told before, so that they are written to.
    address_at = models.DateTimeField(null=True, blank=True, editable=False)
    directions = models.TextField(_("directions"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class ResourceKind(models.Model):
    """What a visit may need one of; the name tells a room or device of it from others."""

    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class RoomKind(ResourceKind):
    class Meta(ResourceKind.Meta):
        verbose_name = _("kind of room")
        verbose_name_plural = _("kinds of room")


class DeviceKind(ResourceKind):
    class Meta(ResourceKind.Meta):
        verbose_name = _("kind of device")
        verbose_name_plural = _("kinds of device")


class Room(models.Model):
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="rooms", verbose_name=_("location"))
    name = models.CharField(_("name"), max_length=60)
    kinds: "models.ManyToManyField[RoomKind, Any]" = models.ManyToManyField(
        RoomKind,
        blank=True,
        related_name="rooms",
        verbose_name=_("serves as"),
        help_text=_("A visit is given a free room that serves as what it needs, and of several the least versatile."),
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["location", "name_en"]
        # The English name is always there; a column that follows the language of the page could not be unique.
        constraints = [
            models.UniqueConstraint(
                fields=["location", "name_en"],
                name="a_room_has_its_own_name",
                violation_error_message=_("The location already has a room of this name."),
            )
        ]

    def __str__(self) -> str:
        return _("%(location)s, %(room)s") % {"location": self.location, "room": self.name}


class Device(models.Model):
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="devices", verbose_name=_("location"))
    name = models.CharField(_("name"), max_length=80)
    kinds: "models.ManyToManyField[DeviceKind, Any]" = models.ManyToManyField(
        DeviceKind,
        blank=True,
        related_name="devices",
        verbose_name=_("serves as"),
        help_text=_("A visit that needs several kinds is given one device that serves as all of them."),
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["location", "name_en"]

    def __str__(self) -> str:
        return self.name


class ClosureQuerySet(models.QuerySet["Closure"]):
    def coming(self, day: date) -> Self:
        """Those that are not over on this day, with their location."""
        return self.filter(last_day__gte=day).select_related("location")


class Closure(models.Model):
    """Whole days on which a location, or the clinic when none is named, is closed."""

    location = models.ForeignKey(
        Location,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="closures",
        verbose_name=_("location"),
        help_text=_("Leave empty to close everywhere."),
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=120)

    objects: ClassVar[Any] = ClosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="a_closure_ends_after_it_begins",
                violation_error_message=_("The last day comes before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason} ({self.first_day})"


class ClosureImport(models.Model):
    """A calendar file as somebody brought it: read once to tell what it would close, and again on confirming."""

    name = models.CharField(_("file"), max_length=120)
    content = models.BinaryField(_("content"))
    language = models.CharField(_("language of the names"), max_length=10, choices=settings.LANGUAGES)
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("location")
    )
    brought_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("brought by")
    )
    brought_at = models.DateTimeField(_("brought"))
    applied_at = models.DateTimeField(_("imported"), null=True, blank=True)
    added = models.PositiveIntegerField(_("added"), default=0)

    class Meta:
        verbose_name = _("import of closed days")
        verbose_name_plural = _("imports of closed days")
        ordering = ["-brought_at", "-pk"]

    def __str__(self) -> str:
        return self.name
