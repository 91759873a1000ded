"""A claim that the Government refused, and the member says should have been paid: recorded by an officer, or by a supervisor who approves what was
proposed at a counter (appeal_proposals), and claimed again by the next run."""

from datetime import date

from django.db import transaction

from contributions.enums import IncentiveClaimState
from contributions.models import IncentiveClaim
from contributions.services import incentive_news
from contributions.services.correction import OFFICERS
from contributions.services.incentive_files import refused
from kwsp_portal.audit import services as audit
from kwsp_portal.notify import services as notify
from members.enums import ProposalState
from members.identity.models import User
from members.services import own_record


def appeal(*, claim_id: int, words: str, by: User, on: date) -> IncentiveClaim:
    """Record why the refusal is wrong, and tell the member. A second click finds the first one's. Raises NotAllowed: NO_RIGHT, OWN_RECORD,
    NOT_REFUSED, COMMENT_MISSING, ANOTHER_WAITS where it is appealed already, PROPOSED where a counter has proposed it."""
    with transaction.atomic():
        found = _locked(claim_id)
        if found.appealed_on is not None and (found.appealed_by_id, found.appeal) == (by.pk, words.strip()):
            return found
        proposed = found.appeals.filter(state=ProposalState.PROPOSED).exists()
        return _recorded(found, words, by, on, besides="PROPOSED" if proposed else "")


def write(*, claim_id: int, words: str, by: User, on: date) -> IncentiveClaim:
    """`appeal` for what was proposed and is approved by `by`. In the caller's transaction. Raises NotAllowed."""
    return _recorded(_locked(claim_id), words, by, on)


def may(found: IncentiveClaim, by: User) -> bool:
    """Whether an officer may record an appeal of it now."""
    return not _why_not(found, "x", by) and not found.appeals.filter(state=ProposalState.PROPOSED).exists()


def hindrance(found: IncentiveClaim) -> str:
    """Why nobody could appeal it now: NOT_REFUSED, ANOTHER_WAITS where it is appealed already; empty where it could be."""
    if found.state != IncentiveClaimState.REFUSED:
        return "NOT_REFUSED"
    return "ANOTHER_WAITS" if found.appealed_on is not None else ""


def _why_not(found: IncentiveClaim, words: str, by: User) -> str:
    if by.role not in OFFICERS:
        return "NO_RIGHT"
    if own_record.owns(by, found.member):
        return "OWN_RECORD"
    return hindrance(found) or ("" if words.strip() else "COMMENT_MISSING")


def _locked(claim_id: int) -> IncentiveClaim:
    return IncentiveClaim.objects.select_for_update(of=("self",), no_key=True).select_related("run", "member").get(pk=claim_id)


def _recorded(found: IncentiveClaim, words: str, by: User, on: date, *, besides: str = "") -> IncentiveClaim:
    """Written where nothing stands in the way, `besides` included. Raises NotAllowed."""
    code = _why_not(found, words, by) or besides
    if code:
        raise refused(found, "incentive.claim.appeal", by, code)
    found.appeal, found.appealed_by, found.appealed_on = words.strip(), by, on
    found.save(update_fields=["appeal", "appealed_by", "appealed_on"])
    data = {"on": str(on), "scheme": found.run.scheme, "period": found.run.period, "amount": f"{found.amount:.2f}", "reason": found.appeal}
    audit.record(actor=by, action="incentive.claim.appeal", target=found, data=data, subjects=[found.member])
    notify.tell([incentive_news.of_appealed(found)], on=on)
    return found
