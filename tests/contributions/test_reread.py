"""The same file read again against the register and the elections of today: one act in place of discarding and uploading."""

import pytest
from django.core.cache import cache

from contributions.enums import ElectionKind, FilingAction, FilingState
from contributions.models import Filing, LawUsed
from contributions.services import filing as filings
from contributions.services.filing import FileRefused
from contributions.services.moves import NotAllowed
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.documents.models import StoredFile
from tests import factories
from tests.contributions import pages
from tests.contributions.conftest import NOVEMBER, OCTOBER, ON, Office, read_jobs, work
from tests.contributions.electing import elect, wanted
from tests.factories import borang_a, leave

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def tenth_of_november(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    cache.clear()


def sixteen_per_cent_too_early(office: Office) -> Filing:
    """A file made with the template of tomorrow: the employee's share of 16 %, before its election is approved."""
    member = office.hire()
    filing = work(office.send(borang_a.file(borang_a.row(member, "1000.00", "130", "160")), NOVEMBER))
    assert filing.state == FilingState.FAULTY
    elect(office, member)
    return filing


def reread(filing: Filing, office: Office) -> Filing:
    return work(filings.reread(filing_id=filing.pk, by=office.maker, on=ON))


class TestReading:
    def test_the_file_is_read_with_what_holds_now_and_goes_on(self, office: Office) -> None:
        earlier = sixteen_per_cent_too_early(office)

        again = reread(earlier, office)

        earlier.refresh_from_db()
        assert (again.state, again.rereads, again.file, again.wage_month) == (FilingState.READY, earlier, earlier.file, NOVEMBER.first_day)
        assert again.rows.get().elections == "EMP+5.00"
        filings.submit(filing_id=again.pk, by=office.maker, declaration=True, on=ON)
        assert leave.approve(filing_id=again.pk, by=office.checker, on=ON).state == FilingState.APPROVED
        assert StoredFile.objects.filter(sha256=again.content_digest).count() == 1

    def test_the_earlier_reading_stays_as_it_was(self, office: Office) -> None:
        earlier = sixteen_per_cent_too_early(office)
        before = list(earlier.rows.values())

        reread(earlier, office)

        earlier.refresh_from_db()
        assert (earlier.state, list(earlier.rows.values())) == (FilingState.DISCARDED, before)
        assert [log.action for log in earlier.log.all()] == [FilingAction.READ_FAULTY, FilingAction.REREAD]
        assert LawUsed.objects.filter(filing=earlier).count() == 1
        assert AuditEvent.objects.filter(action="filing.reread", target=f"filing:{earlier.pk}", refused=False).count() == 1

    def test_a_filing_that_came_back_names_the_rows_that_an_election_changed(self, office: Office) -> None:
        member = office.hire()
        filing = work(office.send(borang_a.file(borang_a.row(member, "1000.00", "130", "110")), NOVEMBER))
        filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)
        elect(office, member)
        with pytest.raises(NotAllowed, match="ELECTIONS_CHANGED"):
            leave.approve(filing_id=filing.pk, by=office.checker, on=ON)
        with pytest.raises(NotAllowed, match="WRONG_STATE"):
            filings.reread(filing_id=filing.pk, by=office.maker, on=ON)
        filings.return_to_maker(filing_id=filing.pk, by=office.checker, comment="Pilihan berubah", on=ON)

        again = reread(filing, office)

        assert again.state == FilingState.FAULTY
        assert [(problem["code"], problem["found"], problem["expected"]) for problem in again.rows.get().problems] == [
            ("ELECTION_LEFT_OUT", "110.00", "160.00")
        ]

    def test_somebody_who_chose_meanwhile(self, office: Office) -> None:
        member, month = office.hire(non_citizen=True), WageMonth(2025, 9)
        filing = work(office.send(borang_a.file(borang_a.row(member, "1000.00", "5", "110")), month))
        assert [problem["code"] for problem in filing.rows.get().problems] == ["MAY_CHOOSE"]
        elect(office, member, wanted(ElectionKind.KWSP_16B, None, month), on=month.last_day)

        assert reread(filing, office).state == FilingState.READY

    def test_again_and_again(self, office: Office) -> None:
        first = sixteen_per_cent_too_early(office)

        third = reread(reread(first, office), office)

        assert (third.state, third.rereads.rereads) == (FilingState.READY, first)


class TestWhoAndWhen:
    def test_nobody_approves_a_file_that_they_had_read_again_or_declared_correct_before(self, office: Office) -> None:
        one, other = (factories.RepresentativeFactory(employer=office.employer, administrator=True).user for _ in range(2))
        filing = work(office.send(borang_a.file(borang_a.row(office.hire(), "1000.00", "130", "110")), NOVEMBER))
        filings.submit(filing_id=filing.pk, by=one, declaration=True, on=ON)
        filings.return_to_maker(filing_id=filing.pk, by=office.checker, comment="Semak", on=ON)
        again = work(filings.reread(filing_id=filing.pk, by=other, on=ON))
        filings.submit(filing_id=again.pk, by=office.maker, declaration=True, on=ON)

        for somebody in (one, other):
            with pytest.raises(NotAllowed, match="OWN_WORK"):
                leave.approve(filing_id=again.pk, by=somebody, on=ON)
        assert again.prepared_by == office.maker
        assert leave.approve(filing_id=again.pk, by=office.checker, on=ON).state == FilingState.APPROVED

    def test_a_checker_does_not_and_nothing_is_changed(self, office: Office) -> None:
        filing = pages.ready(office)

        with pytest.raises(NotAllowed, match="NO_RIGHT"):
            filings.reread(filing_id=filing.pk, by=office.checker, on=ON)

        assert Filing.objects.get().state == FilingState.READY

    def test_a_refused_file_whose_month_another_took_is_not_read_again(self, office: Office) -> None:
        refused = work(office.send(borang_a.file(borang_a.row(office.hire(), "0.00", "0", "0")), OCTOBER))
        assert refused.state == FilingState.UNREADABLE
        other = work(office.send(borang_a.file(borang_a.row(office.hire())), OCTOBER.next()))
        Filing.objects.filter(pk=other.pk).update(wage_month=OCTOBER.first_day)

        with pytest.raises(FileRefused, match="MONTH_TAKEN"):
            filings.reread(filing_id=refused.pk, by=office.maker, on=ON)

        assert Filing.objects.count() == 2
        assert AuditEvent.objects.filter(action="filing.reread", refused=True).get().data == {"codes": ["MONTH_TAKEN"]}


@pytest.mark.parametrize("prefix", ["", "/en"])
class TestPages:
    def test_a_maker_is_led_from_the_refusal_to_the_new_reading(self, office: Office, prefix: str) -> None:
        member, maker = office.hire(), pages.signed_in(office.maker, prefix)
        filing = work(office.send(borang_a.file(borang_a.row(member, "1000.00", "130", "110")), NOVEMBER))
        elect(office, member)
        again = {"": "Semak semula dengan pilihan terkini", "/en": "Read again with the current elections"}[prefix]

        refused = maker.post(f"/employer/filings/{filing.pk}/submit/", declaration="on")
        assert (refused.status_code, again in pages.text_of(refused)) == (409, True)
        asked = maker.get(f"/employer/filings/{filing.pk}/reread/")
        assert pages.actions_of(asked)[-1] == again
        assert Filing.objects.count() == 1
        answers = [maker.post(f"/employer/filings/{filing.pk}/reread/") for _ in range(2)]

        new = Filing.objects.get(rereads=filing)
        assert [answer["Location"].removeprefix(prefix) for answer in answers] == [f"/employer/filings/{new.pk}/"] * 2
        assert read_jobs().done == 1
        earlier, now = (pages.text_of(maker.get(f"/employer/filings/{pk}/")) for pk in (filing.pk, new.pk))
        assert {"": f"Buka penghantaran {new.pk}", "/en": f"Open filing {new.pk}"}[prefix] in earlier
        assert {"": f"Fail penghantaran {filing.pk} disemak semula", "/en": f"File of filing {filing.pk} read again"}[prefix] in now
        assert "160.00" in now

    def test_a_colleague_who_already_did_it(self, office: Office, prefix: str) -> None:
        colleague = factories.RepresentativeFactory(employer=office.employer).user
        filing = pages.ready(office)
        filings.reread(filing_id=filing.pk, by=colleague, on=ON)

        answer = pages.signed_in(office.maker, prefix).post(f"/employer/filings/{filing.pk}/reread/")

        assert (answer.status_code, Filing.objects.count()) == (409, 2)
        assert {"": "rakan sekerja mungkin sudah membuatnya", "/en": "a colleague may have done it"}[prefix] in pages.text_of(answer)

    def test_it_is_offered_to_who_may_and_where_it_is_possible(self, office: Office, prefix: str) -> None:
        filing = pages.ready(office)
        address = f"/employer/filings/{filing.pk}/reread/"
        offered = [
            address in pages.signed_in(user, prefix).get(f"/employer/filings/{filing.pk}/").content.decode()
            for user in (office.maker, office.checker)
        ]
        moves_made = filings.submit(filing_id=filing.pk, by=office.maker, declaration=True, on=ON)

        after = pages.signed_in(office.maker, prefix).get(f"/employer/filings/{filing.pk}/").content.decode()

        assert (offered, moves_made.state, address in after) == ([True, False], "SUBMITTED", False)
