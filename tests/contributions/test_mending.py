"""Rows of a Borang A mended where they stand: by the reader's own rules, with what was read kept, and the totals always those of the rows."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import Count, Q, Sum

from contributions.borang_a import layout
from contributions.borang_a.problem import Code
from contributions.enums import FilingState, RowStatus
from contributions.models import Filing, FilingRow, Mending, RowMend
from contributions.selectors import mending as selectors
from contributions.services import filing as filings
from contributions.services import leave as leaving
from contributions.services import mending, rechecking, row_changes
from contributions.services.moves import NotAllowed
from employers.models import Employment
from kwsp_portal.audit.models import AuditEvent
from tests.contributions.conftest import ON, Office
from tests.contributions.electing import elect
from tests.factories import borang_a, leave

pytestmark = pytest.mark.django_db
OFF = ("6250.00", "750", "688")
"""Exact percentages of RM6,250, where the schedule asks for 756 and 693."""


def mend(filing: Filing, office: Office, line: int, seen: int | None = None, **cells: str) -> FilingRow:
    titles = {stored: title for title, stored in selectors.STORED_AS.items()}
    return mending.mend_row(
        filing_id=filing.pk, line=line, cells={titles[name]: text for name, text in cells.items()}, by=office.maker, on=ON, seen=seen
    )


def leave_out(filing: Filing, office: Office, line: int) -> FilingRow:
    return mending.leave_out(filing_id=filing.pk, line=line, by=office.maker, on=ON)


def undo(filing: Filing, office: Office, act: Mending | None = None) -> row_changes.Effect:
    last = act or filing.mendings.latest("pk")
    return mending.undo(filing_id=filing.pk, mending_id=last.pk, by=office.maker, on=ON)


def figures(filing: Filing) -> dict[str, Any]:
    """The filing's counts and totals as it has them."""
    found = Filing.objects.get(pk=filing.pk)
    return {name: getattr(found, name) for name in row_changes.FIGURES if name != "mended"}


def counted(filing: Filing) -> dict[str, Any]:
    """The same, counted over its rows."""
    of = {status: Count("pk", filter=Q(status=status)) for status in RowStatus}
    sums = filing.rows.aggregate(
        **{f"rows_{status.lower()}": count for status, count in of.items()},
        **{f"{side}_total": Sum(f"{side}_share", filter=Q(status=RowStatus.VALID)) for side in ("employer", "employee")},
    )
    total = sums["rows_valid"] + sums["rows_unmatched"] + sums["rows_invalid"]
    return {**{name: value or Decimal(0) for name, value in sums.items()}, "rows_total": total}


def states(filing: Filing) -> Mapping[int, str]:
    return dict(filing.rows.order_by("line").values_list("line", "status"))


class TestOneRow:
    def test_the_last_bad_row_makes_the_filing_ready(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire()), borang_a.row(office.hire(), *OFF))
        assert filing.state == FilingState.FAULTY

        row = mend(filing, office, 3, employer_share="756", employee_share="RM 693.00")

        filing.refresh_from_db()
        assert (row.status, row.problems, row.employer_share, row.employee_share) == (RowStatus.VALID, [], Decimal(756), Decimal(693))
        assert (filing.state, filing.total, filing.mended) == (FilingState.READY, Decimal(2898), 1)
        assert figures(filing) == counted(filing)
        assert [log.action for log in filing.log.all()] == ["READ_FAULTY", "MEND_LAST"]

    def test_it_goes_on_to_be_credited_like_any_other(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire(), *OFF))
        mend(filing, office, 2, employer_share="756", employee_share="693")

        filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)
        approved = leave.approve(filing_id=filing.pk, by=office.checker, on=ON)

        assert (approved.state, approved.total) == (FilingState.APPROVED, Decimal(1449))

    def test_what_was_read_stays(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire(), "12x", "x", "688"))
        as_read = filing.rows.get()

        mend(filing, office, 2, wages="6250", employer_share="756", employee_share="693")
        mend(filing, office, 2, wages="6240")

        kept = list(RowMend.objects.order_by("number"))
        assert [one.number for one in kept] == [1, 2]
        assert kept[0].before["problems"] == as_read.problems
        assert (kept[0].before["wages"], kept[0].after["wages"]) == (None, 625000)
        [(_mend, first), (_again, second)] = selectors.history_of(row=filing.rows.get())
        assert [(change.column, change.before, change.after) for change in first if change.column == layout.EMPLOYER_SHARE] == [
            (layout.EMPLOYER_SHARE, "x", "756.00")
        ]
        assert [(change.column, change.before, change.after) for change in second] == [(layout.WAGES, "6250.00", "6240.00")]

    def test_it_is_told_in_the_trail_without_the_numbers_of_people(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire(), *OFF))

        mend(filing, office, 2, employer_share="756", employee_share="693")

        event = AuditEvent.objects.get(action="filing.mend")
        assert event.actor_id == office.maker.pk
        assert f"employer:{office.employer.number}" in event.subjects
        assert event.data == {
            "on": str(ON),
            "kind": "BY_HAND",
            "row": 2,
            "rows": 1,
            "columns": "EM Share, EMP Share",
            "before": {"bad": 1, "total": "0.00"},
            "after": {"bad": 0, "total": "1449.00"},
        }

    def test_a_row_that_is_still_wrong_is_not_taken_and_everything_is_said(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire(), *OFF))

        with pytest.raises(mending.StillWrong) as wrong:
            mend(filing, office, 2, employer_share="abc", employee_share="700", identity_number="")

        assert {(problem["column"], problem["code"]) for problem in wrong.value.problems} == {
            ("IC No", "EMPTY"),
            ("EM Share", "NOT_PLAIN"),
            ("EMP Share", "OFF_SCHEDULE"),
        }
        assert not Mending.objects.exists()
        assert Filing.objects.get(pk=filing.pk).mended == 0

    def test_an_election_approved_since_is_reckoned_with(self, office: Office) -> None:
        member = office.hire()
        filing = office.read(borang_a.row(member, *OFF))
        Employment.objects.filter(member=member).update(domestic=False)
        elect(office, member)

        row = mend(filing, office, 2, employer_share="756", employee_share="693")

        assert row.elections == ""  # it begins in November

    def test_a_name_that_differs_is_matched_again(self, office: Office) -> None:
        member = office.hire(name="SITI BINTI AHMAD")
        filing = office.read(borang_a.row(office.hire()), f"{member.number},{member.identity_number},SALMAH,6250.00,756,693")
        assert states(filing)[3] == RowStatus.UNMATCHED

        row = mend(filing, office, 3, name="Siti bt. Ahmad")

        assert (row.status, row.member_id) == (RowStatus.VALID, member.pk)

    def test_figures_of_somebody_unknown_may_be_mended_alone(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire()), "99999998,900101145555,ORANG LAIN,RM,100,90")
        assert states(filing)[3] == RowStatus.INVALID

        row = mend(filing, office, 3, wages="1000")

        assert row.status == RowStatus.UNMATCHED
        assert figures(filing) == counted(filing)
        with pytest.raises(mending.StillWrong):
            mend(filing, office, 2, name="ORANG LAIN")

    def test_nobody_is_made_a_stranger_so_that_the_schedule_is_not_asked(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire(), *OFF))

        with pytest.raises(mending.StillWrong, match="IDENTITY_DIFFERS"):
            mend(filing, office, 2, identity_number="900101145555")

    def test_a_stranger_is_as_unknown_here_as_in_a_file(self, office: Office, make_office: Any) -> None:
        stranger = make_office().hire()
        filing = office.read(borang_a.row(office.hire(), *OFF))

        with pytest.raises(mending.StillWrong) as wrong:
            mend(filing, office, 2, member_number=stranger.number, identity_number=stranger.identity_number, name=stranger.name, wages="x")

        assert [problem["code"] for problem in wrong.value.problems if problem["code"] != "NOT_PLAIN"] == ["NUMBER_UNKNOWN", "IDENTITY_UNKNOWN"]
        assert stranger.name not in str(wrong.value.problems)

    def test_what_changes_nothing_is_no_act(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire(), *OFF), borang_a.row(office.hire()))
        mend(filing, office, 2, employer_share="756", employee_share="693", seen=0)

        mend(filing, office, 2, employer_share="756.00", employee_share="693", seen=0)

        assert Mending.objects.count() == 1

    def test_a_row_that_a_colleague_mended_since(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire(), *OFF), borang_a.row(office.hire()))
        mend(filing, office, 2, employer_share="756", employee_share="693", seen=0)

        with pytest.raises(NotAllowed, match="ROW_CHANGED"):
            mend(filing, office, 2, wages="1000", employer_share="130", employee_share="110", seen=0)

    def test_an_edition_of_the_law_that_came_since_is_not_mixed_in(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        filing = office.read(borang_a.row(office.hire(), *OFF))
        monkeypatch.setattr(mending.law_used, "edition_id", lambda *_: 10**9)

        with pytest.raises(NotAllowed, match="LAW_CHANGED"):
            mend(filing, office, 2, employer_share="756", employee_share="693")

    def test_a_filing_in_which_nothing_would_be_owed(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire(), *OFF))

        with pytest.raises(NotAllowed, match="NOTHING_LEFT"):
            mend(filing, office, 2, wages="0", employer_share="0", employee_share="0")
        with pytest.raises(NotAllowed, match="NOTHING_LEFT"):
            leave_out(filing, office, 2)

        assert (Filing.objects.get(pk=filing.pk).state, filing.rows.get().mends) == (FilingState.FAULTY, 0)


class TestSomebodyTwice:
    def test_the_other_row_is_free_when_one_is_left_out(self, office: Office) -> None:
        member = office.hire()
        filing = office.read(borang_a.row(member), borang_a.row(member), borang_a.row(office.hire()))
        assert list(states(filing).values()) == ["INVALID", "INVALID", "VALID"]

        leave_out(filing, office, 3)

        filing.refresh_from_db()
        assert list(states(filing).values()) == ["VALID", "LEFT_OUT", "VALID"]
        assert (filing.state, filing.rows_total, filing.rows_left_out) == (FilingState.READY, 2, 1)
        assert figures(filing) == counted(filing)

    def test_of_three_the_others_still_name_each_other(self, office: Office) -> None:
        member = office.hire()
        filing = office.read(borang_a.row(member), borang_a.row(member), borang_a.row(member), borang_a.row(office.hire()))

        leave_out(filing, office, 2)

        lines = {row.line: [problem["detail"]["line"] for problem in row.problems] for row in filing.rows.filter(status=RowStatus.INVALID)}
        assert lines == {3: ["4"], 4: ["3"]}

    def test_the_other_row_is_free_when_one_becomes_somebody_else(self, office: Office) -> None:
        member, meant = office.hire(), office.hire()
        filing = office.read(borang_a.row(member), borang_a.row(member))

        mend(filing, office, 3, member_number=meant.number, identity_number=meant.identity_number, name=meant.name)

        assert Filing.objects.get(pk=filing.pk).state == FilingState.READY
        assert Mending.objects.get().rows_total == 2
        assert figures(filing) == counted(filing)

    def test_a_row_cannot_become_somebody_who_stands_there(self, office: Office) -> None:
        first, second = office.hire(), office.hire()
        filing = office.read(borang_a.row(first), borang_a.row(second), borang_a.row(office.hire(), *OFF))

        for line in (3, 4):
            with pytest.raises(mending.StillWrong, match="MEMBER_TWICE"):
                mend(
                    filing,
                    office,
                    line,
                    member_number=first.number,
                    identity_number=first.identity_number,
                    name=first.name,
                    employer_share="756",
                    employee_share="693",
                )

    def test_an_undo_never_brings_somebody_in_twice(self, office: Office) -> None:
        first, second = office.hire(), office.hire()
        filing = office.read(borang_a.row(first), borang_a.row(office.hire()), borang_a.row(office.hire()))
        mend(filing, office, 2, member_number=second.number, identity_number=second.identity_number, name=second.name)
        away = filing.mendings.get()
        mend(filing, office, 3, member_number=first.number, identity_number=first.identity_number, name=first.name)

        with pytest.raises(NotAllowed, match="TWICE"):
            undo(filing, office, away)

        assert filing.rows.filter(member=first, status=RowStatus.VALID).count() == 1


class TestUndo:
    def test_the_row_is_again_what_was_read(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire(), "12x", "x", "688"), borang_a.row(office.hire()))
        before = filing.rows.order_by("line").values()[0]
        mend(filing, office, 2, wages="6250", employer_share="756", employee_share="693")
        filing.refresh_from_db()
        assert filing.state == FilingState.READY

        undo(filing, office)

        filing.refresh_from_db()
        assert {**filing.rows.order_by("line").values()[0], "mends": 0} == before
        assert (filing.state, filing.mended) == (FilingState.FAULTY, 2)
        assert figures(filing) == counted(filing)
        assert [log.action for log in filing.log.all()] == ["READ_FAULTY", "MEND_LAST", "UNDO_MEND"]

    def test_only_once_and_an_undo_can_be_undone(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire(), *OFF), borang_a.row(office.hire()))
        mend(filing, office, 2, employer_share="756", employee_share="693")
        first = filing.mendings.get()
        undo(filing, office, first)

        with pytest.raises(NotAllowed, match="ROW_CHANGED"):
            undo(filing, office, first)
        undo(filing, office)

        assert Filing.objects.get(pk=filing.pk).state == FilingState.READY

    def test_what_was_mended_once_more_since_stays(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire(), *OFF), borang_a.row(office.hire(), *OFF))
        mending.apply_to_cause(filing_id=filing.pk, code=Code.EXACT_PERCENTAGE, by=office.maker, on=ON, seen=0)
        bulk = filing.mendings.get()
        mend(filing, office, 2, wages="1000", employer_share="130", employee_share="110")

        effect = undo(filing, office, bulk)

        assert (effect.rows, list(states(filing).values())) == (1, ["VALID", "INVALID"])
        assert figures(filing) == counted(filing)

    def test_a_filing_that_came_back_stays_with_its_maker_who_sees_its_bad_row(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire(), *OFF), borang_a.row(office.hire()))
        mend(filing, office, 2, employer_share="756", employee_share="693")
        filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)
        with pytest.raises(NotAllowed, match="WRONG_STATE"):
            undo(filing, office)
        filings.return_to_maker(filing_id=filing.pk, by=office.checker, comment="Semak", on=ON)

        undo(filing, office)

        filing.refresh_from_db()
        assert (filing.state, filing.rows_invalid) == (FilingState.RETURNED, 1)
        with pytest.raises(NotAllowed, match="ROWS_LEFT"):
            filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)


class TestAllOfACause:
    def test_the_schedules_shares_are_taken_and_the_preview_told_the_truth(self, office: Office) -> None:
        rows = [borang_a.row(office.hire(), *OFF) for _ in range(3)]
        filing = office.read(*rows, borang_a.row(office.hire()), borang_a.row(office.hire(), "1000.00", "110", "130"))
        wanted = rechecking.of_cause(filing=filing, code=Code.EXACT_PERCENTAGE)
        assert wanted is not None
        shown = row_changes.effect_of(filing=filing, wanted=wanted[0], asked=wanted[1])

        done = mending.apply_to_cause(filing_id=filing.pk, code=Code.EXACT_PERCENTAGE, by=office.maker, on=ON, seen=0)

        assert shown == done
        assert (done.rows, done.bad, done.total) == (3, -3, Decimal(3 * 1449))
        assert list(states(filing).values()) == ["VALID"] * 4 + ["INVALID"]
        assert figures(filing) == counted(filing)
        mending.apply_to_cause(filing_id=filing.pk, code=Code.SHARES_SWAPPED, by=office.maker, on=ON, seen=1)
        assert Filing.objects.get(pk=filing.pk).state == FilingState.READY

    def test_shares_that_were_left_empty_are_those_of_the_schedule(self, office: Office) -> None:
        people = [office.hire() for _ in range(3)]
        filing = office.read(
            borang_a.row(people[0], "6250.00", "", ""), borang_a.row(people[1], "6250.00", "", "688"), borang_a.row(people[2], "", "", "")
        )
        [both, one, nothing] = [[(problem["code"], problem["expected"]) for problem in row.problems] for row in filing.rows.order_by("line")]
        assert both == [("SHARE_EMPTY", "756.00"), ("SHARE_EMPTY", "693.00")]
        assert one == [("SHARE_EMPTY", "756.00"), ("OFF_SCHEDULE", "693.00")]
        assert {code for code, _expected in nothing} == {"EMPTY"}

        mending.apply_to_cause(filing_id=filing.pk, code=Code.SHARE_EMPTY, by=office.maker, on=ON, seen=0)

        filing.refresh_from_db()
        assert states(filing) == {2: "VALID", 3: "VALID", 4: "INVALID"}
        assert filing.total == Decimal(2898)
        assert figures(filing) == counted(filing)

    def test_each_row_is_then_what_the_reader_would_make_of_it(self, office: Office) -> None:
        filing = office.read(*[borang_a.row(office.hire(), *figures) for figures in (OFF, ("1000.00", "130.50", "110"), ("900.00", "99", "117"))])
        for code, _count in selectors.causes_of(filing=filing):
            filing.refresh_from_db()
            mending.apply_to_cause(filing_id=filing.pk, code=code, by=office.maker, on=ON, seen=filing.mended)

        for row in filing.rows.all():
            after, _person = rechecking.outcome(filing=filing, row=row, cells=selectors.cells_of(row), tops_up=False)
            assert (after["status"], rechecking.differing(row, after)) == ("VALID", {})

    def test_a_row_with_another_fault_keeps_that_one(self, office: Office) -> None:
        member = office.hire()
        filing = office.read(
            f"{member.number},{member.identity_number},LAIN ORANG,6250.00,750,688", borang_a.row(member, *OFF), borang_a.row(office.hire())
        )

        mending.apply_to_cause(filing_id=filing.pk, code=Code.EXACT_PERCENTAGE, by=office.maker, on=ON, seen=0)

        left = [(row.status, [problem["code"] for problem in row.problems]) for row in filing.rows.order_by("line")]
        assert left == [("INVALID", ["NAME_DIFFERS", "MEMBER_TWICE"]), ("INVALID", ["MEMBER_TWICE"]), ("VALID", [])]

    def test_lost_zeros_of_a_passport_are_put_back(self, office: Office) -> None:
        passport, other = (office.hire(identity_kind="PASSPORT", identity_number=number) for number in ("00123456", "00777777"))
        filing = office.read(
            borang_a.row(office.hire()),
            f"{passport.number},123456,{passport.name},6250.00,756,693",
            f"{other.number},7777,{other.name},6250.00,756,693",
        )

        effect = mending.apply_to_cause(filing_id=filing.pk, code=Code.IDENTITY_DIFFERS, by=office.maker, on=ON, seen=0)

        assert (effect.rows, list(states(filing).values())) == (1, ["VALID", "VALID", "UNMATCHED"])
        assert filing.rows.get(line=3).identity_number == "00123456"

    def test_the_dead_are_left_out_together(self, office: Office) -> None:
        gone = [office.hire(died_on="2025-01-01") for _ in range(2)]
        filing = office.read(borang_a.row(office.hire()), *[borang_a.row(one) for one in gone])

        mending.apply_to_cause(filing_id=filing.pk, code=Code.DECEASED, by=office.maker, on=ON, seen=0)

        filing.refresh_from_db()
        assert (filing.state, filing.rows_total, filing.rows_left_out) == (FilingState.READY, 1, 2)

    def test_what_needs_a_look_at_each_row_is_not_done_together(self, office: Office) -> None:
        member = office.hire()
        filing = office.read(borang_a.row(office.hire()), f"{member.number},{member.identity_number},LAIN,6250.00,756,693")

        with pytest.raises(NotAllowed, match="NO_REMEDY"):
            mending.apply_to_cause(filing_id=filing.pk, code=Code.NAME_DIFFERS, by=office.maker, on=ON, seen=0)

    def test_not_on_what_is_no_more_as_it_was_shown(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire(), *OFF), borang_a.row(office.hire(), *OFF))
        mend(filing, office, 2, employer_share="756", employee_share="693")

        with pytest.raises(NotAllowed, match="ROW_CHANGED"):
            mending.apply_to_cause(filing_id=filing.pk, code=Code.EXACT_PERCENTAGE, by=office.maker, on=ON, seen=0)


class TestWho:
    def test_a_checker_mends_nothing(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire(), *OFF))

        with pytest.raises(NotAllowed, match="NO_RIGHT"):
            mending.mend_row(filing_id=filing.pk, line=2, cells={}, by=office.checker, on=ON)

    def test_nobody_approves_rows_that_they_mended(self, office: Office) -> None:
        administrator = office.colleague(administrator=True)
        filing = office.read(borang_a.row(office.hire(), *OFF))
        mending.mend_row(filing_id=filing.pk, line=2, cells={"EM Share": "756", "EMP Share": "693"}, by=administrator, on=ON)
        filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)

        with pytest.raises(NotAllowed, match="OWN_WORK"):
            leave.approve(filing_id=filing.pk, by=administrator, on=ON)

    def test_a_code_for_the_rows_as_they_were_approves_no_others(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire()), borang_a.row(office.hire(), "1000.00", "130", "110"))
        before = leaving.to_approve(Filing.objects.get(pk=filing.pk))

        mend(filing, office, 2, wages="6240.00")

        assert leaving.to_approve(Filing.objects.get(pk=filing.pk)) != before

    @pytest.mark.parametrize("statement", ["UPDATE contributions_rowmend SET number = 9", "DELETE FROM contributions_mending"])
    def test_what_was_read_cannot_be_rewritten_by_the_portal(self, office: Office, statement: str) -> None:
        mend(office.read(borang_a.row(office.hire(), *OFF)), office, 2, employer_share="756", employee_share="693")

        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
