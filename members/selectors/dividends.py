"""What dividends a member got, and how each came: by account, days, rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from kwsp_portal.common import money
from members import explanations, labels
from members.enums import DividendKind, Scheme, SubAccount
from members.explanations import Explained
from members.ledger import earning
from members.models import Dividend, Member
from members.rules import dividend


class Line(NamedTuple):
    """One account and year of a dividend, as `Dividend.earned` keeps it: sen-days x rate / days in the year, less what was `paid_before` with a full
    withdrawal. `to`: the account that received it."""

    code: str
    year: int
    sen_days: int
    rate: str
    amount_sen: int
    to: str
    paid_before: int = 0


@dataclass(frozen=True, kw_only=True)
class Year:
    """A row of the list: one dividend of a member."""

    pk: int
    kind: Any
    year: int
    scheme: Any
    rates: Sequence[str]
    amount: Decimal
    credited_on: date


class Days(NamedTuple):
    """Days, both included, on which an account stood at the same."""

    since: date
    until: date
    balance: Decimal
    days: int


@dataclass(frozen=True, kw_only=True)
class AccountYear:
    """One account of a year's dividend: its days, what they gave, and why. `received`: the account the dividend went to, where it is another.
    `stretches` are there for a year's own dividend only."""

    name: str
    received: str
    year: int
    rate: str
    amount: Decimal
    days: Sequence[Days]
    why: Explained


@dataclass(frozen=True, kw_only=True)
class Page:
    row: Year
    accounts: Sequence[AccountYear]
    since: date


def of(member: Member) -> list[Year]:
    """Every dividend of a member, the newest first."""
    return [_row(one) for one in Dividend.objects.filter(member=member).order_by("-year", "-pk")]


def one_of(member: Member, pk: int, *, on: date) -> Page | None:
    """One dividend of a member, account by account; None where the member has no such one."""
    found = Dividend.objects.filter(member=member, pk=pk).first()
    if found is None:
        return None
    accounts = [_account(found, member, line, on) for line in sorted(map(Line._make, found.earned), key=_place)]
    return Page(row=_row(found), accounts=accounts, since=date(found.year + 1, 1, 1))


def _place(line: Line) -> tuple[int, int]:
    """The older year first, and in it the accounts as every page has them."""
    return line.year, list(SubAccount).index(SubAccount(line.code))


def _row(found: Dividend) -> Year:
    return Year(
        pk=found.pk,
        kind=labels.DIVIDEND_KINDS[found.kind],
        year=found.year,
        scheme=labels.SCHEMES[found.scheme],
        rates=sorted({explanations.dividend_percent(Line._make(line).rate) for line in found.earned}),
        amount=money.from_sen(found.amount_sen),
        credited_on=found.credited_on,
    )


def _account(found: Dividend, member: Member, line: Line, on: date) -> AccountYear:
    steps = dividend.explain(
        year=line.year, scheme=Scheme(found.scheme), rate=Decimal(line.rate), sen_days=line.sen_days, paid_before=line.paid_before
    )
    return AccountYear(
        name=explanations.account_name(line.code, on),
        received=explanations.account_name(line.to, on) if line.to != line.code else "",
        year=line.year,
        rate=explanations.dividend_percent(line.rate),
        amount=money.from_sen(line.amount_sen),
        days=_days(found, member, line) if found.kind == DividendKind.ANNUAL else (),
        why=explanations.explained(steps, explanations.dividend_words),
    )


def _days(found: Dividend, member: Member, line: Line) -> list[Days]:
    until = dividend.last_day(birth_date=member.birth_date, year=line.year)
    stretches = earning.stretches(holder_id=member.pk, code=line.code, year=line.year, ref=found.pk, until=until)
    return [Days(one.since, one.until, money.from_sen(one.balance_sen), one.days) for one in stretches]
