"""Words, money and times on the bank's pages."""

from datetime import datetime
from decimal import Decimal

from django import template
from django.template.context import Context

from kwsp_portal.bank import banks
from kwsp_portal.common import clock, money
from kwsp_portal.demobank import texts

register = template.Library()


@register.simple_tag(takes_context=True)
def t(context: Context, *parts: str) -> str:
    """The text of the key that the parts make together, in the page's language."""
    return texts.text("".join(str(part) for part in parts), context["language"])


@register.filter
def ringgit(sen: int) -> str:
    """`RM 1,234.50`."""
    amount: Decimal = money.from_sen(sen)
    return f"RM {amount:,.2f}"


@register.filter
def moment(value: datetime | None) -> str:
    """`12.10.2026 09:05:00` in Kuala Lumpur, the same in both languages."""
    return value.astimezone(clock.KL).strftime("%d.%m.%Y %H:%M:%S") if value else "-"


@register.filter
def bank_name(code: str) -> str:
    return banks.name(code)
