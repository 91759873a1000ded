"""demo_data: people and a history through the real services; reproducible, sound, all or nothing."""

import base64
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from contributions.enums import FilingState, PaymentState
from contributions.models import Filing, FilingRow, Payment
from employers.models import Employment, Representative
from kwsp_portal.common import clock
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.frame.demo.people import PEOPLE
from kwsp_portal.frame.population import history, people, signins
from kwsp_portal.jobs import doorbell
from members.identity.enums import STAFF
from members.identity.models import User
from members.ledger import invariants
from members.models import CitizenshipPeriod, Member
from members.rules import age
from tests import factories

pytestmark = pytest.mark.django_db
NOVEMBER_22 = date(2026, 11, 22)


@pytest.fixture
def as_at() -> Iterator[Callable[[date], None]]:
    """Sets the business date for a test."""
    days = [NOVEMBER_22]
    before = clock.use_source(lambda: days[-1])
    yield days.append
    clock.use_source(before)


def demo_data(**options: Any) -> str:
    out = StringIO()
    call_command("demo_data", stdout=out, **{"members": 12, "employers": 2, "months": 2, **options})
    return out.getvalue()


def made() -> dict[str, Any]:
    """Everything about the population but the numbers of its rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.number, a.code, e.booked_on, e.value_date, p.amount_sen FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id "
            "JOIN ledger_account a ON a.id = p.account_id JOIN members_member m ON m.id = a.holder_id AND a.holder_kind = 'MEMBER' ORDER BY 1, 2, 3"
        )
        postings = cursor.fetchall()
    return {
        "members": list(Member.objects.order_by("number").values_list("number", "name", "identity_number", "birth_date", "sex", "member_since")),
        "citizenships": list(CitizenshipPeriod.objects.order_by("member__number").values_list("member__number", "status")),
        "work": list(Employment.objects.order_by("member__number").values_list("member__number", "employer__number", "from_date", "to_date")),
        "filings": list(
            Filing.objects.order_by("employer__number", "wage_month").values_list("employer__number", "wage_month", "state", "paid_on", "rows_total")
        ),
        "rows": list(FilingRow.objects.order_by("member_number", "filing__wage_month").values_list("member_number", "wages", "employer_share")),
        "postings": postings,
    }


def undone(**options: Any) -> dict[str, Any]:
    with transaction.atomic():
        demo_data(**options)
        found = made()
        transaction.set_rollback(True)
    return found


class TestPeople:
    def test_the_same_seed_gives_the_same_people_wages_and_money(self, as_at) -> None:
        assert undone(seed=7) == undone(seed=7)

    def test_another_seed_gives_others(self, as_at) -> None:
        one, other = undone(seed=7, months=1), undone(seed=8, months=1)
        assert one["members"] != other["members"]
        assert len(one["members"]) == len(other["members"]) == 16

    def test_whoever_they_are_their_numbers_are_their_own(self) -> None:
        employer = factories.EmployerFactory()
        numbers = people.Numbers()
        for _ in range(2):
            people.make(employer=employer, count=600, first=WageMonth(2026, 9), on=NOVEMBER_22, chance=Random(1), numbers=numbers)

        assert Member.objects.values("number").distinct().count() == 1_200
        assert Member.objects.values("identity_kind", "identity_number").distinct().count() == 1_200
        ages = [age.age_on(born, NOVEMBER_22) for born in Member.objects.values_list("birth_date", flat=True)]
        assert (min(ages), max(ages)) == (18, 76)
        statuses = Counter(CitizenshipPeriod.objects.values_list("status", flat=True))
        assert set(statuses) == {"CITIZEN", "PERMANENT_RESIDENT", "NON_CITIZEN"}
        odd = Member.objects.filter(identity_kind="MYKAD").values_list("sex", "identity_number")
        assert all((sex == "MALE") == (int(number[-1]) % 2 == 1) for sex, number in odd), "the last digit of a MyKad says the sex"

    @pytest.mark.parametrize(
        ("count", "employers", "expected"),
        [(120, 3, [72, 28, 20]), (0, 2, [0, 0]), (1, 3, [1, 0, 0]), (2_000, 2, [1_000, 1_000]), (1_500, 3, [600, 540, 360])],
    )
    def test_sizes_of_employers(self, count: int, employers: int, expected: list[int]) -> None:
        assert people.sizes(count, employers) == expected

    @pytest.mark.parametrize(("count", "employers"), [(1_000_000, 2_000), (12_345, 17), (5, 50)])
    def test_everybody_works_somewhere(self, count: int, employers: int) -> None:
        found = people.sizes(count, employers)

        assert (sum(found), len(found)) == (count, employers)
        assert max(found) <= max(people.MOST_PEOPLE, -(-count // employers))


class TestHistory:
    @pytest.mark.parametrize("day", [date(2022, 4, 10), date(2024, 5, 20), date(2024, 7, 20), NOVEMBER_22])
    def test_it_is_credited_by_the_law_of_each_day_and_sound(self, as_at, day: date) -> None:
        as_at(day)

        said = demo_data(members=14, months=3)

        assert "from" in said
        assert invariants.broken() == []
        assert set(Filing.objects.values_list("state", flat=True)) <= {FilingState.CREDITED, FilingState.APPROVED}
        credited = Filing.objects.filter(state=FilingState.CREDITED)
        assert credited.exists()
        assert max(credited.values_list("credited_on", flat=True)) <= day
        for _, code, booked_on, value_date, _ in made()["postings"]:
            assert code != "FLEKSIBEL" or booked_on >= date(2024, 5, 11)
            assert booked_on <= day
            assert value_date >= booked_on.replace(day=1)
        fleksibel = {booked_on for _, code, booked_on, _, _ in made()["postings"] if code == "FLEKSIBEL"}
        assert bool(fleksibel) == (day > date(2024, 6, 1))

    def test_before_the_first_known_law_there_are_people_only(self, as_at) -> None:
        as_at(date(2019, 2, 10))

        demo_data(members=3, months=12)

        assert not Filing.objects.exists()
        assert Member.objects.count() == 7

    def test_months_before_the_first_known_law_are_left_out(self, as_at) -> None:
        as_at(date(2019, 4, 10))

        demo_data(members=3, months=12)

        assert set(Filing.objects.values_list("wage_month", flat=True)) == {date(2019, 1, 1), date(2019, 2, 1)}

    def test_a_month_whose_payment_would_be_tomorrow_stays_unpaid(self, as_at, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(history, "LATE_PAYERS_IN_HUNDRED", 100)
        as_at(date(2026, 11, 9))

        said = demo_data(months=1)

        assert set(Filing.objects.values_list("state", flat=True)) <= {FilingState.APPROVED, FilingState.CREDITED}
        assert Payment.objects.exclude(state=PaymentState.APPROVED).count() == 0
        assert ("not paid yet" in said) == Filing.objects.filter(state=FilingState.APPROVED).exists()

    def test_late_payers_or_not_each_account_is_booked_day_after_day(self, as_at, monkeypatch: pytest.MonkeyPatch) -> None:
        """A month paid 39 days after it was filed is credited after the next month, which was paid in time."""
        monkeypatch.setattr(history, "LATE_PAYERS_IN_HUNDRED", 50)

        demo_data(members=6, employers=1, months=10)

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT account_id, version FROM (SELECT account_id, version, booked_on, lag(booked_on) OVER (PARTITION BY account_id ORDER BY "
                "version) AS before FROM ledger_posting p JOIN ledger_entry e ON e.id = p.entry_id WHERE version IS NOT NULL) AS line "
                "WHERE booked_on < before"
            )
            assert cursor.fetchall() == []
        assert Filing.objects.exclude(state=FilingState.CREDITED).count() <= 2

    def test_what_fpx_cannot_carry_stays_unpaid(self, as_at, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(people, "_wages", lambda years, chance: Decimal(900_000))

        said = demo_data(months=1)

        assert set(Filing.objects.values_list("state", flat=True)) == {FilingState.APPROVED}
        assert "2 approved filings are not paid yet" in said


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

        by_code = {code: sen for number, code, _, _, sen in made()["postings"] if number == "10000101"}
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

    @pytest.mark.parametrize("options", [{"members": -1}, {"employers": 0}, {"months": 0}])
    def test_nonsense(self, as_at, options: dict[str, int]) -> None:
        with pytest.raises(CommandError, match="expected --employers"):
            demo_data(**options)

    def test_half_way_is_not_at_all(self, as_at, monkeypatch: pytest.MonkeyPatch) -> None:
        """Killed or failed in the middle it leaves an empty database, which the next start fills."""
        monkeypatch.setattr(history, "_pay", lambda *_: 1 / 0)

        with pytest.raises(ZeroDivisionError):
            demo_data()

        assert not User.objects.exists()
        assert not Member.objects.exists()

    def test_an_unsound_ledger_is_refused(self, as_at, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(invariants, "broken", lambda: [invariants.Result("ledger_sums_to_zero", 1, [])])

        with pytest.raises(CommandError, match="ledger_sums_to_zero"):
            demo_data(members=0, months=1)
        assert not User.objects.exists()
