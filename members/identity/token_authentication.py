"""Who calls the API with a token. For what the token is good, the permission of the view asks (api.py)."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from kwsp_portal.common import clock, reference
from members.identity import api_tokens
from members.identity.models import User
from members.identity.models_tokens import ApiToken


class Token(TokenAuthentication):
    """knox's, but that an expired or revoked token stays where it is and is refused, and a use is noted; the trail names it with every act."""

    def _cleanup_token(self, auth_token: ApiToken) -> bool:
        return auth_token.revoked_at is not None or auth_token.expiry <= clock.now()

    def validate_user(self, auth_token: ApiToken) -> tuple[User, ApiToken]:
        user: User = auth_token.user
        if not user.is_active or user.activated_at is None:
            raise exceptions.AuthenticationFailed(_("Token tidak sah."))
        api_tokens.used(auth_token, at=clock.now())
        reference.via.set(f"token:{auth_token.pk}")
        return user, auth_token


class TokenScheme(OpenApiAuthenticationExtension):
    """The same in the words of the schema."""

    target_class = "members.identity.token_authentication.Token"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token …"}


class PerToken(SimpleRateThrottle):
    """So many calls a minute with one token."""

    rate = "120/minute"
    scope = "token"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        token = request.auth
        return f"token-{token.pk}" if isinstance(token, ApiToken) else None
