"""Shares as staff read them."""

from django import template

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """A share between 0 and 1 in whole percent, and a dash where there is nothing to divide by."""
    return "–" if share is None else f"{100 * share:.0f} %"
