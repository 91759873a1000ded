"""The seller's side: ask for a payment, read what the bank says, enquire, list the banks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from kwsp_portal.bank import banks
from kwsp_portal.bank.fpx import messages, signature, transport, wire
from kwsp_portal.bank.fpx.errors import FpxRefused, Refused
from kwsp_portal.bank.fpx.messages import Model

_RECEIVER, _ENQUIRY, _BANKS = "FPXMain/seller2DReceiver.jsp", "FPXMain/sellerNVPTxnStatus.jsp", "FPXMain/RetrieveBankList"


@dataclass(frozen=True, kw_only=True)
class FpxConfig:
    """Who we are to FPX. `bank_url` is called from the server, `browser_url` is where the browser is sent; both end
    with `/`. `timeout` in seconds for one exchange."""

    bank_url: str
    browser_url: str
    seller_id: str
    seller_ex_id: str
    seller_bank_code: str
    key: rsa.RSAPrivateKey
    certificates: signature.Certificates
    timeout: float = 10


@dataclass(frozen=True, kw_only=True)
class Order:
    """One payment order. The same values make its AR and, later, its AE: keep them all.

    `order_no` is unique for ever ([A-Za-z0-9_-], 40). `amount` in ringgit. `ordered_at` is a moment with a zone.
    `reference` is what the payer sees as our number (blank: the order number). Texts are cut to FPX's lengths.
    """

    order_no: str
    amount: Decimal
    bank_id: str
    buyer_name: str
    product: str
    ordered_at: datetime
    model: Model = Model.B2B1
    reference: str = ""
    buyer_email: str = ""
    buyer_id: str = ""
    maker_name: str = ""


@dataclass(frozen=True, kw_only=True)
class BrowserForm:
    """What the payer's browser posts: address and fields of the form."""

    url: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Bank:
    code: str
    name: str
    online: bool


class FpxClient:
    """`now` gives real time: a certificate's validity follows it, never the business date."""

    def __init__(self, config: FpxConfig, *, now: Callable[[], datetime]) -> None:
        self._config = config
        self._now = now

    def authorisation_request(self, order: Order) -> BrowserForm:
        """AR as the form that takes the payer to the bank. Raises ValueError for an order FPX cannot carry."""
        request = messages.AuthorisationRequest(**self._request(order))
        return BrowserForm(url=self._config.browser_url + _RECEIVER, fields=tuple(self._signed(request)))

    def read_ac(self, params: wire.Pairs) -> messages.Confirmation:
        """The confirmation in `params` (name and value of every field in order, `wire.decode(request.body)`).

        Raises FpxRefused. What it returns is the bank's word, but not yet an answer to our order: see `disagreements`.
        """
        confirmation = messages.Confirmation.read(params, self._config.certificates, self._now())
        self._for_us(confirmation.seller_ex_id, confirmation.seller_id)
        return confirmation

    def enquire_pairs(self, order: Order) -> wire.Pairs:
        """AE: the bank's answer as it came, for `read_ac`. Raises FpxUnavailable (ask again later), FpxRefused."""
        return self._post(_ENQUIRY, messages.Enquiry(**self._request(order)))

    def enquire(self, order: Order) -> messages.Confirmation:
        """AE: the bank's present word on the order. Raises FpxUnavailable (ask again later), FpxRefused."""
        confirmation = self.read_ac(self.enquire_pairs(order))
        if confirmation.seller_ex_order_no != order.order_no:
            raise FpxRefused(Refused.ANOTHER_ORDER, "sellerExOrderNo")
        return confirmation

    def bank_list(self, token: Model = Model.B2B1) -> list[Bank]:
        """BE: the banks that carry this kind of payment, by name. Raises FpxUnavailable, FpxRefused."""
        request = messages.BankListRequest(msg_token=token, seller_ex_id=self._config.seller_ex_id)
        answer = messages.BankList.read(self._post(_BANKS, request), self._config.certificates, self._now())
        self._for_us(answer.seller_ex_id, self._config.seller_id)
        if answer.msg_token != token:
            raise FpxRefused(Refused.BAD_VALUE, "msgToken")
        found = [Bank(code=code, name=banks.name(code), online=online) for code, online in answer.online.items()]
        return sorted(found, key=lambda bank: (bank.name.casefold(), bank.code))

    def _for_us(self, seller_ex_id: str, seller_id: str) -> None:
        if (seller_ex_id, seller_id) != (self._config.seller_ex_id, self._config.seller_id):
            raise FpxRefused(Refused.WRONG_SELLER, "sellerExId, sellerId")

    def _post(self, path: str, message: messages.Message) -> wire.Pairs:
        body = transport.post_form(self._config.bank_url + path, self._signed(message), timeout=self._config.timeout)
        if body.strip() == b"ERROR":
            raise FpxRefused(Refused.BANK_SAYS_ERROR, message.TYPE)
        return wire.decode(body)

    def _signed(self, message: messages.Message) -> wire.Pairs:
        return signed_pairs(message, self._config.key)

    def _request(self, order: Order) -> dict[str, Any]:
        return {
            "buyer_bank_id": order.bank_id,
            "buyer_email": order.buyer_email if len(order.buyer_email) <= messages.longest("buyerEmail") else "",
            "buyer_id": order.buyer_id,
            "buyer_name": text(order.buyer_name, messages.longest("buyerName")),
            "maker_name": text(order.maker_name, messages.longest("makerName")),
            "msg_token": order.model,
            "product_desc": text(order.product, messages.longest("productDesc")),
            "seller_bank_code": self._config.seller_bank_code,
            "seller_ex_id": self._config.seller_ex_id,
            "seller_ex_order_no": order.order_no,
            "seller_id": self._config.seller_id,
            "seller_order_no": order.reference or order.order_no,
            "seller_txn_time": order.ordered_at,
            "txn_amount": order.amount,
        }


def signed_pairs(message: messages.Message, key: rsa.RSAPrivateKey) -> wire.Pairs:
    """The message as it travels: its fields and, last, their checksum. Raises ValueError."""
    pairs = [(message.PREFIX + name, value) for name, value in message.values.items()]
    return [*pairs, (message.PREFIX + "checkSum", signature.sign(message.signed_text(), key, message.DIGEST))]


def text(value: str, longest: int) -> str:
    """The value as FPX can carry it: one line, printable, without `|`, cut to `longest` characters."""
    kept = "".join(mark if mark.isprintable() and mark != "|" else " " for mark in value)
    return " ".join(kept.split())[:longest].rstrip()


def disagreements(order: Order, confirmation: messages.Confirmation) -> tuple[str, ...]:
    """The wire names of what the bank says differently from our order; empty when it speaks of the same payment."""
    pairs = {
        "sellerExOrderNo": (order.order_no, confirmation.seller_ex_order_no),
        "sellerOrderNo": (order.reference or order.order_no, confirmation.seller_order_no),
        "sellerTxnTime": (wire.time_text(order.ordered_at), wire.time_text(confirmation.seller_txn_time)),
        "txnAmount": (order.amount, confirmation.txn_amount),
        "txnCurrency": ("MYR", confirmation.txn_currency),
        "msgToken": (order.model, confirmation.msg_token),
    }
    return tuple(name for name, (ours, theirs) in pairs.items() if ours != theirs)
