"""The portal's side of direct debit over HTTP. Called between transactions; what is not believed, or not answered, changes nothing."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from kwsp_portal.bank import conf, signed_files
from kwsp_portal.bank.direct_debit import files, messages
from kwsp_portal.bank.direct_debit.files import Answer, Row
from kwsp_portal.bank.direct_debit.messages import LONGEST_NAME, BankReason, BankState
from kwsp_portal.bank.fpx import client, transport, wire
from kwsp_portal.bank.fpx.client import FpxConfig
from kwsp_portal.bank.fpx.errors import FpxRefused, Refused
from kwsp_portal.bank.settlement import LARGEST
from kwsp_portal.common import clock

_MANDATE, _END, _COLLECTION, _ANSWERS = (f"DirectDebit/{name}" for name in ("mandate", "end", "collection", "answers"))
FILE: Final = f"{messages.PREFIX}file"


class Mandate(NamedTuple):
    """What a mandate says to the bank."""

    number: str
    bank: str
    account: str
    holder: str
    ceiling: Decimal


class Standing(NamedTuple):
    """How it stands at the bank."""

    state: BankState
    reason: BankReason | None


class Desk:
    """With the keys of FPX: the same house asks, and the same answers."""

    def __init__(self, config: FpxConfig, *, now: Callable[[], datetime]) -> None:
        self._config, self._now = config, now

    def ask(self, mandate: Mandate) -> Standing:
        """Ask for the mandate, or how it stands. Raises FpxUnavailable, FpxRefused."""
        asked = messages.MandateRequest(
            account_bank=mandate.bank,
            account_no=mandate.account,
            ceiling=mandate.ceiling,
            holder_name=client.text(mandate.holder, LONGEST_NAME),
            mandate_no=mandate.number,
            seller_id=self._config.seller_id,
        )
        return self._answered(_MANDATE, asked, mandate.number)

    def end(self, number: str) -> Standing:
        """Tell the bank that nothing more is asked for under the mandate. Raises FpxUnavailable, FpxRefused."""
        return self._answered(_END, messages.MandateEnd(mandate_no=number, seller_id=self._config.seller_id), number)

    def write(self, on: date, rows: Iterable[Row]) -> bytes:
        """The collection file of a day."""
        return files.write_collection(on=on, seller_id=self._config.seller_id, rows=rows, key=self._config.key)

    def send(self, content: bytes) -> bool:
        """Whether the bank has taken the file; the same file again is taken, too. Raises FpxUnavailable, FpxRefused."""
        return self._post(_COLLECTION, [(FILE, content.decode("ascii"))]).strip() == signed_files.TAKEN

    def fetch(self, on: date) -> bytes | None:
        """The bank's answer to the file of a day as it came, None while there is none. Raises FpxUnavailable, FpxRefused."""
        asked = messages.AnswersRequest(collection_date=f"{on:%Y%m%d}", seller_id=self._config.seller_id)
        body = self._post(_ANSWERS, client.signed_pairs(asked, self._config.key))
        return None if body.strip() == signed_files.NOT_READY else body

    def read(self, content: bytes, *, on: date, of: bytes) -> Sequence[Answer]:
        """Raises FileRefused."""
        certificates = self._config.certificates
        return files.read_answers(content, on=on, seller_id=self._config.seller_id, of=of, certificates=certificates, at=self._now())

    def _answered(self, path: str, asked: messages.MandateRequest | messages.MandateEnd, number: str) -> Standing:
        pairs = client.signed_pairs(asked, self._config.key)
        found = messages.MandateAnswer.read(wire.decode(self._post(path, pairs)), self._config.certificates, self._now())
        if (found.mandate_no, found.seller_id) != (number, self._config.seller_id):
            raise FpxRefused(Refused.ANOTHER_ORDER, "mandateNo")
        return Standing(BankState(found.mandate_state), BankReason(found.mandate_reason) if found.mandate_reason else None)

    def _post(self, path: str, pairs: wire.Pairs) -> bytes:
        body = transport.post_form(self._config.bank_url + path, pairs, timeout=self._config.timeout, largest=LARGEST)
        if body.strip() == b"ERROR":
            raise FpxRefused(Refused.BANK_SAYS_ERROR, path)
        return body


def configured() -> Desk:
    """As settings.FPX describes the bank."""
    return Desk(conf.fpx_config(), now=clock.now)
