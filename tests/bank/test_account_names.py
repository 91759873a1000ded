"""Whose account is it: the portal's way of asking, and the demo bank as it runs, with all its faults."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from kwsp_portal.bank.fpx import client, signature, wire
from kwsp_portal.bank.fpx.client import FpxClient
from kwsp_portal.bank.names import AccountKind, AccountState, Answer, NoAnswer, Question
from kwsp_portal.bank.names.http import PATH, HttpNames
from kwsp_portal.bank.names.messages import NameEnquiry
from tests.bank import bank_process, keys

NAME = "AMINAH BINTI YUSOF"


@pytest.fixture
def ask(client: FpxClient) -> HttpNames:
    return HttpNames(replace(client._config, timeout=10), now=lambda: keys.NOW)


@pytest.fixture
def behave(bank: bank_process.BankProcess) -> Iterator[Callable[..., None]]:
    def set_to(fault: str, delay: int = 0, left: str = "1") -> None:
        action = json.loads(bank.get("/demo/bank/names/?format=json").body)["action"]
        answer = bank.post(action, [("fault", fault), ("delay_seconds", str(delay)), ("left", left)])
        assert answer.status == 303, answer.body

    yield set_to
    set_to("NONE", left="")


def question(account: str = "114123456789", holder: str = NAME) -> Question:
    return Question(key=uuid4().hex, bank="MBBEMYKL", account=account, holder=holder)


def test_the_bank_names_the_holder(ask: HttpNames) -> None:
    assert ask.ask(question("114100000001")) == Answer(state=AccountState.OPEN, kind=AccountKind.SINGLE, holder=NAME)


def test_an_account_keeps_its_holder(ask: HttpNames) -> None:
    ask.ask(question("114100000002"))

    assert ask.ask(question("114100000002", holder="SOMEBODY ELSE")).holder == NAME


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("LATE", Answer(state=AccountState.OPEN, kind=AccountKind.SINGLE, holder=NAME)),
        ("CLOSED", Answer(state=AccountState.CLOSED, kind=AccountKind.SINGLE, holder=NAME)),
        ("UNKNOWN", Answer(state=AccountState.UNKNOWN, kind=None, holder="")),
        ("JOINT", Answer(state=AccountState.OPEN, kind=AccountKind.JOINT, holder=NAME)),
        ("COMPANY", Answer(state=AccountState.OPEN, kind=AccountKind.COMPANY, holder=NAME)),
        ("NEAR_NAME", Answer(state=AccountState.OPEN, kind=AccountKind.SINGLE, holder="AINAH BINTI YUSOF")),
        ("ANOTHER_NAME", Answer(state=AccountState.OPEN, kind=AccountKind.SINGLE, holder="SITI CONTOH BINTI LAIN")),
    ],
)
def test_other_books_are_believed(ask: HttpNames, behave: Callable[..., None], fault: str, found: Answer) -> None:
    behave(fault, delay=1)

    assert ask.ask(question("114100000003")) == found


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("REFUSED", "HTTP_STATUS"),
        ("MALFORMED", "BAD_ENCODING"),
        ("DUPLICATE_FIELD", "DUPLICATE_FIELD"),
        ("BAD_SIGNATURE", "BAD_SIGNATURE"),
        ("ANOTHER_ENQUIRY", "ANOTHER_QUESTION"),
    ],
)
def test_what_is_not_an_answer_is_silence(ask: HttpNames, behave: Callable[..., None], fault: str, code: str) -> None:
    behave(fault)

    with pytest.raises(NoAnswer, match=code):
        ask.ask(question())


def test_a_silent_bank_costs_the_time_out_and_no_more(client: FpxClient, behave: Callable[..., None]) -> None:
    behave("SILENT", delay=3)
    started = time.monotonic()

    with pytest.raises(NoAnswer, match="TIMEOUT"):
        HttpNames(replace(client._config, timeout=1), now=lambda: keys.NOW).ask(question())

    assert time.monotonic() - started < 3


def test_no_bank_at_all_is_silence(client: FpxClient) -> None:
    with pytest.raises(NoAnswer, match="UNREACHABLE"):
        HttpNames(replace(client._config, bank_url="http://127.0.0.1:9/"), now=lambda: keys.NOW).ask(question())


def test_the_bank_answers_nobody_else(bank: bank_process.BankProcess, stranger_pair: keys.Pair) -> None:
    asked = NameEnquiry(account_bank="MBBEMYKL", account_no="114100000009", enquiry_id="x", holder_name=NAME, seller_ex_id="EX00099999")

    answer = bank.post_raw(f"/{PATH}", wire.encode(client_pairs(asked, stranger_pair)))

    assert answer.body == "ERROR"
    assert "BAD_SIGNATURE" in answer.headers["X-Refused"]


def test_the_weak_digest_of_fpx_is_not_taken_here(bank: bank_process.BankProcess, seller_pair: keys.Pair) -> None:
    asked = NameEnquiry(account_bank="MBBEMYKL", account_no="114100000009", enquiry_id="x", holder_name=NAME, seller_ex_id="EX00099999")
    pairs = [*client_pairs(asked, seller_pair)[:-1], ("fpx_checkSum", signature.sign(asked.signed_text(), seller_pair.key))]

    assert bank.post_raw(f"/{PATH}", wire.encode(pairs)).body == "ERROR"


def test_a_name_with_signs_travels(ask: HttpNames) -> None:
    assert ask.ask(question("114100000004", holder="José | O'Neil @ “Zé”\n")).holder == "JOSÉ O'NEIL @ “ZÉ”"


def test_the_page_tells_what_the_bank_was_asked(bank: bank_process.BankProcess, ask: HttpNames) -> None:
    ask.ask(question("114100000005"))

    for language in ("ms", "en"):
        page = bank.get(f"/demo/bank/names/?lang={language}")
        assert (page.status, "114100000005" in page.body, NAME in page.body) == (200, True, True)
    wrong = json.loads(bank.get("/demo/bank/names/?format=json").body)["action"]
    assert bank.post(wrong, [("fault", "MAYBE")]).status == 422


def client_pairs(message: NameEnquiry, pair: keys.Pair) -> wire.Pairs:
    return client.signed_pairs(message, pair.key)
