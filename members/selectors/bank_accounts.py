"""A member's bank accounts, as pages and later acts of money ask for them."""

from django.db.models import QuerySet

from kwsp_portal.bank import accounts
from members.enums import BankAccountState
from members.models import BankAccount, Member
from members.models.banking import OPEN

EARLIER = 10
"""How many earlier accounts a page lists."""


def current(member: Member) -> BankAccount | None:
    """The account that money may go to, once nothing makes it wait (selectors.cooling)."""
    return BankAccount.objects.select_related("former", "member__user").filter(member=member, state=BankAccountState.CURRENT).first()


def on_its_way(member: Member) -> BankAccount | None:
    """The one that waits for the bank, or for an officer."""
    return BankAccount.objects.filter(member=member, state__in=OPEN).first()


def last_refused(member: Member) -> BankAccount | None:
    """The last one that was asked for, if it was refused."""
    row = BankAccount.objects.filter(member=member).order_by("-pk").first()
    return row if row is not None and row.state == BankAccountState.REFUSED else None


def earlier(member: Member) -> list[BankAccount]:
    """Those that ended, the newest first."""
    return list(BankAccount.objects.filter(member=member, ended_at__isnull=False).order_by("-pk")[:EARLIER])


def to_compare() -> QuerySet[BankAccount]:
    """Those whose names are near: an officer compares the bank book with the person's papers. The oldest first."""
    return BankAccount.objects.select_related("member").filter(state=BankAccountState.REVIEW).order_by("pk")


def name_of(row: BankAccount) -> str:
    """`Maybank •••• 6789`."""
    return f"{accounts.name(row.bank)} {row.masked}"
