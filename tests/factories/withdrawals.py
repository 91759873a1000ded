"""Applications as they were handed in, with the money really held; and the people around them."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from kwsp_portal.common.clock import KL
from kwsp_portal.common.money import to_sen
from kwsp_portal.common.periods import working_day_after
from members.enums import SubAccount
from members.identity.enums import Role
from members.identity.models import User
from members.ledger import posting
from members.ledger.enums import EntryKind, HoldKind
from members.models import BankAccount, Member
from tests.factories.contributions import StoredFileFactory as StoredFileFactory
from tests.factories.identity import UserFactory
from tests.factories.members import MemberFactory
from withdrawals import kinds
from withdrawals.enums import Action, Channel, DecisionPoint, KindCode, Payee, State
from withdrawals.kinds import asking
from withdrawals.models import Application
from withdrawals.selectors import facts as selectors
from withdrawals.services import deciding, holding, judging, moves

ON = date(2026, 11, 10)
"""A Tuesday."""
AT = datetime(2026, 11, 10, 9, 30, tzinfo=KL)
AGED_51 = date(1975, 3, 5)
_NUMBERS = count(1)


def saver(*, sejahtera: str = "10000.00", savings: dict[SubAccount, str] | None = None, on: date = date(2025, 1, 1), **fields: Any) -> Member:
    """A member of 51 who can sign in, with savings in all three accounts and an account that the bank has confirmed."""
    fields = {"birth_date": AGED_51, "user": UserFactory(), **fields}
    member: Member = MemberFactory(**fields)
    save(member, savings or {SubAccount.PERSARAAN: "70000.00", SubAccount.SEJAHTERA: sejahtera, SubAccount.FLEKSIBEL: "2000.00"}, on=on)
    bank_account(member)
    return member


def save(member: Member, amounts: dict[SubAccount, str], *, on: date) -> None:
    """Money on these accounts, as a contribution of the day brings it."""
    legs = [posting.Leg(posting.member(member.pk, account.value), to_sen(Decimal(amount))) for account, amount in amounts.items() if Decimal(amount)]
    legs.append(posting.Leg(posting.fund("CONTRIBUTION_CLEARING"), -sum(leg.amount_sen for leg in legs)))
    posting.post(posting.Act(EntryKind.INCENTIVE, 900_000 + next(_NUMBERS), 0, on, on, legs))


def bank_account(member: Member, *, ending: str = "", since: datetime = AT - timedelta(days=30), **fields: Any) -> BankAccount:
    """The account to which money may go."""
    number = f"1141{next(_NUMBERS):04d}{ending or '6789'}"
    good = {"state": "CURRENT", "match": "FULL", "holder": member.name, "since": since, "cooling_until": since + timedelta(days=1)}
    good |= {"bank": "MBBEMYKL", "number": number, "ending": number[-4:], "asked_at": since, "due_at": since}
    return BankAccount.objects.create(member=member, **{**good, **fields})


def replace_account(member: Member, **fields: Any) -> BankAccount:
    """Another account in place of the one that is there."""
    BankAccount.objects.filter(member=member, state="CURRENT").update(state="REPLACED", ended_at=AT)
    return bank_account(member, **fields)


def officer(**fields: Any) -> User:
    """Somebody who decides about withdrawals."""
    found: User = UserFactory(role=Role.WITHDRAWAL_OFFICER, **fields)
    return found


def handed_in(
    member: Member | None = None,
    *,
    kind: KindCode = KindCode.AGE_50,
    asked: str = "1000.00",
    particulars: dict[str, Any] | None = None,
    payee: Payee = Payee.ACCOUNT,
    channel: Channel = Channel.ONLINE,
    on: date = ON,
    at: datetime = AT,
) -> Application:
    """An application as applying.submit leaves it: facts and rules asked, money held, what was known kept. Fails where the rules stand in the way."""
    member = member or saver()
    user = member.user
    assert user is not None
    of = kinds.OF[kind]
    found = Application.objects.create(
        number=f"P{next(_NUMBERS):09d}",
        member=member,
        kind=kind,
        channel=channel,
        particulars=asking.needed(of, particulars or {}),
        asked=Decimal(asked),
        payee=payee,
        drafted_on=on,
        entered_by=user,
    )
    found.subject = of.subject(found.particulars, member.identity_number)
    facts = selectors.of_application(found, on=on)
    result = kinds.evaluate(facts)
    assert not result.refusals, result.refusals
    found.applied_on, found.applied_at, found.due_on = on, at, working_day_after(on, of.charter_days(on))
    found.account = BankAccount.objects.filter(member=member, state="CURRENT").first() if payee is Payee.ACCOUNT else None
    if of.holds(facts):
        found.holds = holding.hold(found, result.charges, on=on)
    moves.move(found, Action.SUBMIT, user, on=on)
    judging.keep(found, facts, result, point=DecisionPoint.SUBMITTED, by=user, on=on)
    return found


def approved(member: Member | None = None, *, on: date = ON, **fields: Any) -> Application:
    """One that an officer has approved, all of it."""
    by = officer()
    found = handed_in(member, on=on, **fields)
    deciding.take(application_id=found.pk, by=by, on=on)
    found.refresh_from_db()
    deciding.approve(application_id=found.pk, version=found.version, by=by, on=on, at=datetime.combine(on, time(10), KL))
    found.refresh_from_db()
    assert found.state == State.APPROVED, found.state
    return found


def passed(found: Application, *, on: date = ON) -> Application:
    """Approved by rule alone, as applying.submit does where the kind needs no officer."""
    found.approved, found.decided_on = found.asked, on
    moves.move(found, Action.PASS, None, on=on)
    return found


def hold(account: posting.AccountRef, sen: int, *, on: date) -> int:
    """Money of a member held for an application that was handed in; the ledger's hold."""
    written = {"drafted_on": on, "applied_on": on, "applied_at": AT, "due_on": on, "entered_by": UserFactory()}
    found = Application.objects.create(
        number=f"PGL{next(_NUMBERS):09d}",
        member_id=account.holder_id,
        kind=KindCode.AGE_50,
        state=State.SUBMITTED,
        asked=Decimal(sen) / 100,
        payee=Payee.PAYMENT_ORDER,
        **written,
    )
    found.holds = [posting.place_hold(account=account, amount_sen=sen, kind=HoldKind.WITHDRAWAL, ref=found.pk, booked_on=on)]
    found.save(update_fields=["holds"])
    return found.holds[0]


def let_go(held: int, *, on: date) -> None:
    """The application is cancelled, and its money free."""
    posting.release_hold(held, booked_on=on)
    Application.objects.filter(holds=[held]).update(state=State.CANCELLED, holds=[])
