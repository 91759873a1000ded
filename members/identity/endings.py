"""What ends when somebody's access changes: a password, a phone, an app, a role (ASVS 7.4.3). Whoever came in by the old one is out.

Sessions but for the one that acted, and every token of the API, in the transaction of the change. Browsers stay known unless the password was
recovered: the owner of a number that somebody else had changed must get in to cancel that, without a code from the new phone.
"""

from collections.abc import Mapping
from datetime import datetime

from kwsp_portal import audit
from members.identity import sessions
from members.identity.enums import SessionEnd
from members.identity.models import User
from members.identity.models_tokens import ApiToken


def end_all(user: User, *, why: SessionEnd, at: datetime, except_key: str | None = None, by: User | None = None, ip: str | None = None) -> None:
    """Sessions on their next click, tokens on their next request. `except_key` is the session that acted; `by` is who did it, if not the person."""
    sessions.end_sessions(user, except_key=except_key, why=why, at=at, by=by, ip=ip)
    end_tokens(user, at=at, by=by, ip=ip)


def end_tokens(user: User, *, at: datetime, scope: str = "", by: User | None = None, ip: str | None = None) -> int:
    """All tokens of a person, or those for one scope, each with its row in the trail; how many were good for something."""
    held = ApiToken.objects.select_for_update(no_key=True).filter(user=user, revoked_at=None, expiry__gt=at)
    rows = list(held.filter(scope=scope) if scope else held)
    for row in rows:
        end_token(row, at=at, by=by, ip=ip)
    return len(rows)


def end_token(row: ApiToken, *, at: datetime, by: User | None = None, ip: str | None = None) -> None:
    """One token, in the caller's transaction, which holds its row."""
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    audit.record(actor=by or row.user, action="identity.token_revoke", target=f"user:{row.user_id}", before=figures(row), after={}, ip=ip)


def figures(row: ApiToken) -> Mapping[str, str]:
    """What the trail says of a token."""
    return {"scope": row.scope, "limit": str(row.monthly_limit or ""), "expires_at": row.expiry.isoformat()}
