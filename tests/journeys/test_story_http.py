"""The story of step 1 over HTTP, without a browser: the worker runs in this process, the bank signs with a key of its own."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from contributions.enums import FilingState
from contributions.models import Filing, Payment
from kwsp_portal import jobs
from kwsp_portal.bank.fpx import client as fpx
from kwsp_portal.bank.fpx import codes, wire
from kwsp_portal.common.clock import KL
from tests.contributions import pages, paying
from tests.contributions.pages import Person, text_of
from tests.factories import devices
from tests.journeys.borang_a import OCTOBER, with_wages

PAID_AT = datetime(2026, 11, 10, 10, 15, tzinfo=KL)


@pytest.fixture
def sign_in(db: None) -> Callable[[str, str], Person]:
    """Both pages of the door, in the language of the address."""

    def enter(user_id: str, prefix: str) -> Person:
        person = Person(Client(), prefix)
        person.post("/sign-in/", user_id=user_id)
        asked = person.post("/sign-in/password/", password="kwsp-demo-2026")
        assert asked["Location"].endswith("/sign-in/device/")
        door = person.post("/sign-in/device/", tac=devices.code_for(user_id))
        assert door.status_code == 302
        assert person.client.get(door["Location"]).status_code in {200, 302}
        return person

    return enter


def said(language: str, message: str, **figures: str) -> str:
    with translation.override(language):
        return " ".join((translation.gettext(message) % figures).split())


@pytest.mark.parametrize(("language", "prefix"), [("ms", ""), ("ms", "/ms"), ("en", "/en")])
def test_a_borang_a_becomes_a_member_s_savings(
    demo: Callable[[], None],
    sign_in: Callable[[str, str], Person],
    bank: paying.Bank,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    prefix: str,
) -> None:
    demo()
    monkeypatch.setattr(fpx.FpxClient, "bank_list", lambda self, model=None: [fpx.Bank(code=paying.BANK, name="Maybank2E", online=True)])
    month = {"ms": "Oktober 2026", "en": "October 2026"}[language]

    # The maker: what is due, the template, the changed file, the totals, the declaration.
    maker = sign_in("majikanmaker", prefix)
    assert said(language, "Belum dihantar") in text_of(maker.get("/employer/"))
    template = maker.get("/employer/template.csv?wage_month=2026-10").content
    sent = maker.upload(with_wages(template, "10000101", "6350.00", "768", "704"))
    filing = Filing.objects.get(wage_month=OCTOBER.first_day)
    assert sent["Location"].removeprefix("/en") == pages.address(filing)
    assert said(language, "Membaca dan menyemak setiap baris") in text_of(maker.get(pages.address(filing)))
    jobs.work_some()
    assert said(language, "Semua baris sah") in text_of(maker.get(pages.address(filing)))
    filing.refresh_from_db()
    total = f"RM {filing.total:,.2f}"
    words = said(language, "Hantar Borang A %(month)s – %(total)s", month=month, total=total)
    assert words in pages.actions_of(maker.get(pages.address(filing, "submit")))
    assert maker.post(pages.address(filing, "submit"), declaration="on").status_code == 302

    # The checker: the queue, the difference, the approval, the way to the bank.
    checker = sign_in("majikanchecker", prefix)
    assert month in text_of(checker.get("/employer/filings/?state=SUBMITTED"))
    assert said(language, "Berbanding %(month)s", month="September 2026") in text_of(checker.get(pages.address(filing, "decide")))
    assert maker.post(pages.address(filing, "decide"), action="approve").status_code == 403
    assert checker.coded(pages.address(filing, "decide"), action="approve").status_code == 302
    to_bank = checker.coded(pages.address(filing, "pay"), bank=paying.BANK)
    payment = Payment.objects.latest("pk")
    assert payment.order_no in checker.client.get(to_bank["Location"]).content.decode()

    # The bank: back by the browser, then its own word, three times.
    pairs = wire.encode(bank.ac(payment, codes.APPROVED, fpx_txn_time=PAID_AT))
    back = checker.client.post("/fpx/indirect/", pairs, content_type="application/x-www-form-urlencoded")
    receipt = checker.client.get(checker.client.get(back["Location"])["Location"])
    assert said(language, "Menunggu jawapan bank") in text_of(receipt)
    for _ in range(3):
        assert Client().post("/fpx/direct/", pairs, content_type="application/x-www-form-urlencoded").content == b"OK"
    receipt = checker.get(f"/employer/payments/{payment.order_no}/")
    assert said(language, "Bayaran diterima") in text_of(receipt)
    jobs.work_some()
    assert said(language, "Semua pekerja telah dikreditkan") in text_of(checker.get(pages.address(filing)))

    # The member: the total is the sum of the cards, the latest contribution says why.
    member = sign_in("ahlidemo35", prefix)
    home = member.get("/member/")
    held, cards = _amounts(home, "hero__amount"), _amounts(home, "account__amount")
    assert held == [sum(cards)]
    assert _amounts(home, "latest__amount") == [Decimal("1472.00")]
    for figure in ("RM 768.00", "RM 704.00", "Syarikat Contoh Maju Sdn. Bhd.", month):
        assert figure in text_of(home)
    assert Filing.objects.get(pk=filing.pk).state == FilingState.CREDITED
    call_command("check_ledger")


def _amounts(page: Any, name: str) -> list[Decimal]:
    """The figures in large type under this class, as amounts."""
    found = re.findall(rf'<p class="{name}">(.*?)</p>', page.content.decode(), re.DOTALL)
    plain = [unescape(re.sub(r"<[^>]+>|[^0-9.<>]", "", text)) for text in found]
    return [Decimal(text) for text in plain]
