"""A row against the register and the Third Schedule: everything that is wrong with it, at once (rulings 12 and 14)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from contributions.borang_a import layout
from contributions.borang_a.problem import UNMATCHED, Code, Problem
from contributions.borang_a.values import Row
from contributions.enums import RowStatus
from contributions.facts import NO_ELECTIONS, Elections, EmployeeFacts
from contributions.rules import schedule
from kwsp_portal.common.names import name_key
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.refusal import Refusal
from members.enums import Citizenship

_CITIZENSHIPS: Final = {status.value: status for status in Citizenship}
_NOBODY: Final[Mapping[int, Elections]] = {}
_new_tuple: Final = tuple.__new__  # as in values: for every row of a file


class Entry(NamedTuple):
    """What the register knows of somebody who was on this employer's record on a day of the wage month.

    Nobody else is ever looked at, so that a file is no way to learn who is registered, under which number, or by which name.
    """

    member_id: int
    number: str
    identity_number: str
    name: str
    name_key: str
    birth_date: date
    member_since: date
    died_on: date | None
    citizenship: str | None
    domestic: bool


class Checked(NamedTuple):
    """A row with its outcome. `entry` is the member it belongs to beyond doubt, `stands_for` the one its numbers name, whatever the name beside
    them; `shares` is what the schedule asks for, by what was elected for them."""

    row: Row
    entry: Entry | None
    stands_for: Entry | None
    shares: schedule.Shares | None
    elections: Elections
    problems: list[Problem]

    @property
    def status(self) -> RowStatus:
        """The class of the row (ruling 14)."""
        if not self.problems:
            return RowStatus.VALID
        return RowStatus.UNMATCHED if all(problem.code in UNMATCHED for problem in self.problems) else RowStatus.INVALID


def check(row: Row, by_number: Entry | None, by_identity: Entry | None, wage_month: WageMonth, elected: Mapping[int, Elections] = _NOBODY) -> Checked:
    """Every problem of a row. `by_number` and `by_identity` are whom the employer has on record under the numbers that the row states;
    `elected` is what holds in the month, by member."""
    return _plain(row, by_number, wage_month, elected) or check_closely(row, by_number, by_identity, wage_month, elected)


def _plain(row: Row, entry: Entry | None, wage_month: WageMonth, elected: Mapping[int, Elections]) -> Checked | None:
    """The outcome of a row with which nothing is wrong: nearly every one ends here. None where there is anything to be said of it; what comes out is
    what `check_closely` answers."""
    _line, number, identity, name, wages, bonus, employer, employee, problems, _padded, _rounded, _cut = row
    if entry is None or problems or not number or wages is None or bonus is None:
        return None
    member_id, _number, identity_number, entry_name, _key, birth_date, member_since, died_on, citizenship, domestic = entry
    if identity != identity_number or name.upper() != entry_name or died_on is not None or citizenship is None:
        return None
    elections = elected.get(member_id, NO_ELECTIONS)
    facts = _new_tuple(EmployeeFacts, (wage_month, wages, bonus, _CITIZENSHIPS[citizenship], member_since, birth_date, domestic))
    try:
        shares = schedule.shares(facts, elections)
    except Refusal:
        return None
    if employer != shares.employer or employee != shares.employee:
        return None
    return _new_tuple(Checked, (row, entry, entry, shares, elections, []))


def check_closely(row: Row, by_number: Entry | None, by_identity: Entry | None, wage_month: WageMonth, elected: Mapping[int, Elections]) -> Checked:
    """What `check` answers, with everything that is wrong."""
    problems = list(row.problems)
    if problems and problems[0].code is Code.FIELD_COUNT:
        return Checked(row, None, None, None, NO_ELECTIONS, problems)
    matching = mismatches(row, by_number, by_identity, wage_month)
    problems += matching
    entry = by_number or by_identity
    if entry is None or any(problem.code is not Code.NAME_DIFFERS for problem in matching):
        return Checked(row, None, None, None, NO_ELECTIONS, problems)
    problems += bars(entry, wage_month)
    elections = elected.get(entry.member_id, NO_ELECTIONS)
    row, shares = _schedule(row, entry, wage_month, elections, problems)
    return Checked(row, None if matching else entry, entry, shares, elections, problems)


def mismatches(row: Row, by_number: Entry | None, by_identity: Entry | None, wage_month: WageMonth) -> list[Problem]:
    """Where number, identity number and name do not agree with the employer's record of the month (ruling 14).

    A number that has not the form of one is compared with nothing: its cell has its problem already.
    """
    month = {"wage_month": str(wage_month)}
    formless = {problem.column for problem in row.problems}
    identity = "" if layout.IDENTITY in formless else row.identity_number
    impossible = _impossible_date(identity)
    stranger = [impossible or Problem(Code.IDENTITY_UNKNOWN, layout.IDENTITY, identity, detail=month)] if identity else []
    if not row.member_number or layout.MEMBER_NUMBER in formless:
        return stranger if by_identity is None else _name_mismatch(row, by_identity)
    if by_number is None:
        expected = "" if by_identity is None else by_identity.number
        unknown = Problem(Code.NUMBER_UNKNOWN, layout.MEMBER_NUMBER, row.member_number, expected, month)
        return [unknown, *stranger] if by_identity is None else [unknown]
    if identity and identity != by_number.identity_number:
        if by_identity is not None and not _name_mismatch(row, by_identity) and _name_mismatch(row, by_number):
            # Identity number and name are one person's, the member number is a colleague's: that is what was mistyped.
            return [Problem(Code.NUMBER_DIFFERS, layout.MEMBER_NUMBER, row.member_number, by_identity.number)]
        return [_identity_mismatch(identity, by_number), *_name_mismatch(row, by_number)]
    return _name_mismatch(row, by_number)


def _identity_mismatch(identity: str, entry: Entry) -> Problem:
    """Why an identity number is not that of the person with the member number; the birth date is the register's (ruling 8)."""
    impossible = _impossible_date(identity, entry.identity_number)
    if impossible is not None:
        return impossible
    code, detail = Code.IDENTITY_DIFFERS, {}
    if _is_mykad(identity) and _is_mykad(entry.identity_number) and identity[:6] != f"{entry.birth_date:%y%m%d}":
        code, detail = Code.IDENTITY_BIRTH_DATE, {"birth_date": str(entry.birth_date)}
    return Problem(code, layout.IDENTITY, identity, entry.identity_number, detail)


def _impossible_date(identity: str, expected: str = "") -> Problem | None:
    """A MyKad number begins with the date of birth; the two digits of its year do not tell the century (ruling 8)."""
    if not _is_mykad(identity) or any(_is_date(century + int(identity[:2]), identity) for century in (1900, 2000)):
        return None
    return Problem(Code.IDENTITY_DATE, layout.IDENTITY, identity, expected, {"day": identity[4:6], "month": identity[2:4]})


def _is_mykad(identity: str) -> bool:
    return len(identity) == layout.MYKAD_DIGITS and identity.isdecimal()


def _is_date(year: int, identity: str) -> bool:
    try:
        date(year, int(identity[2:4]), int(identity[4:6]))
    except ValueError:
        return False
    return True


def _name_mismatch(row: Row, entry: Entry) -> list[Problem]:
    # A name beyond the column's length has its own problem; comparing it would only cost time.
    if not row.name or len(row.name) > layout.LONGEST_NAME or row.name.upper() == entry.name or name_key(row.name) == entry.name_key:
        return []
    if row.cut and name_key(row.name) == name_key(entry.name[: layout.CUT_NAME]):
        return []
    return [Problem(Code.NAME_DIFFERS, layout.NAME, row.name, entry.name)]


def bars(entry: Entry, wage_month: WageMonth) -> list[Problem]:
    """What bars anybody's contribution for the month, whatever the figures. Wages of the month of death are still owed."""
    if entry.died_on is not None and entry.died_on < wage_month.first_day:
        return [Problem(Code.DECEASED, layout.MEMBER_NUMBER, entry.number, detail={"died_on": str(entry.died_on), "wage_month": str(wage_month)})]
    if entry.citizenship is None:
        return [Problem(Code.NO_CITIZENSHIP, layout.MEMBER_NUMBER, entry.number, detail={"wage_month": str(wage_month)})]
    return []


def filed_already(member_number: str, filing: int, line: int) -> Problem:
    """Somebody who stands in another filing of the month: the schedule asks for one share of all wages of a month."""
    return Problem(Code.MEMBER_FILED, layout.MEMBER_NUMBER, member_number, detail={"filing": str(filing), "line": str(line)})


def facts_of(entry: Entry, wage_month: WageMonth, wages: Decimal, bonus: Decimal) -> EmployeeFacts:
    """What the rules may know of somebody on record. Raises KeyError for a person of no known citizenship, whom `bars` names."""
    citizenship = _CITIZENSHIPS[entry.citizenship or ""]
    return EmployeeFacts(wage_month, wages, bonus, citizenship, entry.member_since, entry.birth_date, entry.domestic)


def refused(refusal: Refusal) -> Problem:
    """The problem that a refusal of the rules is."""
    return Problem(Code(refusal.code), detail={**refusal.details, "provision": refusal.provision})


def _schedule(row: Row, entry: Entry, wage_month: WageMonth, elections: Elections, problems: list[Problem]) -> tuple[Row, schedule.Shares | None]:
    """The shares that the schedule asks for; what the row states otherwise is added to `problems`. A row of the text format, which has no
    column for a bonus, comes back with the one that its shares can only mean (ruling 12)."""
    if row.wages is None or row.bonus is None or entry.citizenship is None:
        return row, None
    facts = facts_of(entry, wage_month, row.wages, row.bonus)
    try:
        shares = schedule.shares(facts, elections)
    except Refusal as refusal:
        problems.append(refused(refusal))
        return row, None
    if row.employer_share == shares.employer and row.employee_share == shares.employee:
        return row, shares
    if row.cut and row.employer_share is not None and row.employee_share is not None:
        bonus = schedule.bonus_that_fits(facts, row.employer_share, row.employee_share, elections)
        if bonus is not None:
            return row._replace(bonus=bonus), schedule.shares(facts._replace(bonus=bonus), elections)
    _tell_empty(problems, facts, shares)
    problems += _off_schedule(row, facts, shares, elections)
    return row, shares


def _tell_empty(problems: list[Problem], facts: EmployeeFacts, shares: schedule.Shares) -> None:
    """A share that was left empty is told with what the schedule asks for."""
    asked = {layout.EMPLOYER_SHARE: shares.employer, layout.EMPLOYEE_SHARE: shares.employee}
    for place, problem in enumerate(problems):
        if problem.code is Code.EMPTY and problem.column in asked:
            problems[place] = Problem(Code.SHARE_EMPTY, problem.column, "", str(asked[problem.column]), _where(facts, shares))


def _off_schedule(row: Row, facts: EmployeeFacts, shares: schedule.Shares, elections: Elections) -> list[Problem]:
    """One problem for each share that differs, under the name of the mistake where it is a known one."""
    stated = ((layout.EMPLOYER_SHARE, row.employer_share, shares.employer), (layout.EMPLOYEE_SHARE, row.employee_share, shares.employee))
    code = _mistake(row, facts, shares, elections)
    return [
        Problem(Code.SHARE_HAS_SEN if found % 1 and code is Code.OFF_SCHEDULE else code, column, str(found), str(expected), _where(facts, shares))
        for column, found, expected in stated
        if found is not None and found != expected
    ]


def _where(facts: EmployeeFacts, shares: schedule.Shares) -> dict[str, str]:
    """The row of the schedule that was asked, or the rule in its place, for the words of a problem."""
    return {
        "part": shares.part.value,
        "wages": str(facts.wages),
        "band_from": str(shares.band_from),
        "band_to": "" if shares.band_to is None else str(shares.band_to),
        "basis": shares.basis.value,
        "reference": shares.reference,
    }


def _mistake(row: Row, facts: EmployeeFacts, shares: schedule.Shares, elections: Elections) -> Code:
    employer, employee = row.employer_share, row.employee_share
    if employer is None or employee is None:
        return Code.OFF_SCHEDULE
    if (employer, employee) == (shares.employee, shares.employer):
        return Code.SHARES_SWAPPED
    if elections is not NO_ELECTIONS and (employer, employee) == _without(facts, elections):
        return Code.ELECTION_LEFT_OUT
    if schedule.looks_like_exact_percentage(facts, employer, employee, elections):
        return Code.EXACT_PERCENTAGE
    return Code.OFF_SCHEDULE


def _without(facts: EmployeeFacts, elections: Elections) -> tuple[Decimal, Decimal]:
    """Both shares as they would be if nothing had been elected but to contribute."""
    shares = schedule.shares(facts, Elections(chosen=elections.chosen))
    return shares.employer, shares.employee
