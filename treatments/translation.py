import simple_history
from modeltranslation.translator import TranslationOptions, register

from clinic.editions import WithLines
from treatments import models


@register(models.TreatmentCategory)
class CategoryWords(TranslationOptions):
    fields = ("name", "intro", "what_to_expect", "who_may_not")
    required_languages = ("en",)


@register(models.Treatment)
class TreatmentWords(TranslationOptions):
    fields = ("name", "summary", "included", "synonyms")
    required_languages = ("en",)


@register(models.TreatmentFacts)
class FactsWords(TranslationOptions):
    fields = (
        "name", "short", "mechanism", "depth_note", "pain_note", "longevity", "for_pores", "suitability_note",
        "sensitivity_note", "who_should_not", "device_note",
    )  # fmt: skip
    required_languages = ("en",)


@register(models.SideEffect)
@register(models.BeforeCareStep)
@register(models.AftercareStep)
@register(models.RecoveryStage)
@register(models.Expectation)
@register(models.ProfessionalOption)
class TextWords(TranslationOptions):
    fields = ("text",)
    required_languages = ("en",)


@register(models.Concern)
class ConcernWords(TranslationOptions):
    fields = ("name", "summary", "what", "when_to_see", "do_not_combine", "synonyms")
    required_languages = ("en",)


@register(models.Cause)
@register(models.Area)
@register(models.Habit)
class NameAndTextWords(TranslationOptions):
    fields = ("name", "text")
    required_languages = ("en",)


@register(models.HomeCare)
class HomeCareWords(TranslationOptions):
    fields = ("name", "text", "how_to_start", "avoid")
    required_languages = ("en",)


@register(models.Combination)
class ReasonWords(TranslationOptions):
    fields = ("reason",)
    required_languages = ("en",)


@register(models.Comparison)
class ComparisonWords(TranslationOptions):
    fields = ("title", "intro", "first", "second", "conclusion")
    required_languages = ("en",)


@register(models.ComparisonLine)
class ComparisonLineWords(TranslationOptions):
    fields = ("point", "first", "second")
    required_languages = ("en",)


@register(models.Term)
class TermWords(TranslationOptions):
    fields = ("name", "meaning", "synonyms")
    required_languages = ("en",)


@register(models.FrequentQuestion)
class QuestionWords(TranslationOptions):
    fields = ("question", "answer")
    required_languages = ("en",)


# A history copies the fields that the model has at that moment, so it begins once the translated ones are there.
FLAT = (
    models.Treatment, models.TreatmentCategory, models.Combination, models.FrequentQuestion, models.Reference,
    models.Term,
)  # fmt: skip
for followed in FLAT:
    simple_history.register(followed)
for with_lines in (models.TreatmentFacts, models.Concern, models.Comparison):
    simple_history.register(with_lines, bases=[WithLines])
