"""The shares of the Third Schedule against printed rows and published examples. Each table row carries its source."""

from decimal import Decimal

import pytest

from contributions.facts import CHOSEN
from contributions.rules import schedule
from contributions.rules.schedule import Basis
from kwsp_portal.common.rates import NotInForce
from tests.statute import tables

PRINTED = tables.read("third_schedule_2025-10.csv")
SPOTS = tables.read("third_schedule_2022-07_spots.csv")
EXAMPLES = tables.read("worked_examples.csv")


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


# Borders: the last sen below and the first sen above, Part A, from July 2022 (facts 1.1, 1.3).
@pytest.mark.parametrize(
    ("wages", "employer", "employee", "basis"),
    [
        ("0.00", "0.00", "0.00", Basis.NIL),
        ("0.01", "0.00", "0.00", Basis.NIL),
        ("10.00", "0.00", "0.00", Basis.NIL),
        ("10.01", "3.00", "3.00", Basis.BAND),
        ("20.00", "3.00", "3.00", Basis.BAND),
        ("20.01", "6.00", "5.00", Basis.BAND),
        ("5000.00", "650.00", "550.00", Basis.BAND),
        ("5000.01", "612.00", "561.00", Basis.BAND),
        ("20000.00", "2400.00", "2200.00", Basis.BAND),
        ("20000.01", "2400.00", "2201.00", Basis.EXACT),
    ],
)
def test_the_borders_of_the_schedule(wages: str, employer: str, employee: str, basis: Basis) -> None:
    found = schedule.shares(tables.person(wages=wages))

    assert (str(found.employer), str(found.employee), found.basis) == (employer, employee, basis)


# First and last wage month of each regime, wages RM1,000: facts 2.1 and 2.2.
@pytest.mark.parametrize(
    ("wage_month", "part", "employer", "employee", "reference"),
    [
        ("2019-01", "A", "130.00", "110.00", "third_schedule@2019-01:A"),
        ("2020-03", "A", "130.00", "110.00", "third_schedule@2019-01:A"),
        ("2020-04", "A", "130.00", "70.00", "third_schedule@2020-04:A"),
        ("2020-12", "A", "130.00", "70.00", "third_schedule@2020-04:A"),
        ("2021-01", "A", "130.00", "90.00", "third_schedule@2021-01:A"),
        ("2022-06", "A", "130.00", "90.00", "third_schedule@2021-01:A"),
        ("2022-07", "A", "130.00", "110.00", "third_schedule@2022-07:A"),
        ("2025-09", "A", "130.00", "110.00", "third_schedule@2022-07:A"),
        ("2025-10", "A", "130.00", "110.00", "third_schedule@2025-10:A"),
        ("2019-01", "B", "5.00", "110.00", "third_schedule@2019-01:B"),
        ("2020-04", "B", "5.00", "70.00", "third_schedule@2020-04:B"),
        ("2021-01", "B", "5.00", "90.00", "third_schedule@2021-01:B"),
        ("2022-07", "B", "5.00", "110.00", "third_schedule@2022-07:B"),
        ("2025-09", "B", "5.00", "110.00", "third_schedule@2022-07:B"),
        ("2020-05", "C", "65.00", "55.00", "third_schedule@2020-04:C"),
        ("2021-05", "C", "65.00", "55.00", "third_schedule@2021-01:C"),
        ("2025-10", "C", "65.00", "55.00", "third_schedule@2025-10:C"),
        ("2020-05", "D", "5.00", "55.00", "third_schedule@2020-04:D"),
        ("2025-09", "D", "5.00", "55.00", "third_schedule@2022-07:D"),
        ("2020-05", "E", "40.00", "0.00", "third_schedule@2020-04:E"),
        ("2025-10", "E", "40.00", "0.00", "third_schedule@2025-10:E"),
    ],
)
def test_each_regime_in_its_first_and_last_month(wage_month: str, part: str, employer: str, employee: str, reference: str) -> None:
    facts = tables.of_part(part, wage_month, "1000.00")
    if part in "CDE":
        facts = facts._replace(birth_date=tables.date(1955, 1, 1))

    found = schedule.shares(facts, CHOSEN)

    assert (found.part, str(found.employer), str(found.employee), found.reference) == (part, employer, employee, reference)


@pytest.mark.parametrize("part", "BD")
def test_foreign_workers_move_to_part_f_in_october_2025(part: str) -> None:
    before = schedule.shares(tables.of_part(part, "2025-09", "3250.00"), CHOSEN)
    after = schedule.shares(tables.of_part(part, "2025-10", "3250.00"), CHOSEN)

    assert before.part == part
    assert (after.part, after.band_from, after.band_to, after.total) == ("F", Decimal("10.01"), None, Decimal(130))


def test_the_month_before_the_rate_file_is_refused_with_the_way_forward() -> None:
    with pytest.raises(NotInForce) as refused:
        schedule.shares(tables.person(wage_month="2018-12"))

    assert refused.value.earliest == tables.date(2019, 1, 1)
    assert "kwsp.gov.my" in refused.value.way_forward.en
    assert "2019-01-01" in str(refused.value)


def test_seven_percent_is_reckoned_exactly_in_every_band() -> None:
    """With binary floating point 153 of the 400 bands of April 2020 come out a ringgit too high (facts 1.1)."""
    upper_ends = [*range(20, 5001, 20), *range(5100, 20_001, 100)]

    found = [schedule.shares(tables.person(wage_month="2020-04", wages=str(upper))).employee for upper in upper_ends]

    assert found == [Decimal(-(-7 * upper // 100)) for upper in upper_ends]


def test_shares_are_written_with_two_decimals_as_the_api_states_them() -> None:
    found = schedule.shares(tables.person(wages="25000.10"))

    assert [str(amount) for amount in found[1:4]] == ["3000.00", "2751.00", "5751.00"]
