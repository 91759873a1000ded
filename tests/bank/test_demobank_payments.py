"""Paying at the bank, a process of its own: the client on one side, a portal of two addresses on the other."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from kwsp_portal.bank.fpx import client as fpx_client
from kwsp_portal.bank.fpx import codes, wire
from kwsp_portal.bank.fpx.errors import FpxRefused
from tests.bank import stub
from tests.bank.bank_process import order_page
from tests.bank.counter import NewOrder, ask, book, pay, told


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
