"""Each row against the register and the Third Schedule: what was found, what was expected, and nothing half done."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import translation

from contributions import problems
from contributions.borang_a import layout
from contributions.borang_a.problem import Code
from contributions.enums import FilingState, RowStatus
from contributions.models import Filing, FilingRow
from contributions.services import reading
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.jobs import engine
from kwsp_portal.jobs.failpoints import FailpointDeath, armed
from kwsp_portal.jobs.models import Chunk, Run
from tests import factories
from tests.contributions.conftest import Office, read_jobs, work
from tests.factories import borang_a

pytestmark = pytest.mark.django_db


def bad_row(filing: Filing) -> FilingRow:
    """The only row of a filing that could not go on."""
    assert filing.state == FilingState.FAULTY
    [row] = filing.rows.all()
    return row


def codes(row: FilingRow) -> list[str]:
    return [problem["code"] for problem in row.problems]


def test_a_clean_file_is_ready_with_its_totals(office: Office) -> None:
    people = [office.hire(), office.hire(name="Siti binti Ahmad")]

    filing = office.read(borang_a.row(people[0]), borang_a.row(people[1], "5000.00", "650", "550"))

    assert filing.state == FilingState.READY
    assert (filing.rows_total, filing.rows_valid) == (2, 2)
    assert (filing.employer_total, filing.employee_total, filing.total) == (Decimal(1406), Decimal(1243), Decimal(2649))
    assert [(row.member, row.line, row.status) for row in filing.rows.all()] == [(people[0], 2, RowStatus.VALID), (people[1], 3, RowStatus.VALID)]
    assert [entry.action for entry in filing.log.all()] == ["READ_READY"]


def test_a_row_keeps_the_facts_and_the_edition_its_share_was_reckoned_by(office: Office) -> None:
    member = office.hire()

    row = office.read(borang_a.row(member)).rows.get()

    assert (row.part, row.reference) == ("A", "third_schedule@2025-10:A")
    assert (row.citizenship, row.birth_date, row.member_since) == ("CITIZEN", member.birth_date, member.member_since)
    assert (row.wages, row.bonus, row.employer_share, row.employee_share) == (Decimal(6250), Decimal(0), Decimal(756), Decimal(693))


@pytest.mark.parametrize(
    ("registered", "written"),
    [
        ("AHMAD BIN ALI", "ahmad b. ali"),
        ("AHMAD BIN ALI", "AHMAD ALI"),
        ("NURUL BINTI OSMAN", "Nurul Bt. Osman"),
        ("NURUL BINTI OSMAN", "NURUL BTE OSMAN"),
        ("RAJU A/L KUMAR", "RAJU KUMAR"),
        ("DEVI A/P SAMY", "Devi a / p Samy"),
        ("ALI @ AHMAD BIN ISMAIL", "ALI AHMAD B ISMAIL"),
        ("O'CONNOR MARY-ANN", "OCONNOR MARY ANN"),
        ("JOSÉ DE SOUSA", "JOSE DE SOUSA"),
        ("TAN  MEI LING", "TAN MEI-LING"),
    ],
)
def test_names_are_compared_without_what_does_not_matter(office: Office, registered: str, written: str) -> None:
    member = office.hire(name=registered)
    line = borang_a.row(member).replace(registered, written)

    assert office.read(line).state == FilingState.READY


@pytest.mark.parametrize(("registered", "written"), [("AHMAD BIN ALI", "AHMAD BIN ALIM"), ("BINTANG", "TANG"), ("LIM WEI", "WEI LIM")])
def test_names_that_differ(office: Office, registered: str, written: str) -> None:
    member = office.hire(name=registered)

    row = bad_row(office.read(borang_a.row(member).replace(registered, written)))

    assert row.status == RowStatus.UNMATCHED
    assert row.member is None
    assert row.problems == [{"column": "Name", "code": "NAME_DIFFERS", "found": written, "expected": registered, "detail": {}}]


def test_an_identity_number_that_is_not_the_members(office: Office) -> None:
    member = office.hire()

    row = bad_row(office.read(borang_a.row(member).replace(member.identity_number, "850505-10-5555")))

    assert row.status == RowStatus.UNMATCHED
    assert (row.problems[0]["code"], row.problems[0]["found"], row.problems[0]["expected"]) == (
        "IDENTITY_BIRTH_DATE",
        "850505105555",
        member.identity_number,
    )


def test_a_member_number_that_nobody_has_names_the_own_person_of_that_identity_number(office: Office) -> None:
    member = office.hire()

    row = bad_row(office.read(borang_a.row(member).replace(member.number, "99999999")))

    assert row.status == RowStatus.UNMATCHED
    assert (codes(row), row.problems[0]["expected"]) == (["NUMBER_UNKNOWN"], member.number)


def test_nobody_by_either_number(office: Office) -> None:
    office.hire()

    row = bad_row(office.read("99999999,700101-14-9999,SIAPA PUN,6250.00,756,693"))

    assert (row.status, codes(row)) == (RowStatus.UNMATCHED, ["NUMBER_UNKNOWN", "IDENTITY_UNKNOWN"])


def test_a_blank_member_number_is_found_by_identity_number_among_the_own_people(office: Office) -> None:
    member = office.hire()

    filing = office.read(borang_a.row(member).replace(member.number, "", 1))

    assert (filing.state, filing.rows.get().member) == (FilingState.READY, member)


def test_of_two_people_with_one_number_on_papers_of_two_kinds_the_own_one_is_meant(office: Office) -> None:
    factories.MemberFactory(identity_kind="POLICE", identity_number="G123456")
    own = office.hire(identity_kind="ARMY", identity_number="G123456")
    factories.MemberFactory(identity_kind="PASSPORT", identity_number="G123456")

    assert office.read(borang_a.row(own).replace(own.number, "", 1)).rows.get().member == own


def test_somebody_who_left_and_came_back_within_the_month_is_one_person(office: Office) -> None:
    member = factories.MemberFactory()
    for start, end in ((date(2020, 1, 1), date(2026, 10, 5)), (date(2026, 10, 20), None)):
        factories.EmploymentFactory(employer=office.employer, member=member, from_date=start, to_date=end)

    assert office.read(borang_a.row(member)).state == FilingState.READY


@pytest.mark.parametrize("kept", ["number", "identity_number"])
def test_the_register_is_not_told_to_an_employer_of_somebody_else(office: Office, kept: str) -> None:
    stranger = factories.MemberFactory(name="ZAINAB BINTI RAHSIA")
    number, identity = (stranger.number, "850505105555") if kept == "number" else ("99999999", stranger.identity_number)

    row = bad_row(office.read(f"{number},{identity},CUBA CUBA,6250.00,756,693"))

    assert all(problem["expected"] == "" for problem in row.problems)
    told = " ".join(problems.sentence(problem) for problem in row.problems)
    secrets = {"ZAINAB", stranger.number, stranger.identity_number} - {number, identity}
    assert not [secret for secret in secrets if secret in told]
    assert row.birth_date is None


@pytest.mark.parametrize("left", [True, False])
def test_somebody_who_is_not_on_the_employers_record_in_the_month(office: Office, left: bool) -> None:
    member = factories.MemberFactory()
    if left:
        factories.EmploymentFactory(employer=office.employer, member=member, left=True)

    row = bad_row(office.read(borang_a.row(member)))

    assert (row.status, codes(row)) == (RowStatus.UNMATCHED, ["NUMBER_UNKNOWN", "IDENTITY_UNKNOWN"])


def test_wages_after_death_and_wages_of_the_month_of_death(office: Office) -> None:
    member = office.hire(deceased=True)

    row = bad_row(office.read(borang_a.row(member)))
    august = work(office.send(borang_a.file(borang_a.row(member)), WageMonth(2026, 8)))

    assert (codes(row), row.problems[0]["detail"]["died_on"]) == (["DECEASED"], "2026-08-17")
    assert august.state == FilingState.READY


def test_somebody_above_75(office: Office) -> None:
    row = bad_row(office.read(borang_a.row(office.hire(aged_76=True))))

    assert (row.status, codes(row)) == (RowStatus.INVALID, ["ABOVE_CONTRIBUTION_AGE"])


def test_somebody_whose_citizenship_the_register_does_not_say(office: Office) -> None:
    member = office.hire()
    member.citizenships.update(from_date=date(2027, 1, 1))

    assert codes(bad_row(office.read(borang_a.row(member)))) == ["NO_CITIZENSHIP"]


def test_a_change_of_citizenship_holds_from_the_month_that_begins_with_it(office: Office) -> None:
    member = office.hire(status="NON_CITIZEN")
    member.citizenships.update(to_date=date(2026, 10, 20))
    factories.CitizenshipPeriodFactory(member=member, status="PERMANENT_RESIDENT", from_date=date(2026, 10, 20))

    october = office.read(borang_a.row(member, "6250.00", "125", "125")).rows.get()
    november = work(office.send(borang_a.file(borang_a.row(member)), WageMonth(2026, 11))).rows.get()

    assert (october.part, november.part) == ("F", "A")
    assert (october.status, november.status) == (RowStatus.VALID, RowStatus.VALID)


@pytest.mark.parametrize("batch_rows", [1, 2, reading.BATCH_ROWS])
def test_a_member_twice_is_said_on_both_lines(office: Office, batch_rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCH_ROWS", batch_rows)
    members = [office.hire(), office.hire()]

    filing = office.read(*[borang_a.row(member) for member in (members[0], members[1], members[0])])

    assert (filing.state, filing.rows_valid, filing.rows_invalid) == (FilingState.FAULTY, 1, 2)
    assert filing.total == Decimal(1449)
    found = {row.line: [problem["detail"]["line"] for problem in row.problems] for row in filing.rows.all()}
    assert found == {2: ["4"], 3: [], 4: ["2"]}


def test_each_row_of_people_who_stand_there_three_times_says_where_another_is(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCH_ROWS", 2)
    monkeypatch.setattr(reading, "MARKED_ROWS", 1)
    one, other = office.hire(), office.hire()

    filing = office.read(*[borang_a.row(member) for member in (one, other, one, one, other)])

    found = {row.line: [(problem["found"], problem["detail"]["line"]) for problem in row.problems] for row in filing.rows.all()}
    assert found == {2: [(one.number, "4")], 3: [(other.number, "6")], 4: [(one.number, "2")], 5: [(one.number, "2")], 6: [(other.number, "3")]}
    assert {row.status for row in filing.rows.all()} == {RowStatus.INVALID}


@pytest.mark.parametrize(
    ("wages", "employer", "employee", "code", "expected"),
    [
        ("6250.00", "750", "688", "EXACT_PERCENTAGE", ["756.00", "693.00"]),
        ("6250.00", "750.00", "687.50", "EXACT_PERCENTAGE", ["756.00", "693.00"]),
        ("6250.00", "756", "688", "OFF_SCHEDULE", ["693.00"]),
        ("6250.00", "800", "693", "OFF_SCHEDULE", ["756.00"]),
        ("6250.00", "756.50", "693", "SHARE_HAS_SEN", ["756.00"]),
        ("6250.00", "693", "756", "SHARES_SWAPPED", ["756.00", "693.00"]),
        ("21250.00", "2551", "2338", "OFF_SCHEDULE", ["2550.00"]),
        ("10.00", "3", "0", "OFF_SCHEDULE", ["0.00"]),
    ],
)
def test_shares_off_the_schedule(office: Office, wages: str, employer: str, employee: str, code: str, expected: list[str]) -> None:
    row = bad_row(office.read(borang_a.row(office.hire(), wages, employer, employee)))

    assert row.status == RowStatus.INVALID
    assert codes(row) == [code] * len(expected)
    assert [problem["expected"] for problem in row.problems] == expected
    assert row.problems[0]["detail"]["part"] == "A"


def test_the_row_of_the_schedule_is_cited(office: Office) -> None:
    row = bad_row(office.read(borang_a.row(office.hire(), "6250.00", "750", "688")))

    assert row.problems[0]["detail"] == {
        "part": "A",
        "wages": "6250.00",
        "band_from": "6200.01",
        "band_to": "6300.00",
        "basis": "BAND",
        "reference": "third_schedule@2025-10:A",
    }
    with translation.override("ms"):
        said = problems.sentence(row.problems[0])
    for figure in ("750.00", "756.00", "6,200.01", "6,300.00", "peratusan tepat"):
        assert figure in said


def test_a_bonus_that_lifts_the_wages_over_rm5000(office: Office) -> None:
    line = borang_a.row(office.hire(), "6000.00", "780", "660", bonus="2000.00")

    assert office.read(line, header=layout.HEADER + ",Bonus").state == FilingState.READY


@pytest.mark.parametrize("wages", ["-6250.00", "6250.001", "NaN", "=6250", "1e5"])
def test_a_cell_that_is_no_amount_makes_the_row_invalid_and_is_kept_as_found(office: Office, wages: str) -> None:
    row = bad_row(office.read(borang_a.row(office.hire(), wages)))

    assert row.status == RowStatus.INVALID
    assert row.wages is None
    assert (row.problems[0]["column"], row.problems[0]["found"]) == ("Salary", wages)


def test_all_faults_of_a_row_are_said_at_once(office: Office) -> None:
    member = office.hire(name="LIM WEI MING")

    row = bad_row(office.read(f"{member.number},{member.identity_number},LIM WEI MIN,6250.00,750,-1"))

    assert codes(row) == ["NEGATIVE", "NAME_DIFFERS", "OFF_SCHEDULE"]
    assert row.status == RowStatus.INVALID


def test_strange_signs_reach_the_table_as_they_are(office: Office) -> None:
    name = "A\\N \\t ‘Ω’ 林\tB"

    row = bad_row(office.read(f"99999999,700101149999,{name},6250.00,756,693"))

    assert row.name == name


def test_a_file_in_which_nothing_is_owed_is_refused(office: Office) -> None:
    filing = office.read(borang_a.row(office.hire(), "10.00", "0", "0"))

    assert filing.state == FilingState.UNREADABLE
    assert [problem["code"] for problem in filing.refusal] == ["NOTHING_DUE"]


def test_a_fault_of_the_file_found_late_leaves_no_row(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    member = office.hire()
    monkeypatch.setattr(reading, "BATCH_ROWS", 2)

    filing = office.read(*[borang_a.row(member)] * 5, '1,2,"open,1,1,1', borang_a.row(member))

    assert (filing.state, filing.rows.count()) == (FilingState.UNREADABLE, 0)
    assert filing.refusal[0]["code"] == Code.OPEN_QUOTE
    assert filing.refusal[0]["detail"]["line"] == "7"


def test_rows_of_several_batches_are_one_file(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    members = [office.hire() for _ in range(5)]
    monkeypatch.setattr(reading, "BATCH_ROWS", 2)

    filing = office.read(*[borang_a.row(member) for member in [*members, members[0]]])

    assert [row.status for row in filing.rows.order_by("line")] == ["INVALID", *["VALID"] * 4, "INVALID"]
    chunk = Chunk.objects.get(run__programme=reading.PROGRAMME, run__period=str(filing.pk))
    assert (chunk.state, chunk.progress_done, chunk.progress_total) == ("DONE", 6, 6)


@pytest.mark.parametrize("point", ["read.batch", "read.checked", "read.copied", "jobs.before_finish", "jobs.after_finish"])
def test_a_worker_killed_while_reading_leaves_nothing_and_the_next_one_reads_all(office: Office, point: str) -> None:
    filing = office.send(borang_a.file(*[borang_a.row(office.hire()) for _ in range(3)]))

    with armed(point), pytest.raises(FailpointDeath):
        read_jobs()
    filing.refresh_from_db()
    left = (filing.state, filing.rows.count())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_chunk SET lease_until = now() - interval '1 hour' WHERE state = 'RUNNING'")
    filing = work(filing)

    assert left == (FilingState.RECEIVED, 0)
    assert (filing.state, filing.rows.count(), filing.log.count()) == (FilingState.READY, 3, 1)


def test_a_filing_that_was_read_is_not_read_again(office: Office) -> None:
    filing = office.read(borang_a.row(office.hire()))
    Chunk.objects.update(state="WAITING", done_at=None)
    Run.objects.update(state="OPEN", finished_at=None)

    again = work(filing)

    assert (again.rows.count(), again.log.count()) == (1, 1)


def test_a_job_that_fails_for_good_refuses_the_filing_and_frees_the_month(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    filing = office.send(borang_a.file(borang_a.row(office.hire())))
    monkeypatch.setattr(reading.register, "look_up", lambda **_: 1 / 0)

    for _attempt in range(engine.MAX_FAILURES):
        Chunk.objects.update(not_before=None)
        read_jobs()
    filing.refresh_from_db()

    assert filing.state == FilingState.UNREADABLE
    assert filing.refusal[0]["code"] == Code.NOT_READ
    monkeypatch.undo()
    assert work(office.send(borang_a.file(borang_a.row(office.hire())))).state == FilingState.READY


def test_reading_asks_the_database_a_fixed_number_of_questions_a_batch(office: Office, django_assert_max_num_queries: object) -> None:
    filing = office.send(borang_a.file(*[borang_a.row(office.hire()) for _ in range(40)]))

    with django_assert_max_num_queries(38):  # type: ignore[operator]
        work(filing)


def test_the_month_is_asked_with_its_own_law(office: Office) -> None:
    member = office.hire()

    filing = work(office.send(borang_a.file(borang_a.row(member, "6250.00", "756", "567")), WageMonth(2022, 6)))

    assert filing.state == FilingState.READY
    assert filing.rows.get().reference == "third_schedule@2021-01:A"
