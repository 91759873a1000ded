"""Tokens of the API: given for a password and a code (TAC), for one scope, for a time; listed and revoked by their person.

Who may have which scope is the caller's question (kwsp_portal.frame.api_auth); nothing of the answer tells whether a person exists.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.db import transaction
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from kwsp_portal import audit
from members.identity import endings, tac
from members.identity.enums import Purpose
from members.identity.models import Approval, User
from members.identity.models_tokens import ApiToken

ME: Final = "me"
EMPLOYER: Final = "employer:"
SHOWN: Final = 20
GRAIN: Final = timedelta(minutes=1)
"""`used_at` is written at most once in it."""


def shown(*, scope: str, monthly_limit: Decimal | None) -> Mapping[str, str]:
    """What a code for a token approves: the SMS names it."""
    return {"scope": scope, "monthly_limit": f"{monthly_limit:.2f}" if monthly_limit else "0.00"}


def give(*, approval: Approval, user: User, scope: str, monthly_limit: Decimal | None, at: datetime, ip: str | None = None) -> tuple[ApiToken, str]:
    """The token's row, and the token, which is seen this once. Spends the approval; raises tac.Refused for one of another act."""
    digest, token = get_digest_token()
    with transaction.atomic():
        tac.spend(approval=approval, user=user, purpose=Purpose.API_TOKEN, shown=shown(scope=scope, monthly_limit=monthly_limit), at=at)
        row = ApiToken(
            user=user,
            digest=digest,
            token_key=token[: CONSTANTS.TOKEN_KEY_LENGTH],
            created=at,
            expiry=at + timedelta(seconds=settings.API_TOKEN_SECONDS),
            scope=scope,
            monthly_limit=monthly_limit,
            address=ip,
        )
        row.save(force_insert=True)
        audit.record(actor=user, action="identity.token_give", target=f"user:{user.pk}", before={}, after=endings.figures(row), ip=ip)
    return row, token


def revoke(*, user: User, number: int, at: datetime, by: User | None = None, ip: str | None = None) -> bool:
    """End one token of a person at once; whether it was still good for anything."""
    with transaction.atomic():
        row = ApiToken.objects.select_for_update(no_key=True).filter(user=user, pk=number, revoked_at=None).first()
        if row is None:
            return False
        endings.end_token(row, at=at, by=by, ip=ip)
    return True


def of(user: User, *, at: datetime) -> Sequence[ApiToken]:
    """The person's tokens that are good for something, the newest first."""
    return list(ApiToken.objects.filter(user=user, revoked_at=None, expiry__gt=at)[:SHOWN])


def used(row: ApiToken, *, at: datetime) -> None:
    """The token was used just now."""
    if row.used_at is None or at - row.used_at >= GRAIN:
        ApiToken.objects.filter(pk=row.pk).update(used_at=at)
