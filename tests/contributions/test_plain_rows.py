"""Rows with which nothing is wrong go a shorter way through reading, checking and writing: what comes out is what the longer way gives, for
every line of good and bent files."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest

from contributions.borang_a import checks, csv_file, layout, reader, sdba, table, template_sdba, values
from contributions.borang_a.assumed import Assumed
from contributions.borang_a.problem import FileProblem
from contributions.borang_a.template import Person
from contributions.enums import RowStatus
from contributions.facts import NO_ELECTIONS, Elections
from contributions.rules import schedule
from contributions.services import copied_rows
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.common.refusal import Refusal
from tests.contributions import bent

MONTH = WageMonth(2026, 10)
FILES = 400
ELECTED = {3: Elections(Decimal("2.5"), Decimal(5)), 4: Elections(chosen=True), 9: Elections(chosen=True), 10: Elections(keeps=True)}
CITIZENSHIPS = ("CITIZEN", "NON_CITIZEN", "PERMANENT_RESIDENT")
NAMES = ("siti binti nur", "S. NUR", "ALI\\TAB", "ALI\tBIN ABU", "'=1+1", "Ñandú", "A" * 121, "", "'SITI")


def on_record(place: int) -> checks.Entry:
    """Of every kind: aged, of no known citizenship, dead before and in the month, with a passport, in a home."""
    born = date(1945 + place * 3, 1 + place % 12, 1 + place)
    letter = chr(ord("A") + place)
    return checks.Entry(
        member_id=place,
        number=f"{10_000_000 + place:08d}",
        identity_number=f"P{place}A7788" if place % 7 == 0 else f"{born:%y%m%d}14{1_000 + place:04d}",
        name=f"SITI BINTI NUR {letter}AB",
        name_key=f"SITINUR{letter}AB",
        birth_date=born,
        member_since=date(1990 + place, 1, 1),
        died_on={5: date(2026, 8, 1), 6: date(2026, 10, 9)}.get(place),
        citizenship=None if place == 8 else CITIZENSHIPS[place % 3],
        domestic=place == 9,
    )


PEOPLE = [on_record(place) for place in range(1, 22)]
BY_NUMBER = {entry.number: entry for entry in PEOPLE}
BY_IDENTITY = {entry.identity_number: entry for entry in PEOPLE}


def _row(chance: Random, entry: checks.Entry) -> str:
    wages = Decimal(chance.randrange(2_500_000)).scaleb(-2)
    known = entry._replace(citizenship=entry.citizenship or "CITIZEN")
    try:
        shares = schedule.shares(checks.facts_of(known, MONTH, wages, money.ZERO), ELECTED.get(entry.member_id, NO_ELECTIONS))
        employer, employee = shares.employer + (chance.random() < 0.05), shares.employee
    except Refusal:
        employer = employee = money.ZERO
    identity = entry.identity_number
    stated = f"{identity[:6]}-{identity[6:8]}-{identity[8:]}" if chance.random() < 0.3 else identity
    name = entry.name.title() if chance.random() < 0.8 else chance.choice(NAMES)
    return f"{entry.number},{stated},{name},{wages},{employer:.0f},{employee}"


def _file(number: int) -> bytes:
    chance = Random(number)
    people = chance.sample(PEOPLE, chance.randint(2, 14))
    good = "\n".join([layout.HEADER, *(_row(chance, entry) for entry in people), ""]).encode()
    if number % 5 == 0:
        cents = [Decimal(chance.randrange(100, 900_000)).scaleb(-2) for _ in people]
        persons = [
            Person(one.number, one.identity_number, one.name, wages, Decimal(13), Decimal(11)) for one, wages in zip(people, cents, strict=True)
        ]
        good = template_sdba.sdba_template(persons, reader.MeantFor("19999999", MONTH), date(2026, 11, 1))
    return good if number % 2 else chance.choice(bent.BENDS)(chance, good)


def _lines(content: bytes) -> list[layout.Line]:
    """What the reader gives of a text; nothing of a file that is no text of ours."""
    try:
        text, encoding, _came_as = csv_file.text_of(content)
        if reader.kind_of(text).name == "SDBA":
            return list(sdba.lines(text, encoding))
        records = ((number, cells, layout.NOTHING_ODD) for number, cells in csv_file.records(text, encoding, csv_file.separator_of(text, encoding)))
        return list(table.lines(table.headed(records, Assumed()), ragged=True, most=layout.MAX_ROWS))
    except FileProblem:
        return []


def _both_ways(line: layout.Line) -> checks.Checked:
    """A line that is read, checked and written both ways."""
    assumed, closely = Assumed(), Assumed()
    row = values.read(line, assumed)
    assert repr(row) == repr(values.read_closely(line, closely))
    assert assumed.all() == closely.all()
    by_number, by_identity = BY_NUMBER.get(row.member_number), BY_IDENTITY.get(row.identity_number)
    checked = checks.check(row, by_number, by_identity, MONTH, ELECTED)
    assert repr(checked) == repr(checks.check_closely(row, by_number, by_identity, MONTH, ELECTED))
    assert copied_rows.line_of("7", checked) == copied_rows.any_line_of("7", checked)
    return checked


@pytest.mark.parametrize("first", [0, FILES])
def test_what_the_shorter_way_gives_is_what_the_longer_way_gives(first: int) -> None:
    seen = [_both_ways(line).status for number in range(first, first + FILES) for line in _lines(_file(number))]
    assert min(seen.count(status) for status in (RowStatus.VALID, RowStatus.UNMATCHED, RowStatus.INVALID)) > FILES // 10
    assert len(seen) > FILES * 3


@pytest.mark.parametrize("text", ["6250.00", "6250", "6250.5", "0", "007.50", "0.05", "1", "9999999999999.99"])
def test_an_amount_has_two_decimals_however_many_are_written(text: str) -> None:
    assert money.ringgit(text).as_tuple() == Decimal(text).quantize(money.SEN).as_tuple()
