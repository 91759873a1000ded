"""i-Saraan and i-Suri: seed 002, rulings 18 to 20, facts 3.1 to 3.4, and every border on both sides."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from contributions import explanations_incentive
from contributions.calculator import incentive as calculator
from contributions.enums import IncentiveScheme, Occupation, VoluntaryKind
from contributions.facts import IncentiveFacts, Registration, Voluntary
from contributions.rules import incentive, incentive_steps, incentive_who
from contributions.rules.incentive import Before, HalfYear
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.rates import Confidence, NotInForce
from members.enums import Citizenship, SubAccount
from tests.statute import plain_incentive, tables

SEED, YEARS = 20231124, 300
ISARAAN, ISURI = IncentiveScheme.ISARAAN, IncentiveScheme.ISURI
LONG_AGO = date(2015, 1, 1)
ALWAYS = ((LONG_AGO, None),)
CITIZEN = ((LONG_AGO, Citizenship.CITIZEN),)


def somebody(scheme: IncentiveScheme = ISARAAN, *paid: tuple[str, str], **changes: Any) -> IncentiveFacts:
    """A member who meets every condition of the scheme, having paid amounts on days. `occupation` is said with each registration that names none."""
    work = changes.pop("occupation", Occupation.TRADER)
    held = changes.pop("registrations", (Registration(scheme, LONG_AGO),))
    facts = IncentiveFacts(
        birth_date=date(1985, 6, 15),
        citizenships=CITIZEN,
        member_since=LONG_AGO,
        registrations=tuple(one if one.occupation else one._replace(occupation=work) for one in held),
        contributions=tuple(Voluntary(VoluntaryKind(scheme), Decimal(amount), date.fromisoformat(day)) for amount, day in paid),
        on_list=ALWAYS,
    )
    return facts._replace(**changes)


def earned(facts: IncentiveFacts, year: int, half: int = 2, scheme: IncentiveScheme = ISARAAN, **before: str) -> Decimal:
    given_before = Before(**{name: Decimal(amount) for name, amount in before.items()})
    return incentive_who.of_half(facts, scheme, HalfYear(year, half), before=given_before).amount


def unmet(facts: IncentiveFacts, scheme: IncentiveScheme, on: str) -> list[str]:
    return [one.code for one in incentive_who.conditions(facts, scheme, on=date.fromisoformat(on)) if not one.met]


@pytest.mark.parametrize(
    "case", tables.read("incentive.csv"), ids=lambda case: f"{case['scheme']} {case['year']} {case['contributed']} {case['earlier']}"
)
def test_a_year_by_its_rate_and_its_caps(case: dict[str, str]) -> None:
    law = incentive.terms(IncentiveScheme(case["scheme"].upper()), int(case["year"]))
    contributed = Decimal(case["contributed"])
    whole_year = law.year_minimum is not None and contributed >= law.year_minimum
    months = law.months if whole_year else incentive.months_for(law, contributed)

    found = incentive.reckon(law=law, contributed=contributed, months=months, before=Before(earlier_years=Decimal(case["earlier"])))

    assert found.amount == Decimal(case["incentive"]), case["source"]


@pytest.mark.parametrize(
    ("scheme", "year", "fills"),
    [(ISARAAN, 2018, "1666.67"), (ISARAAN, 2023, "2000"), (ISARAAN, 2024, "3333.33"), (ISARAAN, 2025, "2500"), (ISURI, 2024, "600")],
)
def test_what_fills_a_year_is_as_published(scheme: IncentiveScheme, year: int, fills: str) -> None:
    """Facts 3.1 and 3.2."""
    assert incentive.reckon(law=incentive.terms(scheme, year), contributed=money.ZERO).more == Decimal(fills)


@pytest.mark.parametrize(("scheme", "year"), [(ISARAAN, 2017), (ISURI, 2017), (ISURI, 2023)])
def test_a_year_that_no_source_confirms_is_refused_with_a_way_forward(scheme: IncentiveScheme, year: int) -> None:
    with pytest.raises(NotInForce) as refused:
        incentive.terms(scheme, year)

    assert "kaunter" in refused.value.way_forward.ms
    assert not incentive_who.eligible(somebody(scheme), scheme, on=date(year, 12, 31))


class TestConditions:
    @pytest.mark.parametrize(
        ("scheme", "changes", "on", "expected"),
        [
            (ISARAAN, {}, "2023-05-05", []),
            (ISURI, {}, "2024-05-05", []),
            # Citizens only
            (ISARAAN, {"citizenships": ((LONG_AGO, Citizenship.PERMANENT_RESIDENT),)}, "2023-05-05", ["CITIZEN"]),
            (ISARAAN, {"citizenships": ((LONG_AGO, Citizenship.NON_CITIZEN),)}, "2023-05-05", ["CITIZEN"]),
            (ISARAAN, {"citizenships": ()}, "2023-05-05", ["CITIZEN"]),
            (ISARAAN, {"citizenships": ((date(2023, 5, 5), Citizenship.CITIZEN), (LONG_AGO, Citizenship.NON_CITIZEN))}, "2023-05-04", ["CITIZEN"]),
            (ISARAAN, {"citizenships": ((date(2023, 5, 5), Citizenship.CITIZEN), (LONG_AGO, Citizenship.NON_CITIZEN))}, "2023-05-05", []),
            # A member, from the day
            (ISARAAN, {"member_since": None}, "2023-05-05", ["MEMBER"]),
            (ISARAAN, {"member_since": date(2023, 5, 6)}, "2023-05-05", ["MEMBER"]),
            (ISARAAN, {"member_since": date(2023, 5, 5)}, "2023-05-05", []),
            # Age on the day of the contribution: below 55 to 2021, below 60 from 2022
            (ISARAAN, {"birth_date": date(1966, 3, 10)}, "2021-03-09", []),
            (ISARAAN, {"birth_date": date(1966, 3, 10)}, "2021-03-10", ["AGE"]),
            (ISARAAN, {"birth_date": date(1966, 3, 10)}, "2021-12-31", ["AGE"]),
            (ISARAAN, {"birth_date": date(1966, 3, 10)}, "2022-01-01", []),
            (ISARAAN, {"birth_date": date(1963, 3, 10)}, "2023-03-09", []),
            (ISARAAN, {"birth_date": date(1963, 3, 10)}, "2023-03-10", ["AGE"]),
            (ISARAAN, {"birth_date": date(1964, 2, 29)}, "2024-02-28", []),
            (ISARAAN, {"birth_date": date(1964, 2, 29)}, "2024-02-29", ["AGE"]),
            (ISARAAN, {"birth_date": date(1951, 1, 1)}, "2026-01-01", ["AGE"]),
            (ISURI, {"birth_date": date(1970, 3, 10)}, "2025-03-09", []),
            (ISURI, {"birth_date": date(1970, 3, 10)}, "2025-03-10", ["AGE"]),
            (ISURI, {"birth_date": date(1970, 3, 10)}, "2025-12-31", ["AGE"]),
            (ISURI, {"birth_date": date(1970, 3, 10)}, "2026-01-01", []),
            (ISURI, {"birth_date": date(1966, 3, 10)}, "2026-03-10", ["AGE"]),
            # Work on one's own account, and pensionable employees
            (ISARAAN, {"occupation": None}, "2023-05-05", ["OCCUPATION"]),
            (ISARAAN, {"occupation": Occupation.EMPLOYEE}, "2023-05-05", ["OCCUPATION"]),
            (ISARAAN, {"occupation": Occupation.PENSIONABLE}, "2023-05-05", []),
            (ISARAAN, {"occupation": Occupation.HOUSEWIFE}, "2023-05-05", []),
            (ISARAAN, {"occupation": Occupation.OTHER}, "2023-05-05", []),
            (ISURI, {"occupation": None}, "2024-05-05", []),
            # The Ministry's list, i-Suri only
            (ISURI, {"on_list": ()}, "2024-05-05", ["ON_LIST"]),
            (ISURI, {"on_list": ((date(2024, 5, 5), date(2024, 5, 5)),)}, "2024-05-04", ["ON_LIST"]),
            (ISURI, {"on_list": ((date(2024, 5, 5), date(2024, 5, 5)),)}, "2024-05-05", []),
            (ISURI, {"on_list": ((date(2024, 5, 5), date(2024, 5, 5)),)}, "2024-05-06", ["ON_LIST"]),
            (ISARAAN, {"on_list": ()}, "2024-05-05", []),
            # An employer's contribution: i-Suri ends with its month, i-Saraan sets the month aside
            (ISURI, {"employer_months": {WageMonth(2024, 5)}}, "2024-04-30", []),
            (ISURI, {"employer_months": {WageMonth(2024, 5)}}, "2024-05-01", ["NO_EMPLOYER"]),
            (ISURI, {"employer_months": {WageMonth(2024, 5)}}, "2026-10-31", ["NO_EMPLOYER"]),
            (ISARAAN, {"employer_months": {WageMonth(2024, 5)}}, "2024-05-31", ["NO_EMPLOYER"]),
            (ISARAAN, {"employer_months": {WageMonth(2024, 5)}}, "2024-06-01", []),
            (ISARAAN, {"employer_months": {WageMonth(2024, 5)}, "occupation": Occupation.PENSIONABLE}, "2024-05-31", []),
            # Registered on the day, which says the work, too
            (ISARAAN, {"registrations": ()}, "2023-05-05", ["OCCUPATION", "OPTED_IN"]),
            (ISARAAN, {"registrations": (Registration(ISARAAN, date(2023, 5, 6)),)}, "2023-05-05", ["OCCUPATION", "OPTED_IN"]),
            (ISARAAN, {"registrations": (Registration(ISARAAN, date(2023, 5, 5)),)}, "2023-05-05", []),
            (ISARAAN, {"registrations": (Registration(ISARAAN, LONG_AGO, date(2023, 5, 5)),)}, "2023-05-05", []),
            (ISARAAN, {"registrations": (Registration(ISARAAN, LONG_AGO, date(2023, 5, 5)),)}, "2023-05-06", ["OCCUPATION", "OPTED_IN"]),
            # One incentive at a time
            (ISARAAN, {"registrations": (Registration(ISARAAN, LONG_AGO), Registration(ISURI, LONG_AGO))}, "2023-05-05", ["ONE_SCHEME"]),
            (ISARAAN, {"registrations": (Registration(ISURI, LONG_AGO),)}, "2023-05-05", ["OCCUPATION", "OPTED_IN", "ONE_SCHEME"]),
            (ISURI, {"registrations": (Registration(ISURI, LONG_AGO), Registration(ISARAAN, LONG_AGO, date(2024, 5, 4)))}, "2024-05-05", []),
        ],
    )
    def test_each_on_both_sides_of_its_border(self, scheme: IncentiveScheme, changes: dict[str, Any], on: str, expected: list[str]) -> None:
        facts = somebody(scheme, **changes)

        assert unmet(facts, scheme, on) == expected
        assert incentive_who.eligible(facts, scheme, on=date.fromisoformat(on)) is not bool(expected)

    def test_who_registers_for_i_suri_anew_starts_anew(self) -> None:
        again = somebody(ISURI, registrations=(Registration(ISURI, LONG_AGO, date(2024, 5, 31)), Registration(ISURI, date(2024, 8, 1))))
        again = again._replace(employer_months={WageMonth(2024, 5)})

        assert unmet(again, ISURI, "2024-05-31") == ["NO_EMPLOYER"]
        assert unmet(again, ISURI, "2024-08-01") == []

    @pytest.mark.parametrize("scheme", [ISARAAN, ISURI])
    def test_every_condition_has_its_words_and_its_provision(self, scheme: IncentiveScheme) -> None:
        found = incentive_who.conditions(somebody(scheme), scheme, on=date(2024, 5, 5))

        assert len(found) == 7
        for one in found:
            assert explanations_incentive.CONDITIONS[one.code]
            assert one.citation.startswith("incentive/")

    def test_i_suri_began_on_15_august_2018(self) -> None:
        with pytest.raises(NotInForce):
            unmet(somebody(ISURI), ISURI, "2018-08-14")
        assert unmet(somebody(ISURI), ISURI, "2018-08-15") == []


class TestWhichContributionsCount:
    def test_only_its_own_kind(self) -> None:
        others = tuple(Voluntary(kind, Decimal(1000), date(2025, 2, 2)) for kind in VoluntaryKind)

        assert earned(somebody(contributions=others), 2025) == Decimal("200.00")

    @pytest.mark.parametrize(
        ("day", "first", "second"),
        [("2024-12-31", "0", "0"), ("2025-01-01", "200", "200"), ("2025-06-30", "200", "200"), ("2025-07-01", "0", "200"), ("2025-12-31", "0", "200"),
         ("2026-01-01", "0", "0")],
    )  # fmt: skip
    def test_the_half_year_by_the_day(self, day: str, first: str, second: str) -> None:
        facts = somebody(ISARAAN, ("1000", day))

        assert (earned(facts, 2025, 1), earned(facts, 2025, 2)) == (Decimal(first), Decimal(second))

    def test_from_the_birthday_on_nothing_counts(self) -> None:
        facts = somebody(ISARAAN, ("1000", "2023-03-09"), ("1000", "2023-03-10"), birth_date=date(1963, 3, 10))

        assert earned(facts, 2023) == Decimal("150.00")

    @pytest.mark.parametrize(("scheme", "years"), [(ISARAAN, (2025, 2025)), (ISURI, (2024, 2026)), (ISARAAN, (2018, 2026))])
    def test_of_others_than_those_apart_the_birth_date_says_no_more(self, scheme: IncentiveScheme, years: tuple[int, int]) -> None:
        """A run tells of whoever was born outside the two days as born on them: no day of its years is another's."""
        first, until = incentive_who.births_apart(scheme, *years)
        days = [date(year, 1, 1) + timedelta(days=30 * n) for year in range(years[0], years[1] + 1) for n in range(12)]
        ends = {day for year in years for day in (date(year, 1, 1), date(year, 12, 31))}
        for born in (date(1930, 2, 28), *(day + timedelta(days=n) for day in (first, until) if date.min < day < date.max for n in range(-2, 3))):
            told = [somebody(scheme, birth_date=one) for one in (born, max(first, min(until, born)))]
            for on in (*days, *ends):
                one, other = (incentive_who.eligible(facts, scheme, on=on) for facts in told)
                assert one is other, (born, on)

    def test_before_the_registration_nothing_counts(self) -> None:
        facts = somebody(ISARAAN, ("1000", "2023-03-09"), ("1000", "2023-03-10"), registrations=(Registration(ISARAAN, date(2023, 3, 10)),))

        assert earned(facts, 2023) == Decimal("150.00")

    def test_the_work_is_what_was_said_with_the_registration_of_the_day(self) -> None:
        """Who becomes a pensionable employee in July worked for themselves in June, whatever month is asked and whenever."""
        trader = Registration(ISARAAN, LONG_AGO, date(2024, 6, 30), Occupation.TRADER)
        pensionable = Registration(ISARAAN, date(2024, 7, 1), None, Occupation.PENSIONABLE)
        employers = {WageMonth(2023, 5), WageMonth(2024, 6), WageMonth(2024, 7)}
        paid = (("100", "2023-05-05"), ("100", "2024-06-30"), ("100", "2024-07-01"))
        facts = somebody(ISARAAN, *paid, registrations=(trader, pensionable), employer_months=employers)

        assert [unmet(facts, ISARAAN, day) for _amount, day in paid] == [["NO_EMPLOYER"], ["NO_EMPLOYER"], []]
        assert (earned(facts, 2023), earned(facts, 2024)) == (Decimal(0), Decimal("15.00"))
        back = facts._replace(
            registrations=(pensionable._replace(first=LONG_AGO, last=date(2024, 6, 30)), trader._replace(first=date(2024, 7, 1), last=None))
        )
        assert [unmet(back, ISARAAN, day) for _amount, day in paid] == [[], [], ["NO_EMPLOYER"]]
        assert (earned(back, 2023), earned(back, 2024)) == (Decimal("15.00"), Decimal("15.00"))

    def test_who_changes_scheme_has_each_for_its_own_days(self) -> None:
        """Ruling 20: i-Suri is cancelled, then i-Saraan begins."""
        registrations = (Registration(ISURI, LONG_AGO, date(2024, 6, 30)), Registration(ISARAAN, date(2024, 7, 1)))
        paid = tuple(Voluntary(kind, Decimal(100), date(2024, month, 1)) for kind in (VoluntaryKind.ISURI, VoluntaryKind.ISARAAN) for month in (6, 7))
        facts = somebody(registrations=registrations, contributions=paid)

        assert (earned(facts, 2024, scheme=ISURI), earned(facts, 2024)) == (Decimal("50.00"), Decimal("15.00"))


class TestHalves:
    def test_the_yearly_cap_spans_both(self) -> None:
        """2024: 15 % of 2,000, then 15 % of 4,000 up to RM500, less the RM300 of the first half."""
        facts = somebody(ISARAAN, ("2000", "2024-03-03"), ("2000", "2024-09-09"))

        assert earned(facts, 2024, 1) == Decimal("300.00")
        assert earned(facts, 2024, 2, of_year="300.00") == Decimal("200.00")

    def test_rounding_is_of_the_year_and_not_of_each_half(self) -> None:
        facts = somebody(ISARAAN, ("0.03", "2024-03-03"), ("0.03", "2024-09-09"))

        assert (earned(facts, 2024, 1), earned(facts, 2024, 2)) == (Decimal("0.00"), Decimal("0.01"))

    def test_what_was_returned_after_it_was_paid_for_is_set_off(self) -> None:
        """RM300 was paid for the first half; then RM1,000 of its RM2,000 was reversed."""
        facts = somebody(ISARAAN, ("1000", "2024-03-03"))
        found = incentive_who.of_half(facts, ISARAAN, HalfYear(2024, 2), before=Before(of_year=Decimal("300.00")))

        assert (found.amount, found.over) == (Decimal("0.00"), Decimal("150.00"))
        following = somebody(ISARAAN, ("1000", "2025-03-03"))
        assert earned(following, 2025, 1, earlier_years="300.00", carried="150.00") == Decimal("50.00")

    def test_what_was_paid_too_much_leaves_its_room_in_the_lifetime_cap(self) -> None:
        facts = somebody(ISARAAN, ("2500", "2026-03-03"))

        assert earned(facts, 2026, earlier_years="4800.00", carried="100.00") == Decimal("200.00")  # 300 is left, 100 of it was paid

    def test_a_late_arrival_is_the_next_runs_difference(self) -> None:
        facts = somebody(ISARAAN, ("1000", "2025-06-30"), ("500", "2025-06-30"))

        assert earned(facts, 2025, 1, of_year="200.00") == Decimal("100.00")

    @pytest.mark.parametrize(
        ("day", "half", "earliest"),
        [
            ("2023-06-30", HalfYear(2023, 1), "2023-08-01"),
            ("2023-07-01", HalfYear(2023, 2), "2024-02-01"),
            ("2023-01-01", HalfYear(2023, 1), "2023-08-01"),
        ],
    )
    def test_after_july_and_after_january(self, day: str, half: HalfYear, earliest: str) -> None:
        assert HalfYear.of(date.fromisoformat(day)) == half
        assert half.earliest_credit == date.fromisoformat(earliest)

    @pytest.mark.parametrize(
        ("received", "credited"),
        [("2023-07-10", "2023-08-01"), ("2023-07-31", "2023-08-01"), ("2023-08-01", "2023-08-01"), ("2023-08-02", "2023-08-02")],
    )
    def test_never_before_it_is_received_nor_before_1_august(self, received: str, credited: str) -> None:
        assert HalfYear(2023, 1).credited_on(date.fromisoformat(received)) == date.fromisoformat(credited)

    @pytest.mark.parametrize(
        ("on", "account"),
        [("2023-08-14", SubAccount.PERSARAAN), ("2023-08-15", SubAccount.EMAS), ("2024-05-11", SubAccount.EMAS)],
    )
    def test_to_persaraan_and_from_55_to_emas(self, on: str, account: SubAccount) -> None:
        assert incentive.account(date(1968, 8, 15), on=date.fromisoformat(on)) is account
        assert incentive.account(date(1990, 8, 15), on=date.fromisoformat(on)) is SubAccount.PERSARAAN


class TestFortyRinggitAMonth:
    def test_each_month_by_its_own_five(self) -> None:
        facts = somebody(ISURI, ("5.00", "2019-01-31"), ("4.99", "2019-02-01"), ("2.50", "2019-03-01"), ("2.50", "2019-03-31"))

        assert earned(facts, 2019, scheme=ISURI) == Decimal("80.00")

    def test_sixty_of_the_year_is_every_month_so_far(self) -> None:
        below, reached = somebody(ISURI, ("59.99", "2019-02-02")), somebody(ISURI, ("60.00", "2019-02-02"))

        assert (earned(below, 2019, 1, ISURI), earned(below, 2019, 2, ISURI)) == (Decimal("40.00"), Decimal("40.00"))
        assert (earned(reached, 2019, 1, ISURI), earned(reached, 2019, 2, ISURI)) == (Decimal("240.00"), Decimal("480.00"))

    def test_months_before_the_registration_earn_nothing(self) -> None:
        facts = somebody(ISURI, ("60.00", "2019-11-30"), registrations=(Registration(ISURI, date(2019, 11, 30)),))

        assert earned(facts, 2019, scheme=ISURI) == Decimal("80.00")

    def test_2018_has_five_months_and_no_minimum_of_a_year(self) -> None:
        facts = somebody(ISURI, ("60.00", "2018-08-15"), ("60.00", "2018-08-14"))

        assert earned(facts, 2018, scheme=ISURI) == Decimal("40.00")
        assert earned(facts, 2018, 1, ISURI) == Decimal("0.00")
        every = somebody(ISURI, *(("5.00", f"2018-{month:02}-20") for month in range(8, 13)))
        assert earned(every, 2018, scheme=ISURI) == Decimal("200.00")


class TestCeiling:
    @pytest.mark.parametrize(
        ("amount", "credited", "on", "taken", "returned"),
        [
            ("60000", "0", "2023-12-31", "60000.00", "0.00"),
            ("60000.01", "0", "2023-12-31", "60000.00", "0.01"),
            ("60000.01", "0", "2024-01-01", "60000.01", "0.00"),
            ("100000.01", "0", "2024-01-01", "100000.00", "0.01"),
            ("1", "59999.50", "2013-01-01", "0.50", "0.50"),
            ("1", "60000", "2013-01-01", "0.00", "1.00"),
            ("1", "60000.01", "2013-01-01", "0.00", "1.00"),
            ("99688", "312", "2024-06-06", "99688.00", "0.00"),  # facts 3.3: RM100,000 - RM312
            ("99688.01", "312", "2024-06-06", "99688.00", "0.01"),
            ("59688.01", "312", "2022-06-06", "59688.00", "0.01"),  # facts 3.3: RM60,000 - RM312
        ],
    )
    def test_the_part_above_is_returned(self, amount: str, credited: str, on: str, taken: str, returned: str) -> None:
        found = incentive.take(Decimal(amount), credited=Decimal(credited), on=date.fromisoformat(on))

        assert found == (Decimal(taken), Decimal(returned))

    def test_before_2013_none_is_known(self) -> None:
        with pytest.raises(NotInForce):
            incentive.ceiling(date(2012, 12, 31))

    @given(payments=st.lists(st.integers(1, 8_000_000), max_size=12), year=st.integers(2013, 2026))
    def test_no_order_of_payments_passes_it_and_no_sen_is_lost(self, payments: list[int], year: int) -> None:
        on, credited, returned = date(year, 5, 5), money.ZERO, money.ZERO
        for sen in payments:
            taken = incentive.take(money.from_sen(sen), credited=credited, on=on)
            assert min(taken) >= 0
            credited, returned = credited + taken.credited, returned + taken.returned

        assert credited == min(incentive.ceiling(on), money.from_sen(sum(payments)))
        assert credited + returned == money.from_sen(sum(payments))


YEARS_OF = [(scheme, year) for scheme in IncentiveScheme for year in range(2018, 2027) if (scheme, year) != (ISURI, 2023)]
shares = st.sampled_from([(scheme, year) for scheme, year in YEARS_OF if scheme is ISARAAN or year >= 2024])
sen = st.integers(0, 7_000_000)


class TestProperties:
    @given(which=shares, first=sen, second=sen, earlier=st.integers(0, 600_000))
    def test_two_halves_are_the_year_and_never_above_a_cap(self, which: tuple[IncentiveScheme, int], first: int, second: int, earlier: int) -> None:
        law, past = incentive.terms(*which), money.from_sen(earlier)
        one = incentive.reckon(law=law, contributed=money.from_sen(first), before=Before(earlier_years=past))
        two = incentive.reckon(law=law, contributed=money.from_sen(first + second), before=Before(one.amount, past))
        whole = incentive.reckon(law=law, contributed=money.from_sen(first + second), before=Before(earlier_years=past))

        assert one.amount + two.amount == whole.amount <= law.year_cap
        assert two.over == 0
        if law.lifetime_cap is not None:
            assert whole.amount == 0 or past + whole.amount <= law.lifetime_cap

    @given(which=shares, contributed=sen, earlier=st.integers(0, 600_000))
    def test_what_is_more_earns_the_rest_and_is_the_rest_by_the_rate(
        self, which: tuple[IncentiveScheme, int], contributed: int, earlier: int
    ) -> None:
        law, before = incentive.terms(*which), Before(earlier_years=money.from_sen(earlier))
        found = incentive.reckon(law=law, contributed=money.from_sen(contributed), before=before)
        more = found.more
        assert more is not None

        filled = incentive.reckon(law=law, contributed=found.contributed + more, before=before)
        assert (filled.rest, filled.more) == (0, 0)
        assert (more > 0) is (found.rest > 0)
        if more:
            assert abs(Fraction(found.contributed + more) - Fraction(found.most) / Fraction(law.rate)) <= Fraction(1, 200)

    @given(which=shares, contributed=sen, paid=st.integers(0, 60_000), carried=st.integers(0, 60_000))
    def test_every_sen_is_paid_due_or_over(self, which: tuple[IncentiveScheme, int], contributed: int, paid: int, carried: int) -> None:
        before = Before(money.from_sen(paid), money.from_sen(carried), money.from_sen(carried))
        found = incentive.reckon(law=incentive.terms(*which), contributed=money.from_sen(contributed), before=before)

        assert before.of_year + before.carried + found.amount - found.over == found.whole
        assert found.amount == 0 or found.over == 0
        assert min(found.amount, found.over, found.rest) >= 0

    @given(parts=st.lists(st.integers(1, 200_000), min_size=1, max_size=8), which=shares)
    def test_neither_the_order_nor_the_parts_of_payments_matter(self, parts: list[int], which: tuple[IncentiveScheme, int]) -> None:
        scheme, year = which
        days = [date(year, 1, 1) + timedelta(days=40 * number) for number in range(len(parts))]
        paid = [Voluntary(VoluntaryKind(scheme), money.from_sen(part), day) for part, day in zip(parts, days, strict=True)]
        once = [Voluntary(VoluntaryKind(scheme), money.from_sen(sum(parts)), days[0])]

        found = [earned(somebody(scheme, contributions=tuple(some)), year, scheme=scheme) for some in (paid, paid[::-1], once)]

        assert len(set(found)) == 1


def agreed(person: dict[str, Any], scheme: str, year: int, earlier: int) -> bool:
    """The rules against the plain second reading, for one member's year."""
    facts = IncentiveFacts(
        birth_date=person["born"],
        citizenships=[(since, Citizenship(name)) for since, name in person["standings"]],
        member_since=person["member_since"],
        registrations=[
            Registration(IncentiveScheme(name), first, last, Occupation(work) if work else None) for name, first, last, work in person["registered"]
        ],
        contributions=[Voluntary(VoluntaryKind(kind), money.from_sen(sen), day) for kind, sen, day in person["paid"]],
        employer_months={WageMonth(*month) for month in person["employer"]},
        on_list=person["listed"],
    )
    past = money.from_sen(earlier)
    first = incentive_who.of_half(facts, IncentiveScheme(scheme), HalfYear(year, 1), before=Before(earlier_years=past))
    second = incentive_who.of_half(facts, IncentiveScheme(scheme), HalfYear(year, 2), before=Before(first.amount, past))
    return (money.to_sen(first.amount), money.to_sen(second.amount)) == plain_incentive.incentives(person, scheme, year, earlier)


def test_a_plain_second_reading_of_the_rulings_agrees() -> None:
    dice = Random(SEED)
    earning = 0
    for number in range(YEARS):
        year = plain_incentive.any_year(dice)

        assert agreed(*year), (SEED, number, year)
        earning += sum(plain_incentive.incentives(*year)) > 0
    assert YEARS // 5 < earning < YEARS


def test_every_change_of_terms_is_on_1_january_so_a_year_has_one() -> None:
    for name, rate in incentive.LAW.rates.items():
        if name.startswith(("isaraan.", "isuri.")):
            assert all((value.start.month, value.start.day) == (1, 1) for value in rate.values[1:]), name


@pytest.mark.parametrize(("scheme", "year"), YEARS_OF)
@pytest.mark.parametrize("language", ["ms", "en"])
def test_every_year_says_why_in_both_languages(scheme: IncentiveScheme, year: int, language: str) -> None:
    with translation.override(language):
        for contributed, born in (("100", date(1990, 1, 1)), ("200000", date(1963, 5, 5)), ("59", date(1971, 2, 2)), ("60", date(1950, 1, 1))):
            found = calculator.answer(calculator.Question(scheme, year, Decimal(contributed), born))

            assert found.why.sentences
            assert found.why.citations
            assert not any("%(" in sentence for sentence in found.why.sentences)


def test_what_was_paid_before_is_said() -> None:
    law = incentive.terms(ISARAAN, 2025)
    less = incentive.reckon(law=law, contributed=Decimal(1000), before=Before(of_year=Decimal(50)))
    over = incentive.reckon(law=law, contributed=Decimal(1000), before=Before(of_year=Decimal(250)))

    assert "INCENTIVE_LESS_PAID" in [step.code for step in incentive_steps.of_earned(less)]
    assert "INCENTIVE_OVER_PAID" in [step.code for step in incentive_steps.of_earned(over)]
    with translation.override("ms"):
        assert any(
            "50.00 lebih daripada insentif itu" in text for text in explanations_incentive.explained(incentive_steps.of_earned(over)).sentences
        )


def test_the_assumptions_of_2026_are_said() -> None:
    found = calculator.answer(calculator.Question(ISARAAN, 2026, Decimal(100), date(1990, 1, 1)))

    assert any("Belanjawan 2026" in text for text in found.why.assumptions)
    assert "incentive/isaraan.rate@2026-01-01" in {step.assumed for step in found.why.steps}


def test_what_is_not_confirmed_says_that_it_is_assumed_and_why() -> None:
    unsure = [(rate.name, value.start) for rate in incentive.LAW.rates.values() for value in rate.values if value.confidence is not Confidence.HIGH]
    marked = [(rate.name, value.start) for rate in incentive.LAW.rates.values() for value in rate.values if value.assumed and value.reason]

    assert marked == unsure
    assert {part for year in range(2019, 2023) for part in incentive.assumed(IncentiveScheme.ISURI, year)} == {
        *("form", "month", "month_minimum", "year_minimum", "year_cap", "lifetime", "age_below")
    }
    assert set(incentive.assumed(IncentiveScheme.ISURI, 2026)) == {"year_cap", "lifetime", "age_below"}
    assert set(incentive.assumed(IncentiveScheme.ISURI, 2023)) >= {"form", "year_cap"}
    assert [set(incentive.assumed(IncentiveScheme.ISARAAN, year)) for year in (2023, 2025, 2026)] == [set(), {"lifetime"}, {"lifetime", "rate"}]
