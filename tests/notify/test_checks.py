"""What the portal does not start with, and what `check --deploy` refuses."""

from typing import Any

import pytest

from kwsp_portal.notify import checks

GOOD = {"sms": "http", "email": "smtp", "sms_url": "https://sms.example", "sms_key": "k" * 32, "sms_report_key": "r" * 32}


@pytest.fixture(autouse=True)
def _good(settings: Any) -> None:
    settings.NOTIFY = {**settings.NOTIFY, **GOOD}
    settings.SITE_HOST = "portal.example"


def found(settings: Any, check: Any, **changed: str) -> list[str]:
    settings.NOTIFY = {**settings.NOTIFY, **changed}
    return [one.id for one in check(None)]


def test_a_good_installation_has_nothing_to_say(settings: Any) -> None:
    assert found(settings, checks.ways_and_keys) == found(settings, checks.provider) == []


@pytest.mark.parametrize("changed", [{"sms": "pigeon"}, {"email": "console "}, {"sms": "smtp"}])
def test_a_way_out_that_there_is_not_stops_the_start(settings: Any, changed: dict[str, str]) -> None:
    assert found(settings, checks.ways_and_keys, **changed) == [checks.UNKNOWN_WAY]


def test_no_key_stops_the_start(settings: Any) -> None:
    settings.ENCRYPTION_KEYS = []

    assert found(settings, checks.ways_and_keys) == [checks.NO_KEYS]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sms": "console"}, checks.READABLE),
        ({"email": "file"}, checks.READABLE),
        ({"sms_url": "http://sms.example"}, checks.NO_PROVIDER),
        ({"sms_url": ""}, checks.NO_PROVIDER),
        ({"sms_key": "short"}, checks.NO_PROVIDER),
        ({"sms_report_key": ""}, checks.NO_PROVIDER),
    ],
)
def test_production_refuses_what_a_stranger_could_read_or_forge(settings: Any, changed: dict[str, str], said: str) -> None:
    assert found(settings, checks.provider, **changed) == [said]


def test_production_has_a_name(settings: Any) -> None:
    settings.SITE_HOST = "localhost"

    assert found(settings, checks.provider) == [checks.NO_HOST]
