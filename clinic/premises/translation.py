from modeltranslation.translator import TranslationOptions, register

from clinic.premises.models import Clinic, Closure, Device, DeviceKind, Location, Room, RoomKind


@register(Clinic)
class ClinicWords(TranslationOptions):
    fields = ("name", "tagline", "about", "privacy", "opening_hours", "notice", "address", "help_line")
    required_languages = ()


@register(Location)
class LocationWords(TranslationOptions):
    fields = ("name", "address", "directions")


@register(Room)
@register(RoomKind)
@register(Device)
@register(DeviceKind)
class NameWords(TranslationOptions):
    fields = ("name",)
    required_languages = ("en",)


@register(Closure)
class ClosureWords(TranslationOptions):
    fields = ("reason",)
