"""manage.py recompute: each line as it stands and as the rules give it with what was known as at a day; nothing is changed."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from contributions.selectors import recompute
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship
from members.models import CitizenshipPeriod, Member
from tests.contributions.conftest import OCTOBER, Office, work
from tests.contributions.correcting import ON, approved, credited, officers, post, was_a_citizen, was_never_a_citizen
from tests.contributions.paying import Bank
from tests.factories import borang_a

pytestmark = pytest.mark.django_db
Answer = tuple[int, list[dict[str, str]], str]


@pytest.fixture(autouse=True)
def _today():  # type: ignore[no-untyped-def]
    before = clock.use_source(lambda: ON)
    yield
    clock.use_source(before)


@pytest.fixture
def ask() -> Callable[..., Answer]:
    def run(*words: str) -> Answer:
        """Exit code, the lines by column, everything that was printed."""
        out, code = StringIO(), 0
        try:
            call_command("recompute", *words, stdout=out)
        except SystemExit as end:
            code = int(str(end.code))
        text = out.getvalue()
        return code, list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))), text

    return run


def changed_later(member: Member, on: date) -> None:
    """A citizen until that day, a permanent resident no longer."""
    CitizenshipPeriod.objects.filter(member=member).update(to_date=on)
    CitizenshipPeriod.objects.create(member=member, status=Citizenship.NON_CITIZEN, from_date=on)


def test_every_line_the_same_is_exit_code_0(office: Office, ask: Callable[..., Answer]) -> None:
    filing = office.approved(borang_a.row(office.hire()), borang_a.row(office.hire()))

    code, lines, text = ask("--filing", str(filing.pk))

    assert code == 0
    assert [(line["line"], line["now_employer"], line["now_employee"], line["difference"]) for line in lines] == [
        ("2", "756.00", "693.00", "+0.00"),
        ("3", "756.00", "693.00", "+0.00"),
    ]
    assert "# 2 lines, 0 differ, as at 2026-11-20; nothing was changed" in text


def test_a_line_that_differs_is_printed_then_and_now_with_exit_code_1(office: Office, ask: Callable[..., Answer]) -> None:
    member = office.hire()
    filing = office.approved(borang_a.row(office.hire()), borang_a.row(member))
    was_never_a_citizen(member)

    code, lines, text = ask("--filing", str(filing.pk), "--differences")

    assert code == 1
    (line,) = lines
    assert {name: line[name] for name in ("member", "filed_part", "filed_employer", "now_part", "now_employer", "difference", "reference")} == {
        "member": member.number, "filed_part": "A", "filed_employer": "756.00", "now_part": "F", "now_employer": "125.00",
        "difference": "-1199.00", "reference": "third_schedule@2025-10:F",
    }  # fmt: skip
    assert "# difference: employer -631.00, employee -568.00, total -1199.00" in text


def test_as_at_an_earlier_day_only_what_was_known_then_counts(office: Office, ask: Callable[..., Answer]) -> None:
    """The register has two periods: before the second began, nobody knew of it."""
    member = office.hire()
    filing = office.approved(borang_a.row(member))
    changed_later(member, date(2026, 9, 15))

    assert ask("--filing", str(filing.pk), "--as-at", "2026-09-14")[0] == 0
    assert ask("--filing", str(filing.pk), "--as-at", "2026-09-15")[0] == 1


def test_a_change_inside_the_month_counts_from_the_next(office: Office, ask: Callable[..., Answer]) -> None:
    member = office.hire()
    filing = office.approved(borang_a.row(member))
    changed_later(member, date(2026, 10, 2))

    assert ask("--filing", str(filing.pk))[0] == 0


def test_an_election_counts_from_its_approval(office: Office, ask: Callable[..., Answer]) -> None:
    member = office.hire()
    filing = office.approved(borang_a.row(member))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contributions_election (employer_id, member_id, kind, act, points, from_month, state, prepared_by_id, prepared_on, "
            "approved_by_id, approved_on) "
            "VALUES (%s, %s, 'EMPLOYER_EXCESS', 'ELECT', 5, '2026-10-01', 'APPROVED', %s, '2026-10-05', %s, '2026-10-07')",
            [office.employer.pk, member.pk, office.maker.pk, office.checker.pk],
        )

    code, (line,), _text = ask("--filing", str(filing.pk), "--as-at", "2026-10-07")

    assert ask("--filing", str(filing.pk), "--as-at", "2026-10-06")[0] == 0
    assert (code, line["now_employer"], line["now_employee"]) == (1, "1063.00", "693.00")


def test_where_the_rules_give_nothing_the_line_says_why(office: Office, ask: Callable[..., Answer]) -> None:
    member = office.hire()
    filing = office.approved(borang_a.row(member))
    Member.objects.filter(pk=member.pk).update(birth_date=date(1940, 1, 1))

    code, (line,), _text = ask("--filing", str(filing.pk))

    assert (code, line["now_part"], line["difference"]) == (1, "", "")
    assert line["note"].startswith("ABOVE_CONTRIBUTION_AGE")


def test_a_person_without_citizenship_on_record_is_named(office: Office, ask: Callable[..., Answer]) -> None:
    member = office.hire()
    filing = office.approved(borang_a.row(member))
    CitizenshipPeriod.objects.filter(member=member).update(from_date=date(2026, 11, 15))

    code, (line,), _text = ask("--filing", str(filing.pk))

    assert (code, line["note"].partition(" ")[0]) == (1, "NO_CITIZENSHIP")


def test_what_was_corrected_stands_beside_what_was_filed(office: Office, bank: Bank, ask: Callable[..., Answer]) -> None:
    member = office.hire()
    filing = credited(office, bank, member)
    was_never_a_citizen(member)
    approved(officers(), filing)
    post()

    code, (line,), _text = ask("--filing", str(filing.pk))

    assert (code, line["filed_employer"], line["stands_employer"], line["now_employer"]) == (0, "756.00", "125.00", "125.00")


class TestAccounts:
    """To which accounts a credited line went, and to which the rules send it."""

    WENT = "PERSARAAN=1086.75 SEJAHTERA=217.35 FLEKSIBEL=144.90"

    def test_of_a_line_that_is_right_they_are_the_same(self, office: Office, bank: Bank, ask: Callable[..., Answer]) -> None:
        filing = credited(office, bank, office.hire())

        code, (line,), _text = ask("--filing", str(filing.pk))

        assert (code, line["stands_accounts"], line["now_accounts"]) == (0, self.WENT, self.WENT)

    def test_of_one_that_is_not_credited_there_are_none(self, office: Office, ask: Callable[..., Answer]) -> None:
        _code, (line,), _text = ask("--filing", str(office.approved(borang_a.row(office.hire())).pk))

        assert (line["stands_accounts"], line["now_accounts"]) == ("", "")

    def test_a_difference_is_taken_from_where_it_went(self, office: Office, bank: Bank, ask: Callable[..., Answer]) -> None:
        member = office.hire()
        filing = credited(office, bank, member)
        was_never_a_citizen(member)

        _code, (line,), _text = ask("--filing", str(filing.pk))

        assert (line["stands_accounts"], line["now_accounts"]) == (self.WENT, "PERSARAAN=187.50 SEJAHTERA=37.50 FLEKSIBEL=25.00")

    def test_a_correction_counts_by_its_own_day(self, office: Office, bank: Bank, ask: Callable[..., Answer]) -> None:
        """Credited to two accounts in 2024 and taken back from both in 2026; what was added then went to three."""
        member = office.hire()
        filing = credited(office, bank, member, month=WageMonth(2024, 3), paid=date(2024, 4, 12))
        people = officers()
        for mend in (was_never_a_citizen, was_a_citizen):
            mend(member)
            approved(people, filing)
            post()

        code, (line,), _text = ask("--filing", str(filing.pk))

        assert (code, line["difference"]) == (0, "+0.00")
        assert line["stands_accounts"] == line["now_accounts"] == "PERSARAAN=1051.85 SEJAHTERA=322.05 FLEKSIBEL=75.10"

    def test_a_mended_birth_date_divides_otherwise_and_says_so(self, office: Office, bank: Bank, ask: Callable[..., Answer]) -> None:
        """55 before the credit after all: the shares are the same, Akaun Emas should have had it."""
        member = office.hire()
        filing = credited(office, bank, member)
        Member.objects.filter(pk=member.pk).update(birth_date=date(1970, 1, 1))

        code, (line,), text = ask("--filing", str(filing.pk), "--differences")

        assert (code, line["difference"], line["stands_accounts"], line["now_accounts"]) == (1, "+0.00", self.WENT, "EMAS=1449.00")
        assert "# 1 lines would be divided otherwise over the accounts; a correction moves shares only" in text

    def test_what_may_not_be_credited_any_more_is_the_employers_suspense(self, office: Office, bank: Bank, ask: Callable[..., Answer]) -> None:
        member = office.hire()
        filing = credited(office, bank, member)
        Member.objects.filter(pk=member.pk).update(birth_date=date(1951, 11, 2))

        _code, (line,), _text = ask("--filing", str(filing.pk))

        assert line["now_accounts"].startswith("SUSPENSE=")


def test_nothing_is_changed(office: Office, bank: Bank, ask: Callable[..., Answer]) -> None:
    member = office.hire()
    filing = credited(office, bank, member)
    was_never_a_citizen(member)
    before = digests()

    ask("--filing", str(filing.pk))

    assert digests() == before


def digests() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE relkind = 'r' AND nspname = 'public' AND has_table_privilege(c.oid, 'SELECT')"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f"SELECT coalesce(md5(string_agg(t::text, chr(10) ORDER BY t::text)), '') FROM \"{table}\" t")
            (found[table],) = cursor.fetchone()
        return found


def test_batches_meet_without_a_gap(office: Office, ask: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recompute, "BATCH_ROWS", 2)
    filing = office.approved(*[borang_a.row(office.hire()) for _ in range(5)])

    _code, lines, _text = ask("--filing", str(filing.pk))

    assert [line["line"] for line in lines] == ["2", "3", "4", "5", "6"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--filing", "999999"], "found no filing 999999"),
        (["--filing", "{filing}", "--as-at", "20.11.2026"], "found '20.11.2026', expected a day such as 2026-11-22"),
        (["--filing", "{filing}", "--as-at", "2026-11-21"], "found 2026-11-21, expected the business date 2026-11-20 or earlier"),
        (["--filing", "{faulty}"], "found FAULTY, expected a filing whose rows are all sound: READY or later"),
    ],
)
def test_what_cannot_be_computed_is_exit_code_2_with_the_way_out(office: Office, words: list[str], said: str) -> None:
    filing = office.approved()
    faulty = work(office.send(borang_a.file(borang_a.row(office.hire(), employer="1")), wage_month=OCTOBER.next()))
    ids = {"filing": filing.pk, "faulty": faulty.pk}

    with pytest.raises(CommandError) as refused:
        call_command("recompute", *[word.format(**ids) for word in words], stdout=StringIO())

    assert refused.value.returncode == 2
    assert said in str(refused.value)


def test_figures_are_decimals_with_both_digits(office: Office) -> None:
    filing = office.approved(stored={"employer_share": Decimal(700)})

    (line,) = recompute.lines_of(filing=filing, as_at=ON)

    assert (line.differs, line.stands.total, str(line.now.total if line.now else "")) == (True, Decimal("1393.00"), "1449.00")


def test_after_the_month_of_death_the_rules_give_nothing(office: Office, ask: Callable[..., Answer]) -> None:
    """As the reading of Borang A refuses it; wages of the month of death are still owed."""
    gone, then = office.hire(), office.hire()
    filing = office.approved(borang_a.row(gone), borang_a.row(then))
    Member.objects.filter(pk=gone.pk).update(died_on=OCTOBER.first_day - timedelta(days=1))
    Member.objects.filter(pk=then.pk).update(died_on=OCTOBER.first_day)

    code, (first, second), _text = ask("--filing", str(filing.pk))

    assert (code, first["now_employer"], first["note"].partition(" ")[0]) == (1, "", "DECEASED")
    assert second["note"] == ""
