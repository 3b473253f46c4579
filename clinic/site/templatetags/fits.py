"""What the fit of this browser says of a treatment, wherever the treatment is shown."""

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clinic.site.fit import fitted
from treatments.models import Treatment
from treatments.screening import Rule, RuleKind

register = template.Library()


@register.inclusion_tag("components/fit.html", takes_context=True)
def fit_of(context: Context, treatment: Treatment) -> dict[str, Any]:
    """The level with its reasons and how it meets the plans; nothing where nothing was told."""
    fit = context.get("fit")
    return {
        "clinic": context["clinic"],
        "fit": fit,
        "fitted": fitted(fit, treatment) if fit else None,
    }


@register.filter
def sentence(rule: Rule) -> str:
    """The rule's sentence for patients in the page's language; one that asks says what it asks about."""
    language = get_language() or "en"
    said = rule.sentence.in_language(language)
    if rule.kind is not RuleKind.ASK:
        return said
    return _("%(about)s: %(sentence)s") % {"about": rule.heading.in_language(language), "sentence": said}
