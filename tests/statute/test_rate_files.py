"""What the reader of rate files refuses, and how a dated rate answers."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from kwsp_portal.common import data_file, rates
from kwsp_portal.common.rates import NotInForce, RatesError

GOOD = """
law: sample
title: {ms: Contoh, en: Sample}
dated_by: date
known_from: 2020-01-01
before_that: {ms: Tanya kaunter., en: Ask a counter.}
sources: {act: {ms: "Akta 452", en: "Act 452"}, page: {ms: "Halaman", en: "A page"}}
rates:
  some.rate:
    description: {ms: Kadar, en: Rate}
    unit: rate
    values:
      2019-01-01: {value: 0.10, citation: act, confidence: HIGH}
      2022-07-01: {value: 0.11, citation: [act, page], confidence: MED}
      2025-10-01: {repealed: true, citation: act, confidence: HIGH}
"""


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "sample.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_a_rate_answers_with_the_value_of_the_day(written: Path) -> None:
    law = rates.load(written)

    assert law.at("some.rate", date(2020, 1, 1)).value == Decimal("0.10")
    assert law.at("some.rate", date(2022, 6, 30)).value == Decimal("0.10")
    found = law["some.rate"].at(date(2022, 7, 1))
    assert (found.value, str(found.value), found.start, found.citation) == (Decimal("0.11"), "0.11", date(2022, 7, 1), "sample/act; sample/page")
    assert law.reference(date(2024, 1, 1)) == "sample@2022-07-01"
    assert rates.load(written) is law


def test_silence_is_an_error_with_the_earliest_date_and_the_way_forward(written: Path) -> None:
    law = rates.load(written)

    with pytest.raises(NotInForce) as before:
        law.at("some.rate", date(2019, 12, 31))
    with pytest.raises(NotInForce) as repealed:
        law.at("some.rate", date(2025, 10, 1))

    assert (before.value.earliest, before.value.way_forward.ms) == (date(2020, 1, 1), "Tanya kaunter.")
    assert repealed.value.earliest is None
    with pytest.raises(NotInForce):
        law.edition(date(2019, 12, 31))


def test_the_register_lists_every_value_with_its_end(written: Path) -> None:
    lines = rates.register([written])

    assert [(line.value.start, line.until) for line in lines] == [
        (date(2019, 1, 1), date(2022, 7, 1)),
        (date(2022, 7, 1), date(2025, 10, 1)),
        (date(2025, 10, 1), None),
    ]


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("value: 0.10, citation: act,", "value: 0.10,", "missing citation"),
        ("citation: act, confidence: HIGH}\n      2022", "citation: rumour, confidence: HIGH}\n      2022", "rumour"),
        ("citation: [act, page]", "citation: []", "no citation"),
        ("confidence: MED", "confidence: SURE", "confidence"),
        ("0.10", "1e-1", "not a number"),
        ("0.10", "1.0e-1", "not a plain decimal"),
        ("0.10", ".nan", "not a plain decimal"),
        ("0.10", ".inf", "not a plain decimal"),
        ("0.10", "-0.1", "not a plain decimal"),
        ("0.10", "010", "not a plain whole number"),
        ("0.10", "1_0.1", "not a plain decimal"),
        ("0.10", "true", "not a number"),
        ("0.10", "1.1", "at most 1"),
        ("0.10", "'0.10'", "not a number"),
        ("2019-01-01:", "soon:", "not a date"),
        ("2022-07-01:", "2019-01-01:", "twice"),
        ("2022-07-01:", "2022-07-01 10:00:00:", "not a date"),
        ("confidence: MED", "confidence: MED, assumed: true", "reason"),
        ("confidence: MED", "confidence: MED, reason: {ms: a, en: b}", "assumed"),
        ("confidence: MED", "confidence: MED, assumed: true, reason: {en: b}", "ms and en"),
        ("confidence: MED", "confidence: MED, until: 2023-01-01", "unknown until"),
        ("repealed: true", "repealed: true, value: 0.1", "either a value or repealed"),
        ("unit: rate", "unit: percent", "unit"),
        ("description: {ms: Kadar, en: Rate}", "description: {ms: Kadar}", "description"),
        ("dated_by: date", "dated_by: moon", "dated_by"),
        ("dated_by: date", "dated_by: wage_month\nextra: 1", "unknown extra"),
        ("known_from: 2020-01-01", "known_from: 2020", "not a date"),
        ("law: sample", "law: Sample Law", "law"),
        ("  some.rate:", "  Some Rate:", "plain name"),
        ("sources: {act:", "sources: {act 1:", "plain names"),
        ('act: {ms: "Akta 452", en: "Act 452"}', "act: Akta 452", "ms and en"),
        ('en: "A page"', "en: ' '", "ms and en"),
        ("law: sample", "law: [", "parsing"),
        (
            "2022-07-01: {value: 0.11, citation: [act, page], confidence: MED}",
            "{value: 0.11, citation: act, confidence: MED}: ",
            "not a name or a date",
        ),
        ("2022-07-01: {value: 0.11, citation: [act, page], confidence: MED}", "value: 0.11", "not a date"),
        (
            "2019-01-01: {value: 0.10, citation: act, confidence: HIGH}",
            "2022-01-01: {value: 0.10, citation: act, confidence: HIGH}\n      2019-01-01: {value: 0.10, citation: act, confidence: HIGH}",
            "2019-01-01 stands after 2022-01-01",
        ),
        ("2025-10-01:", "2022-06-30:", "2022-06-30 stands after 2022-07-01"),
        ("0.10", "!!python/float 0.1", "could not determine a constructor"),
        ("0.10", "!!float 1e-1", "not a plain decimal"),
        ("0.10", "1:30.5", "not a plain decimal"),
        ("0.10", "1:30", "not a plain whole number"),
        ("0.10", "2019-01-01", "not a number"),
        ("0.10", "", "not a number"),
    ],
)
def test_a_faulty_file_is_refused_and_the_fault_is_named(tmp_path: Path, good: str, bad: str, fault: str) -> None:
    assert good in GOOD
    path = tmp_path / "sample.yaml"
    path.write_text(GOOD.replace(good, bad, 1), encoding="utf-8")

    with pytest.raises(RatesError, match=fault) as refused:
        rates.load(path)

    assert "sample.yaml" in str(refused.value)


def test_a_float_is_refused_though_the_reader_of_numbers_were_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a change of the YAML library could bring: the value itself is looked at, too."""
    path = tmp_path / "sample.yaml"
    path.write_text(GOOD, encoding="utf-8")
    monkeypatch.setitem(data_file.Loader.yaml_constructors, "tag:yaml.org,2002:float", yaml.SafeLoader.construct_yaml_float)

    with pytest.raises(RatesError, match="0.1 is not a number"):
        rates.load(path)


def test_every_faulty_file_is_named_whatever_the_others_hold(tmp_path: Path) -> None:
    for name, text in (
        ("broken", GOOD.replace("citation: act,", "", 1)),
        ("sample", GOOD),
        ("other", GOOD),
        ("unread", "law: ["),
    ):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")

    found = rates.faults(sorted(tmp_path.glob("*.yaml")))

    assert [fault.partition(":")[0] for fault in found] == ["broken.yaml", "other.yaml", "sample.yaml", "unread.yaml"]
    assert "missing citation" in found[0]
    assert "is named sample.yaml" in found[1]
    assert "other.yaml already" in found[2]


def test_a_wage_month_law_changes_only_on_the_first_of_a_month(tmp_path: Path) -> None:
    path = tmp_path / "sample.yaml"
    path.write_text(GOOD.replace("dated_by: date", "dated_by: wage_month").replace("2022-07-01", "2022-07-02"), encoding="utf-8")

    with pytest.raises(RatesError, match="first day"):
        rates.load(path)


@pytest.mark.parametrize(("value", "fault"), [("{A: 0.7, B: 0.2}", "add up"), ("0.7", "mapping"), ("{}", "mapping")])
def test_shares_are_a_whole(tmp_path: Path, value: str, fault: str) -> None:
    path = tmp_path / "sample.yaml"
    path.write_text(GOOD.replace("unit: rate", "unit: shares").replace("0.10", value), encoding="utf-8")

    with pytest.raises(RatesError, match=fault):
        rates.load(path)
