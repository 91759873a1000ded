"""Whose pages these are: a member's own, or an officer's at a counter, where the same guide stands under other addresses."""

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from withdrawals.models import Application

COUNTER = "counter"


def space(request: HttpRequest) -> str:
    """`member` or `counter`: where the addresses of this page's kind begin."""
    match = request.resolver_match
    return COUNTER if match is not None and match.namespace == COUNTER else "member"


def address(request: HttpRequest, name: str, *args: object) -> str:
    """The address of a page of this place."""
    return reverse(f"{space(request)}:{name}", args=args)


def go(request: HttpRequest, name: str, *args: object) -> HttpResponseRedirect:
    """To a page of this place."""
    return HttpResponseRedirect(address(request, name, *args))


def after(request: HttpRequest, found: Application) -> str:
    """Where a page of the guide leads once it is handed in: a second click of a member reads the confirmation again."""
    done = request.method == "POST" and space(request) != COUNTER
    return address(request, "withdrawal_done" if done else "withdrawal", found.number)


def home(request: HttpRequest, found: Application) -> str:
    """The list from which one comes: of one's own, or of the member at the counter."""
    return address(request, "withdrawals", *([found.member.number] if space(request) == COUNTER else []))
