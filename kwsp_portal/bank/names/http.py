"""The way to a bank over HTTP: one signed question, one signed answer, one deadline for both."""

from collections.abc import Callable
from datetime import datetime

from kwsp_portal.bank import conf
from kwsp_portal.bank.fpx import client, transport, wire
from kwsp_portal.bank.fpx.client import FpxConfig
from kwsp_portal.bank.fpx.errors import FpxError
from kwsp_portal.bank.names import AccountKind, AccountState, Answer, NoAnswer, Question
from kwsp_portal.bank.names.messages import LONGEST_NAME, NameAnswer, NameEnquiry
from kwsp_portal.common import clock

PATH = "FPXMain/AccountNameEnquiry"


class HttpNames:
    """With the keys and certificates of FPX: it is the same house that asks, and the same that answers."""

    def __init__(self, config: FpxConfig, *, now: Callable[[], datetime]) -> None:
        self._config, self._now = config, now

    def ask(self, question: Question) -> Answer:
        """Raises NoAnswer."""
        asked = NameEnquiry(
            account_bank=question.bank,
            account_no=question.account,
            enquiry_id=question.key,
            holder_name=client.text(question.holder, LONGEST_NAME),
            seller_ex_id=self._config.seller_ex_id,
        )
        try:
            pairs = client.signed_pairs(asked, self._config.key)
            body = transport.post_form(self._config.bank_url + PATH, pairs, timeout=self._config.timeout)
            found = NameAnswer.read(wire.decode(body), self._config.certificates, self._now())
        except FpxError as fault:
            raise NoAnswer(fault.code) from fault
        except ValueError as fault:
            raise NoAnswer("BAD_QUESTION") from fault
        return _believed(asked, found)


def _believed(asked: NameEnquiry, found: NameAnswer) -> Answer:
    """The answer to this very question, and one that makes sense. Raises NoAnswer."""
    ours = (asked.enquiry_id, asked.account_bank, asked.account_no, asked.seller_ex_id)
    if (found.enquiry_id, found.account_bank, found.account_no, found.seller_ex_id) != ours:
        raise NoAnswer("ANOTHER_QUESTION")
    known = found.account_state != AccountState.UNKNOWN
    if known != bool(found.account_kind) or known != bool(found.holder_name.strip()):
        raise NoAnswer("BAD_VALUE")
    kind = AccountKind(found.account_kind) if known else None
    return Answer(state=AccountState(found.account_state), kind=kind, holder=found.holder_name.strip())


def configured() -> HttpNames:
    """As settings.FPX describes the bank."""
    return HttpNames(conf.fpx_config(), now=clock.now)
