"""What a test does at the demo bank: order, pay, look into the books."""

import json
from collections.abc import Callable

from kwsp_portal.bank.fpx import wire
from kwsp_portal.bank.fpx.client import FpxClient, Order
from kwsp_portal.bank.fpx.messages import Confirmation
from kwsp_portal.bank.maybank2u.client import Maybank2uClient
from tests.bank import stub
from tests.bank.bank_process import Answer, BankProcess, order_page

NewOrder = Callable[..., Order]
Client = FpxClient | Maybank2uClient


def ask(bank: BankProcess, client: Client, order: Order) -> Answer:
    form = client.authorisation_request(order)
    return bank.post(form.url, list(form.fields))


def pay(bank: BankProcess, client: Client, order: Order, **behaviour: object) -> Answer:
    """The payer presses the button; the answer is the way back to the portal."""
    page = order_page(ask(bank, client, order))
    return bank.follow(bank.post(f"{page}pay/", [(name, str(value)) for name, value in behaviour.items()]))


def book(bank: BankProcess, order: Order) -> dict:
    [entry] = json.loads(bank.get(f"/demo/bank/orders.json?order_no={order.order_no}").body)["orders"]
    return entry


def told(client: FpxClient, portal: stub.Portal, order: Order, count: int = 1) -> list[Confirmation]:
    return [client.read_ac(wire.decode(body)) for body in portal.wait_for(order.order_no, count)]
