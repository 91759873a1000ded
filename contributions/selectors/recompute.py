"""Every line of a filing as it stands and as the rules give it with what was known as at a day.

Reads only, in batches: a hundred thousand rows take seconds and no more memory than five thousand.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db import connection

from contributions.enums import FilingState, LineState
from contributions.facts import NO_ELECTIONS, Elections, EmployeeFacts
from contributions.models import Filing
from contributions.rules import electing, schedule
from contributions.selectors import elections as election_rows
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.rates import NotInForce
from kwsp_portal.common.refusal import Refusal
from members.enums import Citizenship

BATCH_ROWS: Final = 5_000
LAST_LINE: Final = 2**31 - 1
CLEAN: Final = frozenset(FilingState) - {FilingState.RECEIVED, FilingState.ASKED, FilingState.UNREADABLE, FilingState.FAULTY, FilingState.DISCARDED}
"""States of a filing whose rows are all reckoned."""

_CITIZENSHIPS: Final = {status.value: status for status in Citizenship}

# What the registers can say as at a day: citizenship periods that had begun by it (one that ended later went on, then), and elections approved by
# it. Birth date, death and membership have no history of their own there: they are as they stand. A change of citizenship counts from the month
# after.
_LINES: Final = f"""
SELECT r.line, r.id, r.member_id, r.member_number, r.name, r.wages, r.bonus, r.employer_share, r.employee_share, r.part, r.elections,
       m.birth_date, m.member_since, m.died_on, c.status, e.domestic, t.wages, t.bonus, l.now_employer, l.now_employee, l.now_part, l.wages
  FROM contributions_filingrow r
  JOIN members_member m ON m.id = r.member_id
  LEFT JOIN contributions_filingrow t ON t.id = r.tops_up_id
  LEFT JOIN LATERAL (
       SELECT status FROM members_citizenshipperiod
        WHERE member_id = r.member_id AND from_date <= %(last)s AND from_date <= %(as_at)s
          AND (to_date IS NULL OR to_date >= %(first)s OR to_date > %(as_at)s)
        ORDER BY from_date LIMIT 1) c ON true
  LEFT JOIN LATERAL (
       SELECT domestic FROM employers_employment
        WHERE member_id = r.member_id AND employer_id = %(employer)s AND from_date <= %(last)s AND (to_date IS NULL OR to_date > %(first)s)
        ORDER BY from_date DESC LIMIT 1) e ON true
  LEFT JOIN LATERAL (
       SELECT now_employer, now_employee, now_part, wages FROM contributions_correctionline
        WHERE row_id = r.id AND state = '{LineState.POSTED}' ORDER BY id DESC LIMIT 1) l ON true
 WHERE r.filing_id = %(filing)s AND r.status = 'VALID' AND r.line >= %(since)s AND r.line < %(until)s
   AND (%(rows)s::bigint[] IS NULL OR r.id = ANY (%(rows)s)) ORDER BY r.line LIMIT %(batch)s
"""  # noqa: S608 - fixed texts


TOPS_UP_NOTHING: Final = Refusal("TOPS_UP_NOTHING", "", {})
"""Why a line that tops up another is not reckoned: by the facts as they are known now its higher wages cost less than the lower ones."""


class NotRecomputable(Exception):
    """Why a filing cannot be computed again: `found` and `expected`, both in words of the portal's own."""

    def __init__(self, found: str, expected: str) -> None:
        self.found, self.expected = found, expected
        super().__init__(f"found {found}, expected {expected}")


class Stood(NamedTuple):
    """Figures of a line: both shares, RM, and the Part."""

    employer: Decimal
    employee: Decimal
    part: str

    @property
    def total(self) -> Decimal:
        return self.employer + self.employee


class Facts(NamedTuple):
    """What was known of the person, as a row keeps it."""

    citizenship: str
    birth_date: date
    member_since: date
    elections: str


class Line(NamedTuple):
    """One line. `filed` as Borang A had it; `stands` with the corrections that are posted; `now` by the rules, None where they give nothing: then
    `refusal` says why. `reference` is the edition that `now` comes from. `right_wages` where other wages than `wages`, which were filed, were right.
    Of a line that tops up another, each is what is owed beyond that one.
    """

    row_id: int
    line: int
    member_id: int
    member_number: str
    name: str
    wages: Decimal
    filed: Stood
    stands: Stood
    now: Stood | None
    reference: str
    facts: Facts
    refusal: Refusal | NotInForce | None
    right_wages: Decimal | None = None

    @property
    def differs(self) -> bool:
        """Whether the shares are others now. Another Part with the same shares is no difference in money."""
        return self.now is not None and (self.now.employer, self.now.employee) != (self.stands.employer, self.stands.employee)


def lines_of(*, filing: Filing, as_at: date, since: int = 0, until: int = LAST_LINE, right: Mapping[int, Decimal] | None = None) -> Iterator[Line]:
    """The lines in the order of the file, from `since` to the one before `until`; with `right` only those rows, with these wages in place of what
    was filed. Raises NotRecomputable for a filing whose rows were never all reckoned."""
    if filing.state not in CLEAN:
        raise NotRecomputable(f"{filing.state}", "a filing whose rows are all sound: READY or later")
    month = WageMonth.of(filing.wage_month)
    days = {"first": month.first_day, "last": month.last_day, "as_at": as_at}
    rows = None if right is None else sorted(right)
    asked: dict[str, Any] = {**days, "filing": filing.pk, "employer": filing.employer_id, "since": since, "until": until, "batch": BATCH_ROWS}
    asked["rows"] = rows
    while found := _batch(asked):
        members = [row[2] for row in found]
        elected = election_rows.elected_in(employer_id=filing.employer_id, wage_month=month, members=members, as_at=as_at)
        for row in found:
            yield _line(row, month, elected, right or {})
        asked["since"] = found[-1][0] + 1


def _batch(asked: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(_LINES, asked)
        rows: list[Any] = cursor.fetchall()
        return rows


def _line(row: Any, month: WageMonth, elected: Mapping[int, Elections], right: Mapping[int, Decimal]) -> Line:
    line, row_id, member_id, number, name, wages_sen, bonus_sen, employer, employee, part, text, born, since, died, status, domestic, *more = row
    earlier, corrected = more[:2], more[2:]
    filed = Stood(money.from_sen(employer), money.from_sen(employee), part)
    stands = filed if corrected[2] is None else Stood(money.from_sen(corrected[0]), money.from_sen(corrected[1]), corrected[2])
    wages, bonus = money.from_sen(wages_sen), money.from_sen(bonus_sen)
    known_right = None if corrected[3] is None else money.from_sen(corrected[3])
    other = right.get(row_id, known_right)
    helper = electing.from_text(text)[1] if domestic is None else domestic
    # That the row was taken says that somebody who may choose had chosen: what is recorded is asked for the other elections.
    elections = elected.get(member_id, NO_ELECTIONS)._replace(chosen=True)
    known = Facts(status or "", born, since, electing.to_text(elected.get(member_id, NO_ELECTIONS), domestic=helper))
    if died is not None and died < month.first_day:  # wages of the month of death are still owed
        gone = Refusal("DECEASED", "", {"died_on": str(died), "wage_month": str(month)})
        return Line(row_id, line, member_id, number, name, wages, filed, stands, None, "", known, gone, other)
    paid = wages if other is None else other
    now, reference, refusal = _now(month, paid, min(bonus, paid), known, elections, domestic=helper)
    if now is not None and earlier[0] is not None:
        below, _, refusal = _now(month, money.from_sen(earlier[0]), money.from_sen(earlier[1] or 0), known, elections, domestic=helper)
        now = below and Stood(now.employer - below.employer, now.employee - below.employee, now.part)
        if now is not None and now.total < 0:
            now, refusal = None, TOPS_UP_NOTHING
    return Line(row_id, line, member_id, number, name, wages, filed, stands, now, reference, known, refusal, other)


def _now(
    month: WageMonth, wages: Decimal, bonus: Decimal, known: Facts, elections: Elections, *, domestic: bool
) -> tuple[Stood | None, str, Refusal | NotInForce | None]:
    status = _CITIZENSHIPS.get(known.citizenship)
    if status is None:
        return None, "", Refusal("NO_CITIZENSHIP", "", {"wage_month": str(month)})
    try:
        found = schedule.shares(EmployeeFacts(month, wages, bonus, status, known.member_since, known.birth_date, domestic), elections)
    except (Refusal, NotInForce) as error:
        return None, "", error
    return Stood(found.employer, found.employee, found.part.value), found.reference, None
