"""A credit that is another person's, put right by two officers: taken back from where it stands, and a new credit for whose it is.

One entry does both, so nobody ever has the money twice and it is never nobody's; its value date is the contribution's, for both. It is moved whole
or not at all: where the wrong member's accounts lack some of it, nothing moves, the second officer reads which account lacks how much, and the
proposal waits until it is there, or is refused.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction

from contributions.enums import FilingState, LineState, MatchState, WrongCreditState
from contributions.models import CorrectedFiling, CorrectionLine, Filing, FilingRow, SuspenseMatch, WrongCredit
from contributions.selectors import wrong_credits as selectors
from contributions.services import correction, crediting, law_used, wrong_credit_news
from kwsp_portal.audit import services as audit
from kwsp_portal.common import money
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.documents import services as documents
from kwsp_portal.notify import services as notify
from members.identity.models import User
from members.ledger import days, posting, taking
from members.ledger.enums import EntryKind, HolderKind
from members.models import Member
from members.rules import accounts
from members.selectors.replacing import counted_by
from members.services import ages, own_record, replacing


class NotAllowed(Exception):
    """Why an act on a wrong credit is refused. `code`: NO_RIGHT, OWN_WORK, OWN_RECORD, WRONG_STATE, REASON_MISSING, COMMENT_MISSING, NOT_CREDITED,
    NOTHING_IN_IT, IN_CORRECTION, ANOTHER_WAITS, SAME_MEMBER, NOTHING_MOVES, NOT_IN_LEDGER, TOO_LOW; with TOO_LOW `short` says where and how much."""

    def __init__(self, code: str, short: Sequence["Short"] = ()) -> None:
        self.code, self.short = code, tuple(short)
        super().__init__(code)


class Short(NamedTuple):
    """An account that lacks some of what is to be taken back, in sen."""

    account: str
    available_sen: int
    wanted_sen: int


class Plan(NamedTuple):
    """What is taken from which accounts and given to which, in sen, and what stands in the way."""

    taken: Mapping[posting.AccountRef, int]
    given: Mapping[posting.AccountRef, int]
    short: Sequence[Short]
    orders: replacing.Orders
    """What both members put back of what they withdrew (ruling 17), as it is after it."""

    @property
    def held(self) -> bool:
        """Whether it goes to the employer's suspense, since nothing may be credited to the member any more."""
        return any(account.holder_kind == HolderKind.EMPLOYER for account in self.given)


def propose(*, row_id: int, to_member: Member, reason: str, document: documents.Upload, by: User, on: date) -> WrongCredit:
    """One officer says whose the credit is, why, and with which paper. A second click finds the first proposal. Raises NotAllowed, NotAPaper."""
    with transaction.atomic():
        row = FilingRow.objects.select_related("filing__employer", "member").get(pk=row_id)
        Filing.objects.select_for_update(of=("self",), no_key=True).get(pk=row.filing_id)
        holder = selectors.holder_of(row)
        standing = row.wrong_credits.filter(state=WrongCreditState.PROPOSED).first()
        if standing is not None and (standing.proposed_by_id, standing.to_member_id) == (by.pk, to_member.pk):
            return standing
        code = _why_not_proposed(row, holder, to_member, reason, standing, by)
        if code or holder is None:
            raise _refused(f"filingrow:{row_id}", "wrong_credit.propose", by, code or "NOT_CREDITED")
        employer, employee = selectors.shares_of(row)
        found = _created(
            WrongCredit(
                row=row,
                from_member=holder,
                to_member=to_member,
                employer_share=employer,
                employee_share=employee,
                reason=reason.strip(),
                document=documents.keep(document, by_id=by.pk),
                proposed_by=by,
                proposed_on=on,
            ),
            by,
        )
        _record(found, "wrong_credit.propose", by, on, {})
    return found


def withdraw(*, wrong_credit_id: int, by: User, on: date) -> WrongCredit:
    """Who proposed it takes it back. Raises NotAllowed."""
    with transaction.atomic():
        found = _locked(wrong_credit_id, by, "withdraw")
        if found.proposed_by_id != by.pk:
            raise _refused(found, "wrong_credit.withdraw", by, "NO_RIGHT")
        return _ended(found, WrongCreditState.WITHDRAWN, by, on, ())


def refuse(*, wrong_credit_id: int, comment: str, by: User, on: date) -> WrongCredit:
    """The second officer says no, with a reason. Raises NotAllowed."""
    if not comment.strip():
        raise _refused(f"wrongcredit:{wrong_credit_id}", "wrong_credit.refuse", by, "COMMENT_MISSING")
    with transaction.atomic():
        found = _decided(wrong_credit_id, by, "refuse", on)
        found.comment = comment.strip()
        return _ended(found, WrongCreditState.REFUSED, by, on, ("comment", "decided_by", "decided_on"))


def approve(*, wrong_credit_id: int, by: User, on: date, at: datetime) -> WrongCredit:
    """The second officer says yes: posted, told and done in one transaction. Raises NotAllowed; TOO_LOW where the money is not there any more."""
    on = max(on, days.first_open_day())
    edition = law_used.edition_of_corrections(on)
    with transaction.atomic():
        asked = _decided(wrong_credit_id, by, "approve", on)
    ages.bring_up(member_ids=[asked.from_member_id], on=on, at=at)
    with transaction.atomic():
        found = _decided(wrong_credit_id, by, "approve", on)
        plan = replacing.posted(lambda: _planned_and_posted(found, by, on))
        found.posted_on, found.edition_id = on, edition
        _ended(found, WrongCreditState.POSTED, by, on, ("decided_by", "decided_on", "posted_on", "edition"))
        notify.tell(wrong_credit_news.of_posted(found, held=plan.held), on=on)
    return found


def _planned_and_posted(found: WrongCredit, by: User, on: date) -> Plan:
    try:
        plan = plan_of(found, on=on)
    except NotAllowed as error:
        raise _refused(found, "wrong_credit.approve", by, error.code) from error
    if plan.short:
        raise _refused(found, "wrong_credit.approve", by, "TOO_LOW", plan.short)
    _post(found, plan, by, on)
    return plan


def allowed(*, found: WrongCredit, by: User) -> frozenset[str]:
    """What `by` may do with it now; the page asks what the service enforces."""
    if found.state != WrongCreditState.PROPOSED or by.role not in correction.OFFICERS:
        return frozenset()
    if found.proposed_by_id == by.pk:
        return frozenset({"withdraw"})
    return frozenset() if _concerns(by, found.from_member, found.to_member) else frozenset({"approve", "refuse"})


def plan_of(found: WrongCredit, *, on: date) -> Plan:
    """What approving would do on a day. Reads only. Raises NotAllowed(NOT_IN_LEDGER) where the ledger does not have just this money of the row."""
    filing = found.row.filing
    stands = _stands(found, on)
    wanted = money.to_sen(found.total)
    if sum(stands.values()) != wanted:
        raise NotAllowed("NOT_IN_LEDGER")
    there = taking.available_on([(HolderKind.MEMBER, found.from_member_id), (HolderKind.EMPLOYER, filing.employer_id)])
    short = [Short(account.code, there.get(account, 0), sen) for account, sen in stands.items() if there.get(account, 0) < sen]
    given = {posting.employer(filing.employer_id, "SUSPENSE"): wanted}
    orders, key = (
        replacing.read({found.from_member_id, found.to_member_id}, on=on, filled=True),
        posting.Key(EntryKind.WRONG_CREDIT.value, found.pk, 0),
    )
    orders.take_back(wanted, whole=wanted, counted=_counted(found) if orders else {}, key=key)
    try:
        parts = orders.split_sen(found.to_member_id, wanted, found.to_member.birth_date, on, key)
        given = {posting.member(found.to_member_id, account): sen for account, sen in parts}
    except Refusal:
        pass  # past the age of credits: kept for whose it is, as any such contribution is
    return Plan(stands, given, short, orders)


def _post(found: WrongCredit, plan: Plan, by: User, on: date) -> None:
    """Both halves in one entry. Raises NotAllowed."""
    legs: dict[posting.AccountRef, int] = {account: -sen for account, sen in plan.taken.items()}
    for account, sen in plan.given.items():
        legs[account] = legs.get(account, 0) + sen
    moving = tuple(posting.Leg(account, sen) for account, sen in legs.items() if sen)
    if not moving:
        raise _refused(found, "wrong_credit.approve", by, "NOTHING_MOVES")
    value_date = crediting.value_date(found.row.filing)
    act = posting.Act(kind=EntryKind.WRONG_CREDIT, ref=found.pk, part=0, booked_on=on, value_date=value_date, legs=moving)
    try:
        posting.post_many([act], guard=lambda: plan.orders.keep(on))
    except posting.Insufficient as error:
        lacks = Short(error.account.code, error.available_sen, error.wanted_sen)
        raise _refused(found, "wrong_credit.approve", by, "TOO_LOW", [lacks]) from error
    # Under the lock of the balances: whoever freezes was before this look, or comes after the money has moved.
    if taking.any_frozen(set(plan.taken)):
        raise _refused(found, "wrong_credit.approve", by, "TOO_LOW", [Short(account.code, 0, sen) for account, sen in plan.taken.items()])


def _stands(found: WrongCredit, on: date) -> dict[posting.AccountRef, int]:
    """Where the money of the row is: its credit, its match out of suspense, corrections and earlier moves. From 55 what went to the accounts of
    before is on Akaun 55. What came of its lateness stays with whom it was given to, as with every row."""
    went: dict[posting.AccountRef, int] = {}
    for kind, refs in _causes(found).items():
        for amounts in taking.credited_by(kind, refs, part=0).values():
            for (holder_kind, holder, code), sen in amounts.items():
                if holder_kind == HolderKind.MEMBER and holder != found.from_member_id:
                    continue
                born = found.from_member.birth_date
                now = accounts.standing(code, birth_date=born, on=on).value if holder_kind == HolderKind.MEMBER else code
                account = posting.AccountRef(HolderKind(holder_kind), holder, now)
                went[account] = went.get(account, 0) + sen
    return {account: sen for account, sen in went.items() if sen}


def _causes(found: WrongCredit) -> dict[EntryKind, list[int]]:
    """What put the money of the row where it is: part 0 of each."""
    lines = CorrectionLine.objects.filter(row=found.row_id, state=LineState.POSTED)
    moves = WrongCredit.objects.filter(row=found.row_id, state=WrongCreditState.POSTED)
    matched = SuspenseMatch.objects.filter(row=found.row_id, state=MatchState.POSTED)
    return {
        EntryKind.CONTRIBUTION: [found.row_id],
        EntryKind.SUSPENSE_MATCH: list(matched.values_list("pk", flat=True)),
        EntryKind.CORRECTION: list(lines.values_list("pk", flat=True)),
        EntryKind.WRONG_CREDIT: list(moves.values_list("pk", flat=True)),
    }


def _counted(found: WrongCredit) -> dict[int, int]:
    """What the row put back of what was withdrawn (ruling 17), in sen, by order."""
    counted: dict[int, int] = {}
    for orders in counted_by(_causes(found)).values():
        for order_id, sen in orders.items():
            counted[order_id] = counted.get(order_id, 0) + sen
    return counted


def _why_not_proposed(row: FilingRow, holder: Member | None, to_member: Member, reason: str, standing: WrongCredit | None, by: User) -> str:
    """The code of the refusal; empty where it may be proposed."""
    if by.role not in correction.OFFICERS:
        return "NO_RIGHT"
    if holder is None or row.filing.state != FilingState.CREDITED:
        return "NOT_CREDITED"
    if _concerns(by, holder, to_member):
        return "OWN_RECORD"
    if holder.pk == to_member.pk:
        return "SAME_MEMBER"
    if standing is not None:
        return "ANOTHER_WAITS"
    if CorrectedFiling.objects.filter(filing=row.filing_id, open=True).exists():
        return "IN_CORRECTION"
    if not sum(selectors.shares_of(row)):
        return "NOTHING_IN_IT"
    return "" if reason.strip() else "REASON_MISSING"


def _created(found: WrongCredit, by: User) -> WrongCredit:
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        raise _refused(f"filingrow:{found.row_id}", "wrong_credit.propose", by, "ANOTHER_WAITS") from error
    return found


def _locked(wrong_credit_id: int, by: User, act: str) -> WrongCredit:
    """One that waits, for an officer who may work on such. Raises NotAllowed."""
    known = ("row__filing__employer", "from_member", "to_member", "proposed_by")
    found = WrongCredit.objects.select_for_update(of=("self",), no_key=True).select_related(*known).get(pk=wrong_credit_id)
    if by.role not in correction.OFFICERS:
        raise _refused(found, f"wrong_credit.{act}", by, "NO_RIGHT")
    if found.state != WrongCreditState.PROPOSED:
        raise _refused(found, f"wrong_credit.{act}", by, "WRONG_STATE")
    return found


def _decided(wrong_credit_id: int, by: User, act: str, on: date) -> WrongCredit:
    """For the second officer, who is neither the first nor one of the two members. Raises NotAllowed."""
    found = _locked(wrong_credit_id, by, act)
    if found.proposed_by_id == by.pk:
        raise _refused(found, f"wrong_credit.{act}", by, "OWN_WORK")
    if _concerns(by, found.from_member, found.to_member):
        raise _refused(found, f"wrong_credit.{act}", by, "OWN_RECORD")
    found.decided_by, found.decided_on = by, on
    return found


def _ended(found: WrongCredit, state: WrongCreditState, by: User, on: date, also: Sequence[str]) -> WrongCredit:
    before = {"state": str(found.state)}
    found.state = state
    found.save(update_fields=["state", *also])
    act = {WrongCreditState.WITHDRAWN: "withdraw", WrongCreditState.REFUSED: "refuse"}.get(state, "approve")
    _record(found, f"wrong_credit.{act}", by, on, before)
    return found


def _concerns(by: User, *members: Member) -> bool:
    return any(own_record.owns(by, member) for member in members)


def _record(found: WrongCredit, action: str, by: User, on: date, before: dict[str, str]) -> None:
    audit.record(
        actor=by,
        action=action,
        target=found,
        data={"on": str(on), "amount": f"{found.total:.2f}"},
        subjects=[found.row.filing.employer, found.from_member, found.to_member],
        before=before,
        after={"state": str(found.state)},
    )


def _refused(target: WrongCredit | str, action: str, by: User, code: str, short: Sequence[Short] = ()) -> NotAllowed:
    audit.record_refusal(actor=by, action=action, target=target, data={"code": code})
    return NotAllowed(code, short)
