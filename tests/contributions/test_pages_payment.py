"""Paying over HTTP: the bank's list, the way there and back, the receipt, and what comes twice or not at all."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from contributions.enums import FilingState, PaymentState
from contributions.models import Filing, Payment
from kwsp_portal.bank.fpx import client as fpx
from kwsp_portal.bank.fpx import codes, wire
from kwsp_portal.bank.fpx.errors import FpxUnavailable, Unavailable
from kwsp_portal.bank.maybank2u import messages as maybank2u
from kwsp_portal.common import clock
from tests.contributions import pages, paying
from tests.contributions.conftest import ON, Office
from tests.contributions.pages import Person

LISTED = [fpx.Bank(code="MBB0228", name="Maybank2E", online=True), fpx.Bank(code="UOB0226", name="UOB", online=False)]
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The business date, a bank that lists its banks, and a cache of one's own."""
    monkeypatch.setattr(clock, "business_date", lambda: ON)
    monkeypatch.setattr(fpx.FpxClient, "bank_list", lambda self, model=None: LISTED)
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def filing(office: Office, bank: paying.Bank) -> Filing:
    return office.approved()


@pytest.fixture
def checker(office: Office) -> Person:
    return pages.signed_in(office.checker)


def start(checker: Person, filing: Filing) -> Payment:
    answer = checker.coded(pages.address(filing, "pay"), bank="MBB0228")
    payment = Payment.objects.latest("pk")
    assert (answer.status_code, answer["Location"]) == (302, f"{checker.prefix}{receipt_of(payment)}bank/")
    return payment


def receipt_of(payment: Payment) -> str:
    return f"/employer/payments/{payment.order_no}/"


def deliver(pairs: wire.Pairs, channel: str = "direct", person: Person | None = None) -> Any:
    client = person.client if person else Client()
    return client.post(f"/fpx/{channel}/", wire.encode(pairs), content_type=FORM)


def test_only_banks_that_are_online_can_be_chosen(checker: Person, filing: Filing) -> None:
    page = checker.get(pages.address(filing, "pay"))
    answer = checker.post(pages.address(filing, "pay"), bank="UOB0226")

    assert pages.actions_of(page) == ["Hantar kod TAC", "Bayar kemudian"]
    assert "Luar talian sekarang: UOB" in pages.text_of(page)
    assert answer.status_code == 422
    assert not Payment.objects.exists()


def test_no_bank_chosen_is_said_beside_the_choice(checker: Person, filing: Filing) -> None:
    answer = checker.post(pages.address(filing, "pay"))

    assert answer.status_code == 422
    assert pages.title_of(answer).startswith("Ralat:")
    assert 'href="#id_bank_0"' in answer.content.decode()


def test_a_bank_that_cannot_be_reached_is_said_and_nothing_started(checker: Person, filing: Filing, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(self: fpx.FpxClient, model: object = None) -> list[fpx.Bank]:
        raise FpxUnavailable(Unavailable.TIMEOUT, "BE")

    monkeypatch.setattr(fpx.FpxClient, "bank_list", down)

    page, answer = checker.get(pages.address(filing, "pay")), checker.post(pages.address(filing, "pay"), bank="MBB0228")

    assert "FPX tidak dapat dihubungi" in pages.text_of(page)
    assert 'href="/payment-channels/#monthly"' in page.content.decode()
    assert (page.status_code, answer.status_code) == (200, 503)
    assert not Payment.objects.exists()


def test_the_way_to_the_bank_is_a_signed_form_in_the_payer_s_language(office: Office, filing: Filing) -> None:
    checker = pages.signed_in(office.checker, "/en")
    payment = start(checker, filing)

    body = checker.get(f"{receipt_of(payment)}bank/").content.decode()

    assert 'action="/demo/bank/FPXMain/seller2DReceiver.jsp?lang=en"' in body
    assert f'name="fpx_sellerExOrderNo" value="{payment.order_no}"' in body
    assert 'name="fpx_txnAmount" value="1449.00"' in body
    assert 'name="fpx_checkSum"' in body


def test_a_bank_on_another_host_may_be_sent_a_form_by_that_page_only(checker: Person, filing: Filing, settings: Any) -> None:
    settings.FPX = {**settings.FPX, "browser_url": "https://bank.example/fpx/"}
    payment = start(checker, filing)

    there, receipt = checker.get(f"{receipt_of(payment)}bank/"), checker.get(receipt_of(payment))

    assert "form-action 'self' https://bank.example;" in there["Content-Security-Policy"] + ";"
    assert "bank.example" not in receipt["Content-Security-Policy"]


def test_maybank2u_is_chosen_without_a_bank_and_said_on_the_way_there_the_receipt_the_list_and_the_file(
    office: Office, checker: Person, filing: Filing, bank: paying.Bank
) -> None:
    assert checker.coded(pages.address(filing, "pay"), method="MAYBANK2U").status_code == 302
    payment = Payment.objects.get()
    there = checker.get(f"{receipt_of(payment)}bank/").content.decode()
    assert 'action="/demo/bank/Maybank2u/pay?lang=ms"' in there
    assert f'name="m2u_orderNo" value="{payment.order_no}"' in there

    said = maybank2u.Result.of(bank.says(payment, codes.APPROVED, fpx_txn_id="M2U0001"))
    fields = wire.encode(fpx.signed_pairs(said, bank.key))
    assert Client().post("/maybank2u/direct/", fields, content_type=FORM).content == b"OK"
    back = checker.client.post("/maybank2u/indirect/", fields, content_type=FORM)
    assert back["Location"] == f"{receipt_of(payment)}?back"

    receipt = pages.text_of(checker.get(receipt_of(payment)))
    assert "Kaedah Maybank2u" in receipt
    assert "No. rujukan Maybank2u M2U0001" in receipt
    assert "Maybank2u" in pages.text_of(checker.get("/employer/payments/?method=MAYBANK2U"))
    assert "Tiada bayaran yang sepadan" in pages.text_of(checker.get("/employer/payments/?method=FPX"))
    assert ",Maybank2u," in checker.get("/employer/payments.csv").content.decode()
    assert "No. rujukan Maybank2u: M2U0001" in checker.get(f"{receipt_of(payment)}receipt.txt").content.decode()


def test_maybank2u_can_be_chosen_while_fpx_cannot_be_reached(checker: Person, filing: Filing, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(self: fpx.FpxClient, model: object = None) -> list[fpx.Bank]:
        raise FpxUnavailable(Unavailable.TIMEOUT, "BE")

    monkeypatch.setattr(fpx.FpxClient, "bank_list", down)

    assert 'value="FPX"' not in checker.get(pages.address(filing, "pay")).content.decode()
    assert checker.coded(pages.address(filing, "pay"), method="MAYBANK2U").status_code == 302


def test_a_way_that_is_none_of_the_list_is_said(checker: Person, filing: Filing) -> None:
    answer = checker.post(pages.address(filing, "pay"), method="CASH")

    assert answer.status_code == 422
    assert "Pilih satu daripada cara membayar di bawah" in pages.text_of(answer)


def test_a_second_payment_waits_for_the_first(checker: Person, filing: Filing) -> None:
    first = start(checker, filing)

    answer = checker.post(pages.address(filing, "pay"), bank="MBB0228")

    assert answer.status_code == 409
    assert first.order_no in pages.text_of(answer)
    assert f'href="{receipt_of(first)}"' in answer.content.decode()
    assert Payment.objects.get() == first
    assert "Lihat bayaran itu" in pages.text_of(checker.get(pages.address(filing)))
    assert "Bayar RM" not in pages.actions_of(checker.get(pages.address(filing)))


def test_a_maker_cannot_pay(office: Office, filing: Filing) -> None:
    maker = pages.signed_in(office.maker)

    assert maker.post(pages.address(filing, "pay"), bank="MBB0228").status_code == 403
    assert not Payment.objects.exists()


def test_a_maker_sees_a_payment_but_is_not_taken_to_the_bank(office: Office, checker: Person, filing: Filing) -> None:
    payment, maker = start(checker, filing), pages.signed_in(office.maker)

    assert pages.actions_of(maker.get(receipt_of(payment))) == ["Tanya bank sekarang"]
    assert pages.actions_of(checker.get(receipt_of(payment))) == ["Kembali ke halaman bank", "Tanya bank sekarang", "Batalkan bayaran ini"]
    assert maker.get(f"{receipt_of(payment)}bank/")["Location"] == receipt_of(payment)


def test_the_receipt_waits_for_the_bank_s_own_word_and_then_shows_it(checker: Person, filing: Filing, bank: paying.Bank) -> None:
    payment = start(checker, filing)
    pairs = bank.ac(payment, codes.APPROVED)

    back = deliver(pairs, "indirect", checker)
    assert back["Location"] == f"{receipt_of(payment)}?back"
    assert checker.get(f"{receipt_of(payment)}?back")["Location"] == receipt_of(payment)
    waiting = checker.get(receipt_of(payment))
    assert "Menunggu jawapan bank" in pages.text_of(waiting)
    assert '<noscript><meta http-equiv="refresh" content="2">' in waiting.content.decode()
    asked = {"X-Fragment": "progress"}
    assert checker.get(f"{receipt_of(payment)}?seen=SENT", **asked).json()["finished"] is False  # type: ignore[attr-defined]

    answers = [deliver(pairs) for _ in range(3)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b"OK")] * 3
    assert checker.get(f"{receipt_of(payment)}?seen=SENT", **asked).json()["finished"] is True  # type: ignore[attr-defined]
    receipt = checker.get(receipt_of(payment))
    text = pages.text_of(receipt)
    for words in ("Bayaran diterima", payment.order_no, "RM 1,449.00", "RM 756.00", "RM 693.00", "12 Nov 2026, 10:32"):
        assert words in text
    assert pages.actions_of(receipt)[0] == "Kembali ke Borang A"
    assert Filing.objects.get().state == FilingState.PAID
    assert "Mengkreditkan akaun pekerja" in pages.text_of(checker.get(pages.address(filing)))


def test_the_way_back_keeps_the_payer_s_language(office: Office, filing: Filing, bank: paying.Bank) -> None:
    english = pages.signed_in(office.checker, "/en")
    payment = start(english, filing)

    back = deliver(bank.ac(payment, codes.APPROVED), "indirect", english)

    assert english.client.get(back["Location"])["Location"] == f"/en{receipt_of(payment)}"


def test_a_refusal_of_the_bank_is_said_with_its_code_and_can_be_tried_again(checker: Person, filing: Filing, bank: paying.Bank) -> None:
    payment = start(checker, filing)
    deliver(bank.ac(payment, "51"))

    answer = checker.get(receipt_of(payment))

    text = pages.text_of(answer)
    assert "Bayaran tidak berjaya" in text
    assert "51" in text
    assert pages.actions_of(answer) == ["Bayar sekali lagi"]
    assert start(checker, filing).pk != payment.pk


def test_the_second_of_two_approved_payments_is_said_to_be_a_credit(checker: Person, filing: Filing, bank: paying.Bank) -> None:
    first = start(checker, filing)
    deliver(bank.ac(first, "51"))
    second = start(checker, filing)
    deliver(bank.ac(second, codes.APPROVED))

    deliver(bank.ac(first, codes.APPROVED))

    assert "kredit majikan" in pages.text_of(checker.get(receipt_of(first)))
    assert "kredit majikan" not in pages.text_of(checker.get(receipt_of(second)))


def test_which_payment_is_the_credit_goes_by_the_ledger_and_not_by_the_clock_of_who_heard_of_it(
    checker: Person, filing: Filing, bank: paying.Bank
) -> None:
    """A sweep that began a little earlier may record its answer a little later than a direct message."""
    failed = start(checker, filing)
    deliver(bank.ac(failed, "51"))
    swept = start(checker, filing)
    heard = clock.now()
    paying.deliver(bank.ac(failed, codes.APPROVED), at=heard)

    paying.deliver(bank.ac(swept, codes.APPROVED), at=heard - timedelta(seconds=10))

    assert "kredit majikan" in pages.text_of(checker.get(receipt_of(swept)))
    assert "kredit majikan" not in pages.text_of(checker.get(receipt_of(failed)))


def test_the_bank_is_asked_when_the_payer_presses_but_not_at_every_press(checker: Person, filing: Filing, bank: paying.Bank) -> None:
    payment = start(checker, filing)
    bank.answers += [wire.encode(bank.ac(payment, codes.AUTHORISATION)), wire.encode(bank.ac(payment, codes.APPROVED))]

    for _ in range(3):
        assert checker.post(f"{receipt_of(payment)}ask/")["Location"] == receipt_of(payment)
    payment.refresh_from_db()
    assert (payment.state, len(bank.answers)) == (PaymentState.PENDING, 1)
    assert "Bank terakhir ditanya" in pages.text_of(checker.get(receipt_of(payment)))

    Payment.objects.update(asked_at=clock.now() - timedelta(minutes=1))
    checker.post(f"{receipt_of(payment)}ask/")
    payment.refresh_from_db()
    assert payment.state == PaymentState.APPROVED


FORGED = {
    "nothing": b"",
    "no form": b"\xff\xfe\x00",
    "a stranger's order": b"fpx_sellerExOrderNo=2611105AAAAAAA&fpx_checkSum=00",
    "not a number": b"fpx_sellerExOrderNo=%00%27&fpx_checkSum=00",
    "too long": b"a=" + b"x" * 20_000,
}


@pytest.mark.parametrize("case", FORGED)
def test_what_is_not_the_bank_s_changes_nothing_and_leads_home(checker: Person, filing: Filing, case: str) -> None:
    start(checker, filing)

    direct = Client().post("/fpx/direct/", FORGED[case], content_type=FORM)
    indirect = Client().post("/fpx/indirect/", FORGED[case], content_type=FORM)

    assert direct.status_code == 400
    assert direct.content.startswith(b"REFUSED ")
    assert (indirect.status_code, indirect["Location"]) == (302, "/home/")
    assert Payment.objects.get().state == PaymentState.SENT


def test_a_forged_message_about_a_real_order_shows_that_order_as_it_is(checker: Person, filing: Filing, bank: paying.Bank) -> None:
    payment = start(checker, filing)
    pairs = fpx.signed_pairs(bank.says(payment, codes.APPROVED), bank.stranger_key)

    back = deliver(pairs, "indirect", checker)

    assert back["Location"] == f"{receipt_of(payment)}?back"
    assert Payment.objects.get().state == PaymentState.SENT


@pytest.mark.parametrize("act", ["", "bank/", "ask/"])
def test_another_employer_s_payment_is_the_same_404_as_one_that_does_not_exist(checker: Person, filing: Filing, make_office: Any, act: str) -> None:
    payment = start(checker, filing)
    stranger = pages.signed_in(make_office().checker)
    ask = stranger.post if act == "ask/" else stranger.get

    assert ask(f"{receipt_of(payment)}{act}").status_code == 404
    assert ask(f"/employer/payments/NONE/{act}").status_code == 404


@pytest.mark.parametrize("path", ["/fpx/direct/", "/fpx/indirect/"])
def test_the_bank_s_doors_take_posts_only(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 405
