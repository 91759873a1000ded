"""Words and times on the phone's pages."""

from datetime import datetime

from django import template
from django.template.context import Context

from kwsp_portal.common import clock
from kwsp_portal.demophone import texts

register = template.Library()


@register.simple_tag(takes_context=True)
def t(context: Context, *parts: str) -> str:
    """The text of the key that the parts make together, in the page's language."""
    return texts.text("".join(str(part) for part in parts), context["language"])


@register.filter
def moment(value: datetime) -> str:
    """`12.10.2026 09:05:00` in Kuala Lumpur, the same in both languages."""
    return value.astimezone(clock.KL).strftime("%d.%m.%Y %H:%M:%S")
