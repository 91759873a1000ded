"""For which employer a call of the API is: the one that its address names and that a token of it, or the session, may act for."""

from datetime import date
from typing import Final

from django.http import Http404
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from employers import access
from employers.models import Employer
from members.identity import api_tokens, gates
from members.identity.enums import Role
from members.identity.models import ApiToken

REPRESENTATIVES: Final = frozenset({Role.REPRESENTATIVE})


class IsRepresentative(BasePermission):
    """People who act for an employer; by a token only of an employer's scope. For which employer, `employer_for` asks."""

    def has_permission(self, request: Request, view: object) -> bool:
        token = request.auth
        return gates.may_open(request.user, REPRESENTATIVES) and (not isinstance(token, ApiToken) or token.scope != api_tokens.ME)


def employer_for(request: Request, number: str, *, on: date) -> Employer:
    """The employer of that number, if who calls acts for it and the token is one for it. Raises Http404, alike for the foreign and the absent."""
    token = request.auth
    if isinstance(token, ApiToken) and token.scope != f"{api_tokens.EMPLOYER}{number}":
        raise Http404
    return access.employer_for(request.user, number, on=on)  # type: ignore[arg-type]
