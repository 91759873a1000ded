"""`/payment-channels/`: what everybody is told of how KWSP is paid, by the business date."""

import html
import re
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import Client

from kwsp_portal.bank import channels
from kwsp_portal.common import clock
from kwsp_portal.frame import checks

pytestmark = pytest.mark.django_db
NEAR = re.compile(r"\s+")
ADDRESS = "/payment-channels/"


def sections(client: Client, address: str) -> dict[str, str]:
    """The text of each kind of payment, by its anchor."""
    answer = client.get(address)
    assert answer.status_code == 200
    page = answer.content.decode()
    found = {part.split('"', 1)[0]: part for part in page.split('<section class="section" aria-labelledby="')[1:]}
    return {anchor: html.unescape(NEAR.sub(" ", re.sub(r"<[^>]*>", " ", part)).replace("\N{NO-BREAK SPACE}", " ")) for anchor, part in found.items()}


def at(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(clock, "business_date", lambda: day)


@pytest.mark.parametrize(("prefix", "language"), [("", "ms"), ("/en", "en")])
def test_every_way_of_every_kind_stands_there_with_its_source_and_assumption(
    client: Client, monkeypatch: pytest.MonkeyPatch, prefix: str, language: str
) -> None:
    at(monkeypatch, date(2026, 10, 12))
    page = sections(client, prefix + ADDRESS)

    for kind in channels.Kind:
        ways = channels.channels_for(kind, on=date(2026, 10, 12))
        assert ways
        for way in ways:
            known = channels.known()
            texts = [known.names[way.channel], *(known.modes[mode] for mode in way.modes), *way.documents, *way.citations]
            for words in [*texts, *([way.reason] if way.reason else [])]:
                assert words.in_language(language) in page[kind.lower()]
            assert ", ".join(way.banks) in page[kind.lower()]
    assert "Alor Setar, Ipoh, Johor Bahru" in page["counters"]


def test_cash_at_a_counter_is_said_with_its_limit_and_hour(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, date(2026, 10, 12))
    page = sections(client, f"/en{ADDRESS}")

    assert "At most RM 500.00 a transaction Until 15:00" in page["late_charge"]
    assert "RM 500.00" not in page["monthly"]
    assert "FPX: RM 2.00 to RM 1,000,000.00 a transaction" in page["monthly"]
    assert all("FPX: RM 1.00 to RM 30,000.00 a transaction" in page[kind] for kind in ("voluntary", "i_saraan", "i_suri")), "a person's"


@pytest.mark.parametrize(("day", "still"), [(date(2017, 12, 31), True), (date(2018, 1, 1), False)])
def test_the_counters_stopped_taking_monthly_contributions_on_1_january_2018(
    client: Client, monkeypatch: pytest.MonkeyPatch, day: date, still: bool
) -> None:
    at(monkeypatch, day)
    monthly = sections(client, f"/en{ADDRESS}")["monthly"]
    ended = "Since 1 Jan 2018: KWSP counters that give receipts (Cash, Cheque, Money order, Postal order)."

    assert (ended in monthly, "No longer accepted" in monthly) == (not still, not still)
    assert ("Last day: 31 Dec 2017" in monthly) is still
    assert ("Money order, Postal order" in monthly.replace(ended, "")) is still


def test_before_the_record_the_page_says_whom_to_ask(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, date(2016, 12, 31))
    answer = client.get(f"/en{ADDRESS}")

    assert answer.status_code == 200
    assert "ask at any KWSP counter" in answer.content.decode()
    assert sections(client, f"/en{ADDRESS}") == {}


def test_the_front_leads_there(client: Client) -> None:
    assert f'href="{ADDRESS}"' in client.get("/").content.decode()
    assert f'href="/en{ADDRESS}"' in client.get("/en/").content.decode()


def test_a_faulty_file_stops_every_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "channels.yaml"
    file.write_text(channels.FILE.read_text(encoding="utf-8").replace("citation: seed_001", "citation: seed_9", 1), encoding="utf-8")
    monkeypatch.setattr(channels, "FILE", file)

    (error,) = checks.payment_channels(None)

    assert (error.id, "channels.yaml: portal: way 1: citation: found 'seed_9'" in error.msg) == (checks.FAULTY_CHANNELS, True)
    with pytest.raises(SystemCheckError, match="seed_9"):
        call_command("check")
