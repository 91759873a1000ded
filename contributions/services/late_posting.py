"""Charges and dividends of lateness, written and posted: rows by COPY, each with the entry of which its id is the natural key."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from django.db import connection

from kwsp_portal import bulk
from kwsp_portal.common.periods import WageMonth
from members.ledger import posting
from members.ledger.enums import EntryKind

_CHARGES: Final = "COPY contributions_latecharge (id, employer_id, wage_month, amount, paid, reference, reckoned_on) FROM STDIN"
_DIVIDENDS: Final = "COPY contributions_latedividend (id, filing_id, amount, paid_on, reference, reckoned_on) FROM STDIN"
_INCOME: Final = posting.fund("LATE_CHARGE_INCOME")
_EXPENSE: Final = posting.fund("DIVIDEND_EXPENSE")


class Charged(NamedTuple):
    """A charge to be. `paid`: what was paid late, as `LateCharge` keeps it; `paid_on`: the last day of that."""

    employer_id: int
    month: WageMonth
    sen: int
    paid: Sequence[Sequence[int | str]]
    paid_on: date


class Lost(NamedTuple):
    """A dividend to be on a Borang A that was paid whole on `paid_on`."""

    employer_id: int
    filing_id: int
    sen: int
    paid_on: date


def write(*, charges: Sequence[Charged], dividends: Sequence[Lost], reference: str, reckoned_on: date, booked_on: date) -> None:
    """Rows first: their ids are the natural keys of what is posted for them. `reference`: the laws they were reckoned by. In the caller's
    transaction.

    Raises what `posting.post_many` raises, and IntegrityError where one stands already for a month or a Borang A.
    """
    ends = f"{reference}\t{reckoned_on}\n"
    with connection.cursor() as cursor:
        charge_ids = bulk.new_ids(cursor, "contributions_latecharge", len(charges))
        dividend_ids = bulk.new_ids(cursor, "contributions_latedividend", len(dividends))
        numbered = list(zip(charge_ids, charges, strict=True))
        lost = list(zip(dividend_ids, dividends, strict=True))
        bulk.copy(cursor, _CHARGES, [_charge_line(pk, one) + ends for pk, one in numbered])
        bulk.copy(cursor, _DIVIDENDS, [f"{pk}\t{one.filing_id}\t{one.sen}\t{one.paid_on}\t{ends}" for pk, one in lost])
    acts = [_charged(pk, one, booked_on) for pk, one in numbered]
    acts += [_lost(pk, one, booked_on) for pk, one in lost]
    posting.post_many(acts)


def _charge_line(pk: int, one: Charged) -> str:
    # What was paid is numbers and days: nothing in it needs the escapes of JSON or COPY.
    paid = ", ".join([f'[{filing}, "{amount}", "{day}"]' for filing, amount, day in one.paid])
    return f"{pk}\t{one.employer_id}\t{one.month.first_day}\t{one.sen}\t[{paid}]\t"


def _charged(pk: int, one: Charged, booked_on: date) -> posting.Act:
    """The employer owes the charge, which is the fund's (s. 49)."""
    legs = (posting.Leg(posting.employer(one.employer_id, "LATE_CHARGE"), -one.sen), posting.Leg(_INCOME, one.sen))
    return posting.Act(kind=EntryKind.LATE_CHARGE, ref=pk, part=0, booked_on=booked_on, value_date=one.paid_on, legs=legs)


def _lost(pk: int, one: Lost, booked_on: date) -> posting.Act:
    """The employer owes the dividend (s. 45(3)); the fund's expense is less by as much, since the fund gives it to the members."""
    legs = (posting.Leg(posting.employer(one.employer_id, "DIVIDEND_DUE"), -one.sen), posting.Leg(_EXPENSE, one.sen))
    return posting.Act(kind=EntryKind.LATE_DIVIDEND, ref=pk, part=0, booked_on=booked_on, value_date=one.paid_on, legs=legs)
