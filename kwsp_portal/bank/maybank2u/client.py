"""The portal's side of Maybank2u: the same acts as of FPX, so that whoever pays or asks need not know which of them it is."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from kwsp_portal.bank.fpx import client, messages, transport, wire
from kwsp_portal.bank.fpx.client import BrowserForm, FpxConfig, Order
from kwsp_portal.bank.fpx.errors import FpxRefused, Refused
from kwsp_portal.bank.maybank2u.messages import OrderRequest, Result, StatusRequest

_PAY, _STATUS = "Maybank2u/pay", "Maybank2u/status"


class Maybank2uClient:
    """With the addresses, the keys and the certificates of FPX. `now` gives real time."""

    def __init__(self, config: FpxConfig, *, now: Callable[[], datetime]) -> None:
        self._config, self._now = config, now

    def authorisation_request(self, order: Order) -> BrowserForm:
        """MR as the form that takes the payer to Maybank. Raises ValueError for an order that cannot be carried."""
        pairs = client.signed_pairs(OrderRequest(**self._asked(order)), self._config.key)
        return BrowserForm(url=self._config.browser_url + _PAY, fields=tuple(pairs))

    def read_ac(self, params: wire.Pairs) -> messages.Confirmation:
        """The bank's word in `params`. Raises FpxRefused; not yet an answer to our order: see `client.disagreements`."""
        found = Result.read(params, self._config.certificates, self._now())
        if found.payee_code != self._config.seller_id:
            raise FpxRefused(Refused.WRONG_SELLER, "payeeCode")
        return found.confirmation(self._config.seller_ex_id)

    def enquire_pairs(self, order: Order) -> wire.Pairs:
        """MS: the bank's answer as it came, for `read_ac`. Raises FpxUnavailable (ask again later), FpxRefused."""
        pairs = client.signed_pairs(StatusRequest(**self._asked(order)), self._config.key)
        body = transport.post_form(self._config.bank_url + _STATUS, pairs, timeout=self._config.timeout)
        if body.strip() == b"ERROR":
            raise FpxRefused(Refused.BANK_SAYS_ERROR, StatusRequest.TYPE)
        return wire.decode(body)

    def enquire(self, order: Order) -> messages.Confirmation:
        """MS: the bank's present word on the order. Raises FpxUnavailable, FpxRefused."""
        confirmation = self.read_ac(self.enquire_pairs(order))
        if confirmation.seller_ex_order_no != order.order_no:
            raise FpxRefused(Refused.ANOTHER_ORDER, "orderNo")
        return confirmation

    def _asked(self, order: Order) -> dict[str, Any]:
        return {
            "maker_name": client.text(order.maker_name, messages.longest("makerName")),
            "order_no": order.order_no,
            "order_reference": order.reference or order.order_no,
            "order_time": order.ordered_at,
            "payee_code": self._config.seller_id,
            "payer_name": client.text(order.buyer_name, messages.longest("payerName")),
            "product_desc": client.text(order.product, messages.longest("productDesc")),
            "txn_amount": order.amount,
        }
