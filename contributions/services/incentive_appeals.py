"""A claim that the Government refused, and the member says should have been paid: recorded by an officer, and claimed again by the next run."""

from datetime import date

from django.db import transaction

from contributions.enums import IncentiveClaimState
from contributions.models import IncentiveClaim
from contributions.services.correction import OFFICERS
from contributions.services.incentive_files import refused
from kwsp_portal.audit import services as audit
from members.identity.models import User
from members.services import own_record


def appeal(*, claim_id: int, words: str, by: User, on: date) -> IncentiveClaim:
    """Record why the refusal is wrong. A second click finds the first one's. Raises NotAllowed: NO_RIGHT, OWN_RECORD, NOT_REFUSED, COMMENT_MISSING,
    ANOTHER_WAITS where it is appealed already."""
    with transaction.atomic():
        found = IncentiveClaim.objects.select_for_update(of=("self",), no_key=True).select_related("run", "member").get(pk=claim_id)
        if found.appealed_on is not None and (found.appealed_by_id, found.appeal) == (by.pk, words.strip()):
            return found
        code = _why_not(found, words, by)
        if code:
            raise refused(found, "incentive.claim.appeal", by, code)
        found.appeal, found.appealed_by, found.appealed_on = words.strip(), by, on
        found.save(update_fields=["appeal", "appealed_by", "appealed_on"])
        data = {"on": str(on), "scheme": found.run.scheme, "period": found.run.period, "amount": f"{found.amount:.2f}", "reason": found.appeal}
        audit.record(actor=by, action="incentive.claim.appeal", target=found, data=data, subjects=[found.member])
    return found


def may(found: IncentiveClaim, by: User) -> bool:
    """Whether an officer may record an appeal of it now."""
    return not _why_not(found, "x", by)


def _why_not(found: IncentiveClaim, words: str, by: User) -> str:
    if by.role not in OFFICERS:
        return "NO_RIGHT"
    if own_record.owns(by, found.member):
        return "OWN_RECORD"
    if found.state != IncentiveClaimState.REFUSED:
        return "NOT_REFUSED"
    if found.appealed_on is not None:
        return "ANOTHER_WAITS"
    return "" if words.strip() else "COMMENT_MISSING"
