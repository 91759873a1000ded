"""The portal's side of payouts over HTTP. Called between transactions; what is not believed, or not answered, changes nothing."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Final

from kwsp_portal.bank import conf, signed_files
from kwsp_portal.bank.fpx import client, transport
from kwsp_portal.bank.fpx.client import FpxConfig
from kwsp_portal.bank.fpx.errors import FpxRefused, Refused
from kwsp_portal.bank.payouts import files, messages
from kwsp_portal.bank.payouts.files import Answer, Row
from kwsp_portal.bank.receipts import LARGEST
from kwsp_portal.common import clock

_FILE, _ANSWERS = "Payouts/file", "Payouts/answers"
FIELD: Final = f"{messages.PREFIX}file"


class Desk:
    """With the keys of FPX: the same house sends, and the same answers."""

    def __init__(self, config: FpxConfig, *, now: Callable[[], datetime]) -> None:
        self._config, self._now = config, now

    def write(self, on: date, rows: Iterable[Row]) -> bytes:
        """The payout file of a day."""
        return files.write_payouts(on=on, seller_id=self._config.seller_id, rows=rows, key=self._config.key)

    def send(self, content: bytes) -> bool:
        """Whether the bank has taken the file; the same file again is taken, too, and pays nothing. Raises FpxUnavailable, FpxRefused."""
        return self._post(_FILE, [(FIELD, content.decode("ascii"))]).strip() == signed_files.TAKEN

    def fetch(self, on: date) -> bytes | None:
        """The bank's answer to the file of a day as it came, None while there is none. Raises FpxUnavailable, FpxRefused."""
        asked = messages.PayoutAnswersRequest(payout_date=f"{on:%Y%m%d}", seller_id=self._config.seller_id)
        body = self._post(_ANSWERS, client.signed_pairs(asked, self._config.key))
        return None if body.strip() == signed_files.NOT_READY else body

    def read(self, content: bytes, *, on: date, of: bytes) -> Sequence[Answer]:
        """Raises FileRefused."""
        certificates = self._config.certificates
        return files.read_answers(content, on=on, seller_id=self._config.seller_id, of=of, certificates=certificates, at=self._now())

    def _post(self, path: str, pairs: Iterable[tuple[str, str]]) -> bytes:
        body = transport.post_form(self._config.bank_url + path, list(pairs), timeout=self._config.timeout, largest=LARGEST)
        if body.strip() == b"ERROR":
            raise FpxRefused(Refused.BANK_SAYS_ERROR, path)
        return body


def configured() -> Desk:
    """As settings.FPX describes the bank."""
    return Desk(conf.fpx_config(), now=clock.now)
