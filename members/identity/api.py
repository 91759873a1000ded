"""Who a call of the API acts for, and which calls they may make: the session of the pages, or a token (token_authentication.py)."""

from typing import Any, Final

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from members.identity import api_tokens, gates
from members.identity.enums import Role
from members.identity.models import ApiToken

MEMBERS: Final = frozenset({Role.MEMBER})


class PortalSession(SessionAuthentication):
    """Somebody signed in to the portal's pages. A stranger is told so with a 401, which needs a scheme to name."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class PortalSessionScheme(OpenApiAuthenticationExtension):
    """The same in the words of the schema."""

    target_class = "members.identity.api.PortalSession"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class IsMember(BasePermission):
    """Members, each for the own things; by a token only of the scope `me`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        token = request.auth
        return gates.may_open(request.user, MEMBERS) and (not isinstance(token, ApiToken) or token.scope == api_tokens.ME)
