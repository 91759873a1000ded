"""Good rows go forward, bad ones into a supplement of the same month; unmatched ones into suspense where somebody ticked that (ruling 14). And what
was handed in or approved is taken back or cancelled before it is paid."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache

from contributions.enums import FilingState, RowStatus
from contributions.models import Filing, LawUsed
from contributions.services import cancelling, mending
from contributions.services import filing as filings
from contributions.services import leave as leaving
from contributions.services.filing import FileRefused
from contributions.services.moves import NotAllowed
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from members.ledger import invariants
from tests.contributions import pages
from tests.contributions.conftest import NOVEMBER, OCTOBER, ON, Office, work
from tests.contributions.crediting import credit, credits_of, pay, standing
from tests.contributions.electing import elect
from tests.contributions.paying import Bank
from tests.factories import borang_a, leave

OFF = ("6250.00", "750", "688")
PAID = date(2026, 11, 12)
RIGHT = {"EM Share": "756", "EMP Share": "693"}


@pytest.fixture(autouse=True)
def tenth_of_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()


def mixed(office: Office) -> Filing:
    """Two rows that hold, one off the schedule, one of a person unknown, one unknown with sen."""
    return office.read(
        borang_a.row(office.hire()),
        borang_a.row(office.hire()),
        borang_a.row(office.hire(), *OFF),
        "99999998,900101145555,ORANG LAIN,1000.00,130,110",
        "99999997,900101145556,ORANG KETIGA,1000.00,130.50,110",
    )


def submit(filing: Filing, office: Office, *, apart: bool = True, suspense: bool = False) -> Filing:
    return filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON, apart=apart, suspense=suspense)


def approve(filing: Filing, office: Office) -> Filing:
    return leave.approve(filing_id=filing.pk, by=office.checker, on=ON)


def rows(filing: Filing) -> list[tuple[int, str]]:
    return list(filing.rows.order_by("line").values_list("line", "status"))


@pytest.mark.django_db
class TestApart:
    def test_what_holds_goes_forward_and_the_rest_waits_in_a_supplement(self, office: Office) -> None:
        filing = mixed(office)
        ids = dict(filing.rows.values_list("line", "pk"))

        submit(filing, office)

        filing.refresh_from_db()
        made = filing.supplement_filings.get()
        assert (filing.state, rows(filing), filing.total, filing.rows_total) == (FilingState.SUBMITTED, [(2, "VALID"), (3, "VALID")], 2898, 2)
        assert (made.state, made.number, made.prepared_by, made.rows_total) == (FilingState.FAULTY, 1, office.maker, 3)
        assert rows(made) == [(4, "INVALID"), (5, "UNMATCHED"), (6, "UNMATCHED")]
        assert {row.line: row.pk for row in made.rows.all()} == {line: ids[line] for line in (4, 5, 6)}
        assert LawUsed.objects.filter(filing=made).count() == 1
        assert AuditEvent.objects.get(action="filing.supplement").data == {"supplement": made.pk, "rows": 3}

    def test_the_supplement_is_mended_and_paid_like_any_other(self, office: Office, bank: Bank) -> None:
        filing = mixed(office)
        submit(filing, office)
        made = filing.supplement_filings.get()
        mending.mend_row(filing_id=made.pk, line=4, cells=RIGHT, by=office.maker, on=ON)
        for line in (5, 6):
            mending.leave_out(filing_id=made.pk, line=line, by=office.maker, on=ON)
        submit(made, office, apart=False)

        for one in (filing, made):
            approve(one, office)
            pay(Filing.objects.get(pk=one.pk), office, bank, PAID)
        assert credit().failed == 0

        made.refresh_from_db()
        assert (made.state, made.total) == (FilingState.CREDITED, Decimal(1449))
        assert list(credits_of(made)) == [4]
        assert invariants.broken() == []

    def test_nobody_is_left_behind_without_saying_so(self, office: Office) -> None:
        filing = mixed(office)

        with pytest.raises(NotAllowed, match="ROWS_LEFT"):
            submit(filing, office, apart=False)

        assert Filing.objects.get(pk=filing.pk).state == FilingState.FAULTY

    def test_where_nothing_holds_nothing_goes(self, office: Office) -> None:
        filing = office.read(borang_a.row(office.hire(), *OFF))

        with pytest.raises(NotAllowed, match="NOTHING_GOOD"):
            submit(filing, office)

        assert (Filing.objects.count(), rows(filing)) == (1, [(2, "INVALID")])

    def test_nobody_stands_twice_in_a_month(self, office: Office) -> None:
        member, other = office.hire(), office.hire()
        filing = office.read(borang_a.row(member), borang_a.row(other, *OFF))
        submit(filing, office)
        made = filing.supplement_filings.get()
        person = {"Member No": member.number, "IC No": member.identity_number, "Name": member.name}

        with pytest.raises(mending.StillWrong, match="MEMBER_FILED"):
            mending.mend_row(filing_id=made.pk, line=3, cells={**RIGHT, **person}, by=office.maker, on=ON)

    def test_a_supplement_that_took_somebody_while_the_other_was_with_the_maker(self, office: Office) -> None:
        """The one look that counts is at handing in, with the employer locked."""
        member, other = office.hire(), office.hire()
        filing = office.read(borang_a.row(member), borang_a.row(other, *OFF))
        submit(filing, office)
        made = filing.supplement_filings.get()
        made.rows.update(member=member, status=RowStatus.VALID, part="A", reference="x", problems=[], employer_share=756, employee_share=693)
        Filing.objects.filter(pk=made.pk).update(state=FilingState.READY, rows_valid=1, rows_invalid=0, employer_total=756, employee_total=693)

        with pytest.raises(NotAllowed, match="FILED_TWICE"):
            submit(made, office, apart=False)
        with pytest.raises(NotAllowed, match="FILED_TWICE"):
            approve(filing, office)

    def test_the_month_stays_taken_by_its_filing_alone(self, office: Office) -> None:
        filing = mixed(office)
        submit(filing, office)

        with pytest.raises(FileRefused, match="MONTH_TAKEN"):
            office.send(borang_a.file(borang_a.row(office.hire())))

        filings.take_back(filing_id=filing.pk, by=office.maker, on=ON)
        filings.discard(filing_id=filing.pk, by=office.maker, on=ON)
        assert set(Filing.objects.values_list("state", flat=True)) == {FilingState.DISCARDED}
        assert work(office.send(borang_a.file(borang_a.row(office.hire())))).state == FilingState.READY

    def test_a_supplement_is_read_again_with_its_own_rows_and_no_others(self, office: Office) -> None:
        filing = mixed(office)
        submit(filing, office)
        first = filing.supplement_filings.get()
        mending.mend_row(filing_id=first.pk, line=4, cells=RIGHT, by=office.maker, on=ON)

        again = work(filings.reread(filing_id=first.pk, by=office.maker, on=ON))

        assert (again.state, again.supplements, again.number, again.rereads) == (FilingState.FAULTY, filing, 2, first)
        assert rows(again) == [(4, "INVALID"), (5, "UNMATCHED"), (6, "UNMATCHED")]
        assert work(filings.reread(filing_id=again.pk, by=office.maker, on=ON)).rows_total == 3, "and once more"
        first.refresh_from_db()
        filing.refresh_from_db()
        assert (first.state, filing.state, rows(filing)) == (FilingState.DISCARDED, FilingState.SUBMITTED, [(2, "VALID"), (3, "VALID")])

    def test_a_supplement_whose_elections_changed_goes_on_once_it_is_read_again(self, office: Office) -> None:
        main = work(office.send(borang_a.file(borang_a.row(office.hire())), NOVEMBER))
        submit(main, office, apart=False)
        forgotten = office.hire()
        content = borang_a.file(borang_a.row(forgotten, "1000.00", "130", "110"))
        asked = {"employer": office.employer, "wage_month": NOVEMBER, "name": "tambahan.csv", "content": content, "adds": True}
        added = work(filings.upload(**asked, by=office.maker, on=ON))  # type: ignore[arg-type]
        elect(office, forgotten)
        with pytest.raises(NotAllowed, match="ELECTIONS_CHANGED"):
            submit(added, office, apart=False)

        again = work(filings.reread(filing_id=added.pk, by=office.maker, on=ON))
        mending.mend_row(filing_id=again.pk, line=2, cells={"EMP Share": "160"}, by=office.maker, on=ON)

        assert submit(again, office, apart=False).state == FilingState.SUBMITTED

    def test_the_page_says_what_becomes_of_a_supplement_that_is_put_away(self, office: Office) -> None:
        filing = mixed(office)
        submit(filing, office)
        maker, made = pages.signed_in(office.maker), filing.supplement_filings.get()

        asked = pages.text_of(maker.get(f"/employer/filings/{made.pk}/discard/"))
        assert "Buang tambahan 1 bagi Oktober 2026?" in asked
        assert "Borang A bulan ini dan tambahan lain tidak berubah" in asked
        assert "Hanya baris yang ada dalam tambahan ini dibaca" in pages.text_of(maker.get(f"/employer/filings/{made.pk}/reread/"))
        done = maker.post(f"/employer/filings/{made.pk}/discard/")
        assert "Tambahan 1 bagi Oktober 2026 telah dibuang. Borang A bulan itu tidak berubah." in pages.text_of(maker.get(done.headers["Location"]))


@pytest.mark.django_db
class TestForgotten:
    """Who was forgotten altogether: a file of their own once the month is handed in."""

    def add(self, office: Office, *rows: str) -> Filing:
        content = borang_a.file(*rows)
        return filings.upload(employer=office.employer, wage_month=OCTOBER, name="tambahan.csv", content=content, by=office.maker, on=ON, adds=True)

    def test_goes_its_way_beside_the_filing_of_the_month(self, office: Office, bank: Bank) -> None:
        main = office.approved()
        forgotten = office.hire()

        made = work(self.add(office, borang_a.row(forgotten)))
        submit(made, office, apart=False)
        approve(made, office)
        pay(Filing.objects.get(pk=made.pk), office, bank, PAID)
        assert credit().failed == 0

        made.refresh_from_db()
        assert (made.state, made.number, made.supplements, made.total) == (FilingState.CREDITED, 1, main, 1449)
        assert [row.member for row in made.rows.all()] == [forgotten]
        assert AuditEvent.objects.filter(action="filing.upload").latest("seq").data["supplements"] == main.pk
        assert (Filing.objects.get(pk=main.pk).state, invariants.broken()) == (FilingState.APPROVED, [])

    def test_who_is_filed_already_is_told_so_in_the_row(self, office: Office) -> None:
        member = office.hire()
        main = office.approved(borang_a.row(member))

        made = work(self.add(office, borang_a.row(member, "6260.00"), borang_a.row(office.hire())))

        assert rows(made) == [(2, "INVALID"), (3, "VALID")]
        [problem] = [one for one in made.rows.get(line=2).problems if one["code"] == "MEMBER_FILED"]
        assert problem["detail"]["filing"] == str(main.pk)

    def test_needs_a_month_that_is_handed_in(self, office: Office) -> None:
        with pytest.raises(FileRefused, match="MONTH_NOT_FILED"):
            self.add(office, borang_a.row(office.hire()))
        filing = pages.ready(office)
        with pytest.raises(FileRefused, match="MONTH_NOT_FILED"):
            self.add(office, borang_a.row(office.hire()))

        submit(filing, office, apart=False)
        assert self.add(office, borang_a.row(office.hire())).supplements == filing

    def test_no_draft_gives_way_and_the_same_file_comes_once(self, office: Office) -> None:
        office.approved()
        bad, other = borang_a.row(office.hire(), *OFF), borang_a.row(office.hire())

        first, second = work(self.add(office, bad)), self.add(office, other)

        with pytest.raises(FileRefused, match="SAME_FILE"):
            self.add(office, bad)
        assert [(one.state, one.number) for one in (first, second)] == [(FilingState.FAULTY, 1), (FilingState.RECEIVED, 2)]
        filings.discard(filing_id=first.pk, by=office.maker, on=ON)
        assert self.add(office, bad).number == 3

    def test_goes_with_the_filing_when_that_is_put_away(self, office: Office) -> None:
        main = office.approved()
        made = work(self.add(office, borang_a.row(office.hire())))

        cancelling.cancel(filing_id=main.pk, by=office.checker, on=ON)

        assert Filing.objects.get(pk=made.pk).state == FilingState.DISCARDED

    @pytest.mark.parametrize("prefix", ["", "/en"])
    def test_is_sent_from_the_page_of_the_month(self, office: Office, prefix: str) -> None:
        main = office.approved()
        maker = pages.signed_in(office.maker, prefix)
        assert ("Add people who were left out" if prefix else "Tambah orang yang tertinggal") in pages.actions_of(maker.get(pages.address(main)))
        page = maker.get(f"{pages.NEW}?wage_month=2026-10")
        assert ("it becomes a supplement for this month" if prefix else "ia menjadi tambahan bagi bulan ini") in pages.text_of(page)
        assert 'name="adds" value="on"' in page.content.decode()
        assert 'name="source"' in page.content.decode()

        sent = maker.upload(borang_a.file(borang_a.row(office.hire())), adds="on")

        made = main.supplement_filings.get()
        assert sent["Location"].endswith(pages.address(made))
        work(made)
        assert ("Supplement 1: 1 rows" if prefix else "Tambahan 1: 1 baris") in pages.text_of(maker.get(pages.address(main)))
        refused = maker.upload(borang_a.file(borang_a.row(office.hire())), NOVEMBER, adds="on")
        assert refused.status_code == 422
        none = "no Form A to add to for wage month November" if prefix else "Tiada Borang A untuk ditambah bagi bulan upah November"
        assert none in pages.text_of(refused)


@pytest.mark.django_db
class TestSuspense:
    def test_unmatched_rows_are_paid_into_suspense_and_keep_their_value_date(self, office: Office, bank: Bank) -> None:
        filing = mixed(office)
        submit(filing, office, suspense=True)
        filing.refresh_from_db()
        assert (filing.total, filing.suspended_total, rows(filing)) == (3138, 240, [(2, "VALID"), (3, "VALID"), (5, "UNMATCHED")])
        assert rows(filing.supplement_filings.get()) == [(4, "INVALID"), (6, "UNMATCHED")]  # contributions are whole ringgit

        approve(filing, office)
        pay(Filing.objects.get(pk=filing.pk), office, bank, PAID)
        assert credit().failed == 0

        [suspended] = credits_of(filing)[5]
        assert (suspended.legs, suspended.value_date) == ({"SUSPENSE": 24_000}, date(2026, 11, 30))
        assert standing()["SUSPENSE"] == 24_000
        assert Filing.objects.get(pk=filing.pk).state == FilingState.CREDITED
        assert invariants.broken() == []
        assert AuditEvent.objects.get(action="filing.suspend").data == {
            **{"unmatched": 1, "suspended": "240.00"},
            **{"before": {"total": "2898.00"}, "after": {"total": "3138.00"}},
        }

    def test_it_is_asked_again_when_the_filing_comes_back(self, office: Office) -> None:
        filing = mixed(office)
        submit(filing, office, suspense=True)

        filings.return_to_maker(filing_id=filing.pk, by=office.checker, comment="Siapa orang ini?", on=ON)

        filing.refresh_from_db()
        assert (filing.state, filing.total, filing.suspended_total, filing.rows_unmatched) == (FilingState.RETURNED, 2898, 0, 1)
        submit(filing, office)
        filing.refresh_from_db()
        assert (filing.rows_unmatched, filing.total) == (0, 2898)
        assert [one.number for one in filing.supplement_filings.order_by("number")] == [1, 2]

    def test_a_code_for_another_sum_in_suspense_approves_nothing(self, office: Office) -> None:
        filing = mixed(office)
        submit(filing, office, suspense=True)

        assert leaving.to_approve(Filing.objects.get(pk=filing.pk))["suspended"] == "240.00"


@pytest.mark.django_db
class TestTakenBack:
    def test_by_who_prepares_before_it_is_approved(self, office: Office) -> None:
        filing = pages.ready(office)
        submit(filing, office, apart=False)

        filings.take_back(filing_id=filing.pk, by=office.maker, on=ON)

        assert Filing.objects.get(pk=filing.pk).state == FilingState.RETURNED
        with pytest.raises(NotAllowed, match="WRONG_STATE"):
            approve(filing, office)

    def test_a_checker_returns_and_does_not_take_back(self, office: Office) -> None:
        filing = pages.ready(office)
        submit(filing, office, apart=False)

        with pytest.raises(NotAllowed, match="NO_RIGHT"):
            filings.take_back(filing_id=filing.pk, by=office.checker, on=ON)


@pytest.mark.django_db
class TestCancelled:
    def test_what_was_approved_and_not_paid_is_owed_no_more(self, office: Office) -> None:
        filing = office.approved()

        cancelling.cancel(filing_id=filing.pk, by=office.checker, on=ON)

        assert Filing.objects.get(pk=filing.pk).state == FilingState.DISCARDED
        assert {code: sen for code, sen in standing().items() if sen} == {}
        assert invariants.broken() == []
        assert work(office.send(borang_a.file(borang_a.row(office.hire())))).state == FilingState.READY

    def test_not_once_a_payment_has_begun(self, office: Office, bank: Bank) -> None:
        filing = office.approved()
        pay(filing, office, bank, PAID)

        with pytest.raises(NotAllowed, match="WRONG_STATE"):
            cancelling.cancel(filing_id=filing.pk, by=office.checker, on=ON)

    def test_a_maker_cancels_nothing(self, office: Office) -> None:
        with pytest.raises(NotAllowed, match="NO_RIGHT"):
            cancelling.cancel(filing_id=office.approved().pk, by=office.maker, on=ON)


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["", "/en"])
class TestPages:
    def test_from_a_mixed_file_to_a_supplement_on_the_home(self, office: Office, prefix: str) -> None:
        filing = mixed(office)
        maker, english = pages.signed_in(office.maker, prefix), bool(prefix)
        assert ("Send the valid rows" if english else "Hantar baris yang sah") in pages.actions_of(maker.get(pages.address(filing)))

        asked = pages.text_of(maker.get(pages.address(filing, "submit")))
        assert ("3 of 5 rows are not valid yet" if english else "3 daripada 5 baris belum sah") in asked
        assert ("1 rows, RM 240.00" if english else "1 baris, RM 240.00") in asked
        answer = maker.post(pages.address(filing, "submit"), declaration="on", apart="on", suspense="on")
        assert answer["Location"].endswith(pages.address(filing))

        made = filing.supplement_filings.get()
        now = pages.text_of(maker.get(pages.address(filing)))
        assert ("Supplement 1: 2 rows" if english else "Tambahan 1: 2 baris") in now
        assert "RM 240.00" in now
        home = pages.text_of(maker.get("/employer/"))
        assert ("October 2026, supplement 1: 2 rows" if english else "Oktober 2026, tambahan 1: 2 baris") in home
        listed = pages.text_of(maker.get("/employer/filings/"))
        assert ("Supplement 1" if english else "Tambahan 1") in listed
        page = pages.text_of(maker.get(pages.address(made)))
        assert ("Form A of this month: 3 rows" if english else "Borang A bulan ini: 3 baris") in page
        decide = pages.text_of(pages.signed_in(office.checker, prefix).get(pages.address(filing, "decide")))
        assert ("Of that to the suspense account (1 rows)" if english else "Daripada itu ke akaun tergantung (1 baris)") in decide

    def test_after_the_last_day_no_page_says_to_pay_by_it(self, office: Office, prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
        filing = pages.ready(office)
        submit(filing, office, apart=False)
        checker, by = pages.signed_in(office.checker, prefix), OCTOBER.due_date
        over = (
            ("is over", "to be paid by", "must still be paid by") if prefix else ("sudah lepas", "mesti membayarnya", "masih mesti dibayar selewat")
        )
        monkeypatch.setattr(clock, "business_date", lambda: by)
        decide = pages.address(filing, "decide")
        assert over[1] in pages.text_of(checker.get(decide)), "on the last day"
        monkeypatch.setattr(clock, "business_date", lambda: by + timedelta(days=1))
        late = pages.text_of(checker.get(decide))
        assert (over[0] in late, over[1] in late) == (True, False)
        approve(filing, office)
        late = pages.text_of(checker.get(pages.address(filing, "cancel")))
        assert (over[0] in late, over[2] in late) == (True, False)

    def test_taking_back_and_cancelling_ask_once_more_and_a_second_click_is_harmless(self, office: Office, prefix: str) -> None:
        filing = pages.ready(office)
        submit(filing, office, apart=False)
        maker, checker = pages.signed_in(office.maker, prefix), pages.signed_in(office.checker, prefix)
        assert maker.get(pages.address(filing, "take-back")).status_code == 200
        assert [maker.post(pages.address(filing, "take-back")).status_code for _click in range(2)] == [302, 302]
        assert checker.post(pages.address(filing, "take-back")).status_code == 409
        submit(filing, office, apart=False)
        approve(filing, office)

        shown = checker.get(pages.address(filing, "cancel"))
        assert ("no longer owes RM 1,449.00" if prefix else "tidak lagi berhutang RM 1,449.00") in pages.text_of(shown)
        assert maker.post(pages.address(filing, "cancel")).status_code == 403
        assert [checker.post(pages.address(filing, "cancel")).status_code for _click in range(2)] == [302, 302]

        assert Filing.objects.get(pk=filing.pk).state == FilingState.DISCARDED
