import simple_history
from modeltranslation.translator import TranslationOptions, register

from practitioners.models import Offering, Practitioner


@register(Practitioner)
class PractitionerWords(TranslationOptions):
    fields = ("name", "title", "registration_body", "bio", "approach", "education")
    required_languages = ("en",)


@register(Offering)
class OfferingWords(TranslationOptions):
    fields = ("device",)


# A history copies the fields that the model has at that moment, so it begins once the translated ones are there.
simple_history.register(Practitioner)
