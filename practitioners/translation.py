from modeltranslation.translator import TranslationOptions, register

from practitioners.models import Practitioner


@register(Practitioner)
class PractitionerWords(TranslationOptions):
    fields = ("name", "title", "registration_body", "bio", "approach", "education")
    required_languages = ("en",)
