"""Leave by a token instead of a code: its person set a monthly limit under a code, and everything done with it is counted against that.

Approvals and payments are counted each by themselves: a month's contributions are approved and then paid. The token's row is held from the count to
the commit, so that two acts at once cannot pass the limit together.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db.models import Sum

from kwsp_portal.common import money
from kwsp_portal.common.clock import KL
from members.identity.enums import Purpose
from members.identity.models import ApiToken, TokenUse, User
from members.identity.tac_limits import Refused

COUNTED: Final = frozenset({Purpose.EMPLOYER_APPROVAL, Purpose.EMPLOYER_PAYMENT})


def take(*, token: ApiToken, user: User, purpose: Purpose, shown: Mapping[str, str], digest: str, at: datetime) -> Refused | None:
    """Count an act of `shown["total"]` for `shown["employer"]`, in the acting service's transaction; None where the limit allows it."""
    row = ApiToken.objects.select_for_update(of=("self",), no_key=True).get(pk=token.pk)
    if purpose not in COUNTED or row.user_id != user.pk or row.scope != f"employer:{shown['employer']}":
        return Refused("OTHER_ACT")
    if row.revoked_at is not None or row.expiry <= at:
        return Refused("STALE")
    if row.monthly_limit is None:
        return Refused("NO_LIMIT")
    month, amount = _month(at), money.ringgit(shown["total"])
    counted = TokenUse.objects.filter(token=row, purpose=purpose, month=month)
    if counted.filter(digest=digest).exists():
        return None
    left = row.monthly_limit - (counted.aggregate(all=Sum("amount"))["all"] or Decimal(0))
    if amount > left:
        return Refused("LIMIT", limit=row.monthly_limit, rest=left, found=amount)
    TokenUse.objects.create(token=row, purpose=purpose, month=month, digest=digest, amount=amount, at=at)
    return None


def _month(at: datetime) -> date:
    return at.astimezone(KL).date().replace(day=1)
