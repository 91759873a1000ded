"""A full withdrawal before the year's rate is declared takes the rate of that case with it; what the declared rate gives more is credited by the run.

For the withdrawals to call in their own transaction, before they hold what the member takes.
"""

from datetime import date, timedelta
from typing import Final

from django.db import transaction

from kwsp_portal import audit
from members.enums import DividendKind, Scheme
from members.ledger import earning, posting
from members.ledger.earning import Earned
from members.ledger.enums import EntryKind
from members.models import Dividend, Member
from members.rules import dividend
from members.selectors.dividends import Line
from members.services import dividends
from members.services.dividends import Person, Reckoned

_ONE_DAY: Final = timedelta(days=1)


def credit(*, member: Member, on: date) -> list[Dividend]:
    """Credit every year whose dividend is not credited yet, up to the day before `on`, at the rate before the declaration; the oldest first.

    A year that is over is valued on 1 January of the next, as its dividend will be, and so earns in the next; the running year on the day
    itself. Called again, it credits what was earned since.
    """
    with transaction.atomic():
        # Whoever comes second waits here, and finds what the first has credited.
        member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
        since = dividends.next_year() or on.year
        found = [_credit_year(member, year, on) for year in range(since, on.year + 1)]
        return [one for one in found if one is not None]


def _credit_year(member: Member, year: int, on: date) -> Dividend | None:
    person = Person(member.birth_date, member.shariah_from)
    reckoned = reckon(member_id=member.pk, person=person, year=year, on=on)
    legs = reckoned.legs()
    if not legs:
        return None
    pk = dividends.new_ids(1)[0]
    valued = on if year == on.year else date(year + 1, 1, 1)
    posting.post(posting.Act(EntryKind.DIVIDEND, pk, 0, on, valued, legs))
    dividends.keep([(pk, reckoned)], kind=DividendKind.BEFORE, year=year, on=on)
    audit.record(actor="dividends", action="dividend.before", target=member, data={"year": year, "amount_sen": reckoned.total_sen})
    return Dividend.objects.get(pk=pk)


def reckon(*, member_id: int, person: Person, year: int, on: date) -> Reckoned:
    """What the days of a year before `on` give at the rate before the declaration, less what was credited so before. Writes nothing."""
    scheme: Scheme = dividend.scheme_of(shariah_from=person.shariah_from, year=year)
    last = dividend.last_day(birth_date=person.birth_date, year=year)
    until = None if last is None else min(last, on - _ONE_DAY)
    if until is None or until.year < year:
        return Reckoned(member_id, scheme, [], [])
    before = dividends.paid_before(year, member_id, member_id + 1)
    rate = str(dividend.LAW.at("before_declaration", date(year, 1, 1)).value)
    lines = []
    for account in earning.sen_days(year=year, first=member_id, end=member_id + 1, until=until):
        sen_days = _with_late(account)
        amount = dividend.before_declaration(sen_days, year=year) - before.get((member_id, account.code), 0)
        if amount > 0:
            to = dividend.receiver(account.dividend_to, birth_date=person.birth_date, on=on)
            lines.append(Line(account.code, year, sen_days, rate, amount, to.value))
    return Reckoned(member_id, scheme, lines, [])


def _with_late(account: Earned) -> int:
    """With what came after the closing: it belongs to the year whose dividend is still to come."""
    return account.sen_days + account.back_sen_days
