"""A Borang A without a file: the list, its rows, and what it becomes; by the services, with PostgreSQL, as several people use them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from contributions.enums import FilingState, RowStatus, WageListSource, WageListState, WageStanding
from contributions.models import Filing, WageList, WageListRow
from contributions.selectors import filings as filing_selectors
from contributions.selectors import wage_lists as selectors
from contributions.services import filing as filings
from contributions.services import handing_in, wage_lists
from contributions.services.wage_lists import NotPossible, Written
from employers.enums import Leaving
from employers.models import Employment
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common.periods import WageMonth
from tests import factories
from tests.contributions.conftest import NOVEMBER, OCTOBER, ON, Office, work
from tests.factories import borang_a

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)
SEPTEMBER = WageMonth(2026, 9)


def begun(office: Office, source: WageListSource = WageListSource.LAST_WAGES, month: WageMonth = OCTOBER) -> WageList:
    return wage_lists.begin(employer=office.employer, wage_month=month, source=source, by=office.maker, on=ON)


def written(row: WageListRow, **fields: object) -> Written:
    given: dict[str, object] = {"standing": WageStanding.WAGES, "wages": Decimal(3000), "bonus": Decimal(0), "version": row.version}
    return Written(row_id=row.pk, **{**given, **fields})  # type: ignore[arg-type]


def write(office: Office, *rows: Written, by: object = None) -> wage_lists.Outcome:
    pk = WageListRow.objects.get(pk=rows[0].row_id).wage_list_id
    return wage_lists.write(wage_list_id=pk, rows=rows, by=by or office.maker, on=ON, at=AT)  # type: ignore[arg-type]


def row_of(found: WageList, name: str) -> WageListRow:
    return found.rows.get(member__name=name)


def handed_in(office: Office, found: WageList) -> Filing:
    return work(handing_in.hand_in(wage_list_id=found.pk, by=office.maker, on=ON))


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(NotPossible) as refused:
        act()
    return refused.value.code


def test_last_month_s_list_begins_with_the_people_on_record_and_their_last_wages(office: Office) -> None:
    staying, going, new = (office.hire(name=name) for name in ("AMINAH", "BAKAR", "CHONG"))
    office.approved(borang_a.row(staying), borang_a.row(going), wage_month=SEPTEMBER)
    Employment.objects.filter(member=going).update(to_date=date(2026, 10, 1))

    found = begun(office)

    assert [(row.member.name, row.wages) for row in found.rows.all()] == [("AMINAH", Decimal(6250)), ("CHONG", None)]
    lines = list(selectors.all_lines(found))
    assert lines[0].shares is not None
    assert (lines[0].shares.employer, lines[0].shares.employee) == (756, 693)
    assert lines[1].shares is None
    assert new.pk in found.rows.values_list("member_id", flat=True)


def test_without_wages_or_empty(office: Office) -> None:
    office.approved(borang_a.row(office.hire()), wage_month=SEPTEMBER)

    assert [row.wages for row in begun(office, WageListSource.PEOPLE).rows.all()] == [None]
    assert begun(office, WageListSource.EMPTY, NOVEMBER).rows.count() == 0


def test_the_list_of_a_month_is_one_whoever_begins_it(office: Office) -> None:
    first = begun(office)
    colleague = factories.RepresentativeFactory(employer=office.employer).user

    second = wage_lists.begin(employer=office.employer, wage_month=OCTOBER, source=WageListSource.EMPTY, by=colleague, on=ON)

    assert second == first
    assert AuditEvent.objects.filter(action="wage_list.begin").count() == 1


def test_done_it_becomes_a_borang_a_like_any_file(office: Office) -> None:
    paid, on_leave, left, gone = (office.hire(name=name) for name in ("AMINAH", "BAKAR", "CHONG", "DEVI"))
    found = begun(office, WageListSource.PEOPLE)
    rows = {row.member.name: row for row in found.rows.select_related("member")}
    write(
        office,
        written(rows["AMINAH"], wages=Decimal("5500.00"), bonus=Decimal(1000)),
        written(rows["BAKAR"], standing=WageStanding.UNPAID_LEAVE, wages=None),
        written(rows["CHONG"], standing=WageStanding.LEFT, last_day=date(2026, 10, 9), leaving=Leaving.RESIGNED, wages=Decimal(900)),
        written(rows["DEVI"], standing=WageStanding.LEFT, last_day=date(2026, 9, 30), leaving=Leaving.RETIRED, wages=None),
    )
    assert not Employment.objects.filter(to_date__isnull=False).exists(), "nobody has left before the list is done"
    totals = selectors.totals_of(selectors.all_lines(found))

    filing = handed_in(office, found)

    assert filing.state == FilingState.READY
    assert filing.total == totals.total > 0
    lines = {row.name: (row.wages, row.bonus, row.employer_share, row.status) for row in filing.rows.all()}
    assert lines["AMINAH"][:2] == (Decimal(5500), Decimal(1000))
    assert lines["BAKAR"] == (Decimal(0), Decimal(0), Decimal(0), RowStatus.VALID)
    assert set(lines) == {"AMINAH", "BAKAR", "CHONG"}, "who left before the month has no row"
    ended = dict(Employment.objects.values_list("member__name", "to_date"))
    assert ended == {"AMINAH": None, "BAKAR": None, "CHONG": date(2026, 10, 10), "DEVI": date(2026, 10, 1)}
    assert bytes(filing.file.content).startswith(b"\xef\xbb\xbfMember No,IC No,Name,Salary"), "the evidence is a file as a clerk sends it"
    found.refresh_from_db()
    assert (found.state, found.filing) == (WageListState.FILED, filing)
    about_chong = AuditEvent.objects.get(action="employment.end", subjects__contains=[left.subject])
    assert about_chong.data == {"why": "RESIGNED", "before": {"last_day": None}, "after": {"last_day": "2026-10-09"}}
    assert {paid.pk, on_leave.pk, gone.pk}.isdisjoint({left.pk})


def test_who_changes_a_row_that_a_colleague_changed_writes_nothing_over(office: Office) -> None:
    office.hire(name="AMINAH")
    row = row_of(begun(office, WageListSource.PEOPLE), "AMINAH")
    colleague = factories.RepresentativeFactory(employer=office.employer).user
    seen = written(row, wages=Decimal(2500))

    assert write(office, written(row), by=colleague).written == 1
    outcome = write(office, seen)

    assert (outcome.written, list(outcome.changed)) == (0, [row.pk])
    row.refresh_from_db()
    assert (row.wages, row.changed_by, row.version) == (Decimal(3000), colleague, 2)
    assert selectors.colleague_at_work(row.wage_list, by=office.maker, at=AT) == colleague


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"wages": Decimal("10000000.01")}, "WAGES_TOO_LARGE"),
        ({"bonus": Decimal(3001)}, "BONUS_ABOVE_WAGES"),
        ({"standing": WageStanding.LEFT}, "LAST_DAY_MISSING"),
        ({"standing": WageStanding.LEFT, "last_day": date(2026, 11, 1), "leaving": Leaving.OTHER}, "LAST_DAY_AFTER"),
        ({"standing": WageStanding.LEFT, "last_day": date(2026, 9, 30), "leaving": Leaving.OTHER}, "LAST_DAY_BEFORE"),
        ({"standing": WageStanding.LEFT, "last_day": date(2019, 12, 31), "leaving": Leaving.OTHER, "wages": None}, "NOT_WORKING"),
        ({"standing": WageStanding.LEFT, "last_day": date(2026, 8, 31), "leaving": Leaving.OTHER, "wages": None}, "FILED_LATER"),
    ],
)
def test_what_cannot_stand_is_said_and_keeps_none_of_the_others(office: Office, fields: dict[str, object], code: str) -> None:
    bad, good = office.hire(name="AMINAH"), office.hire(name="BAKAR")
    office.approved(borang_a.row(bad), wage_month=SEPTEMBER)
    found = begun(office, WageListSource.PEOPLE)

    outcome = write(office, written(row_of(found, "AMINAH"), **fields), written(row_of(found, "BAKAR")))

    assert {pk: error.code for pk, error in outcome.refused.items()} == {row_of(found, "AMINAH").pk: code}
    assert row_of(found, "BAKAR").wages == Decimal(3000)
    assert good.name == "BAKAR"


def test_it_is_not_done_while_somebody_has_no_wages(office: Office) -> None:
    office.hire()
    found = begun(office, WageListSource.PEOPLE)

    assert refusal(lambda: handing_in.hand_in(wage_list_id=found.pk, by=office.maker, on=ON)) == "BLANK"
    assert not Filing.objects.exists()


def test_a_file_that_took_the_month_meanwhile_leaves_the_list_and_the_register_as_they_were(office: Office) -> None:
    office.hire(name="AMINAH")
    stays = office.hire(name="BAKAR")
    found = begun(office, WageListSource.PEOPLE)
    left = {"standing": WageStanding.LEFT, "last_day": date(2026, 10, 9), "leaving": Leaving.RESIGNED}
    write(office, written(row_of(found, "AMINAH"), **left), written(row_of(found, "BAKAR")))
    office.approved(borang_a.row(stays))

    with pytest.raises(filings.FileRefused):
        handing_in.hand_in(wage_list_id=found.pk, by=office.maker, on=ON)

    found.refresh_from_db()
    assert found.state == WageListState.OPEN
    assert not Employment.objects.filter(to_date__isnull=False).exists()


def test_a_list_whose_borang_a_was_put_away_is_opened_again_and_handed_in_anew(office: Office) -> None:
    office.hire(name="AMINAH")
    found = begun(office, WageListSource.PEOPLE)
    write(office, written(row_of(found, "AMINAH")))
    filing = handed_in(office, found)
    assert refusal(lambda: wage_lists.reopen(wage_list_id=found.pk, by=office.maker, on=ON)) == "FILING_GOES_ON"
    filings.discard(filing_id=filing.pk, by=office.maker, on=ON)

    wage_lists.reopen(wage_list_id=found.pk, by=office.maker, on=ON)
    row = row_of(found, "AMINAH")
    write(office, written(row, wages=Decimal(3100)))

    assert handed_in(office, found).rows.get().wages == Decimal(3100)


def test_the_barred_are_said_before_and_refused_by_the_reader(office: Office) -> None:
    office.hire(name="AMINAH")
    office.hire(name="ZAINAB", aged_76=True)
    found = begun(office, WageListSource.PEOPLE)
    write(office, *(written(row) for row in found.rows.all()))

    barred = [line for line in selectors.all_lines(found) if line.refusal]
    filing = handed_in(office, found)

    assert [(line.row.member.name, line.refusal.code) for line in barred if line.refusal] == [("ZAINAB", "ABOVE_CONTRIBUTION_AGE")]
    assert [problem["code"] for problem in filing.rows.get(name="ZAINAB").problems] == ["ABOVE_CONTRIBUTION_AGE"]


def nil_list(office: Office) -> WageList:
    office.hire(name="AMINAH")
    found = begun(office, WageListSource.PEOPLE)
    write(office, written(row_of(found, "AMINAH"), standing=WageStanding.UNPAID_LEAVE, wages=None))
    return found


def declare(office: Office, found: WageList, *, declaration: bool = True) -> WageList:
    return handing_in.declare_nil(wage_list_id=found.pk, by=office.maker, declaration=declaration, on=ON)


def test_a_month_with_nothing_to_contribute_is_said_and_agreed_to(office: Office) -> None:
    found = nil_list(office)
    assert refusal(lambda: handing_in.hand_in(wage_list_id=found.pk, by=office.maker, on=ON)) == "NOTHING_DUE"
    assert refusal(lambda: declare(office, found, declaration=False)) == "DECLARATION_MISSING"
    declare(office, found)
    assert OCTOBER not in filing_selectors.nil_months(employer=office.employer)
    assert refusal(lambda: handing_in.agree_nil(wage_list_id=found.pk, by=office.maker, on=ON)) == "NO_RIGHT"

    handing_in.agree_nil(wage_list_id=found.pk, by=office.checker, on=ON)

    assert OCTOBER in filing_selectors.nil_months(employer=office.employer)
    line = next(one for one in filing_selectors.employer_summary(employer=office.employer, by=office.maker, on=ON).months if one.month == OCTOBER)
    assert line.settled
    assert not line.overdue


def test_nobody_agrees_to_their_own_word_and_who_does_not_agree_says_why(office: Office) -> None:
    found = nil_list(office)
    administrator = factories.RepresentativeFactory(employer=office.employer, administrator=True).user
    handing_in.declare_nil(wage_list_id=found.pk, by=administrator, declaration=True, on=ON)

    assert refusal(lambda: handing_in.agree_nil(wage_list_id=found.pk, by=administrator, on=ON)) == "OWN_WORK"
    assert refusal(lambda: handing_in.give_back_nil(wage_list_id=found.pk, by=office.checker, comment=" ", on=ON)) == "COMMENT_MISSING"
    handing_in.give_back_nil(wage_list_id=found.pk, by=office.checker, comment="Aminah bekerja seminggu", on=ON)

    found.refresh_from_db()
    assert (found.state, found.comment) == (WageListState.OPEN, "Aminah bekerja seminggu")
    assert AuditEvent.objects.filter(action="wage_list.agree_nil", refused=True).count() == 1


def test_a_month_with_wages_is_no_nil_month_and_a_file_takes_a_nil_month(office: Office) -> None:
    member = office.hire(name="BAKAR")
    found = begun(office, WageListSource.PEOPLE)
    write(office, written(row_of(found, "BAKAR")))
    assert refusal(lambda: declare(office, found)) == "SOMETHING_DUE"

    write(office, written(row_of(found, "BAKAR"), standing=WageStanding.UNPAID_LEAVE, wages=None))
    declare(office, found)
    handing_in.agree_nil(wage_list_id=found.pk, by=office.checker, on=ON)
    filing = office.approved(borang_a.row(member))

    line = next(one for one in filing_selectors.employer_summary(employer=office.employer, by=office.maker, on=ON).months if one.month == OCTOBER)
    assert (line.filing, line.nil) == (filing, False)


def test_only_who_prepares_writes_and_the_refusal_is_kept(office: Office) -> None:
    assert (
        refusal(lambda: wage_lists.begin(employer=office.employer, wage_month=OCTOBER, source=WageListSource.EMPTY, by=office.checker, on=ON))
        == "NO_RIGHT"
    )
    assert AuditEvent.objects.filter(action="wage_list.begin", refused=True).count() == 1


def test_a_month_that_cannot_be_filed_has_no_list(office: Office) -> None:
    office.read(borang_a.row(office.hire()))
    assert refusal(lambda: begun(office)) == "MONTH_TAKEN", "its own Borang A is on its way"
    assert refusal(lambda: begun(office, month=WageMonth(2028, 1))) == "MONTH"


def test_only_people_on_record_are_added_and_each_once(office: Office) -> None:
    member, stranger = office.hire(), factories.MemberFactory()
    found = begun(office, WageListSource.EMPTY)

    wage_lists.add(wage_list_id=found.pk, member=member, by=office.maker, on=ON, at=AT)

    assert refusal(lambda: wage_lists.add(wage_list_id=found.pk, member=member, by=office.maker, on=ON, at=AT)) == "ON_LIST"
    assert refusal(lambda: wage_lists.add(wage_list_id=found.pk, member=stranger, by=office.maker, on=ON, at=AT)) == "NOT_ON_RECORD"
    wage_lists.remove(wage_list_id=found.pk, row_id=found.rows.get().pk, by=office.maker, on=ON, at=AT)
    assert not found.rows.exists()
