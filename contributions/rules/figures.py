"""Figures of an explanation as text, and steps that cite a value of the rate file."""

from decimal import Decimal

from contributions.rules import regime
from kwsp_portal.common import money, rates
from kwsp_portal.common.explain import Step


def figures_of(**values: object) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def cited(code: str, value: rates.Value, **figures: object) -> Step:
    return Step(code, {name: str(figure) for name, figure in figures.items()}, value.citation, value.assumption)


def since(value: rates.Value) -> str:
    """The wage month from which a value holds."""
    return f"{value.start:%Y-%m}"


def whole(ringgit: int | Decimal) -> Decimal:
    """Whole ringgit with two decimals."""
    return money.from_sen(int(ringgit) * 100)


def limit_of(part: regime.PartLaw) -> Decimal:
    return whole(part.wages.limit)


def shown(amount: Decimal) -> str:
    """An exact amount as it is: at least two decimals, more if it has them (11 % of RM20,000.01)."""
    text = str(amount)
    if text[-3:-2] == ".":
        return text
    if "E" in text:
        text = f"{amount:f}"
    ringgit, _, part = text.partition(".")
    return f"{ringgit}.{part.rstrip('0'):0<2}"
