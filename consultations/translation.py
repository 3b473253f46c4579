from modeltranslation.translator import TranslationOptions, register

from consultations.models import Kind


@register(Kind)
class KindWords(TranslationOptions):
    fields = ("name", "description")
    required_languages = ("en",)
