"""Figures explain themselves from what is stored, and say plainly when today's rules would give others."""

import copy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from contributions.enums import LawPurpose
from contributions.models import Filing, FilingRow, LawUsed
from contributions.rules import value_date
from contributions.rules.laws import LAWS
from contributions.selectors import explaining
from contributions.services import law_used
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.editions import content
from kwsp_portal.editions.models import Edition
from members.ledger import balances
from members.ledger.balances import EntryView
from members.ledger.enums import EntryKind, HolderKind
from members.models import Member
from tests import factories
from tests.contributions.conftest import OCTOBER, Office
from tests.contributions.crediting import credit, pay
from tests.contributions.pages import signed_in, text_of
from tests.contributions.paying import Bank
from tests.factories import borang_a

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 12)


@pytest.fixture
def member(office: Office) -> Member:
    return office.hire(user=factories.UserFactory())


@pytest.fixture
def row(office: Office, bank: Bank, member: Member) -> FilingRow:
    """October 2026 at RM6,250, credited."""
    filing = office.approved(borang_a.row(member))
    pay(filing, office, bank, ON)
    credit()
    return filing.rows.select_related("filing", "member").get()


def fresh(row: FilingRow, **stored: Any) -> FilingRow:
    """The row as it is now, with what is `stored` otherwise: PostgreSQL lets nobody change a row that was handed in."""
    found = FilingRow.objects.select_related("filing", "member").get(pk=row.pk)
    for column, value in stored.items():
        setattr(found, column, value)
    return found


def credit_of(row: FilingRow) -> EntryView:
    assert row.member_id is not None
    return balances.entries_with(HolderKind.MEMBER, row.member_id, EntryKind.CONTRIBUTION, [row.pk])[row.pk]


def used_otherwise(row: FilingRow, purpose: LawPurpose, law: str, name: str, **changes: Any) -> None:
    """The row as if a number of the rate file had been another when it was reckoned."""
    used = LawUsed.objects.get(filing=row.filing, purpose=purpose)
    was = copy.deepcopy(used.edition.content)
    was[law]["rates"][name].update(changes)
    edition = Edition.objects.create(reference=used.edition.reference, digest=content.digest(was), content=was)
    LawUsed.objects.create(filing=row.filing, purpose=purpose, from_id=used.from_id - 1, to_id=used.to_id, on=used.on, edition=edition)


class TestWhatIsKept:
    def test_the_law_of_the_shares_and_of_the_split_once_for_the_filing(self, row: FilingRow) -> None:
        kept = {used.purpose: (used.edition.reference, used.on) for used in LawUsed.objects.all()}

        assert kept == {
            "SHARES": ("third_schedule@2025-10 ages@2017-01-01", date(2026, 10, 1)),
            "SPLIT": ("account_split@2024-05-11 ages@2017-01-01 value_date@2008-02-01 replacement@2022-04-01", ON),
        }

    def test_the_numbers_themselves_with_dates_sources_and_reasons(self, row: FilingRow) -> None:
        rates = LawUsed.objects.get(purpose="SHARES").edition.content["third_schedule"]["rates"]

        assert (rates["a.employee"]["value"], rates["a.employee"]["since"]) == ("0.11", "2022-07-01")
        assert all(source["ms"] and source["en"] for source in rates["a.employee"]["citations"])
        assert rates["rounding.exact"]["assumed"]["en"]

    def test_filings_of_the_same_law_share_it(self, row: FilingRow, office: Office) -> None:
        office.approved(wage_month=OCTOBER.next())

        assert Edition.objects.count() == 2
        assert LawUsed.objects.filter(purpose="SHARES").count() == 2

    def test_each_chunk_keeps_its_own(self, office: Office, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("contributions.services.crediting.CHUNK_ROWS", 1)
        filing = office.approved(*[borang_a.row(office.hire()) for _ in range(3)])
        pay(filing, office, bank, ON)
        credit()

        ids = list(filing.rows.order_by("pk").values_list("pk", flat=True))
        assert [(used.from_id, used.to_id) for used in filing.laws.filter(purpose="SPLIT")] == [(pk, pk + 1) for pk in ids]

    def test_every_law_that_decides_a_figure_is_kept(self) -> None:
        assert {law.name for laws in LAWS.values() for law in laws} == {
            *("third_schedule", "ages", "account_split", "value_date", "replacement"),
        }

    def test_replacing_is_kept_from_its_first_day_on(self) -> None:
        first, before = (Edition.objects.get(pk=law_used.edition_id(LawPurpose.SPLIT, on)) for on in (date(2022, 4, 1), date(2022, 3, 31)))

        assert set(first.content) - set(before.content) == {"replacement"}


class TestShares:
    def test_are_explained_while_the_rules_give_them(self, row: FilingRow) -> None:
        found = explaining.shares_of(row)

        assert found is not None
        assert found.why is not None
        assert (found.now, found.refusal, found.law.changes) == (None, "", [])
        assert found.law.kept_at is not None

    def test_that_the_rules_no_longer_give_are_shown_beside_those_they_give(self, row: FilingRow) -> None:
        found = explaining.shares_of(fresh(row, employer_share=Decimal(750), employee_share=Decimal(688)))

        assert found is not None
        assert (found.why, found.why_now is not None) == (None, True)
        assert (found.stored.employer, found.stored.employee) == (750, 688)
        assert found.now is not None
        assert (found.now.employer, found.now.employee, found.now.part) == (756, 693, "A")

    def test_that_the_rules_refuse_today_say_why(self, row: FilingRow) -> None:
        found = explaining.shares_of(fresh(row, birth_date=date(1940, 1, 1)))

        assert found is not None
        assert (found.why, found.now) == (None, None)
        assert "umur 75" in found.refusal

    @pytest.mark.parametrize(
        ("on", "stored", "said"),
        [
            (date(2026, 10, 7), "PERMANENT_RESIDENT", "Taraf berubah pada 7 Okt 2026: perubahan itu dikira mulai bulan upah November 2026"),
            (date(2026, 9, 30), "CITIZEN", "Taraf itu bermula pada 30 Sep 2026 dan dikira mulai bulan upah Oktober 2026."),
            (date(2026, 3, 1), "CITIZEN", ""),
            (date(2026, 10, 7), "CITIZEN", ""),
        ],
    )
    def test_a_change_of_standing_near_the_month_says_when_it_counts(self, row: FilingRow, on: date, stored: str, said: str) -> None:
        assert row.member is not None
        row.member.citizenships.update(status="PERMANENT_RESIDENT", to_date=on)
        factories.CitizenshipPeriodFactory(member=row.member, status="CITIZEN", from_date=on)

        found = explaining.shares_of(fresh(row, citizenship=stored))

        assert found is not None
        assert found.why is not None
        second = found.why.sentences[1].replace("\xa0", " ")
        assert second.startswith(said) if said else not second.startswith("Taraf")

    def test_a_number_of_law_that_was_another_is_named(self, row: FilingRow) -> None:
        used_otherwise(row, LawPurpose.SHARES, "third_schedule", "a.employee", value="0.09", since="2021-01-01")

        found = explaining.shares_of(row)

        assert found is not None
        assert found.why is not None, "the figures are the same all the same"
        (number,) = found.law.changes
        assert [text.replace("\xa0", " ") for text in (number.then, number.now)] == ["9% (1 Jan 2021)", "11% (1 Jul 2022)"]

    def test_the_account_that_replaced_first_is_named_where_it_was_another(self, row: FilingRow) -> None:
        used_otherwise(row, LawPurpose.SPLIT, "replacement", "account", value="SEJAHTERA")

        (number,) = explaining.split_of(row, credit_of(row)).law.changes
        assert [text.replace("\xa0", " ") for text in (number.then, number.now)] == ["Akaun 2 (1 Apr 2022)", "Akaun 1 (1 Apr 2022)"]

    def test_an_edition_without_a_law_that_is_kept_since_has_no_change(self, row: FilingRow) -> None:
        used = LawUsed.objects.get(filing=row.filing, purpose=LawPurpose.SPLIT)
        was = {law: found for law, found in used.edition.content.items() if law != "replacement"}
        edition = Edition.objects.create(reference="account_split@2024-05-11", digest=content.digest(was), content=was)
        LawUsed.objects.create(filing=row.filing, purpose=used.purpose, from_id=used.from_id - 1, to_id=used.to_id, on=used.on, edition=edition)

        assert explaining.split_of(row, credit_of(row)).law.changes == []

    def test_a_mended_word_is_no_change_of_a_number(self, row: FilingRow) -> None:
        used_otherwise(row, LawPurpose.SHARES, "third_schedule", "a.employee", description={"ms": "lain", "en": "other"})

        found = explaining.shares_of(row)

        assert found is not None
        assert found.law.changes == []

    def test_a_row_from_before_editions_were_kept_has_its_reference(self, office: Office) -> None:
        filing = factories.FilingFactory(clean=True)
        shares = {"wages": Decimal(6250), "bonus": Decimal(0), "employer_share": Decimal(756), "employee_share": Decimal(693), "part": "A"}
        known = {"reference": "third_schedule@2025-10:A", "citizenship": "CITIZEN", "birth_date": date(1990, 1, 1), "member_since": date(2015, 1, 1)}
        old = FilingRow(filing=filing, line=2, member=office.hire(), status="VALID", **shares, **known)
        old.save()

        found = explaining.shares_of(old)

        assert found is not None
        assert found.why is not None
        assert (found.law.reference, found.law.kept_at) == ("third_schedule@2025-10:A", None)

    def test_a_row_that_was_never_reckoned_has_none(self) -> None:
        assert explaining.shares_of(FilingRow.objects.create(filing=factories.FilingFactory(), line=2, status="INVALID")) is None


class TestSplit:
    def test_is_explained_with_the_day_from_which_it_earns(self, row: FilingRow) -> None:
        found = explaining.split_of(row, credit_of(row))

        assert found.why is not None
        assert found.earns is not None
        assert "30\xa0Nov\xa02026" in found.earns.sentences[0]
        assert found.law.reference.startswith("account_split@2024-05-11")

    def test_that_the_rules_no_longer_give_is_shown_beside_the_one_they_give(self, row: FilingRow) -> None:
        Member.objects.filter(pk=row.member_id).update(birth_date=date(1965, 1, 1))

        found = explaining.split_of(fresh(row, birth_date=date(1965, 1, 1)), credit_of(row))

        assert found.why is None
        assert list(found.now) == ["Akaun Emas"]
        assert sum(found.now.values()) == sum(found.stored.values()) == 1449

    def test_that_the_rules_refuse_today_says_why(self, row: FilingRow) -> None:
        Member.objects.filter(pk=row.member_id).update(birth_date=date(1950, 1, 1))

        found = explaining.split_of(fresh(row, birth_date=date(1950, 1, 1)), credit_of(row))

        assert (found.why, dict(found.now)) == (None, {})
        assert "75" in found.refusal

    @pytest.mark.parametrize(
        ("paid_on", "day", "code", "assumed"),
        [
            (date(2026, 11, 30), date(2026, 11, 30), "EARNS_FROM_MONTH_END", False),
            (date(2026, 12, 1), date(2026, 12, 1), "EARNS_FROM_PAYMENT", True),
        ],
    )
    def test_the_value_date_says_which_of_the_two_days_decides(self, paid_on: date, day: date, code: str, assumed: bool) -> None:
        step = value_date.explain(wage_month=WageMonth(2026, 10), paid_on=paid_on, credited_on=paid_on)

        assert (step.code, step.figures["value_date"], bool(step.assumed)) == (code, str(day), assumed)
        assert step.citation

    def test_a_value_date_that_the_rule_does_not_give_is_not_explained(self, row: FilingRow) -> None:
        Filing.objects.filter(pk=row.filing_id).update(paid_on=date(2027, 1, 5))

        assert explaining.split_of(fresh(row), credit_of(row)).earns is None


class TestPages:
    @pytest.mark.parametrize(
        ("prefix", "words"),
        [
            ("", ("Peraturan hari ini tidak lagi memberi angka ini", "Hari ini (RM)")),
            ("/en", ("Today's rules no longer give this figure", "Today (RM)")),
        ],
    )
    def test_both_figures_stand_side_by_side(self, office: Office, member: Member, prefix: str, words: tuple[str, ...]) -> None:
        filing = office.approved(borang_a.row(member), stored={"employer_share": Decimal(750), "employee_share": Decimal(688)})
        row = filing.rows.get()

        pages = [
            text_of(signed_in(office.maker, prefix).get(f"/employer/filings/{row.filing_id}/rows/2/")),
            text_of(signed_in(member.user, prefix).get(f"/member/contributions/{row.pk}/")),
        ]

        for page in pages:
            for said in (*words, "750.00", "756.00", "688.00", "693.00", "third_schedule@2025-10"):
                assert said in page

    def test_a_sound_row_shows_steps_law_and_value_date(self, row: FilingRow, office: Office, member: Member) -> None:
        mine = text_of(signed_in(member.user).get(f"/member/contributions/{row.pk}/"))
        employers = text_of(signed_in(office.maker).get(f"/employer/filings/{row.filing_id}/rows/2/"))

        for said in ("third_schedule@2025-10", "account_split@2024-05-11", "Dividen mulai bila", "Cetak"):
            assert said in mine
        assert "third_schedule@2025-10" in employers
        assert "account_split" not in employers, "how a member's money is divided is the member's own"
        assert "tidak lagi memberi" not in mine + employers

    def test_numbers_that_changed_are_listed(self, row: FilingRow, member: Member) -> None:
        used_otherwise(row, LawPurpose.SPLIT, "account_split", "below_55", value={"PERSARAAN": "0.70", "SEJAHTERA": "0.30"})

        with translation.override("ms"):
            page = text_of(signed_in(member.user).get(f"/member/contributions/{row.pk}/"))

        assert "Fail kadar telah berubah sejak angka ini dikira" in page
        assert "Akaun Persaraan 70%, Akaun Sejahtera 30% (11 Mei 2024)" in page.replace("\xa0", " ")
