"""By which ways a payment is made in this portal, and the bank's protocol of each."""

from collections.abc import Sequence
from datetime import date
from typing import Final, Protocol

from contributions.enums import PaymentMethod
from kwsp_portal.bank import channels, conf
from kwsp_portal.bank.fpx import client, messages, wire
from kwsp_portal.bank.maybank2u.messages import BANK as MAYBANK2U

PORTAL: Final = "portal"
"""The portal itself among the channels of channels.yaml."""
ONE_BANK: Final = {PaymentMethod.MAYBANK2U: MAYBANK2U}
"""Ways that are one bank's own: nothing is to be chosen there."""


_CLEARING: Final = {
    PaymentMethod.FPX: "FPX_CLEARING",
    PaymentMethod.MAYBANK2U: "FPX_CLEARING",
    PaymentMethod.DDA: "DDA_CLEARING",
    PaymentMethod.RECEIPT: "RECEIPT_CLEARING",
    PaymentMethod.COUNTER: "COUNTER_CLEARING",
}


class Protocolled(Protocol):
    """A bank that is told of an order through the payer's browser, and asked about it from server to server."""

    def authorisation_request(self, order: client.Order) -> client.BrowserForm: ...

    def read_ac(self, params: wire.Pairs) -> messages.Confirmation: ...

    def enquire_pairs(self, order: client.Order) -> wire.Pairs: ...

    def enquire(self, order: client.Order) -> messages.Confirmation: ...


def clearing_of(method: PaymentMethod | str) -> str:
    """The fund's account on which the money lies that a bank has promised, or an agent or a counter taken, and not paid over."""
    return _CLEARING[PaymentMethod(method)]


def bank_of(method: PaymentMethod | str) -> Protocolled:
    """Who is asked about payments of this way."""
    return conf.maybank2u() if method == PaymentMethod.MAYBANK2U else conf.fpx()


def offered(*, on: date) -> Sequence[PaymentMethod]:
    """The ways by which the portal takes a monthly contribution on a day, in the order of channels.yaml."""
    try:
        portal = [way for way in channels.channels_for(channels.Kind.MONTHLY, on=on) if way.channel == PORTAL]
    except channels.ChannelsNotKnown:
        return []
    known = {method.value: method for method in PaymentMethod}
    return [known[mode] for way in portal for mode in way.modes if mode in known]
