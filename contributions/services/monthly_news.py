"""What a member is told of their monthly direct debit: in force, refused, ended, refused on a day, less or nothing because of the ceiling.

All of it goes to who pays. Of another member, for whom they pay, it says the number and the masked name, and never a figure.
"""

from datetime import date
from typing import Final

from django.utils.translation import gettext, gettext_noop

from contributions import labels
from contributions.enums import MandateState
from contributions.models import Mandate, Payment
from contributions.rules.monthly import Decided
from contributions.services import voluntary
from kwsp_portal.bank import accounts
from kwsp_portal.bank.fpx import codes
from kwsp_portal.notify import kinds
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.services import News
from kwsp_portal.templatetags import formats
from members.models import Member

ACTIVE: Final = "MONTHLY_ACTIVE"
REFUSED: Final = "MONTHLY_REFUSED"
ENDED: Final = "MONTHLY_ENDED"
DEBIT_REFUSED: Final = "MONTHLY_DEBIT_REFUSED"
LESS: Final = "MONTHLY_LESS"
PAUSED: Final = "MONTHLY_PAUSED"
PAUSED_FOR: Final = "MONTHLY_PAUSED_FOR"

_FOR: Final = "FOR"
"""Before a reason: it is said to who pays for another member."""


def _kind(text: str) -> str:
    """The kind of contribution; and for whom, where that is another member: `OWN_CHOICE`, `OWN_CHOICE:10000101:AM**** YU***`."""
    code, _, whom = text.partition(":")
    kind = str(labels.VOLUNTARY_KIND.get(code, code))
    number, _, name = whom.partition(":")
    return gettext("%(kind)s bagi ahli %(number)s (%(name)s)") % {"kind": kind, "number": number, "name": name} if whom else kind


def _reason(text: str) -> str:
    whose, _, code = text.rpartition(":")
    return str((labels.MONTHLY_REASON_OF_ANOTHER if whose else labels.MONTHLY_REASON).get(code, code))


_SEE: Final = gettext_noop("Lihat debit bulanan")
_ACCOUNT: Final = gettext_noop("Akaun %(bank)s berakhir %(ending)s, %(kind)s, %(amount)s sebulan.")
_WHY: Final = gettext_noop("Sebab: %(reason)s")
_SHOW: Final = {
    "amount": formats.money,
    "taken": formats.money,
    "kind": _kind,
    "next": lambda text: formats.day(date.fromisoformat(text)),
}
_WITH_REASON: Final = {**_SHOW, "reason": _reason}
KINDS: Final = {
    ACTIVE: kinds.Kind(
        subject=gettext_noop("Debit bulanan caruman sukarela berkuat kuasa"),
        paragraphs=(_ACCOUNT, gettext_noop("Kutipan pertama pada %(next)s. Anda boleh menghentikannya pada bila-bila masa.")),
        show=_SHOW,
        action=_SEE,
    ),
    REFUSED: kinds.Kind(
        subject=gettext_noop("Debit bulanan caruman sukarela ditolak oleh bank"), paragraphs=(_ACCOUNT, _WHY), show=_WITH_REASON, action=_SEE
    ),
    ENDED: kinds.Kind(
        subject=gettext_noop("Debit bulanan caruman sukarela tamat"),
        paragraphs=(_ACCOUNT, gettext_noop("Tiada apa-apa lagi dikutip."), _WHY),
        show=_WITH_REASON,
        action=_SEE,
    ),
    DEBIT_REFUSED: kinds.Kind(
        subject=gettext_noop("Debit bulanan caruman sukarela tidak berjaya"),
        paragraphs=(
            gettext_noop("Bank tidak mendebit %(amount)s (%(order_no)s), %(kind)s: %(reason)s."),
            gettext_noop(
                "Tiada apa-apa dikreditkan. Bulan hadapan ia dicuba lagi, kecuali ia telah tamat; bulan ini anda boleh membayar dengan cara lain."
            ),
        ),
        show={**_SHOW, "reason": lambda code: gettext(codes.meaning(code).words)},
        action=gettext_noop("Lihat bayaran ini"),
    ),
    LESS: kinds.Kind(
        subject=gettext_noop("Debit bulanan dikurangkan kepada %(taken)s oleh had tahunan"),
        paragraphs=(
            _ACCOUNT,
            gettext_noop("Hanya %(taken)s yang tinggal di bawah had semua caruman sukarela tahun ini, maka itu sahaja yang dikutip kali ini."),
            gettext_noop("Kutipan seterusnya pada %(next)s, jika tinggal apa-apa di bawah had."),
        ),
        show=_SHOW,
        action=_SEE,
    ),
    PAUSED: kinds.Kind(
        subject=gettext_noop("Debit bulanan berhenti sementara: had tahunan dicapai"),
        paragraphs=(
            _ACCOUNT,
            gettext_noop("Had semua caruman sukarela tahun ini telah dicapai. Tiada apa-apa dikutip lagi tahun ini; ia bersambung pada %(next)s."),
        ),
        show=_SHOW,
        action=_SEE,
    ),
    PAUSED_FOR: kinds.Kind(
        subject=gettext_noop("Debit bulanan bagi ahli lain berhenti sementara"),
        paragraphs=(
            _ACCOUNT,
            gettext_noop(
                "Jumlah itu melebihi apa yang tinggal di bawah had tahun ini bagi ahli itu. Tiada apa-apa dikutip lagi tahun ini; ia bersambung "
                "pada %(next)s. Anda boleh menghentikannya dan memohon jumlah yang lebih kecil, atau tanya ahli itu."
            ),
        ),
        show=_SHOW,
        action=_SEE,
    ),
}


def of_mandate(mandate: Mandate) -> News:
    """What the bank, or the fund, has made of it."""
    code = {MandateState.ACTIVE: ACTIVE, MandateState.REFUSED: REFUSED}.get(MandateState(mandate.state), ENDED)
    reason = f"{_FOR}:{mandate.reason}" if mandate.whom else mandate.reason
    more = {"next": f"{mandate.next_on}"} if code == ACTIVE else {"reason": reason}
    return _about(mandate, code, f"mandate:{mandate.pk}:{mandate.state}", **more)


def of_refused(payment: Payment) -> News:
    """A debit of a month that the bank did not make, or that is not asked for any more."""
    asked = payment.voluntary
    assert asked is not None  # noqa: S101 - the caller has looked
    what = _what(asked.kind, asked.member if asked.member_id != asked.payer_id else None)
    figures = {"order_no": payment.order_no, "kind": what, "amount": f"{payment.amount:.2f}", "reason": payment.response_code}
    link = ("member:voluntary_payment", payment.order_no)
    return News(to=Inbox(Whose.MEMBER, asked.payer_id), code=DEBIT_REFUSED, cause=f"payment:{payment.pk}", figures=figures, link=link)


def of_ceiling(mandate: Mandate, decided: Decided, on: date) -> News:
    """Less than was agreed, or nothing until the year is over; of another member's ceiling no more than that."""
    more = {"next": f"{decided.next_on}"}
    if decided.paused:
        return _about(mandate, PAUSED_FOR if mandate.whom else PAUSED, f"mandate:{mandate.pk}:{on}", **more)
    return _about(mandate, LESS, f"mandate:{mandate.pk}:{on}", taken=f"{decided.amount:.2f}", **more)


def _about(mandate: Mandate, code: str, cause: str, **more: str) -> News:
    assert mandate.member_id is not None  # noqa: S101 - an employer's is told by payment_news
    what = _what(mandate.kind, mandate.whom)
    figures = {"bank": accounts.name(mandate.bank), "ending": mandate.ending, "kind": what, "amount": f"{mandate.ceiling:.2f}", **more}
    return News(to=Inbox(Whose.MEMBER, mandate.member_id), code=code, cause=cause, figures=figures, link=("member:monthly_debits",))


def _what(kind: str, whom: Member | None) -> str:
    return f"{kind}:{whom.number}:{voluntary.masked(whom.name)}" if whom else kind
