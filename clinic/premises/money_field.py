"""A form field for an amount of money."""

from decimal import Decimal
from typing import Any

from django import forms

from clinic.premises.money import to_minor


class MoneyField(forms.DecimalField):
    """An amount typed as people write it, 1800 or 1800.50; its value is a whole number of the smallest unit."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        self.units = to_minor(1, currency)
        super().__init__(min_value=0, decimal_places=len(str(self.units)) - 1, **kwargs)
        self.help_text = currency

    def prepare_value(self, value: Any) -> Any:
        """A stored amount as it is typed; what somebody typed stays as it is."""
        if not isinstance(value, int):
            return value
        amount = Decimal(value) / self.units
        return amount.quantize(Decimal(1)) if amount == amount.to_integral() else amount.quantize(Decimal("0.01"))

    def clean(self, value: Any) -> int | None:
        """The amount in the smallest unit, or None when nothing is typed."""
        amount = super().clean(value)
        return None if amount is None else int(amount * self.units)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)
