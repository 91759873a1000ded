"""Who may open a page. Every view of the portal stands behind one of these; `manage.py routes` reads what they write on it.

A view carries `owner` (whose things it shows) and `roles` (who may open it; empty for the public). A signed-in person of
another role gets the 403 page in words; whose object it is, is asked by `access.py`, which answers 404.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse_lazy

from members.identity.enums import STAFF, Role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class Owner(StrEnum):
    """Whose things a page shows (contract.md, `routes --json`)."""

    PUBLIC = "public"
    OWN_MEMBER = "own member"
    OWN_EMPLOYER = "own employer"
    OWN_USER = "own user"
    STAFF = "staff"


def mark(view: Any, *, owner: Owner, roles: frozenset[Role]) -> Any:
    """Write on a view who may open it. For views that keep their own gate (Django admin, the API)."""
    view.owner = owner
    view.roles = roles
    return view


def public(view: View[P]) -> View[P]:
    """Open to everybody. The view's name must also stand in kwsp_portal/frame/public.py."""

    @wraps(view)
    def open_to_all(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    return login_not_required(mark(open_to_all, owner=Owner.PUBLIC, roles=frozenset()))


def member_required(view: View[P]) -> View[P]:
    """Members only; each sees the own things."""
    return _behind(view, owner=Owner.OWN_MEMBER, roles=frozenset({Role.MEMBER}))


def representative_required(view: View[P]) -> View[P]:
    """People who act for an employer. For which one, and with which right, employers.access asks."""
    return _behind(view, owner=Owner.OWN_EMPLOYER, roles=frozenset({Role.REPRESENTATIVE}))


def signed_in_required(view: View[P]) -> View[P]:
    """Everybody who is signed in, officers with the second factor; each sees what belongs to the own User ID."""
    return _behind(view, owner=Owner.OWN_USER, roles=frozenset(Role))


def person_required(view: View[P]) -> View[P]:
    """Members and representatives; each sees what belongs to the own User ID."""
    return _behind(view, owner=Owner.OWN_USER, roles=frozenset({Role.MEMBER, Role.REPRESENTATIVE}))


def officer_required(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Officers in one of these roles (none named: any officer), second factor given."""
    allowed = frozenset(roles) or STAFF

    def gate(view: View[P]) -> View[P]:
        gated = _behind(view, owner=Owner.STAFF, roles=allowed)
        gated.login_url = reverse_lazy("admin:login")  # type: ignore[attr-defined]  # read by LoginRequiredMiddleware
        return gated

    return gate


def _behind(view: View[P], *, owner: Owner, roles: frozenset[Role]) -> View[P]:
    """LoginRequiredMiddleware has already sent strangers to sign in; what is left is the role."""

    @wraps(view)
    def gated(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may_open(request.user, roles):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return mark(gated, owner=owner, roles=roles)


def may_open(user: Any, roles: frozenset[Role]) -> bool:
    """The one question: signed in, in the role, and for officers with the second factor."""
    if not user.is_authenticated or user.role not in roles:
        return False
    return not user.is_officer or user.is_verified()
