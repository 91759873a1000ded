"""What a half-year claims, by the rule of the page: what all years have earned, less all claims; and against the plain second reading."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random

from contributions.enums import IncentiveScheme, Occupation, VoluntaryKind
from contributions.facts import IncentiveFacts, Registration, Voluntary
from contributions.rules.incentive import HalfYear
from contributions.rules.incentive_claims import Claimed, claim
from contributions.rules.incentive_who import Torn
from kwsp_portal.common.periods import WageMonth
from members.enums import Citizenship
from tests.statute import plain_incentive

SEED, PEOPLE = 8, 1_500
LONG_AGO = date(1990, 1, 1)


def saver(scheme: IncentiveScheme, *paid: tuple[int, date]) -> IncentiveFacts:
    return IncentiveFacts(
        birth_date=LONG_AGO,
        citizenships=[(LONG_AGO, Citizenship.CITIZEN)],
        member_since=date(2012, 1, 1),
        registrations=[Registration(scheme, date(2018, 1, 1), None, Occupation.TRADER)],
        contributions=[Voluntary(VoluntaryKind(scheme.value), Decimal(amount), day) for amount, day in paid],
        on_list=[(LONG_AGO, None)],
    )


def claims_of(facts: IncentiveFacts, scheme: IncentiveScheme, years: range) -> dict[tuple[int, int], Decimal]:
    """Half-year by half-year, every claim paid."""
    standing: dict[int, Decimal] = {}
    found = {}
    for year in years:
        for number in (1, 2):
            if scheme is IncentiveScheme.ISURI and year == 2023:
                continue
            amount = claim(facts, scheme, HalfYear(year, number), since=years.start, earlier=Claimed(dict(standing), {})).amount
            standing[year] = standing.get(year, Decimal(0)) + amount
            found[year, number] = amount
    return found


def test_the_lifetime_cap_is_of_all_years() -> None:
    """RM200 + 4 x RM480 + 2 x RM300 leave RM280 of RM3,000 for 2026; years without a lifetime cap count."""
    facts = saver(IncentiveScheme.ISURI, *((600, date(year, 10, 3)) for year in range(2018, 2027) if year != 2023))
    facts = facts._replace(
        contributions=[*facts.contributions, *(Voluntary(VoluntaryKind.ISURI, Decimal(5), date(2018, m, 20)) for m in (8, 9, 11, 12))]
    )

    found = claims_of(facts, IncentiveScheme.ISURI, range(2018, 2027))

    assert [found[year, 2] for year in (2018, 2019, 2022, 2024, 2025, 2026)] == [200, 480, 480, 300, 300, 280]
    assert sum(found.values()) == 3000


def test_what_was_refused_takes_no_room_and_is_not_claimed_again() -> None:
    facts = saver(IncentiveScheme.ISARAAN, (2500, date(2025, 3, 3)), (2500, date(2026, 3, 3)))
    refused = Claimed({}, {2025: Decimal(500)})

    assert claim(facts, IncentiveScheme.ISARAAN, HalfYear(2025, 2), since=2025, earlier=refused).amount == 0
    assert claim(facts, IncentiveScheme.ISARAAN, HalfYear(2026, 1), since=2025, earlier=refused).amount == 500
    assert claim(facts, IncentiveScheme.ISARAAN, HalfYear(2026, 1), since=2025).amount == 1000


def test_what_was_refused_is_nobody_s_debt_when_it_is_not_earned_any_more() -> None:
    facts = saver(IncentiveScheme.ISARAAN, (2500, date(2026, 3, 3)))

    found = claim(facts, IncentiveScheme.ISARAAN, HalfYear(2026, 1), since=2025, earlier=Claimed({}, {2025: Decimal(500)}))

    assert (found.amount, found.over) == (500, 0)


def test_arrears_that_were_refused_stay_refused() -> None:
    """What 2025 lacked was claimed with 2026, and refused."""
    facts = saver(IncentiveScheme.ISARAAN, (1000, date(2025, 3, 3)))
    refused = Claimed({}, {2026: Decimal(200)})

    for half in (HalfYear(2026, 2), HalfYear(2027, 1)):
        found = claim(facts, IncentiveScheme.ISARAAN, half, since=2025, earlier=refused)
        assert (found.amount, found.over) == (0, 0)


def test_random_members_years_claim_what_a_plain_reading_gives() -> None:
    dice = Random(SEED)
    for _each in range(PEOPLE):
        person, scheme, year, _earlier = plain_incentive.any_year(dice)
        facts = _facts(person)
        found = claims_of(facts, IncentiveScheme(scheme), range(year, year + 1))
        expected = plain_incentive.incentives(person, scheme, year, 0)
        assert tuple(int(found[year, number] * 100) for number in (1, 2)) == expected, (person, scheme, year)


def test_contributions_told_as_one_are_claimed_as_each_by_itself() -> None:
    """A year's as one, or a month's: the claim is the same, or it is said that each has to be told by itself."""
    dice, seen = Random(SEED), Counter[str]()
    for _person in range(PEOPLE):
        person, name, year, _earlier = plain_incentive.any_year(dice)
        facts, scheme, half = _facts(person), IncentiveScheme(name), HalfYear(year, dice.choice((1, 2)))
        expected = claim(facts, scheme, half, since=year)
        for months in (False, True):
            told = facts._replace(contributions=_together(facts.contributions, half, months=months))
            try:
                assert claim(told, scheme, half, since=year) == expected, (person, scheme, half, months)
            except Torn:
                seen["torn"] += 1
            else:
                seen["as one" if len(told.contributions) < len(facts.contributions) else "the same"] += 1

    assert min(seen["torn"], seen["as one"]) > PEOPLE // 20, seen


def _together(paid: Sequence[Voluntary], half: HalfYear, *, months: bool) -> list[Voluntary]:
    """As the run is told of them: of the year, up to the half-year's end."""
    found: dict[tuple[str, int], list[Voluntary]] = {}
    for one in paid:
        if date(half.year, 1, 1) <= one.paid_on <= half.last_day:
            found.setdefault((one.kind, one.paid_on.month if months else 0), []).append(one)
    days = {key: [one.paid_on for one in each] for key, each in found.items()}
    return [
        Voluntary(VoluntaryKind(key[0]), sum((one.amount for one in each), start=Decimal(0)), min(days[key]), max(days[key]))
        for key, each in found.items()
    ]


def _facts(person: dict[str, object]) -> IncentiveFacts:
    asked: dict[str, list[tuple[object, ...]]] = person  # type: ignore[assignment]
    return IncentiveFacts(
        birth_date=person["born"],  # type: ignore[arg-type]
        citizenships=[(since, Citizenship(name)) for since, name in asked["standings"]],  # type: ignore[misc]
        member_since=person["member_since"],  # type: ignore[arg-type]
        registrations=[
            Registration(IncentiveScheme(name), first, last, Occupation(work) if work else None)  # type: ignore[arg-type]
            for name, first, last, work in asked["registered"]
        ],
        contributions=[Voluntary(VoluntaryKind(kind), Decimal(sen).scaleb(-2), day) for kind, sen, day in asked["paid"]],  # type: ignore[arg-type]
        employer_months=frozenset(WageMonth(year, month) for year, month in asked["employer"]),  # type: ignore[arg-type]
        on_list=list(asked["listed"]),  # type: ignore[arg-type]
    )
