"""Model fields for money: Decimal ringgit in Python, whole sen in the column (ruling 14a)."""

from decimal import Decimal
from typing import Any

from django.core import exceptions
from django.db import models

from kwsp_portal.common import money


class MoneyField(models.BigIntegerField):  # type: ignore[type-arg]
    """An amount in ringgit. The column is a bigint of sen, so it holds neither NaN nor half a sen and sums fast.

    Raises ValidationError for anything that is not a finite Decimal with at most two decimals.
    """

    # What the type checker is to believe of the attribute (django-stubs).
    _pyi_private_get_type: Decimal  # type: ignore[assignment]
    _pyi_private_set_type: Decimal | int  # type: ignore[assignment]

    description = "Amount in RM, stored in sen"

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else money.from_sen(value)

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            return money.ringgit(value) if isinstance(value, str) else Decimal(value)
        except (TypeError, ValueError) as error:
            raise exceptions.ValidationError(str(error)) from error

    def get_prep_value(self, value: Any) -> Any:
        """Whole sen; an expression stays as it is."""
        if value is None or isinstance(value, models.Expression):
            return value
        if isinstance(value, int):
            value = Decimal(value)
        if not isinstance(value, Decimal):
            raise exceptions.ValidationError(f"MoneyField: found {type(value).__name__}, expected Decimal ringgit")
        return money.to_sen(value)

    def value_to_string(self, obj: models.Model) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(value)
