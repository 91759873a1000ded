"""The bank's door, pages and life: what it takes, what it refuses, what it survives."""

import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from kwsp_portal.bank.fpx import codes
from kwsp_portal.bank.fpx.client import FpxClient
from kwsp_portal.bank.fpx.errors import FpxRefused
from kwsp_portal.bank.fpx.messages import Model
from tests.bank import bank_process, keys
from tests.bank.bank_process import order_page
from tests.bank.counter import NewOrder, ask, book, pay, told

INLINE = r"""<script(?! src)|<style|style=| on[a-z]+=["']|https?://"""


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
            deadline = time.monotonic() + 60
            while (found := client.enquire(order)).debit_auth_code == "09" and time.monotonic() < deadline:
                time.sleep(0.2)

            assert (found.debit_auth_code, found.outcome) == ("1J", codes.Outcome.FAILED)
            assert found.fpx_txn_time is not None
            assert book(bank, order)["messages"][0]["acknowledged"] is False

    def test_the_tables_are_what_the_models_say(self, tmp_path: Path):
        command = [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run", "--settings", "kwsp_portal.demobank.settings"]

        done = subprocess.run(command, cwd=bank_process.ROOT, env={**os.environ, "DEMOBANK_DIR": str(tmp_path)}, capture_output=True, check=False)

        assert done.returncode == 0, done.stdout
