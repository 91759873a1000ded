"""What waits for a second officer: written once, with what was seen, why, and what the register said at that moment."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from kwsp_portal import audit, phones
from kwsp_portal.templatetags import formats
from members.enums import ProposalKind, Risk
from members.identity.models import User
from members.models import CounterProposal, IdentityCheck, Member


class NotAllowed(Exception):
    """`code`: WRONG_STATE, NO_RIGHT, OWN_WORK, COMMENT_MISSING, REASON_MISSING, PAPER_MISSING, STALE, ANOTHER_WAITS."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def propose(
    *,
    member: Member,
    kind: ProposalKind,
    before: dict[str, Any],
    after: dict[str, Any],
    reason: str,
    risks: tuple[Risk, ...],
    check: IdentityCheck,
    by: User,
    on: date,
    at: datetime,
) -> CounterProposal:
    """A proposal that waits, in the caller's transaction. Raises NotAllowed ANOTHER_WAITS where one of the kind does already."""
    try:
        with transaction.atomic():
            proposal = CounterProposal.objects.create(
                member=member,
                kind=kind,
                before=before,
                after=after,
                reason=reason.strip(),
                risks=[risk.value for risk in risks],
                identity_check=check,
                proposed_by=by,
                proposed_on=on,
                proposed_at=at,
            )
    except IntegrityError:
        raise NotAllowed("ANOTHER_WAITS") from None
    data = {"proposal": proposal.pk, "kind": kind.value, "risks": [risk.value for risk in risks]}
    audit.record(actor=by, action="counter.propose", target=member, data=data, **changed(before, after))
    return proposal


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What a proposal changes, as the trail keeps it: identity numbers and telephones by their last digits only."""
    names = sorted(name for name in after if before.get(name) != after[name])
    return {side: dict(_kept(name, record.get(name)) for name in names) for side, record in (("before", before), ("after", after))}


def _kept(name: str, value: Any) -> tuple[str, Any]:
    if name == "identity_number":
        return "identity_ending", formats.masked_ic(value)
    return name, phones.masked(value) if name == "phone" and value else value
