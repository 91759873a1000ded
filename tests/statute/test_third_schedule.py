"""The shares of the Third Schedule against printed rows and published examples. Each table row carries its source."""

from decimal import Decimal

import pytest

from contributions.facts import CHOSEN
from contributions.rules import bands, regime, schedule
from contributions.rules.schedule import Basis
from kwsp_portal.common.rates import NotInForce
from tests.statute import tables

PRINTED = tables.read("third_schedule_2025-10.csv")
SPOTS = tables.read("third_schedule_2022-07_spots.csv")
EXAMPLES = tables.read("worked_examples.csv")
REGIMES = tables.read("regimes.csv")
BORDERS = tables.read("borders.csv")


def _differences(rows: list[dict[str, str]], wage_month: str) -> list[str]:
    """Rows of a printed table whose shares or ends we do not reproduce, at the lower and at the upper end."""
    wrong = []
    for row in rows:
        for end in ("wage_from", "wage_to"):
            found = schedule.shares(tables.of_part(row["part"], wage_month, row[end]), CHOSEN)
            printed = tuple(Decimal(row[name]) for name in ("employer", "employee", "total"))
            ends = (Decimal(row["wage_from"]), Decimal(row["wage_to"]))
            if (found.employer, found.employee, found.total) != printed or (found.band_from, found.band_to) != ends or found.part != row["part"]:
                wrong.append(f"{row['part']} {row[end]}: printed {printed} [{row['source']}], found {found}")
    return wrong


def test_every_printed_row_of_october_2025_is_reproduced_at_both_ends() -> None:
    assert len(PRINTED) == 1_203
    assert _differences(PRINTED, "2025-10") == []


@pytest.mark.parametrize("part", "ABCDE")
def test_the_spot_rows_of_each_part_are_reproduced(part: str) -> None:
    rows = [row for row in SPOTS if row["part"] == part]

    assert len(rows) == 21
    assert _differences(rows, "2022-07") == []
    assert _differences(rows, "2025-09") == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda row: f"{row['wage_month']} {row['part']} {row['wages']}+{row['bonus']}")
def test_published_examples_come_out_to_the_ringgit(example: dict[str, str]) -> None:
    facts = tables.person(
        wage_month=example["wage_month"],
        wages=example["wages"],
        bonus=example["bonus"],
        citizenship=tables.Citizenship(example["citizenship"]),
        member_since=example["member_since"],
        birth_date=example["birth_date"],
    )

    found = schedule.shares(facts, CHOSEN)

    assert [found.part, *map(str, found[1:4])] == [example[name] for name in ("part", "employer", "employee", "total")], example["source"]


def test_the_borders_of_the_schedule_on_both_sides() -> None:
    """RM10.00 and 10.01, 20.00 and 20.01, 5,000.00 and 5,000.01, 20,000.00 and 20,000.01: every Part, every rate of an employee."""
    assert len(BORDERS) == 17 * 16
    for row in BORDERS:
        found = schedule.shares(tables.of_part(row["part"], row["wage_month"], row["wages"]), CHOSEN)

        assert (f"{found.employer:.0f}", f"{found.employee:.0f}") == (row["employer"], row["employee"]), row


@pytest.mark.parametrize(
    ("wages", "basis"),
    [
        ("0.00", Basis.NIL),
        ("10.00", Basis.NIL),
        ("10.01", Basis.BAND),
        ("20000.00", Basis.BAND),
        ("20000.01", Basis.EXACT),
    ],
)
def test_the_ground_of_the_shares_at_the_borders(wages: str, basis: Basis) -> None:
    assert schedule.shares(tables.person(wages=wages)).basis == basis


def test_a_bonus_up_to_5000_lifts_nothing_above_it() -> None:
    assert schedule.shares(tables.person(wages="5000.00", bonus="2000.00")).basis is Basis.BAND
    assert schedule.shares(tables.person(wages="5000.01", bonus="0.01")).basis is Basis.BONUS
    assert schedule.shares(tables.person(wages="5000.02", bonus="0.01")).basis is Basis.BAND


def test_each_regime_in_its_first_and_last_month() -> None:
    assert {row["edition"] for row in REGIMES} == {
        *("2008-02", "2009-01", "2011-01", "2012-01", "2013-08", "2016-03"),
        *("2018-01", "2019-01", "2020-04", "2021-01", "2022-07", "2025-10"),
    }
    for row in REGIMES:
        found = schedule.shares(tables.of_part(row["part"], row["wage_month"], row["wages"]), CHOSEN)

        assert (found.part, f"{found.employer:.0f}", f"{found.employee:.0f}") == (row["part"], row["employer"], row["employee"]), row
        assert found.reference == f"third_schedule@{row['edition']}:{row['part']}", row


def test_no_value_starts_between_two_editions() -> None:
    """A row's reference names the edition by the last change before the month: a value with another start would make an edition of its own."""
    starts = {f"{value.start:%Y-%m}" for rate in regime.LAW.rates.values() for value in rate.values}

    assert starts == {row["edition"] for row in REGIMES}


def test_part_c_and_d_of_february_2008_have_rows_though_nobody_is_in_them_yet() -> None:
    """Somebody of 55 before the Act is saved; somebody of 55 on 1 February or later changes in March (ruling 7)."""
    law = regime.law_of(regime.WageMonth(2008, 2))

    assert [bands.table(part)[1000].total for part in (law.permanent_resident[1], law.later_non_citizen[1])] == [Decimal(115), Decimal(60)]


@pytest.mark.parametrize("part", "BD")
def test_foreign_workers_move_to_part_f_in_october_2025(part: str) -> None:
    before = schedule.shares(tables.of_part(part, "2025-09", "3250.00"), CHOSEN)
    after = schedule.shares(tables.of_part(part, "2025-10", "3250.00"), CHOSEN)

    assert before.part == part
    assert (after.part, after.band_from, after.band_to, after.total) == ("F", Decimal("10.01"), None, Decimal(130))


def test_the_month_before_the_rate_file_is_refused_with_the_way_forward() -> None:
    with pytest.raises(NotInForce) as refused:
        schedule.shares(tables.person(wage_month="2008-01"))

    assert refused.value.earliest == tables.date(2008, 2, 1)
    assert "kwsp.gov.my" in refused.value.way_forward.en
    assert "2008-02-01" in str(refused.value)


def test_seven_percent_is_reckoned_exactly_in_every_band() -> None:
    """With binary floating point 153 of the 400 bands of April 2020 come out a ringgit too high (facts 1.1)."""
    upper_ends = [*range(20, 5001, 20), *range(5100, 20_001, 100)]

    found = [schedule.shares(tables.person(wage_month="2020-04", wages=str(upper))).employee for upper in upper_ends]

    assert found == [Decimal(-(-7 * upper // 100)) for upper in upper_ends]


def test_shares_are_written_with_two_decimals_as_the_api_states_them() -> None:
    found = schedule.shares(tables.person(wages="25000.10"))

    assert [str(amount) for amount in found[1:4]] == ["3000.00", "2751.00", "5751.00"]
