"""demo_data: people and a history through the real rules; reproducible however it is worked, sound, and whole market by market."""

import base64
import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import StringIO
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import DateField, ExpressionWrapper, F
from django.test import TransactionTestCase
from django_otp.plugins.otp_totp.models import TOTPDevice

from contributions.enums import FilingState, PaymentState
from contributions.models import Election, Filing, FilingRow, Payment
from contributions.selectors import arrears
from employers.models import Employer, Employment, Representative
from kwsp_portal.audit.models import AuditEvent
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.frame.demo.people import PEOPLE
from kwsp_portal.frame.population import careers, conduct, market, people, plan, signins
from kwsp_portal.frame.population.plan import Plan
from kwsp_portal.jobs import doorbell, lost
from kwsp_portal.jobs.enums import ChunkState, RunState
from kwsp_portal.jobs.models import Chunk, Run
from members.identity.enums import STAFF
from members.identity.models import User
from members.ledger import days, invariants, posting
from members.models import CitizenshipPeriod, Member
from members.rules import age
from tests.ledger.acts import DAY, due

pytestmark = pytest.mark.django_db
NOVEMBER_22 = date(2026, 11, 22)


@pytest.fixture
def as_at() -> Iterator[Callable[[date], None]]:
    """Sets the business date for a test."""
    days = [NOVEMBER_22]
    before = clock.use_source(lambda: days[-1])
    yield days.append
    clock.use_source(before)


@pytest.fixture
def small_markets(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Markets of ten people and more, so that a small population has several."""
    monkeypatch.setattr(plan, "PEOPLE_IN_A_MARKET", 10)
    plan._markets.cache_clear()
    yield
    plan._markets.cache_clear()


def demo_data(**options: Any) -> str:
    out = StringIO()
    call_command("demo_data", stdout=out, **{"members": 12, "employers": 2, "months": 2, **options})
    return out.getvalue()


def made() -> dict[str, Any]:
    """Everything about the population but the numbers of its rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(m.number, w.number), a.code, e.kind, e.booked_on, e.value_date, p.amount_sen, p.balance_after_sen FROM ledger_posting p "
            "JOIN ledger_entry e ON e.id = p.entry_id JOIN ledger_account a ON a.id = p.account_id "
            "LEFT JOIN members_member m ON m.id = a.holder_id AND a.holder_kind = 'MEMBER' "
            "LEFT JOIN employers_employer w ON w.id = a.holder_id AND a.holder_kind = 'EMPLOYER' ORDER BY 1, 2, 3, 4, 5, 6, 7"
        )
        postings = cursor.fetchall()
    rows = FilingRow.objects.order_by("member_number", "filing__wage_month", "filing__employer__number")
    return {
        "members": list(Member.objects.order_by("number").values_list("number", "name", "identity_number", "birth_date", "sex", "member_since")),
        "citizenships": list(CitizenshipPeriod.objects.order_by("member__number", "from_date").values_list("member__number", "status", "to_date")),
        "work": sorted(Employment.objects.values_list("member__number", "employer__number", "from_date", "to_date"), key=str),
        "filings": list(
            Filing.objects.order_by("employer__number", "wage_month").values_list(
                "employer__number", "wage_month", "state", "received_on", "paid_on", "rows_total", "content_digest"
            )
        ),
        "rows": list(rows.values_list("member_number", "wages", "employer_share", "employee_share", "part", "reference", "elections")),
        "elections": sorted(
            Election.objects.values_list("employer__number", "member__number", "kind", "act", "points", "from_month", "state", "approved_on"), key=str
        ),
        "payments": list(Payment.objects.order_by("order_no").values_list("order_no", "fpx_id", "amount", "paid_at")),
        "postings": postings,
    }


def undone(**options: Any) -> dict[str, Any]:
    with transaction.atomic():
        demo_data(**options)
        found = made()
        transaction.set_rollback(True)
    return found


class TestSizes:
    @pytest.mark.parametrize(
        ("count", "employers", "expected"), [(120, 3, [98, 19, 3]), (0, 2, [0, 0]), (3, 3, [1, 1, 1]), (2_000, 2, [1_000, 1_000]), (5, 1, [5])]
    )
    def test_of_a_few_employers(self, count: int, employers: int, expected: list[int]) -> None:
        assert plan.sizes(count, employers, 1952) == expected

    @pytest.mark.parametrize(("count", "employers"), [(1_000_000, 40_000), (1_000_000, 1_000), (12_345, 17), (50, 50), (600, 1), (1_201, 2)])
    def test_everybody_works_somewhere_and_everywhere_works_somebody(self, count: int, employers: int) -> None:
        found = plan.sizes(count, employers, 7)

        assert (sum(found), len(found)) == (count, employers)
        assert min(found) >= 1
        assert max(found) == found[0] <= max(plan.MOST_PEOPLE, -(-count // employers))

    def test_most_employers_are_small_and_a_few_are_large(self) -> None:
        found = plan.sizes(1_000_000, 40_000, 1952)

        few, many = sum(size < 10 for size in found), sum(size >= 200 for size in found)
        assert 0.55 < few / len(found) < 0.75
        assert 0.005 < many / len(found) < 0.04
        assert sum(size for size in found if size >= 200) > 300_000, "a third of all people work for the largest"

    def test_markets_are_whole_and_hold_everybody_once(self) -> None:
        whole = Plan.of(members=100_000, employers=4_000, months=1, seed=1, on=NOVEMBER_22)

        found = whole.markets()

        assert [each.first for each in found] == [0, *(each.end for each in found)][:-1]
        assert (found[-1].end, sum(sum(each.sizes) for each in found)) == (4_000, 100_000)
        assert max(sum(each.sizes) for each in found) < plan.PEOPLE_IN_A_MARKET + plan.MOST_PEOPLE
        assert whole == Plan.from_json(whole.to_json())


class TestPeople:
    def test_the_same_seed_gives_the_same_people_wages_and_money(self, as_at) -> None:
        assert undone(seed=7, members=40, employers=3) == undone(seed=7, members=40, employers=3)

    def test_another_seed_gives_others(self, as_at) -> None:
        one, other = undone(seed=7, months=1), undone(seed=8, months=1)
        assert one["members"] != other["members"]
        assert len(one["members"]) == len(other["members"]) == 16

    def test_whoever_they_are_their_papers_are_their_own(self) -> None:
        """Ten million people have as many identity numbers: those of another cycle are never born on the same day."""
        drawn = []
        for index in (*range(600), *range(9_900_000, 9_900_600), *range(79_200, 79_800)):
            drawn.append(people.draw(index, index % 600, 600, all_members=10_000_000, on=NOVEMBER_22, chance=Random(index)))

        assert len({person.number for person in drawn}) == len({(person.kind, person.identity) for person in drawn}) == len(drawn)
        ages = [age.age_on(person.born, NOVEMBER_22) for person in drawn]
        assert (min(ages), max(ages)) == (18, 76)
        assert {person.periods[-1][0] for person in drawn} == {"CITIZEN", "PERMANENT_RESIDENT", "NON_CITIZEN"}
        papers = [person for person in drawn if person.kind != "PASSPORT"]
        assert all((person.sex == "MALE") == (int(person.identity[-1]) % 2 == 1) for person in papers), "the last digit of a MyKad says the sex"
        assert all(person.identity.startswith(f"{person.born:%y%m%d}") for person in papers)

    def test_two_of_one_place_and_serial_are_born_on_different_days(self) -> None:
        cycle = people.SERIALS * people.PLACES
        twins = [people._born(40, NOVEMBER_22, index // cycle, 1 + 9_999_999 // cycle, Random(1)) for index in range(0, 10_000_000, cycle)]

        assert len(set(twins)) == len(twins) == 127
        assert {age.age_on(born, NOVEMBER_22) for born in twins} == {40}

    def test_ages_citizenships_and_work_are_as_people_have_them(self, as_at) -> None:
        demo_data(members=1_500, employers=30, months=24)

        count = Member.objects.count()
        ages = Counter(age.age_on(born, NOVEMBER_22) // 10 * 10 for born in Member.objects.values_list("birth_date", flat=True))
        assert all(0.15 < ages[decade] / count < 0.4 for decade in (20, 30, 40)), ages
        assert 0.01 < (ages[60] + ages[70]) / count < 0.15
        statuses = Counter(CitizenshipPeriod.objects.filter(to_date=None).values_list("status", flat=True))
        assert 0.8 < statuses["CITIZEN"] / count < 0.95
        assert 0.04 < statuses["NON_CITIZEN"] / count < 0.13
        assert CitizenshipPeriod.objects.exclude(to_date=None).exists(), "some became citizens"
        leavers, joiners = Employment.objects.exclude(to_date=None).count(), Employment.objects.filter(from_date__gt=date(2024, 10, 1)).count()
        assert 0.12 < leavers / count < 0.4
        assert 0.1 < joiners / count < 0.4
        for model in (Member, User, Employer, Employment, CitizenshipPeriod, Representative):
            for row in model.objects.order_by("?")[:25]:
                row.full_clean(validate_constraints=False)  # those are PostgreSQL's, and hold

    def test_arrears_are_what_an_employer_forgot_left_unpaid_or_has_yet_to_send(self, as_at) -> None:
        """No month before the history is missing: nobody is on record as at work in it."""
        demo_data(members=400, employers=20, months=6)

        history = {WageMonth(2026, 4).plus(number) for number in range(7)}
        for employer in Employer.objects.order_by("number"):
            found = arrears.arrears_of(employer=employer, paid_on=NOVEMBER_22, on=NOVEMBER_22)
            filed = {WageMonth.of(day) for day in Filing.objects.filter(employer=employer).values_list("wage_month", flat=True)}
            missing = {month for month, _filing in found.missing}
            assert missing <= history - filed, employer
            if employer.number == "10000001":
                assert missing == {WageMonth(2026, 10)}, "the month that the demo's people are to send"
                assert found.quotes == []

    def test_foreigners_choose_before_october_2025_and_some_add_to_their_share(self, as_at) -> None:
        as_at(date(2026, 2, 20))
        demo_data(members=1_500, employers=30, months=12)

        kinds = Counter(Election.objects.filter(act="ELECT").values_list("kind", flat=True))
        rows = Counter(FilingRow.objects.filter(filing__wage_month=date(2025, 9, 1)).exclude(citizenship="CITIZEN").values_list("part", flat=True))
        after = FilingRow.objects.filter(filing__wage_month=date(2025, 10, 1), part="F").count()
        assert 0.01 < kinds["KWSP_16B"] / 1_500 < 0.06, kinds
        assert 0.005 < kinds["EMPLOYEE_EXCESS"] / 1_500 < 0.05, kinds
        assert 0.2 < rows["B"] / after < 0.65, "some chose, all must from October 2025 on"
        assert not FilingRow.objects.filter(part__in="BD").exclude(elections__contains="CHOSEN").exists()
        assert FilingRow.objects.filter(elections__contains="EMP+").exists()
        assert Election.objects.filter(act="CANCEL").exists()
        assert not Election.objects.exclude(state="APPROVED").exists()

    def test_homes_have_helpers_and_what_is_filed_for_them_was_chosen(self, as_at) -> None:
        demo_data(members=400, employers=80, months=3)

        homes = Employer.objects.filter(kind="HOUSEHOLD")
        assert 5 < homes.count() < 25
        assert all(home.name.startswith("Isi Rumah ") for home in homes)
        assert set(Employment.objects.values_list("employer__kind", "domestic")) == {("PRIVATE", False), ("GOVERNMENT", False), ("HOUSEHOLD", True)}
        rows = FilingRow.objects.filter(filing__employer__kind="HOUSEHOLD")
        assert set(rows.values_list("elections", flat=True)) == {"CHOSEN DOMESTIC"}
        chose = set(Election.objects.filter(kind="KWSP_16").values_list("member_id", flat=True))
        helpers = set(Employment.objects.filter(domestic=True).values_list("member_id", flat=True))
        assert set(rows.values_list("member_id", flat=True)) <= chose < helpers
        assert not Election.objects.filter(employer__kind="HOUSEHOLD").exclude(kind="KWSP_16").exists()

    def test_some_are_between_jobs_and_nobody_stands_in_a_file_twice(self, as_at) -> None:
        demo_data(members=800, employers=12, months=24)

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT from_date - ended AS days FROM (SELECT from_date, lag(to_date) OVER (PARTITION BY member_id ORDER BY from_date) AS ended "
                "FROM employers_employment) AS one WHERE ended IS NOT NULL"
            )
            gaps = [days for (days,) in cursor.fetchall()]
        assert min(gaps) >= 0
        assert gaps.count(0) > 10
        assert sum(30 < days < 400 for days in gaps) > 10
        assert not [of for of, times in Counter(FilingRow.objects.values_list("filing_id", "member_id")).items() if times > 1]


class TestHistory:
    @pytest.mark.parametrize("day", [date(2022, 4, 10), date(2024, 5, 20), date(2024, 7, 20), NOVEMBER_22])
    def test_it_is_credited_by_the_law_of_each_day_and_sound(self, as_at, day: date) -> None:
        as_at(day)

        said = demo_data(members=14, months=3)

        assert "the ledger is sound" in said
        assert invariants.broken() == []
        assert set(Filing.objects.values_list("state", flat=True)) <= {FilingState.CREDITED, FilingState.APPROVED}
        credited = Filing.objects.filter(state=FilingState.CREDITED)
        assert credited.exists()
        assert max(credited.values_list("credited_on", flat=True)) <= day
        for _, code, _, booked_on, value_date, _, _ in made()["postings"]:
            assert code != "FLEKSIBEL" or booked_on >= date(2024, 5, 11)
            assert booked_on <= day
            assert value_date >= booked_on.replace(day=1)
        fleksibel = {booked_on for _, code, _, booked_on, _, _, _ in made()["postings"] if code == "FLEKSIBEL"}
        assert bool(fleksibel) == (day > date(2024, 6, 1))

    def test_before_the_first_known_law_there_are_people_only(self, as_at) -> None:
        as_at(date(2018, 2, 10))

        said = demo_data(members=3, months=12)

        assert "from wage month 2018-01 on: people only" in said
        assert not Filing.objects.exists()
        assert Member.objects.count() == 7

    @pytest.mark.parametrize("months", [12, 60_000])
    def test_months_before_the_first_known_law_are_left_out_and_said(self, as_at, months: int) -> None:
        as_at(date(2018, 4, 10))

        said = demo_data(members=3, months=months)

        assert f"found {months} months asked for, makes 2 (2018-01 to 2018-02)" in said
        assert set(Filing.objects.values_list("wage_month", flat=True)) == {date(2018, 1, 1), date(2018, 2, 1)}

    def test_a_month_whose_payment_would_be_tomorrow_stays_unpaid(self, as_at, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(conduct, "LATE_IN_HUNDRED", (100, 100))
        as_at(date(2026, 11, 9))

        said = demo_data(months=1)

        assert set(Filing.objects.values_list("state", flat=True)) <= {FilingState.APPROVED, FilingState.CREDITED}
        assert Payment.objects.exclude(state=PaymentState.APPROVED).count() == 0
        assert ("not paid" in said) == Filing.objects.filter(state=FilingState.APPROVED).exists()

    def test_late_payers_or_not_each_account_is_booked_day_after_day(self, as_at, monkeypatch: pytest.MonkeyPatch) -> None:
        """A month paid 39 days after it was filed is credited after the next month, which was paid in time; so is one of another employer."""
        monkeypatch.setattr(conduct, "LATE_IN_HUNDRED", (50, 50))
        monkeypatch.setattr(careers, "LEAVE_IN_TEN_THOUSAND_A_MONTH", 1_500)
        monkeypatch.setattr(market, "ACTS_AT_ONCE", 40)

        demo_data(members=30, employers=4, months=18)

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT account_id, version FROM (SELECT account_id, version, booked_on, lag(booked_on) OVER (PARTITION BY account_id ORDER BY "
                "version) AS before FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id WHERE version IS NOT NULL) AS line "
                "WHERE booked_on < before"
            )
            assert cursor.fetchall() == []
            cursor.execute(
                "SELECT count(*) FROM (SELECT id, booked_on, lag(booked_on) OVER (ORDER BY id) AS b FROM ledger_entry) e WHERE booked_on < b"
            )
            assert cursor.fetchone() == (0,), "one market: the whole of it is in the order of days"
            cursor.execute(
                "SELECT count(*) FROM ledger_account a WHERE opened_on <> (SELECT min(booked_on) FROM ledger_posting p JOIN ledger_entry e ON "
                "e.id = p.entry_id WHERE p.account_id = a.id)"
            )
            assert cursor.fetchone() == (0,), "accounts are opened on the day of their first entry"
        late = Filing.objects.filter(paid_on__gt=models_due()).count()
        assert late > 5

    def test_some_months_are_forgotten_and_some_never_paid_but_not_the_demo_employer_s(self, as_at, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(conduct, "FORGETS_IN_THOUSAND", (300, 300))
        monkeypatch.setattr(conduct, "NEVER_PAYS_IN_THOUSAND", (400, 400))
        monkeypatch.setattr(conduct, "UNPAID_LEAVE_IN_THOUSAND", 200)

        demo_data(members=60, employers=5, months=12)

        filed = Counter(Filing.objects.values_list("employer__number", flat=True))
        unpaid = Counter(Filing.objects.filter(state=FilingState.APPROVED).values_list("employer__number", flat=True))
        assert filed["10000001"] == 12
        assert unpaid["10000001"] == 0
        assert 20 < sum(filed.values()) - 12 < 44
        assert sum(unpaid.values()) > 3
        demo = FilingRow.objects.filter(member__user__isnull=False).count()
        assert demo == 4 * 12, "the demo members are never left out"
        assert (
            FilingRow.objects.filter(filing__employer__number="10000001").count()
            < 12 * Employment.objects.filter(employer__number="10000001").count()
        )

    def test_what_fpx_cannot_carry_stays_unpaid(self, as_at, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(careers, "_wages", lambda person, plan, chance: 9_000_000)
        monkeypatch.setattr(signins, "MEMBERS", tuple((*member[:-1], 9_000_000) for member in signins.MEMBERS))

        said = demo_data(months=1)

        assert set(Filing.objects.values_list("state", flat=True)) == {FilingState.APPROVED}
        assert "2 approved filings are not paid" in said


def models_due() -> Any:
    """The due date of a filing's month, in SQL."""
    return ExpressionWrapper(F("wage_month") + timedelta(days=46), output_field=DateField())


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.usefixtures("small_markets")
class TestMarkets:
    def test_made_in_any_order_it_is_the_same(self, as_at) -> None:
        """Whoever takes which chunk first: nothing of a market depends on another."""
        options = {"members": 60, "employers": 12, "months": 3}
        in_order = undone(**options)
        with transaction.atomic():
            whole = Plan.of(**options, seed=1952, on=NOVEMBER_22)
            signins.users()
            assert len(whole.markets()) >= 3
            for each in reversed(whole.markets()):
                market.make(whole, each)
            backwards = made()
            transaction.set_rollback(True)

        assert backwards == in_order

    def test_stopped_it_says_what_is_there_and_goes_on(self, as_at, monkeypatch: pytest.MonkeyPatch) -> None:
        options = {"members": 60, "employers": 12, "months": 2}
        whole = undone(**options)
        make, times = market.make, Counter[str]()

        def stopped(*args: Any) -> int:
            times["made"] += 1
            if times["made"] == 2:
                raise KeyboardInterrupt
            return make(*args)

        monkeypatch.setattr(market, "make", stopped)
        with pytest.raises(CommandError, match=r"stopped\. 1 of \d parts are there, each whole: \d+ members with \d+ rows") as caught:
            demo_data(**options)
        assert caught.value.returncode == 130
        assert invariants.broken() == []
        assert Run.objects.get(programme="demo_data").state == RunState.PAUSED

        said = demo_data(**options)

        assert "goes on with what was begun: 1 of" in said
        assert made() == whole
        assert User.objects.filter(user_id="ahlidemo35").count() == 1

    def test_a_fault_is_named_and_mended_by_the_next_call(self, as_at, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(market, "make", lambda *_: 1 / 0)
            with pytest.raises(CommandError, match=r"division by zero\. 0 of \d parts are there"):
                demo_data(members=30, employers=3)
        assert not Member.objects.exists()

        assert "goes on" in demo_data(members=30, employers=3)
        assert Member.objects.count() == 34

    def test_begun_with_other_parameters_it_is_refused(self, as_at, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(market, "make", lambda *_: 1 / 0)
        with pytest.raises(CommandError):
            demo_data(members=30, employers=3)

        with pytest.raises(CommandError, match="One of other parameters .30 x 3 x 2, 1952"):
            demo_data(members=31, employers=3)
        assert demo_data(members=31, employers=3, if_empty=True) == ""

    def test_it_goes_on_as_at_the_day_it_was_begun(self, as_at, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = undone(members=30, employers=3)
        with monkeypatch.context() as broken:
            broken.setattr(market, "make", lambda *_: 1 / 0)
            with pytest.raises(CommandError):
                demo_data(members=30, employers=3)
        as_at(date(2027, 2, 1))

        demo_data(members=30, employers=3)

        assert made() == whole


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("small_markets")
def test_two_processes_make_what_one_makes(as_at) -> None:
    options = {"members": 80, "employers": 16, "months": 2}

    said = demo_data(processes=2, **options)

    by_two = made()
    assert "goes on" not in said
    assert AuditEvent.objects.filter(action="demo.population.begin").count() == 1
    with transaction.atomic(), connection.cursor() as cursor:
        whole = Plan.of(**options, seed=1952, on=NOVEMBER_22)
        assert Chunk.objects.filter(run__programme="demo_data", state=ChunkState.DONE).count() == len(whole.markets()) >= 4
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM members_member")
        assert cursor.fetchone() == (len(whole.markets()),), "one transaction a market"
    TransactionTestCase._fixture_teardown(TransactionTestCase())
    demo_data(processes=1, **options)
    assert made() == by_two


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("small_markets")
def test_a_process_that_is_killed_is_no_matter_and_all_of_them_are_said(as_at, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it had in hand is undone by PostgreSQL and made by another; with none left the command says so, and goes on when called again."""
    options = {"members": 60, "employers": 12, "months": 2}
    make, lives = market.make, multiprocessing.Value("i", 3)

    def killed(*args: Any) -> int:
        made = make(*args)
        with lives.get_lock():
            lives.value -= 1
            dies = lives.value >= 0
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    monkeypatch.setattr(market, "make", killed)
    monkeypatch.setattr(lost, "LONGEST_PAUSE", 0)
    with pytest.raises(CommandError, match="its processes have died"):
        demo_data(processes=2, **options)
    assert not Member.objects.exists()
    assert lives.value == 1

    demo_data(processes=2, **options)

    assert lives.value < 0, "one more has died, and the other has made the rest"
    by_the_last = made()
    TransactionTestCase._fixture_teardown(TransactionTestCase())
    demo_data(processes=1, **options)
    assert made() == by_the_last


@pytest.mark.django_db(transaction=True)
def test_it_rings_for_nobody(as_at, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work is done here: a worker that came running would find nothing, or the work of half a population."""
    asked: list[bool] = []
    broker = SimpleNamespace(connection_for_write=lambda: asked.append(True))
    monkeypatch.setattr(doorbell, "celery", SimpleNamespace(current_app=broker))

    demo_data(members=0, months=1)

    assert asked == []
    doorbell.ring()
    assert asked == [True], "afterwards it rings again"


class TestSignIns:
    def test_all_of_the_contract_with_their_roles(self, as_at) -> None:
        demo_data(members=0, employers=1, months=1)

        roles = dict(User.objects.values_list("user_id", "role"))
        assert {person.user_id: person.role for person in PEOPLE} == roles
        for user in User.objects.all():
            assert user.check_password("kwsp-demo-2026")
            assert user.secret_phrase

    def test_officers_have_their_second_factor_and_nobody_else(self, as_at) -> None:
        demo_data(members=0, months=1)

        devices = TOTPDevice.objects.all()
        assert {device.user.role for device in devices} == {role for role in STAFF if role in {person.role for person in PEOPLE}}
        assert devices.count() == User.objects.filter(role__in=STAFF).count()
        assert {(device.bin_key, device.confirmed) for device in devices} == {(base64.b32decode("KWSPDEMOKWSPDEMO"), True)}

    def test_demo_members_have_the_ages_their_names_say(self, as_at) -> None:
        demo_data(members=0, months=1)

        found = {member.user.user_id: age.age_on(member.birth_date, NOVEMBER_22) for member in Member.objects.exclude(user=None)}
        assert found == {f"ahlidemo{years}": years for years in (35, 54, 56, 61)}
        assert {employment.employer.number for employment in Employment.objects.all()} == {"10000001"}

    def test_who_acts_for_the_demo_employer(self, as_at) -> None:
        demo_data(members=0, months=1)

        assert dict(Representative.objects.filter(employer__number="10000001").values_list("user__user_id", "role")) == {
            user_id: role.value for user_id, role in signins.REPRESENTATIVES.items()
        }
        others = User.objects.filter(user_id__startswith="wakil")
        assert others.exists()
        assert not any(user.has_usable_password() for user in others)

    def test_the_demo_member_has_savings(self, as_at) -> None:
        demo_data(members=0, employers=1, months=3)

        by_code = {code: sen for number, code, _, _, _, sen, _ in made()["postings"] if number == "10000101"}
        assert set(by_code) == {"PERSARAAN", "SEJAHTERA", "FLEKSIBEL"}


class TestRefusals:
    def test_if_empty_does_nothing_where_people_are(self, as_at) -> None:
        demo_data(members=0, months=1)
        before = made()

        assert demo_data(if_empty=True) == ""
        assert made() == before

    def test_twice_is_refused(self, as_at) -> None:
        demo_data(members=0, months=1)

        with pytest.raises(CommandError, match="found people in the database"):
            demo_data()

    def test_refused_outside_the_demo(self, as_at, settings: Any) -> None:
        settings.DEMO = False

        with pytest.raises(CommandError, match="production settings"):
            demo_data(if_empty=True)
        assert not User.objects.exists()

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"members": -1}, "found --members -1, --employers 2, --months 2; expected --employers and"),
            ({"employers": 0}, "expected --employers and --months of at least 1"),
            ({"months": 0}, "--months 0; expected"),
            ({"months": -3}, "--months -3; expected"),
            ({"members": 12, "employers": 13}, "found --members 12 for --employers 13; expected at least one for each"),
            ({"members": 400_001, "employers": 2}, "expected at most 200,000 for each employer"),
            ({"members": 10_000_001, "employers": 900_000}, "expected at most 10,000,000 members"),
            ({"members": 1_000_000, "employers": 900_001}, "and 900,000 employers"),
        ],
    )
    def test_nonsense(self, as_at, options: dict[str, int], said: str) -> None:
        with pytest.raises(CommandError, match=said):
            demo_data(**options)
        assert not User.objects.exists()

    def test_days_that_are_closed_take_no_history(self, as_at) -> None:
        posting.post(due(1, 4, 36_000))
        assert days.close(on=NOVEMBER_22).through == DAY

        with pytest.raises(CommandError, match="closed through 2026-01-15, found a history that begins on 2025-11-01, expected days that are open"):
            demo_data(months=12)
        assert not User.objects.exists()

    def test_once_begun_it_goes_on_unless_its_days_were_closed_meanwhile(self, as_at, monkeypatch: pytest.MonkeyPatch) -> None:
        """While its run is open no day of its history is closed; after Ctrl-C the run is paused, and they may be."""
        posting.post(due(1, 4, 36_000))
        with monkeypatch.context() as broken:
            broken.setattr(market, "make", lambda *_: days.close(on=NOVEMBER_22) and interrupted())
            with pytest.raises(CommandError, match="stopped"):
                demo_data(months=14)
        assert days.closed_through() is None
        days.close(on=NOVEMBER_22)

        with pytest.raises(CommandError, match="closed through 2026-01-15"):
            demo_data(months=14)

    def test_an_unsound_ledger_is_refused(self, as_at, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(invariants, "broken", lambda: [invariants.Result("ledger_sums_to_zero", 1, [])])

        with pytest.raises(CommandError, match="ledger_sums_to_zero"):
            demo_data(members=0, months=1)
