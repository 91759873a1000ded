"""What the page frame asks: the same page in the other language, and links that keep the rest of the query."""

import re
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

_PREFIX = re.compile(r"^/(?:ms|en)(?=/|$)")


def in_language(path: str, language: str) -> str:
    """The address of the same page in `language`. Malay is the language without a prefix (contract.md, Pages)."""
    bare = _PREFIX.sub("", path, count=1) or "/"
    return bare if language == settings.LANGUAGE_CODE else f"/{language}{bare}"


@register.simple_tag(takes_context=True)
def language_url(context: Context, language: str) -> str:
    """This page, its query kept, in another language. A page made without a request links to the front page."""
    request = context.get("request")
    return in_language(request.get_full_path() if request else "/", language)


@register.simple_tag
def language_url_of(path: str) -> str:
    """`path` in the language of this page."""
    return in_language(path, current_language())


@register.simple_tag
def current_language() -> str:
    """`ms` or `en`."""
    return (translation.get_language() or settings.LANGUAGE_CODE)[:2]


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """`?page=3&status=invalid`: this page's query with some keys changed; None removes a key."""
    request = context.get("request")
    if not request:
        return "?"
    query = request.GET.copy()
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = value
    return f"?{query.urlencode()}"


@register.simple_tag
def url_if_known(name: str) -> str:
    """The address of a named page, or nothing when this installation has no such page (demo pages in production)."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@register.filter
def frame_of(user: Any) -> str:
    """The frame of a page that everybody may open: with the own menu for somebody who has signed in."""
    return "layout/signed_in.html" if getattr(user, "is_authenticated", False) else "layout/base.html"


@register.simple_tag(takes_context=True)
def for_employer(context: Context) -> SafeString:
    """A form's field that says for which employer its page was shown; nothing on pages of nobody's employer."""
    acting = getattr(context.get("request"), "acting_as", None)
    return format_html('<input type="hidden" name="for_employer" value="{}">', acting.employer.number) if acting else SafeString("")
