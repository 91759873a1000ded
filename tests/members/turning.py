"""People who turn an age, and the day's run."""

from datetime import date

from kwsp_portal import jobs
from kwsp_portal.notify.models import Notice
from members.ledger import balances, posting
from members.ledger.enums import HolderKind
from members.models import Member
from members.services import ages
from tests import factories
from tests.ledger.acts import contribution

BIRTHDAY = date(2026, 3, 5)
FIRST = BIRTHDAY.replace(year=BIRTHDAY.year - 55)
"""Born on this day, somebody is 55 on the birthday."""


def run(on: date) -> dict[str, int]:
    """The day's run, opened and worked; its figures."""
    found = jobs.open_run(programme=ages.PROGRAMME, period=on.isoformat(), chunks=ages.plan(on.isoformat(), on), on=on)
    counts = jobs.work_some(programmes=[ages.PROGRAMME])
    assert counts.failed == 0
    return ages.figures_of(found)


def born(day: date, **fields: object) -> Member:
    return factories.MemberFactory(birth_date=day, member_since=date(2000, 1, 1), **fields)


def saved(member: Member, sen: int = 12000, day: date = date(2026, 1, 15)) -> Member:
    posting.post(contribution(member.pk, member.pk, sen, day=day))
    return member


def pots(member: Member) -> dict[str, tuple[int, int]]:
    return {pot.code: (pot.balance_sen, pot.held_sen) for pot in balances.pots_of(HolderKind.MEMBER, member.pk) if pot.balance_sen}


def told(member: Member) -> list[str]:
    return list(Notice.objects.filter(whose="MEMBER", whose_id=member.pk, code__startswith="AGE_").order_by("id").values_list("code", flat=True))
