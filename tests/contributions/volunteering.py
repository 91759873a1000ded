"""Somebody who pays voluntary contributions in tests: a member who signs in, the bank's word, and the worker that credits."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from contributions.enums import IncentiveScheme, Occupation, PaymentState, RegisteredAt, VoluntaryKind
from contributions.models import IncentiveRegistration, Payment, VoluntaryContribution, VoluntaryOrder
from contributions.services import receiving, voluntary, voluntary_crediting
from kwsp_portal.bank.fpx import codes
from kwsp_portal.common.clock import KL
from kwsp_portal.jobs import engine
from members.identity.models import User
from members.ledger import balances
from members.ledger.enums import HolderKind
from members.models import Member
from tests import factories
from tests.contributions import paying
from tests.contributions.paying import PAID_AT, Bank

BANK = "MB2U0227"
OWN, ISARAAN, ISURI, TOP_UP = VoluntaryKind.OWN_CHOICE, VoluntaryKind.ISARAAN, VoluntaryKind.ISURI, VoluntaryKind.TOP_UP


def member(**fields: object) -> Member:
    """A member who signs in."""
    user = factories.UserFactory()
    found: Member = factories.MemberFactory(user=user, **fields)
    return found


def register(whom: Member, scheme: IncentiveScheme = IncentiveScheme.ISARAAN, first: date = date(2026, 1, 1)) -> IncentiveRegistration:
    work = Occupation.TRADER if scheme is IncentiveScheme.ISARAAN else ""
    return IncentiveRegistration.objects.create(member=whom, scheme=scheme, occupation=work, first=first, registered_at=RegisteredAt.ACCOUNT)


def user_of(found: Member) -> User:
    assert found.user is not None
    return found.user


def start(of: Member, amount: str, kind: VoluntaryKind = OWN, payer: Member | None = None, at: datetime = PAID_AT) -> Payment:
    """An order of `payer`'s for `of`, as the page makes it."""
    given = {"member": of, "kind": kind, "amount": Decimal(amount), "bank_code": BANK}
    return voluntary.start(**given, by=user_of(payer or of), on=at.astimezone(KL).date(), at=at)  # type: ignore[arg-type]


def approve(bank: Bank, payment: Payment, paid_at: datetime = PAID_AT + timedelta(minutes=2), at: datetime | None = None) -> None:
    """The bank's final 00."""
    paying.deliver(bank.ac(payment, codes.APPROVED, fpx_txn_time=paid_at), at=at or paid_at)


def came(
    bank: Bank, of: Member, amount: str, kind: VoluntaryKind = OWN, payer: Member | None = None, at: datetime = PAID_AT
) -> VoluntaryContribution:
    """Money that the bank has approved and no worker has taken yet."""
    payment = start(of, amount, kind, payer, at)
    approve(bank, payment, at + timedelta(minutes=2))
    return VoluntaryContribution.objects.get(payment=payment)


def work() -> engine.Counts:
    """What workers do until nothing waits."""
    counts = engine.Counts()
    while lease := engine.take([voluntary_crediting.PROGRAMME]):
        engine.work_one(lease, counts)
    return counts


def paid(of: Member, amount: Decimal, kind: str, *, paid_on: date, credited_on: date) -> VoluntaryContribution:
    """One that came on a day of the past and was taken on another, with its payment and its entries in the ledger; no bank is asked."""
    asked, at = VoluntaryOrder.objects.create(member=of, payer=of, kind=kind), datetime(paid_on.year, paid_on.month, paid_on.day, 10, tzinfo=KL)
    given = {"bank_code": BANK, "amount": amount, "counts": True, "state": PaymentState.APPROVED, "fpx_id": f"F{asked.pk}", "paid_at": at}
    when = {"started_by": factories.UserFactory(), "started_on": paid_on, "started_at": at, "finished_at": at}
    payment = Payment.objects.create(voluntary=asked, order_no=f"{paid_on:%y%m%d}P{asked.pk}", **given, **when)
    with transaction.atomic():
        receiving.book(payment, credited_on, paid_on)
        found = voluntary_crediting.came(payment=payment, paid_on=paid_on, on=credited_on)
    assert work().failed == 0
    found.refresh_from_db()
    return found


def credited(
    bank: Bank, of: Member, amount: str, kind: VoluntaryKind = OWN, payer: Member | None = None, at: datetime = PAID_AT
) -> VoluntaryContribution:
    """One that a worker has taken."""
    found = came(bank, of, amount, kind, payer, at)
    assert work().failed == 0
    found.refresh_from_db()
    return found


def accounts_of(found: Member) -> dict[str, int]:
    """Sen by account of a member's savings."""
    return balances.balances_of(HolderKind.MEMBER, found.pk)


def owed_to(payer: Member) -> int:
    """Sen that go back to a payer."""
    return sum(balances.balances_of(HolderKind.PAYER, payer.pk).values())


def sums(found: Iterable[VoluntaryContribution]) -> tuple[Decimal, Decimal]:
    """Credited and returned of several."""
    rows = list(found)
    return sum((one.credited or Decimal(0) for one in rows), Decimal(0)), sum((one.returned or Decimal(0) for one in rows), Decimal(0))
