"""The channels of ruling 17a with the figures and days of seeds 001 and 002."""

from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from kwsp_portal.bank import channels
from kwsp_portal.bank.channels import ChannelsError, ChannelsNotKnown, Kind, Mode, Way, channels_for, ended_for

BEFORE, SINCE, NOW = date(2017, 12, 31), date(2018, 1, 1), date(2026, 10, 12)
ELECTRONIC = {("portal", Mode.FPX), ("portal", Mode.MAYBANK2U), ("portal", Mode.DDA), ("app", Mode.FPX), ("internet_banking", Mode.INTERNET_BANKING)}
AGENTS = {("bank_agents", mode) for mode in (Mode.CASH, Mode.CHEQUE, Mode.DEBIT_CARD, Mode.DEBIT_TRANSFER)}
COUNTERS = {("counters", Mode.CASH), ("counters", Mode.CHEQUE)}
COUNTERS_BEFORE = COUNTERS | {("counters", Mode.MONEY_ORDER), ("counters", Mode.POSTAL_ORDER)}
OWN = {("member_portal", Mode.FPX), ("member_portal", Mode.DDA)}
I_SARAAN = OWN | {("internet_banking", Mode.INTERNET_BANKING), ("bsn_agents", Mode.CASH)}


def modes_by_channel(kind: Kind, on: date) -> set[tuple[str, Mode]]:
    return {(way.channel, mode) for way in channels_for(kind, on=on) for mode in way.modes}


def one(kind: Kind, channel: str, mode: Mode, bank: str = "", on: date = NOW) -> Way:
    (found,) = (way for way in channels_for(kind, on=on) if way.channel == channel and mode in way.modes and (not bank or bank in way.banks))
    return found


@pytest.mark.parametrize(
    ("kind", "on", "expected"),
    [
        (Kind.MONTHLY, BEFORE, ELECTRONIC | AGENTS | COUNTERS_BEFORE),
        (Kind.MONTHLY, SINCE, ELECTRONIC | AGENTS),
        (Kind.MONTHLY, NOW, ELECTRONIC | AGENTS),
        *((Kind.LATE_CHARGE, on, AGENTS | COUNTERS) for on in (BEFORE, SINCE, NOW)),
        *((kind, on, AGENTS | COUNTERS | OWN) for kind in (Kind.VOLUNTARY, Kind.I_SURI) for on in (BEFORE, SINCE, NOW)),
        *((Kind.I_SARAAN, on, AGENTS | COUNTERS | I_SARAAN) for on in (BEFORE, SINCE, NOW)),
    ],
)
def test_how_each_kind_is_paid(kind: Kind, on: date, expected: set[tuple[str, Mode]]) -> None:
    assert modes_by_channel(kind, on) == expected


@pytest.mark.parametrize("kind", set(Kind) - {Kind.MONTHLY})
def test_a_counter_takes_cash_to_500_ringgit_until_three(kind: Kind) -> None:
    cash, cheque = one(kind, "counters", Mode.CASH), one(kind, "counters", Mode.CHEQUE)

    assert (cash.highest, cash.closes) == (Decimal("500.00"), time(15, 0))
    assert (cheque.highest, cheque.closes) == (None, None)


@pytest.mark.parametrize("kind", Kind)
def test_rhb_takes_a_debit_card_and_a_transfer_only_whatever_seed_002_says(kind: Kind) -> None:
    at_rhb = {mode for way in channels_for(kind, on=NOW) if way.channel == "bank_agents" and "RHB Bank" in way.banks for mode in way.modes}
    with_cash = one(kind, "bank_agents", Mode.CASH).banks

    assert at_rhb == {Mode.DEBIT_CARD, Mode.DEBIT_TRANSFER}
    assert with_cash == ("Bank Simpanan Nasional", "Maybank", "Public Bank")
    if kind is Kind.I_SARAAN:
        reason = one(kind, "bank_agents", Mode.DEBIT_CARD, "RHB Bank").reason
        assert reason is not None
        assert "debit card and debit transfer only" in reason.en


def test_the_other_kinds_keep_their_ways_and_the_counters_have_names() -> None:
    by_internet = one(Kind.I_SARAAN, "internet_banking", Mode.INTERNET_BANKING)
    assert by_internet.banks == (
        "Alliance Bank", "Bank Islam", "Bank Muamalat", "CIMB Bank", "Hong Leong Bank", "Maybank", "MBSB Bank", "Public Bank", "RHB Bank",
    )  # fmt: skip
    assert by_internet.reason is not None
    assert "two lists" in by_internet.reason.en
    assert len(channels.known().places["counters"]) == 15
    assert {"Muar", "Seberang Jaya", "Shah Alam"} < set(channels.known().places["counters"])


def test_what_ended_is_said_from_the_day_it_ended() -> None:
    (ended,) = ended_for(Kind.MONTHLY, on=SINCE)

    assert (ended.channel, ended.end, ended.ended) == ("counters", BEFORE, SINCE)
    assert set(ended.modes) == {Mode.CASH, Mode.CHEQUE, Mode.MONEY_ORDER, Mode.POSTAL_ORDER}
    assert ended_for(Kind.MONTHLY, on=BEFORE) == ()
    assert all(ended_for(kind, on=NOW) == () for kind in set(Kind) - {Kind.MONTHLY})


def test_nothing_is_said_of_days_before_the_record() -> None:
    first = channels.known().known_from

    assert channels_for(Kind.MONTHLY, on=first)
    for asked in (channels_for, ended_for):
        with pytest.raises(ChannelsNotKnown, match=f"{first}.*ask at any KWSP counter"):
            asked(Kind.MONTHLY, on=first - timedelta(days=1))


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("modes: [FPX, MAYBANK2U, DDA]", "modes: [FPX, MAYBANK, DDA]", r"portal: way 1: modes: found 'MAYBANK', expected one of FPX, MAYBANK2U"),
        ("kinds: [MONTHLY], modes: [FPX],", "kinds: [WEEKLY], modes: [FPX],", r"app: way 1: kinds: found 'WEEKLY', expected one of MONTHLY"),
        ("modes: [FPX],", "modes: [],", r"app: way 1: modes is empty"),
        ("modes: [FPX],", "modes: [FPX, FPX],", r"app: way 1: modes has a name twice"),
        ("modes: [FPX], documents: [FORM_A], citation: seed_001", "modes: [FPX], documents: [FORM_A]", r"app: way 1: missing citation"),
        ("[FPX], documents: [FORM_A], citation: seed_001", "[FPX], documents: [FORM_A], citation: seed_9", r"app: .*'seed_9', expected one of"),
        ("modes: [FPX], documents: [FORM_A]", "modes: [FPX], documents: [FORM_B]", r"app: way 1: documents: found 'FORM_B'"),
        ("modes: [FPX], documents", "modes: [FPX], limit: 5, documents", r"app: way 1: unknown limit"),
        ("highest: 500.00", "highest: 500", r"counters: way 2: highest: found 500, expected ringgit and sen"),
        ("highest: 500.00", "highest: 5e2", r"counters: way 2: highest: found '5e2', expected ringgit and sen"),
        ('closes: "15:00"', 'closes: "3 pm"', r"""counters: way 2: closes: found '3 pm', expected an hour in quotes, as in "15:00\""""),
        ('closes: "15:00"', "closes: 15:00", r"'15:00' is not a plain whole number"),
        ("until: 2017-12-31", "until: 31.12.2017", r"counters: way 1: '31.12.2017' is not a date|'31.12.2017' is not a date"),
        ("until: 2017-12-31", "until: 2016-12-31", r"counters: way 1: until 2016-12-31 is before its first day, 2017-01-01"),
        ("until: 2017-12-31", "from: 2016-12-31", r"counters: way 1: from 2016-12-31 is before known_from 2017-01-01"),
        ("        assumed: true\n", "", r"member_portal: way 1: an assumption has assumed: true and a reason"),
        ("[DEBIT_CARD, DEBIT_TRANSFER]\n        banks: [RHB Bank]", "[CASH]\n        banks: [Maybank]", r"bank_agents: ways 1 and 2 speak"),
        ("  DDA: {ms: Debit terus (DDA), en: Direct debit (DDA)}\n", "", r"portal: way 1: modes: found 'DDA'|modes: DDA stands here or in the code"),
        ("  I_SURI: {ms: i-Suri, en: i-Suri}\n", "  I_SURI: {ms: i-Suri}\n", r"file: kinds.I_SURI is not a text in ms and en"),
        ("    name: {ms: Aplikasi e-Caruman, en: The e-Caruman app}\n", "", r"app: missing name"),
        ("\nmodes:\n", "\nmodes: {}\nkinds:\n", r"'kinds' stands twice"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_file_place_and_fault(tmp_path: Path, good: str, bad: str, fault: str) -> None:
    text = channels.FILE.read_text(encoding="utf-8")
    assert good in text
    file = tmp_path / "channels.yaml"
    file.write_text(text.replace(good, bad, 1), encoding="utf-8")

    with pytest.raises(ChannelsError, match=rf"channels\.yaml: .*(?:{fault})"):
        channels.read(file)


def test_facts_cannot_be_changed() -> None:
    way = channels_for(Kind.MONTHLY, on=NOW)[0]

    with pytest.raises(AttributeError):
        way.highest = Decimal(1)  # type: ignore[misc]
    with pytest.raises(TypeError):
        channels.known().names["portal"] = "x"  # type: ignore[index]
