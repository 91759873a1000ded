"""What a member is told of voluntary contributions: credited, paid for somebody, given back and where that money is."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext_noop

from contributions import labels
from contributions.enums import CounterReceiptState, ReturnState, ReturnWhy
from contributions.models import CounterReceipt, VoluntaryContribution, VoluntaryReturn, VoluntaryReversal
from kwsp_portal.bank import accounts
from kwsp_portal.notify import kinds
from kwsp_portal.notify import services as notify
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.services import News
from kwsp_portal.templatetags import formats
from members import explanations
from members import labels as members_labels
from members.enums import PayoutState
from members.models import Member, Payout

CREDITED: Final = "VOLUNTARY_CREDITED"
PAID_FOR: Final = "VOLUNTARY_PAID_FOR"
REVERSED: Final = "VOLUNTARY_REVERSED"
RECALLED, RECALLED_OF_PAYER = "VOLUNTARY_RECALLED", "VOLUNTARY_PAID_FOR_RECALLED"
CHEQUE_WAITS: Final = "VOLUNTARY_CHEQUE_WAITS"
CHEQUE_BOUNCED: Final = "VOLUNTARY_CHEQUE_BOUNCED"
PAYER_CHEQUE_WAITS, PAYER_CHEQUE_BOUNCED = "VOLUNTARY_PAYER_CHEQUE_WAITS", "VOLUNTARY_PAYER_CHEQUE_BOUNCED"
STRANGER_CHEQUE: Final = {CounterReceiptState.PAID: "COUNTER_PAYER_CHEQUE_CLEARED", CounterReceiptState.BOUNCED: "COUNTER_PAYER_CHEQUE_BOUNCED"}
TO_PAYER: Final = "VOLUNTARY_RETURN_TO_PAYER"
PAYER_ACCOUNT: Final = "COUNTER_PAYER_ACCOUNT"
PAYER_ORDER: Final = "COUNTER_PAYER_ORDER"
HEIR_ACCOUNT, HEIR_ORDER = "RETURN_HEIR_ACCOUNT", "RETURN_HEIR_ORDER"
BACK_FROM: Final = "RETURN_PAYEE_BACK"
ORDERED: Final = "VOLUNTARY_RETURN_ORDER"
_ORDER_IS: Final = {ReturnState.PAID: "VOLUNTARY_RETURN_ORDER_PAID", ReturnState.RETURNED: "VOLUNTARY_RETURN_ORDER_BACK"}
_HELD: Final = {why: f"VOLUNTARY_RETURN_{why.value}" for why in ReturnWhy}
_OF_PAYOUT: Final = {
    ReturnState.SENT: "VOLUNTARY_RETURN_SENT",
    ReturnState.PAID: "VOLUNTARY_RETURN_PAID",
    ReturnState.RETURNED: "VOLUNTARY_RETURN_BACK",
}
_SEE: Final = gettext_noop("Lihat bayaran ini")
_SHOW: Final = {
    "amount": formats.money,
    "paid": formats.money,
    "kind": lambda kind: str(labels.VOLUNTARY_KIND[kind]),
    "bounce": lambda code: str(labels.BOUNCE[code]),
    "reason": lambda code: str(members_labels.NOT_PAID_OUT.get(code, code)),
}
_ACCOUNT: Final = gettext_noop("Wang itu dihantar ke akaun bank anda. Jika anda belum memberi akaun bank, beri satu di halaman akaun bank.")


def _held(words: str) -> kinds.Kind:
    return kinds.Kind(
        subject=gettext_noop("%(amount)s daripada caruman sukarela dipulangkan kepada anda"), paragraphs=(words, _ACCOUNT), show=_SHOW, action=_SEE
    )


KINDS: Final = {
    CHEQUE_WAITS: kinds.Kind(
        subject=gettext_noop("Cek %(amount)s diterima di kaunter KWSP"),
        paragraphs=(
            gettext_noop("%(kind)s: cek %(cheque)s, resit %(receipt)s. Ia dikreditkan selepas bank menjelaskan cek itu, pada hari ia diterima."),
        ),
        show=_SHOW,
        action=gettext_noop("Lihat caruman sukarela"),
    ),
    CHEQUE_BOUNCED: kinds.Kind(
        subject=gettext_noop("Cek %(amount)s tidak dibayar oleh bank"),
        paragraphs=(
            gettext_noop("%(kind)s: bank memulangkan cek %(cheque)s, resit %(receipt)s: %(bounce)s. Tiada apa-apa dikreditkan."),
            gettext_noop("Anda boleh membayar sekali lagi dengan cara lain, atau dengan cek lain di kaunter."),
        ),
        show=_SHOW,
        action=gettext_noop("Lihat caruman sukarela"),
    ),
    PAYER_CHEQUE_WAITS: kinds.Kind(
        subject=gettext_noop("Cek anda %(amount)s bagi ahli %(number)s diterima di kaunter KWSP"),
        paragraphs=(
            gettext_noop("%(kind)s: cek %(cheque)s, resit %(receipt)s. Ia dikreditkan kepada ahli itu selepas bank menjelaskan cek anda."),
            gettext_noop("Apa yang melebihi had semua caruman sukarela setahun dipulangkan kepada anda."),
        ),
        show=_SHOW,
        action=gettext_noop("Lihat caruman sukarela"),
    ),
    PAYER_CHEQUE_BOUNCED: kinds.Kind(
        subject=gettext_noop("Cek anda %(amount)s bagi ahli %(number)s tidak dibayar oleh bank"),
        paragraphs=(
            gettext_noop("%(kind)s: bank memulangkan cek anda %(cheque)s, resit %(receipt)s: %(bounce)s. Tiada apa-apa dikreditkan."),
            gettext_noop("Tanya bank anda tentang cek itu. Anda boleh membayar sekali lagi dengan cara lain, atau dengan cek lain di kaunter."),
        ),
        show=_SHOW,
        action=gettext_noop("Lihat caruman sukarela"),
    ),
    STRANGER_CHEQUE[CounterReceiptState.PAID]: kinds.Kind(
        subject=gettext_noop("Cek anda %(amount)s dijelaskan oleh bank"),
        paragraphs=(
            gettext_noop(
                "KWSP: bank menjelaskan cek %(cheque)s, %(amount)s, resit %(receipt)s. Apa yang melebihi had setahun dipulangkan kepada anda."
            ),
        ),
        show=_SHOW,
    ),
    STRANGER_CHEQUE[CounterReceiptState.BOUNCED]: kinds.Kind(
        subject=gettext_noop("Cek anda %(amount)s tidak dibayar oleh bank"),
        paragraphs=(
            gettext_noop(
                "KWSP: bank memulangkan cek %(cheque)s, %(amount)s, resit %(receipt)s: %(bounce)s. Tiada apa-apa dikreditkan. Tanya bank anda."
            ),
        ),
        show=_SHOW,
    ),
    CREDITED: kinds.Kind(
        subject=gettext_noop("Caruman sukarela %(amount)s dikreditkan"),
        paragraphs=(gettext_noop("%(kind)s: %(amount)s dikreditkan ke akaun anda. Ia muktamad dan tidak dipulangkan."),),
        show=_SHOW,
        action=gettext_noop("Lihat caruman sukarela"),
    ),
    PAID_FOR: kinds.Kind(
        subject=gettext_noop("Caruman sukarela bagi ahli %(number)s dikreditkan"),
        paragraphs=(gettext_noop("%(kind)s: %(amount)s yang anda bayar dikreditkan ke akaun ahli %(number)s."),),
        show=_SHOW,
        action=_SEE,
    ),
    REVERSED: kinds.Kind(
        subject=gettext_noop("Caruman sukarela %(amount)s dibalikkan"),
        paragraphs=(
            gettext_noop(
                "%(kind)s, %(amount)s, dibayar pada %(paid_on)s, diambil balik daripada akaun anda dan dipulangkan kepada pembayarnya. Dividen atas "
                "jumlah ini tidak dikira."
            ),
            gettext_noop("Sebab: %(reason)s"),
            gettext_noop("Jika anda rasa ini tidak betul, bawa makluman ini ke mana-mana kaunter KWSP."),
        ),
        show={**_SHOW, "paid_on": explanations.day, "reason": str},
        action=gettext_noop("Lihat caruman sukarela"),
    ),
    RECALLED: kinds.Kind(
        subject=gettext_noop("Caruman sukarela %(amount)s ditarik balik oleh bank"),
        paragraphs=(
            gettext_noop(
                "%(kind)s, %(amount)s, dibayar pada %(paid_on)s, diambil balik daripada akaun anda: bank yang membayarnya telah menarik balik wang "
                "itu daripada KWSP. Dividen atas jumlah ini tidak dikira."
            ),
            gettext_noop("Sebab: %(reason)s"),
            gettext_noop("KWSP tidak memulangkannya: tanya bank itu tentang wang tersebut."),
            gettext_noop("Jika anda rasa ini tidak betul, bawa makluman ini ke mana-mana kaunter KWSP."),
        ),
        show={**_SHOW, "paid_on": explanations.day, "reason": str},
        action=gettext_noop("Lihat caruman sukarela"),
    ),
    RECALLED_OF_PAYER: kinds.Kind(
        subject=gettext_noop("Bayaran anda %(amount)s bagi ahli %(number)s ditarik balik oleh bank"),
        paragraphs=(
            gettext_noop(
                "%(kind)s, %(amount)s, yang anda bayar pada %(paid_on)s bagi ahli %(number)s, telah ditarik balik oleh bank anda dan tidak lagi "
                "dalam akaun ahli itu. KWSP tidak memulangkannya kepada anda: tanya bank anda."
            ),
        ),
        show={**_SHOW, "paid_on": explanations.day},
        action=_SEE,
    ),
    _HELD[ReturnWhy.REVERSED]: _held(
        gettext_noop("Caruman sukarela %(amount)s (%(order_no)s) telah dibalikkan oleh KWSP selepas semakan dua pegawai.")
    ),
    _HELD[ReturnWhy.CEILING]: _held(
        gettext_noop("Daripada %(paid)s yang dibayar (%(order_no)s), %(amount)s melebihi had semua caruman sukarela tahun itu dan tidak dikreditkan.")
    ),
    _HELD[ReturnWhy.TOO_OLD]: _held(
        gettext_noop("Bayaran %(order_no)s sebanyak %(paid)s tidak dikreditkan: ahli itu sudah mencapai umur terakhir bagi caruman.")
    ),
    _HELD[ReturnWhy.DIED]: _held(
        gettext_noop("Bayaran %(order_no)s sebanyak %(paid)s tidak dikreditkan: akaun ahli itu tidak menerima caruman lagi.")
    ),
    _HELD[ReturnWhy.DIFFERS]: _held(
        gettext_noop("Bagi bayaran %(order_no)s bank mengambil %(amount)s, bukan %(paid)s yang diminta. Tiada apa-apa dikreditkan.")
    ),
    TO_PAYER: kinds.Kind(
        subject=gettext_noop("%(amount)s yang dibayar bagi anda di kaunter dipulangkan kepada pembayarnya"),
        paragraphs=(
            gettext_noop("Daripada %(paid)s yang dibayar bagi anda di kaunter KWSP (%(order_no)s), %(amount)s tidak dikreditkan. %(why)s."),
            gettext_noop("Wang itu milik orang yang membayarnya, dan dipulangkan kepadanya. Anda tidak perlu membuat apa-apa."),
        ),
        show={**_SHOW, "why": lambda why: str(labels.RETURN_WHY[why])},
        action=gettext_noop("Lihat caruman sukarela"),
    ),
    PAYER_ACCOUNT: kinds.Kind(
        subject=gettext_noop("%(amount)s dipulangkan kepada anda"),
        paragraphs=(
            gettext_noop("KWSP: %(amount)s daripada resit %(order_no)s dipulangkan ke akaun %(bank)s anda berakhir %(ending)s, %(payout)s."),
        ),
        show=_SHOW,
    ),
    PAYER_ORDER: kinds.Kind(
        subject=gettext_noop("%(amount)s dipulangkan kepada anda dengan Arahan Bayaran"),
        paragraphs=(
            gettext_noop(
                "KWSP: %(amount)s daripada resit %(order_no)s dipulangkan dengan Arahan Bayaran %(order)s. Ambil di mana-mana cawangan KWSP mulai "
                "hari perniagaan berikutnya, dengan kad pengenalan anda."
            ),
        ),
        show=_SHOW,
    ),
    HEIR_ACCOUNT: kinds.Kind(
        subject=gettext_noop("%(amount)s milik pembayar yang meninggal dunia dibayar kepada anda"),
        paragraphs=(
            gettext_noop(
                "KWSP: %(amount)s daripada resit %(order_no)s, milik pembayar yang telah meninggal dunia, dibayar ke akaun %(bank)s anda berakhir "
                "%(ending)s, %(payout)s."
            ),
        ),
        show=_SHOW,
    ),
    HEIR_ORDER: kinds.Kind(
        subject=gettext_noop("%(amount)s milik pembayar yang meninggal dunia dibayar kepada anda dengan Arahan Bayaran"),
        paragraphs=(
            gettext_noop(
                "KWSP: %(amount)s daripada resit %(order_no)s, milik pembayar yang telah meninggal dunia, dibayar dengan Arahan Bayaran %(order)s. "
                "Ambil di mana-mana cawangan KWSP mulai hari perniagaan berikutnya, dengan kad pengenalan anda."
            ),
        ),
        show=_SHOW,
    ),
    BACK_FROM: kinds.Kind(
        subject=gettext_noop("%(amount)s tidak dapat dibayar kepada anda"),
        paragraphs=(
            gettext_noop(
                "KWSP: %(amount)s daripada resit %(order_no)s tidak dapat dibayar kepada anda dan disimpan. Datang ke mana-mana cawangan KWSP dengan "
                "kad pengenalan anda."
            ),
        ),
        show=_SHOW,
    ),
    ORDERED: kinds.Kind(
        subject=gettext_noop("%(amount)s dipulangkan kepada anda dengan Arahan Bayaran"),
        paragraphs=(
            gettext_noop("Bagi bayaran %(order_no)s: %(amount)s dibayar dengan Arahan Bayaran %(order)s atas nama anda."),
            gettext_noop("Ambil di mana-mana cawangan KWSP mulai hari perniagaan berikutnya, dengan kad pengenalan anda."),
        ),
        show=_SHOW,
        action=_SEE,
    ),
    _ORDER_IS[ReturnState.PAID]: kinds.Kind(
        subject=gettext_noop("Arahan Bayaran %(order)s telah ditunaikan"),
        paragraphs=(gettext_noop("%(amount)s (%(order_no)s) dibayar kepada anda dengan Arahan Bayaran %(order)s. Rujukan bank: %(bank_id)s."),),
        show=_SHOW,
        action=_SEE,
    ),
    _ORDER_IS[ReturnState.RETURNED]: kinds.Kind(
        subject=gettext_noop("Arahan Bayaran %(order)s tidak ditunaikan"),
        paragraphs=(
            gettext_noop("%(amount)s (%(order_no)s) kembali kepada KWSP dan disimpan untuk anda."),
            gettext_noop("Beri akaun bank, dan wang itu dihantar ke sana; atau minta Arahan Bayaran baharu di mana-mana kaunter KWSP."),
        ),
        show=_SHOW,
        action=gettext_noop("Lihat akaun bank"),
    ),
    "VOLUNTARY_RETURN_SENT": kinds.Kind(
        subject=gettext_noop("Pulangan caruman sukarela dihantar ke bank"),
        paragraphs=(gettext_noop("%(amount)s dihantar ke akaun %(bank)s berakhir %(ending)s (%(payout)s). Kami memaklumkan apabila bank menjawab."),),
        show=_SHOW,
        action=_SEE,
    ),
    "VOLUNTARY_RETURN_PAID": kinds.Kind(
        subject=gettext_noop("Pulangan caruman sukarela telah dibayar"),
        paragraphs=(gettext_noop("%(amount)s dibayar ke akaun %(bank)s berakhir %(ending)s. Rujukan bank: %(bank_id)s."),),
        show=_SHOW,
        action=_SEE,
    ),
    "VOLUNTARY_RETURN_BACK": kinds.Kind(
        subject=gettext_noop("Pulangan caruman sukarela tidak dibayar oleh bank"),
        paragraphs=(
            gettext_noop("Bank tidak membayar %(amount)s ke akaun %(bank)s berakhir %(ending)s: %(reason)s"),
            gettext_noop("Wang itu disimpan untuk anda. Beri akaun bank yang lain; kemudian ia dihantar sekali lagi."),
        ),
        show=_SHOW,
        action=gettext_noop("Lihat akaun bank"),
    ),
}


def of_credited(found: VoluntaryContribution, member: Member) -> Sequence[News]:
    """To the member whose savings grew, and to who paid for them."""
    figures, cause = {"kind": found.kind, "amount": f"{found.credited:.2f}"}, f"voluntary:{found.pk}"
    told = [News(Inbox(Whose.MEMBER, member.pk), CREDITED, cause, figures, ("member:voluntary",))]
    asked = found.payment.voluntary if found.payment else None
    if asked is not None and found.payment is not None and asked.payer_id != member.pk:
        link = ("member:voluntary_payment", found.payment.order_no)
        told.append(News(Inbox(Whose.MEMBER, asked.payer_id), PAID_FOR, cause, {**figures, "number": member.number}, link))
    return told


def of_cheque(found: CounterReceipt) -> Sequence[News]:
    """A cheque for the member was taken at a counter, or the bank sent it back: to them, and to another member who wrote it, who reads of the own
    cheque and nothing of the member's."""
    bounced, payer = found.state == CounterReceiptState.BOUNCED, getattr(found, "payer", None)
    figures, cause, link = _of_cheque(found), f"counterreceipt:{found.pk}", ("member:voluntary",)
    figures |= {"kind": str(found.kind)}
    told = [News(Inbox(Whose.MEMBER, found.member_id), CHEQUE_BOUNCED if bounced else CHEQUE_WAITS, cause, figures, link)]
    if payer is not None and payer.member_id is not None:
        code, theirs = PAYER_CHEQUE_BOUNCED if bounced else PAYER_CHEQUE_WAITS, {**figures, "number": found.member.number}
        told.append(News(Inbox(Whose.MEMBER, payer.member_id), code, cause, theirs, link))
    return told


def cheque_to_stranger(found: CounterReceipt, *, on: date, at: datetime) -> None:
    """To the telephone of who wrote a cheque at a counter and is no member, if they gave one: the bank has paid it, or sent it back. In the caller's
    transaction."""
    payer = getattr(found, "payer", None)
    if payer is None or not payer.phone:
        return
    kind, cause = STRANGER_CHEQUE[CounterReceiptState(found.state)], f"counterreceipt:{found.pk}"
    notify.send_sms(to=payer.phone, kind=kind, figures=_of_cheque(found), language="ms", inbox=None, cause=cause, at=at, on=on)


def _of_cheque(found: CounterReceipt) -> dict[str, str]:
    figures = {"amount": f"{found.amount:.2f}", "cheque": found.cheque_number, "receipt": found.number}
    return figures | ({"bounce": str(found.why)} if found.state == CounterReceiptState.BOUNCED else {})


def of_reversed(found: VoluntaryReversal) -> Sequence[News]:
    """To the member whose savings it was; who paid is told by `of_held` of what goes back to them, and here of what their bank took."""
    of, cause = found.contribution, f"voluntaryreversal:{found.pk}"
    figures = {"kind": of.kind, "amount": f"{of.credited:.2f}", "paid_on": str(of.paid_on), "reason": found.reason}
    recalled = found.payer_id is None
    told = [News(Inbox(Whose.MEMBER, of.member_id), RECALLED if recalled else REVERSED, cause, figures, ("member:voluntary",))]
    asked = of.payment.voluntary if of.payment else None
    if recalled and asked is not None and of.payment is not None and asked.payer_id != of.member_id:
        to, link = Inbox(Whose.MEMBER, asked.payer_id), ("member:voluntary_payment", of.payment.order_no)
        told.append(News(to, RECALLED_OF_PAYER, cause, {**figures, "number": of.member.number}, link))
    return told


def of_held(found: VoluntaryReturn) -> News:
    """Something of a payment goes back."""
    return _news(found, _HELD[ReturnWhy(found.why)], {}, f"voluntaryreturn:{found.pk}")


def of_payer_s(found: VoluntaryReturn) -> News:
    """To the member for whom it was paid at a counter: it goes back to who paid it, not to them."""
    figures = {**_paid(found), "why": str(found.why)}
    return News(Inbox(Whose.MEMBER, found.payer_id), TO_PAYER, f"voluntaryreturn:{found.pk}", figures, ("member:voluntary",))


def to_counter_payer(found: VoluntaryReturn, payout: Payout, *, to: str, order: str, on: date, at: datetime, heir: bool = False) -> None:
    """To the telephone of who paid at a counter and has no inbox here, or of who stands in the place of a payer who has died; `order` is the number
    of their Arahan Bayaran, empty of an account. In the caller's transaction."""
    figures = _paid(found)
    figures |= {"order": order} if order else {"bank": accounts.name(payout.bank), "ending": payout.ending, "payout": payout.number}
    kind = (HEIR_ORDER if order else HEIR_ACCOUNT) if heir else (PAYER_ORDER if order else PAYER_ACCOUNT)
    notify.send_sms(to=to, kind=kind, figures=figures, language="ms", inbox=None, cause=f"payout:{payout.pk}", at=at, on=on)


def back_from(found: VoluntaryReturn, payout: Payout, *, to: str, on: date, at: datetime) -> None:
    """To the telephone of whom two officers named: the bank did not pay them. In the caller's transaction."""
    notify.send_sms(to=to, kind=BACK_FROM, figures=_paid(found), language="ms", inbox=None, cause=f"payout:{payout.pk}", at=at, on=on)


def of_order(found: VoluntaryReturn, payout: Payout, *, order: str) -> Sequence[News]:
    """To the member who paid: their Arahan Bayaran is ordered, cashed, or came back; that it is in the bank's file says nothing to them."""
    code = _ORDER_IS.get(ReturnState(found.state), "") if payout.state != PayoutState.ORDERED else ORDERED
    figures = {"order": order, **({"bank_id": payout.bank_id} if payout.bank_id else {})}
    link: tuple[str | int, ...] = ("member:bank_account",) if code == _ORDER_IS[ReturnState.RETURNED] else ()
    return [_news(found, code, figures, f"payout:{payout.pk}", link)] if code else []


def of_payout(found: VoluntaryReturn, payout: Payout) -> News:
    """It is on its way, there, or back."""
    figures = {"bank": accounts.name(payout.bank), "ending": payout.ending, "payout": payout.number}
    figures |= {"bank_id": payout.bank_id} if payout.bank_id else {}
    figures |= {"reason": payout.reason} if payout.reason else {}
    link: tuple[str | int, ...] = ("member:bank_account",) if found.state == ReturnState.RETURNED else ()
    return _news(found, _OF_PAYOUT[ReturnState(found.state)], figures, f"payout:{payout.pk}", link)


def _news(found: VoluntaryReturn, code: str, more: dict[str, str], cause: str, link: tuple[str | int, ...] = ()) -> News:
    figures = {**_paid(found), **more}
    asked = found.payment.voluntary
    # The order's page is its payer's; where another was found to have paid, what comes back is on their own year's page.
    own = ("member:voluntary_payment", found.payment.order_no) if asked and asked.payer_id == found.payer_id else ("member:voluntary",)
    return News(Inbox(Whose.MEMBER, found.payer_id), code, cause, figures, link or own)


def _paid(found: VoluntaryReturn) -> dict[str, str]:
    return {"amount": f"{found.amount:.2f}", "paid": f"{found.payment.amount:.2f}", "order_no": found.payment.order_no}
