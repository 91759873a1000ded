"""The bank as a process of its own: the client on one side, a portal of two addresses on the other."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from kwsp_portal.bank.fpx import client as fpx_client
from kwsp_portal.bank.fpx import codes, wire
from kwsp_portal.bank.fpx.client import FpxClient, Order
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.bank.fpx.messages import Confirmation, Model
from tests.bank import bank_process, keys, stub
from tests.bank.bank_process import Answer, BankProcess, order_page

INLINE = r"""<script(?! src)|<style|style=| on[a-z]+=["']|https?://"""
NewOrder = Callable[..., Order]


def ask(bank: BankProcess, client: FpxClient, order: Order) -> Answer:
    form = client.authorisation_request(order)
    return bank.post(form.url, list(form.fields))


def pay(bank: BankProcess, client: FpxClient, order: Order, **behaviour: object) -> Answer:
    """The payer presses the button; the answer is the way back to the portal."""
    page = order_page(ask(bank, client, order))
    return bank.follow(bank.post(f"{page}pay/", [(name, str(value)) for name, value in behaviour.items()]))


def book(bank: BankProcess, order: Order) -> dict:
    [entry] = json.loads(bank.get(f"/demo/bank/orders.json?order_no={order.order_no}").body)["orders"]
    return entry


def told(client: FpxClient, portal: stub.Portal, order: Order, count: int = 1) -> list[Confirmation]:
    return [client.read_ac(wire.decode(body)) for body in portal.wait_for(order.order_no, count)]


class TestPaying:
    def test_a_payment_is_told_to_the_portal_to_the_browser_and_to_who_asks(self, bank, client, portal, new_order: NewOrder):
        order = new_order()

        back = pay(bank, client, order)

        [direct] = told(client, portal, order)
        assert direct.outcome is codes.Outcome.APPROVED
        assert fpx_client.disagreements(order, direct) == ()
        assert client.read_ac(back.hidden_fields) == client.enquire(order) == direct
        assert 'action="/fpx/indirect/"' in back.body

    def test_the_bank_dates_it_by_the_portals_business_date(self, bank, client, portal, new_order: NewOrder):
        order = new_order()
        pay(bank, client, order)

        [direct] = told(client, portal, order)

        assert str(direct.fpx_txn_time).startswith(stub.BUSINESS_DATE)
        assert re.fullmatch(r"[0-9]{16}", direct.fpx_txn_id)

    @pytest.mark.parametrize("code", ["51", "57"])
    def test_a_refusal_is_final(self, bank, client, portal, new_order: NewOrder, code: str):
        order = new_order()
        pay(bank, client, order, result=code)

        [direct] = told(client, portal, order)

        assert direct.debit_auth_code == code
        assert direct.outcome is client.enquire(order).outcome is codes.Outcome.FAILED

    def test_the_payer_may_turn_back(self, bank, client, portal, new_order: NewOrder):
        order = new_order()
        page = order_page(ask(bank, client, order))

        back = bank.follow(bank.post(f"{page}cancel/"))

        [direct] = told(client, portal, order)
        assert direct.debit_auth_code == "80"
        assert client.read_ac(back.hidden_fields) == direct

    def test_sixteen_presses_of_the_button_pay_once(self, bank, client, portal, new_order: NewOrder):
        order = new_order()
        page = order_page(ask(bank, client, order))

        with ThreadPoolExecutor(8) as pool:
            results = ["00", "51"] * 8
            answers = list(pool.map(lambda result: bank.post(f"{page}pay/", [("result", result)]).status, results))

        told(client, portal, order)
        assert answers == [303] * 16
        assert len(book(bank, order)["messages"]) == 1

    def test_a_choice_the_panel_does_not_have_changes_nothing(self, bank, client, new_order: NewOrder):
        order = new_order()
        page = order_page(ask(bank, client, order))

        answers = [bank.post(f"{page}pay/", [choice]) for choice in (("result", "77"), ("copies", "6"), ("delay_seconds", "x"))]

        assert [answer.status for answer in answers] == [422, 422, 422]
        assert book(bank, order)["state"] == "OPEN"


class TestAuthorisation:
    @pytest.mark.parametrize(("act", "code", "outcome"), [("approve", "00", "APPROVED"), ("refuse", "80", "FAILED")])
    def test_the_companys_authoriser_decides_later(self, bank, client, portal, new_order: NewOrder, act: str, code: str, outcome: str):
        order = new_order()
        pay(bank, client, order, result="99")
        [first] = told(client, portal, order)
        asked = client.enquire(order)

        bank.post(book(bank, order)[act])

        last = told(client, portal, order, 2)[1]
        assert first.outcome is asked.outcome is codes.Outcome.AUTHORISATION
        assert (last.debit_auth_code, last.outcome) == (code, outcome)
        assert last.fpx_txn_id == first.fpx_txn_id
        assert client.enquire(order) == last

    def test_what_is_decided_stays_decided(self, bank, client, portal, new_order: NewOrder):
        order = new_order()
        pay(bank, client, order, result="99")
        bank.post(book(bank, order)["approve"])
        bank.post(book(bank, order)["refuse"])
        bank.post(book(bank, order)["approve"])

        told(client, portal, order, 2)
        assert [sent["code"] for sent in book(bank, order)["messages"]] == ["99", "00"]
        assert client.enquire(order).debit_auth_code == "00"


class TestDirectMessage:
    def test_it_may_come_again_and_again_the_same(self, bank, client, portal, new_order: NewOrder):
        order = new_order()
        pay(bank, client, order, direct="REPEATED", copies=4)

        assert len(set(portal.wait_for(order.order_no, 4))) == 1

    def test_it_may_never_come_and_only_asking_tells(self, bank, client, portal, new_order: NewOrder):
        order, later = new_order(), new_order()
        pay(bank, client, order, direct="NEVER")
        pay(bank, client, later)

        portal.wait_for(later.order_no)
        assert portal.about(order.order_no) == []
        assert book(bank, order)["messages"] == []
        assert client.enquire(order).outcome is codes.Outcome.APPROVED

    def test_it_may_come_before_the_browser_returns(self, bank, client, portal, new_order: NewOrder):
        order = new_order()
        page = order_page(ask(bank, client, order))

        bank.post(f"{page}pay/", [("direct", "FIRST")])

        assert len(portal.about(order.order_no)) == 1

    def test_it_may_come_late(self, bank, client, portal, new_order: NewOrder):
        order = new_order()
        page = order_page(ask(bank, client, order))
        pressed = time.monotonic()

        bank.post(f"{page}pay/", [("direct", "LATE"), ("delay_seconds", "1")])

        portal.wait_for(order.order_no)
        assert time.monotonic() - pressed >= 1

    def test_it_comes_again_until_the_portal_says_ok(self, bank, client, portal, new_order: NewOrder):
        order = new_order()
        portal.answers[order.order_no] = [(500, b"OK"), (200, b"<html>OK</html>")]

        pay(bank, client, order)

        assert len(set(portal.wait_for(order.order_no, 3))) == 1

    def test_the_browser_may_stay_away(self, bank, client, portal, new_order: NewOrder):
        order = new_order()

        page = pay(bank, client, order, returns="STAYS")

        assert page.hidden_fields == []
        assert told(client, portal, order)[0].outcome is codes.Outcome.APPROVED


class TestFaults:
    def test_a_wrong_amount_is_what_the_bank_debited(self, bank, client, portal, new_order: NewOrder):
        order = new_order()
        pay(bank, client, order, fault="WRONG_AMOUNT")

        [direct] = told(client, portal, order)

        assert fpx_client.disagreements(order, direct) == ("txnAmount",)
        assert direct.txn_amount == client.enquire(order).txn_amount == Decimal("1513.00")

    def test_a_message_about_another_order_does_not_agree_with_ours(self, bank, client, portal, new_order: NewOrder):
        order = new_order()
        back = pay(bank, client, order, fault="WRONG_ORDER")

        [direct] = told(client, portal, order)

        assert fpx_client.disagreements(order, direct) == ("sellerExOrderNo",)
        assert client.read_ac(back.hidden_fields) == direct
        assert fpx_client.disagreements(order, client.enquire(order)) == ()

    @pytest.mark.parametrize(("fault", "code"), [("BAD_SIGNATURE", "BAD_SIGNATURE"), ("RETIRED_KEY", "RETIRED_CERTIFICATE")])
    def test_a_message_that_is_not_signed_well_is_refused_and_asking_tells(self, bank, client, portal, new_order, fault: str, code: str):
        order = new_order()
        back = pay(bank, client, order, fault=fault)
        [body] = portal.wait_for(order.order_no)

        for pairs in (wire.decode(body), back.hidden_fields):
            with pytest.raises(FpxRefused, match=code):
                client.read_ac(pairs)
        assert client.enquire(order).outcome is codes.Outcome.APPROVED

    def test_the_bank_may_contradict_itself(self, bank, client, portal, new_order: NewOrder):
        order = new_order()
        pay(bank, client, order)
        told(client, portal, order)

        bank.post(book(bank, order)["approve"].replace("approve", "contradict"))
        bank.post(book(bank, order)["approve"].replace("approve", "resend"))

        assert [one.debit_auth_code for one in told(client, portal, order, 3)] == ["00", "51", "00"]
        assert client.enquire(order).outcome is codes.Outcome.APPROVED


class TestOrders:
    def test_an_order_the_bank_never_saw_is_not_found(self, client, new_order: NewOrder):
        assert client.enquire(new_order()).outcome is codes.Outcome.NOT_FOUND

    def test_an_order_nobody_paid_yet_is_pending(self, bank, client, new_order: NewOrder):
        order = new_order()
        ask(bank, client, order)

        assert client.enquire(order).outcome is codes.Outcome.PENDING

    def test_who_goes_back_a_page_finds_the_same_order(self, bank, client, new_order: NewOrder):
        order = new_order()

        assert order_page(ask(bank, client, order)) == order_page(ask(bank, client, order))

    def test_a_paid_order_is_not_paid_again(self, bank, client, portal, new_order: NewOrder):
        order = new_order()
        pay(bank, client, order)

        again = ask(bank, client, order)

        assert again.status == 409
        assert client.read_ac(again.hidden_fields).outcome is codes.Outcome.DUPLICATE
        assert len(portal.wait_for(order.order_no)) == 1

    def test_another_request_under_the_same_number_is_a_duplicate(self, bank, client, new_order: NewOrder):
        order = new_order()
        ask(bank, client, order)

        assert ask(bank, client, replace(order, amount=Decimal("2.00"))).status == 409

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"amount": Decimal("1000000.01")}, "48"),
            ({"amount": Decimal("1.99")}, "2A"),
            ({"amount": Decimal("30000.01"), "model": Model.B2C, "bank_id": "MB2U0227"}, "48"),
            ({"bank_id": "MB2U0227"}, "31"),
            ({"bank_id": "NOBANK"}, "31"),
        ],
    )
    def test_what_fpx_does_not_carry_is_refused_at_the_door(self, bank, client, portal, new_order: NewOrder, changes, code: str):
        order = new_order(**changes)

        back = bank.follow(ask(bank, client, order))

        [direct] = told(client, portal, order)
        assert direct.debit_auth_code == code
        assert client.read_ac(back.hidden_fields) == client.enquire(order) == direct

    def test_a_bank_that_is_off_line_is_listed_so_and_takes_no_order(self, bank, client, new_order: NewOrder):
        names = {one.code: one for one in client.bank_list(Model.B2B1)}
        home = bank.get("/demo/bank/").body
        switch = re.findall(r'action="(/demo/bank/branches/[\w-]+/switch/)"(?:(?!</form>).)*HLB0224', home, re.DOTALL)[-1]

        bank.post(switch)
        listed = {one.code: one.online for one in client.bank_list(Model.B2B1)}
        order = new_order(bank_id="HLB0224")
        ask(bank, client, order)
        bank.post(switch)

        assert (names["HLB0224"].name, names["HLB0224"].online) == ("Hong Leong", True)
        assert (listed["HLB0224"], listed["MBB0228"]) == (False, True)
        assert "MB2U0227" not in listed
        assert book(bank, order)["code"] == "90"
        assert all(one.online for one in client.bank_list(Model.B2C))


class TestDoor:
    def test_a_request_that_is_not_the_portals_is_refused(self, bank, make_client, stranger_pair: keys.Pair, new_order: NewOrder):
        stranger: FpxClient = make_client(f"{bank.url}/", key=stranger_pair.key)
        order = new_order()

        answer = ask(bank, stranger, order)

        assert (answer.status, "BAD_SIGNATURE" in answer.body) == (400, True)
        with pytest.raises(FpxRefused, match="BANK_SAYS_ERROR"):
            stranger.enquire(order)
        with pytest.raises(FpxRefused, match="BANK_SAYS_ERROR"):
            stranger.bank_list()

    def test_a_request_changed_on_the_way_is_refused(self, bank, client, new_order: NewOrder):
        fields = dict(client.authorisation_request(new_order()).fields) | {"fpx_txnAmount": "2.00"}

        assert bank.post("/demo/bank/FPXMain/seller2DReceiver.jsp", list(fields.items())).status == 400

    @pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"fpx_a=%ff", b"a" * 20_000, b"a" * 200_000, b"&".join([b"a=1"] * 200)])
    def test_rubbish_is_refused_in_words(self, bank, body: bytes):
        answer = bank.post_raw("/demo/bank/FPXMain/seller2DReceiver.jsp", body)

        assert answer.status == 400
        assert "Mesej ditolak" in answer.body

    def test_the_door_is_not_a_page(self, bank):
        assert bank.get("/demo/bank/FPXMain/seller2DReceiver.jsp").status == 405
        assert bank.get("/FPXMain/sellerNVPTxnStatus.jsp").status == 405


class TestPages:
    def test_a_payers_name_is_text_and_never_markup(self, bank, client, new_order: NewOrder):
        order = new_order(buyer_name="<script>alert(1)</script>", product="\"><img src=x onerror='")

        page = bank.get(order_page(ask(bank, client, order))).body

        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<img src=x" not in page

    def test_every_page_stands_in_both_languages_under_a_strict_policy(self, bank, client, portal, new_order: NewOrder):
        order, paid = new_order(), new_order()
        pay(bank, client, paid)
        pages = ["/demo/bank/", order_page(ask(bank, client, order)), f"{book(bank, paid)['page']}done/", "/demo/bank/pay/none/"]

        for page in pages:
            malay, english = bank.get(page), bank.get(f"{page}?lang=en")

            assert '<html lang="ms">' in malay.body
            assert '<html lang="en">' in english.body
            assert "Bukan bank sebenar" in malay.body
            assert "Not a real bank" in english.body
            for answer in (malay, english):
                policy = answer.headers["Content-Security-Policy"]
                assert "unsafe" not in policy
                assert "default-src 'none'" in policy
                assert not re.search(INLINE, answer.body)

    def test_the_language_lasts_to_the_way_back(self, bank, client, new_order: NewOrder):
        page = order_page(ask(bank, client, new_order()))

        back = bank.follow(bank.post(f"{page}pay/?lang=en"))

        assert "You are being taken back" in back.body

    def test_the_portals_language_is_the_first_language(self, bank):
        assert '<html lang="en">' in bank.get("/demo/bank/", Cookie="django_language=en").body

    def test_styles_and_script_come_from_the_bank_itself(self, bank):
        for name, kind in (("bank.css", "text/css"), ("bank.js", "javascript"), ("mark.svg", "image/svg+xml")):
            answer = bank.get(f"/demo/bank/static/{name}")
            assert answer.status == 200
            assert kind in answer.headers["Content-Type"]

    def test_an_address_without_an_order_is_not_found(self, bank):
        answers = [bank.get("/demo/bank/pay/none/"), bank.post("/demo/bank/orders/none/approve/"), bank.get("/demo/bank/nothing")]

        assert [answer.status for answer in answers] == [404, 404, 404]


class TestLife:
    def test_a_bank_killed_with_a_message_on_its_way_delivers_it_after_the_restart(
        self, tmp_path: Path, bank_settings, make_client, portal, new_order: NewOrder
    ):
        order = new_order()
        portal.answers[order.order_no] = [(503, b"")]
        with bank_process.running(tmp_path, **bank_settings) as first:
            client = make_client(f"{first.url}/")
            pay(first, client, order)
            portal.wait_for(order.order_no)
            first.kill()

        with bank_process.running(tmp_path, **bank_settings) as second:
            assert len(set(portal.wait_for(order.order_no, 2))) == 1
            assert make_client(f"{second.url}/").enquire(order).outcome is codes.Outcome.APPROVED

    def test_a_payer_who_walks_off_and_a_portal_that_is_away(self, tmp_path: Path, bank_settings, make_client, new_order: NewOrder):
        alone = {**bank_settings, "DEMOBANK_PORTAL_URL": "http://127.0.0.1:9", "DEMOBANK_SESSION_SECONDS": "1"}
        order = new_order()
        with bank_process.running(tmp_path, **alone) as bank:
            client = make_client(f"{bank.url}/")
            ask(bank, client, order)
            deadline = time.monotonic() + 20
            while (found := client.enquire(order)).debit_auth_code == "09" and time.monotonic() < deadline:
                time.sleep(0.2)

            assert (found.debit_auth_code, found.outcome) == ("1J", codes.Outcome.FAILED)
            assert found.fpx_txn_time is not None
            assert book(bank, order)["messages"][0]["acknowledged"] is False

    def test_the_tables_are_what_the_models_say(self, tmp_path: Path):
        command = [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run", "--settings", "kwsp_portal.demobank.settings"]

        done = subprocess.run(command, cwd=bank_process.ROOT, env={**os.environ, "DEMOBANK_DIR": str(tmp_path)}, capture_output=True, check=False)

        assert done.returncode == 0, done.stdout
