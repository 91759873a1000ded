"""The demo phone: its pages, its JSON (contract.md), its provider's API."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.notify import phone_process
from tests.notify.phone_process import PhoneProcess, words_of

NUMBER, OTHER = "+60123456789", "+60198765432"


def key(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


@pytest.fixture
def phone(tmp_path: Any) -> Iterator[PhoneProcess]:
    with phone_process.running(tmp_path, DEMOPHONE_PORTAL_URL="http://127.0.0.1:9") as process:
        yield process


def test_a_phone_shows_what_arrived_the_newest_first_to_people_and_programs(phone: PhoneProcess) -> None:
    assert "Belum ada SMS" in words_of(phone.get("/demo/phone/")[1])
    for number, to in enumerate((NUMBER, OTHER, NUMBER)):
        status, said = _call(phone, number, to)
        assert (status, said["state"]) == (202, "delivered")

    rows = json.loads(phone.get(f"/demo/phone/?format=json&to={NUMBER}")[1])
    assert [(row["to"], row["text"]) for row in rows] == [(NUMBER, "text <2>"), (NUMBER, "text <0>")]
    assert list(rows[0]) == ["to", "text", "sent_at"]
    assert len(json.loads(phone.get("/demo/phone/?format=json")[1])) == 3
    for to in ("%2B60123456789", "+60123456789", "0123456789", "012-345%206789"):
        assert "text &lt;2&gt;" in phone.get(f"/demo/phone/?to={to}")[1]
    for language, words in (("ms", "Semua telefon"), ("en", "All phones")):
        status, page, headers = phone.get("/demo/phone/", Cookie=f"django_language={language}")
        assert words in words_of(page)
        assert page.index(NUMBER) < page.index(OTHER), "the phone with the newest message first"
        assert headers["Refresh"] == "5"
    assert "Refresh" not in phone.get("/demo/phone/?still=1")[2]


def _call(phone: PhoneProcess, number: int, to: str = NUMBER, **more: Any) -> tuple[int, Any]:
    return phone.hand_over(key(number), to=to, **{"text": f"text <{number}>", **more})


def test_the_same_key_is_the_same_message_and_another_one_is_refused(phone: PhoneProcess) -> None:
    first = _call(phone, 1)
    again = _call(phone, 1)

    assert (first[0], again[0]) == (202, 200)
    assert first[1]["id"] == again[1]["id"]
    assert _call(phone, 1, text="another") == (409, {"code": "OTHER_MESSAGE", "id": first[1]["id"]})
    assert phone.texts(NUMBER) == ["text <1>"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"to": "0123456789"}, 400),
        ({"to": "+60123456789; DROP"}, 400),
        ({"text": ""}, 400),
        ({"text": "x" * 4001}, 400),
        ({"channel": "PIGEON"}, 400),
        ({"valid_until": "tomorrow"}, 400),
        ({"valid_until": "2026-01-01T00:00:00"}, 400),
    ],
)
def test_what_is_no_message_is_refused(phone: PhoneProcess, changed: dict[str, str], status: int) -> None:
    assert _call(phone, 1, **changed)[0] == status
    assert phone.get("/demo/phone/?format=json")[1] == "[]"


def test_nobody_without_the_key_hands_anything_over(phone: PhoneProcess) -> None:
    for wrong in ("", "k", "k" * 41, "é"):
        assert phone.hand_over(key(1), bearer=wrong)[0] == 401
    assert phone.post("/v1/messages", b"{}")[0] == 401
    assert phone.get(f"/v1/messages/{key(1)}")[0] == 401


def test_a_killed_provider_knows_what_it_took(tmp_path: Any) -> None:
    with phone_process.running(tmp_path) as phone:
        _call(phone, 1)
        phone.kill()
    with phone_process.running(tmp_path) as phone:
        assert _call(phone, 1)[0] == 200
        assert phone.texts(NUMBER) == ["text <1>"]


def test_faults_are_switched_by_a_form_of_its_own_only(phone: PhoneProcess) -> None:
    page = words_of(phone.get("/demo/phone/behaviour/?lang=en")[1])
    assert "Provider's behaviour" in page.replace("&#x27;", "'")
    assert phone.post("/demo/phone/behaviour/guessed/", b"answer=DOWN")[0] == 404
    phone.behave(answer="DOWN", left=1)
    assert [_call(phone, 1)[0], _call(phone, 1)[0]] == [503, 202]
    with pytest.raises(AssertionError):
        phone.behave(answer="EXPLODE")


def test_the_portal_lends_it_its_address_in_the_demo(phone: PhoneProcess, client: Client, settings: Any, db: None) -> None:
    settings.NOTIFY = {**settings.NOTIFY, "sms_url": phone.url}
    _call(phone, 1)

    page = client.get("/en/demo/phone/")
    assert "All phones" in page.content.decode()
    assert page.headers["Refresh"] == "5"
    assert "script-src" not in page.headers["Content-Security-Policy"]
    rows = client.get("/demo/phone/?format=json&to=+60123456789")
    assert [row["text"] for row in rows.json()] == ["text <1>"]
    assert client.get("/demo/phone/static/phone.css").status_code == 200
    assert client.post("/demo/phone/v1/messages", b"{}", content_type="application/json").status_code == 404, "its API is not for browsers"

    phone.kill()
    assert client.get("/demo/phone/").status_code == 502
    settings.DEMO = False
    assert client.get("/demo/phone/").status_code == 404
