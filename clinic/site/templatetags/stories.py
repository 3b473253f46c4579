"""The way from a treatment or a practitioner to the stories about them."""

from typing import Any

from django import template
from django.db.models import Model
from django.template.context import Context
from django.utils import timezone

from clinic.site import told
from practitioners.models import Practitioner

register = template.Library()


@register.inclusion_tag("site/_stories_link.html", takes_context=True)
def stories_about(context: Context, subject: Model) -> dict[str, Any]:
    """How many there are, and the way to them.

    Not the stories themselves: this page may lie in the shop window for a minute, and a story that is taken back has to
    be gone at once.
    """
    clinic = context["clinic"]
    name = "practitioner" if isinstance(subject, Practitioner) else "treatment"
    shown = told.under(clinic.law)
    found = told.readable(shown, timezone.localdate(timezone=clinic.zone)).filter(**{name: subject.pk})
    return {"name": name, "subject": subject, "count": found.count() if shown.anything else 0}
