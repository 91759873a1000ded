"""The turn of ages (rulings 15a, 16): at 55 everything goes to Akaun 55, at 60 Akaun Emas opens, from 75 nothing is credited; told before and after.

Every rule decides by the age on the day; this makes the books follow, daily, on kwsp_portal.jobs. It looks at who has money where the law leaves
none, so days that were missed, members registered late and birth dates corrected are caught up by any later run.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection

from kwsp_portal import jobs
from kwsp_portal.audit import services as audit
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import money
from kwsp_portal.jobs.models import Run
from members.ledger import days, posting, years
from members.ledger.enums import EntryKind
from members.models import Member
from members.rules import accounts, age
from members.services import age_news

PROGRAMME: Final = "age_transitions"
CHUNK_MEMBERS: Final = 200
CAUGHT_UP: Final = timedelta(days=31)
"""Who reached an age longer ago is not told any more; their money goes all the same."""
_CODES: Final = tuple(account.value for account in accounts.MERGED)


class Due(NamedTuple):
    """What a member is told of an age (its name in ages.yaml): that it comes, or that it is reached."""

    member_id: int
    code: str
    age: str


def plan(period: str, day: date) -> Sequence[dict[str, Any]]:
    """The chunks of a day: who has money to go to Akaun 55, and who is to be told something."""
    ids = sorted({*_to_merge(day), *(due.member_id for due in _to_tell(day))})
    return [{"members": ids[start : start + CHUNK_MEMBERS]} for start in range(0, len(ids), CHUNK_MEMBERS)]


def work_chunk(*, lease: jobs.Lease, at: datetime) -> None:
    """Moves, tells and finishes the lease in one transaction. Raises jobs.LeaseLost when another has it."""
    jobs.failpoint("ages.before")
    lease.renew()
    members = _members(lease.payload["members"])
    on = max(lease.on, days.first_open_day())

    def done(outcome: posting.Outcome) -> None:
        jobs.failpoint("ages.moved")
        told = [*_moved_news(members, outcome, on), *_ages_news(members, outcome, on)]
        age_news.tell(told, on=on, at=at)
        _keep(members, outcome)
        audit.record(actor=None, action="ages.chunk", target=f"run:{lease.run_id}", data=_figures(outcome, len(told)))
        lease.finish()
        jobs.failpoint("ages.finished")

    _merge(members, on, done)
    jobs.failpoint("ages.committed")


def bring_up(*, member_ids: Iterable[int], on: date, at: datetime) -> None:
    """Has the books of these members follow their ages now, for an act that takes money from where it stands by law, batch or no batch."""
    members = _members(sorted(set(member_ids)))

    def done(outcome: posting.Outcome) -> None:
        age_news.tell(_moved_news(members, outcome, on), on=on, at=at)
        _keep(members, outcome)

    if any(_reached_55(member, on) for member in members.values()):
        _merge(members, on, done)


def figures_of(run: Run) -> dict[str, int]:
    """What a day's run did, from its chunks: members merged, sen moved and of them held, people told, left because frozen."""
    chunks = AuditEvent.objects.filter(action="ages.chunk", target=f"run:{run.pk}", refused=False).values_list("data", flat=True)
    return {name: sum(data[name] for data in chunks) for name in FIGURES}


FIGURES: Final = ("merged", "sen", "held_sen", "told", "frozen")


def _figures(outcome: posting.Outcome, told: int) -> dict[str, int]:
    moved = outcome.moved
    sen, held_sen = sum(one.total_sen for one in moved), sum(one.held_sen for one in moved)
    return dict(zip(FIGURES, (len(moved), sen, held_sen, told, len(outcome.frozen)), strict=True))


# Who


# Who died before the age never reaches it: that money is the heirs', from the accounts on which it stands.
_WITH_MONEY: Final = """
SELECT DISTINCT member.id FROM members_member AS member
JOIN ledger_account AS account ON holder_kind = 'MEMBER' AND holder_id = member.id AND code = ANY(%s)
JOIN ledger_balance AS balance ON account_id = account.id AND balance_sen <> 0
WHERE birth_date < %s AND (died_on IS NULL OR died_on >= birth_date + make_interval(years => %s))
"""


def _to_merge(on: date) -> list[int]:
    years_old = _age("akaun_emas", on)
    with connection.cursor() as cursor:
        cursor.execute(_WITH_MONEY, [list(_CODES), age.earliest_birth_below(years_old, on), years_old])
        return [member_id for (member_id,) in cursor.fetchall()]


_NOT_TOLD: Final = """
SELECT member.id FROM members_member AS member
WHERE birth_date >= %s AND birth_date < %s AND died_on IS NULL AND (%s::bigint[] IS NULL OR member.id = ANY(%s::bigint[]))
  AND NOT EXISTS (
    SELECT FROM notify_notice WHERE whose = 'MEMBER' AND whose_id = member.id AND code = ANY(%s) AND cause = 'age:' || %s || ':' || birth_date)
ORDER BY member.id
"""


def _to_tell(on: date, among: Sequence[int] | None = None) -> list[Due]:
    """Who is told, once for each age and birth date: within the months before, and within a month after."""
    found = []
    for name, (soon, reached) in age_news.CODES.items():
        years_old = _age(name, on)
        for codes, after, until in (((soon,), on, age.told_until(on)), (reached, on - CAUGHT_UP, on)):
            births = age.births_reaching(years_old, after=after, until=until)
            with connection.cursor() as cursor:
                cursor.execute(_NOT_TOLD, [*births, *([None, None] if among is None else [list(among)] * 2), list(codes), str(years_old)])
                found += [Due(member_id, codes[0], name) for (member_id,) in cursor.fetchall()]
    return found


def _members(ids: Sequence[int]) -> dict[int, Member]:
    return Member.objects.select_related("user").in_bulk(ids)


def _age(name: str, on: date) -> int:
    years_old: int = age.LAW.at(name, on).value
    return years_old


def _reached_55(member: Member, on: date) -> date | None:
    """The birthday, where it was reached by the day, and in life."""
    birthday = age.birthday(member.birth_date, _age("akaun_emas", on))
    return birthday if birthday <= min(on, member.died_on or on) else None


# What moves


def _merge(members: Mapping[int, Member], on: date, guard: Callable[[posting.Outcome], None]) -> posting.Outcome:
    """From the birthday on it earns on Akaun 55, whenever the batch comes to it; in no closed year, whose dividend is reckoned."""
    closed = years.last_closed()
    open_from = date(closed + 1, 1, 1) if closed else date.min
    birthdays = {member.pk: _reached_55(member, on) for member in members.values()}
    wholes = [posting.Whole(member_id, max(birthday, open_from)) for member_id, birthday in birthdays.items() if birthday]
    return posting.move_whole(wholes, codes=_CODES, to=accounts.FROM_55[0].value, kind=EntryKind.MERGE_55, booked_on=on, guard=guard)


# What is said of it


def _moved_news(members: Mapping[int, Member], outcome: posting.Outcome, on: date) -> Iterator[age_news.Told]:
    """Of who has money moved: the first time what the birthday did, later what came after it."""
    for moved in outcome.moved:
        figures = {"total": str(money.from_sen(moved.total_sen)), "held": str(money.from_sen(moved.held_sen))}
        code = age_news.MORE if moved.part else age_news.HELD if moved.held_sen else age_news.MERGED
        yield _told(members[moved.member_id], code, "akaun_emas", on, figures, f".{moved.part}" if moved.part else "")


def _ages_news(members: Mapping[int, Member], outcome: posting.Outcome, on: date) -> Iterator[age_news.Told]:
    """What is told of an age by itself. Who had nothing to move is told so; whose money moved or is frozen hears of it then."""
    moves = {moved.member_id for moved in outcome.moved} | set(outcome.frozen)
    for due in _to_tell(on, among=list(members)):
        if due.code != age_news.NOTHING or due.member_id not in moves:
            yield _told(members[due.member_id], due.code, due.age, on, {})


def _told(member: Member, code: str, name: str, on: date, figures: Mapping[str, str], more: str = "") -> age_news.Told:
    years_old = _age(name, on)
    said = {"age": str(years_old), "birthday": str(age.birthday(member.birth_date, years_old)), "open": str(_age("emas_open", on)), **figures}
    return age_news.Told(member, code, said, age_news.cause(years_old, member.birth_date) + more)


def _keep(members: Mapping[int, Member], outcome: posting.Outcome) -> None:
    """In the log of each whose money moved."""
    acts = []
    for moved in outcome.moved:
        went = {code: f"{money.from_sen(sen):.2f}" for code, sen in moved.parts.items()}
        came = {accounts.FROM_55[0].value: f"{money.from_sen(moved.total_sen):.2f}"}
        data = {"before": went, "after": came, "held": f"{money.from_sen(moved.held_sen):.2f}", "part": moved.part}
        acts.append((members[moved.member_id].subject, data, ()))
    audit.record_many(actor=None, action="member.merge_55", acts=acts)
