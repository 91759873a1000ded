"""What a member is told of an application, at each step: in the inbox with the way to its page, and by SMS where money is asked for or set free.

Each event is one function here; the sentences are in KINDS. `cause` names the application and its version, so that nobody is told twice.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext, gettext_noop

from kwsp_portal.bank import accounts
from kwsp_portal.notify import kinds
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.services import News
from kwsp_portal.templatetags import formats
from members.identity import phones, tac_messages
from members.models import BankAccount
from withdrawals import kinds as withdrawal_kinds
from withdrawals import labels
from withdrawals.enums import KindCode, Payee, State
from withdrawals.models import Application, Bankruptcy, CreditorAccount
from withdrawals.selectors import creditors

TAC: Final = "TAC_WITHDRAWAL"
SUBMITTED: Final = "WITHDRAWAL_SUBMITTED"
RECEIVED: Final = "WITHDRAWAL_RECEIVED"
RECEIVED_FOR_GOOD: Final = "WITHDRAWAL_FOR_GOOD"
"""Handed in, with nothing held yet; the second of a kind that is not cancelled."""
PASSED: Final = "WITHDRAWAL_PASSED"
CANCELLED: Final = "WITHDRAWAL_CANCELLED"
APPEALED: Final = "WITHDRAWAL_APPEALED"
ANSWERED: Final = "WITHDRAWAL_ANSWERED"
RENEWED: Final = "WITHDRAWAL_RENEWED"
BANKRUPT: Final = "WITHDRAWAL_BANKRUPT"
_SEE: Final = gettext_noop("Lihat permohonan ini")
_NOT_YOU: Final = gettext_noop("Bukan anda? Batalkan permohonan itu dan hubungi KWSP dengan segera.")


def destination(payee: str, account: BankAccount | None) -> str:
    """To whom it is paid, as messages keep it."""
    return f"{accounts.name(account.bank)}|{account.ending}" if payee == Payee.ACCOUNT and account else payee


def to_of(found: Application, account: BankAccount | None, creditor: CreditorAccount | None) -> str:
    """The same of an application, with whom the member owes and their account where it is paid straight."""
    if found.payee != Payee.INSTITUTION:
        return destination(found.payee, account)
    holder = str(creditor.holder) if creditor else creditors.name(found)
    bank = f"{accounts.name(creditor.bank)}|{creditor.ending}" if creditor else "|"
    return f"{Payee.INSTITUTION.value}|{bank}|{holder.replace('|', ' ')}"


def _to(kept: str) -> str:
    """The same, as a sentence goes on with it."""
    if kept == Payee.PAYMENT_ORDER:
        return gettext("dengan Arahan Bayaran")
    if kept.startswith(Payee.INSTITUTION):
        return _straight(*(kept.split("|") + [""] * 3)[1:4])
    bank, _bar, ending = kept.partition("|")
    return gettext("ke %(bank)s berakhir %(ending)s") % {"bank": bank, "ending": ending} if ending else gettext("ke akaun bank anda")


def _straight(bank: str, ending: str, holder: str) -> str:
    if bank:
        return gettext("terus kepada %(holder)s, %(bank)s berakhir %(ending)s") % {"holder": holder, "bank": bank, "ending": ending}
    if holder:
        return gettext("dengan Arahan Bayaran atas nama %(holder)s") % {"holder": holder}
    return gettext("terus kepada institusi atau pemberi pinjaman")


SHOW: Final = {
    "to": _to,
    "amount": formats.money,
    "kind": lambda code: str(labels.KINDS.get(code, code)),
    "due": lambda day: formats.day(date.fromisoformat(day)),
}
_CALL: Final = gettext_noop("Bukan anda? Hubungi KWSP dengan segera.")
_RECEIVED: Final = gettext_noop("KWSP: %(kind)s %(amount)s diterima, rujukan %(number)s. Keputusan dijanjikan sebelum %(due)s.")
_NOT_HELD: Final = gettext_noop("Wang belum ditahan: jumlahnya dikira semula apabila permohonan diputuskan, dan tidak melebihi yang dimohon.")
KINDS: Final = {
    SUBMITTED: kinds.Kind(
        subject=gettext_noop("Permohonan %(number)s diterima"),
        paragraphs=(
            gettext_noop("KWSP: %(kind)s %(amount)s diterima, rujukan %(number)s. Wang itu ditahan; keputusan dijanjikan sebelum %(due)s."),
            _NOT_YOU,
        ),
        show=SHOW,
        action=_SEE,
    ),
    RECEIVED: kinds.Kind(
        subject=gettext_noop("Permohonan %(number)s diterima"),
        paragraphs=(_RECEIVED, _NOT_HELD, _NOT_YOU),
        show=SHOW,
        action=_SEE,
    ),
    RECEIVED_FOR_GOOD: kinds.Kind(
        subject=gettext_noop("Permohonan %(number)s diterima"),
        paragraphs=(
            _RECEIVED,
            _NOT_HELD,
            gettext_noop("Permohonan ini tidak boleh dibatalkan atau dipinda."),
            _CALL,
        ),
        show=SHOW,
        action=_SEE,
    ),
    PASSED: kinds.Kind(
        subject=gettext_noop("Permohonan %(number)s diluluskan"),
        paragraphs=(
            gettext_noop("KWSP: %(kind)s %(amount)s diluluskan, rujukan %(number)s. Wang itu akan dihantar %(to)s."),
            _NOT_YOU,
        ),
        show=SHOW,
        action=_SEE,
    ),
    CANCELLED: kinds.Kind(
        subject=gettext_noop("Permohonan %(number)s dibatalkan"),
        paragraphs=(gettext_noop("KWSP: %(kind)s %(amount)s, rujukan %(number)s, dibatalkan. Wang yang ditahan bebas semula dalam akaun anda."),),
        show=SHOW,
        action=_SEE,
    ),
    APPEALED: kinds.Kind(
        subject=gettext_noop("Rayuan bagi permohonan %(number)s diterima"),
        paragraphs=(
            gettext_noop("KWSP: Rayuan bagi %(kind)s %(amount)s diterima, rujukan %(number)s. Keputusan dijanjikan sebelum %(due)s."),
            _CALL,
        ),
        show=SHOW,
        action=_SEE,
    ),
    BANKRUPT: kinds.Kind(
        subject=gettext_noop("Status muflis anda direkodkan"),
        paragraphs=(
            gettext_noop("Dua pegawai di kaunter merekodkannya berdasarkan dokumen: mulai %(from)s. Pengeluaran anda dibayar mengikut rekod itu."),
            gettext_noop("Jika ini silap, datang ke mana-mana kaunter KWSP dengan kad pengenalan anda."),
        ),
        show={"from": lambda day: formats.day(date.fromisoformat(day))},
        action=gettext_noop("Lihat pengeluaran"),
    ),
    RENEWED: kinds.Kind(
        subject=gettext_noop("Permohonan %(number)s: bayaran diminta semula"),
        paragraphs=(
            gettext_noop("KWSP: %(kind)s %(amount)s, rujukan %(number)s, akan dihantar %(to)s dengan fail bayaran seterusnya."),
            _CALL,
        ),
        show=SHOW,
        action=_SEE,
    ),
    ANSWERED: kinds.Kind(
        subject=gettext_noop("Dokumen bagi permohonan %(number)s diterima"),
        paragraphs=(gettext_noop("Pegawai meneruskan permohonan %(number)s. Keputusan dijanjikan sebelum %(due)s."),),
        show=SHOW,
        action=_SEE,
    ),
}


def register() -> None:
    """Make our kinds known (called once, by work.py)."""
    kinds.register(
        TAC,
        tac_messages.kind(
            subject=gettext_noop("TAC pengeluaran"),
            sentence=gettext_noop("%(tac)s ialah TAC anda bagi %(kind)s: %(amount)s %(to)s, rujukan %(number)s."),
            show=SHOW,
        ),
    )
    for code, one in KINDS.items():
        kinds.register(code, one)


def submitted(found: Application, *, on: date, at: datetime) -> None:
    """It was handed in; a kind that needs no officer is approved with it, and of some nothing is held yet."""
    code = SUBMITTED if found.holds else RECEIVED if withdrawal_kinds.OF[KindCode(found.kind)].cancellable else RECEIVED_FOR_GOOD
    tell(found, PASSED if found.state == State.APPROVED else code, on=on, at=at, by_sms=True)


def cancelled(found: Application, *, on: date, at: datetime) -> None:
    """The member took it back."""
    tell(found, CANCELLED, on=on, at=at, by_sms=True)


def appealed(found: Application, *, on: date, at: datetime) -> None:
    """What was refused is asked for again."""
    tell(found, APPEALED, on=on, at=at, by_sms=True)


def renewed(found: Application, amount: Decimal, *, on: date, at: datetime) -> None:
    """What came back, RM, was asked for again."""
    tell(found, RENEWED, {"amount": f"{amount:.2f}"}, on=on, at=at, by_sms=True)


def bankrupt(found: Bankruptcy, *, on: date) -> None:
    """What two officers recorded of a member; in the caller's transaction."""
    figures = {"from": found.from_date.isoformat()}
    notify.tell([News(Inbox(Whose.MEMBER, found.member_id), BANKRUPT, f"bankruptcy:{found.pk}", figures, ("member:withdrawals",))], on=on)


def answered(found: Application, *, on: date, at: datetime) -> None:
    """What an officer asked for is there."""
    tell(found, ANSWERED, on=on, at=at)


def tell(found: Application, code: str, more: Mapping[str, str] | None = None, *, on: date, at: datetime, by_sms: bool = False) -> None:
    """One notice in the member's inbox and, where asked for, the same words by SMS; in the caller's transaction."""
    figures, cause = {**_figures(found), **(more or {})}, f"application:{found.pk}/{found.version}"
    notify.tell([News(Inbox(Whose.MEMBER, found.member_id), code, cause, figures, ("member:withdrawal", found.number))], on=on)
    user = found.member.user
    if user is None or not by_sms:
        return
    for phone in phones.told(user, at=at):
        notify.send_sms(to=phone.number, kind=code, figures=figures, language=user.language, inbox=None, cause=cause, at=at, on=on)


def _figures(found: Application) -> dict[str, str]:
    amount = found.approved if found.approved is not None else found.asked
    told = {"number": found.number, "kind": str(found.kind), "amount": f"{amount or 0:.2f}"}
    told |= {"due": found.due_on.isoformat()} if found.due_on else {}
    return {**told, "to": to_of(found, found.account, creditors.current(found))}
