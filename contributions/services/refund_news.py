"""What those who act for an employer are told about money that goes back to it, at each step."""

from typing import Final

from django.utils.translation import gettext_noop

from contributions import labels
from contributions.enums import RefundAccountState, RefundState
from contributions.models import Refund, RefundAccount
from kwsp_portal.bank import accounts
from kwsp_portal.notify import kinds
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.services import News
from kwsp_portal.templatetags import formats
from members import labels as members_labels
from members.models import Payout

NEEDS_ACCOUNT: Final = "REFUND_NEEDS_ACCOUNT"
ACCOUNT_BEGINS: Final = "REFUND_ACCOUNT_BEGINS"
ACCOUNT_REFUSED: Final = "REFUND_ACCOUNT_REFUSED"
_OF_PAYOUT: Final = {RefundState.SENT: "REFUND_SENT", RefundState.PAID: "REFUND_PAID", RefundState.RETURNED: "REFUND_RETURNED"}

_SEE: Final = gettext_noop("Lihat bayaran ini")
_SEE_ACCOUNT: Final = gettext_noop("Lihat akaun bayaran balik")
_SHOW: Final = {"amount": formats.money, "reason": lambda code: str(members_labels.NOT_PAID_OUT.get(code, code))}
_SHOW_ACCOUNT: Final = {"reason": lambda code: str(labels.REFUND_ACCOUNT_END.get(code, code))}
KINDS: Final = {
    NEEDS_ACCOUNT: kinds.Kind(
        subject=gettext_noop("Bayaran balik %(order_no)s menunggu akaun bank anda"),
        paragraphs=(
            gettext_noop("%(amount)s diluluskan untuk dipulangkan kepada majikan anda."),
            gettext_noop("Pentadbir majikan memberi akaun bank atas nama majikan; bank mengesahkannya, kemudian wang itu dihantar."),
        ),
        show=_SHOW,
        action=_SEE_ACCOUNT,
    ),
    ACCOUNT_BEGINS: kinds.Kind(
        subject=gettext_noop("Akaun bayaran balik disahkan oleh bank"),
        paragraphs=(
            gettext_noop("Wang yang dipulangkan kepada majikan anda pergi ke akaun %(bank)s berakhir %(ending)s mulai sekarang."),
            gettext_noop("Jika bukan pentadbir majikan anda yang memintanya, hubungi KWSP segera."),
        ),
        show=_SHOW_ACCOUNT,
        action=_SEE_ACCOUNT,
    ),
    ACCOUNT_REFUSED: kinds.Kind(
        subject=gettext_noop("Akaun bayaran balik tidak diterima"),
        paragraphs=(gettext_noop("Akaun %(bank)s berakhir %(ending)s."), gettext_noop("Sebab: %(reason)s")),
        show=_SHOW_ACCOUNT,
        action=_SEE_ACCOUNT,
    ),
    "REFUND_SENT": kinds.Kind(
        subject=gettext_noop("Bayaran balik %(order_no)s dihantar ke bank"),
        paragraphs=(gettext_noop("%(amount)s dihantar ke akaun %(bank)s berakhir %(ending)s (%(payout)s). Kami memaklumkan apabila bank menjawab."),),
        show=_SHOW,
        action=_SEE,
    ),
    "REFUND_PAID": kinds.Kind(
        subject=gettext_noop("Bayaran balik %(order_no)s telah dibayar"),
        paragraphs=(gettext_noop("%(amount)s dibayar ke akaun %(bank)s berakhir %(ending)s. Rujukan bank: %(bank_id)s."),),
        show=_SHOW,
        action=_SEE,
    ),
    "REFUND_RETURNED": kinds.Kind(
        subject=gettext_noop("Bayaran balik %(order_no)s dipulangkan oleh bank"),
        paragraphs=(
            gettext_noop("Bank tidak membayar %(amount)s ke akaun %(bank)s berakhir %(ending)s: %(reason)s"),
            gettext_noop("Wang itu kredit majikan anda semula. Pentadbir majikan memberi akaun lain; kemudian ia dihantar sekali lagi."),
        ),
        show=_SHOW,
        action=_SEE_ACCOUNT,
    ),
}


def needs_account(refund: Refund) -> News:
    """It is approved, and there is nowhere to send it."""
    figures = {"order_no": refund.payment.order_no, "amount": f"{refund.amount:.2f}"}
    return _news(refund.payment.borang_a.employer_id, NEEDS_ACCOUNT, f"refund:{refund.pk}", figures, ("employer:refund_account",))


def of_payout(refund: Refund, payout: Payout) -> News:
    """It is on its way, there, or back."""
    figures = {
        "order_no": refund.payment.order_no,
        "amount": f"{payout.amount:.2f}",
        "bank": accounts.name(payout.bank),
        "ending": payout.ending,
        "payout": payout.number,
    }
    figures |= {"bank_id": payout.bank_id} if payout.bank_id else {}
    figures |= {"reason": payout.reason} if payout.reason else {}
    back = refund.state == RefundState.RETURNED
    link = ("employer:refund_account",) if back else ("employer:payment", refund.payment.order_no)
    return _news(refund.payment.borang_a.employer_id, _OF_PAYOUT[RefundState(refund.state)], f"payout:{payout.pk}", figures, link)


def of_account(account: RefundAccount) -> News:
    """The bank has said whose it is."""
    begins = account.state == RefundAccountState.CURRENT
    figures = {"bank": accounts.name(account.bank), "ending": account.ending, **({"reason": account.why} if account.why else {})}
    code = ACCOUNT_BEGINS if begins else ACCOUNT_REFUSED
    return _news(account.employer_id, code, f"refundaccount:{account.pk}", figures, ("employer:refund_account",))


def _news(employer_id: int, code: str, cause: str, figures: dict[str, str], link: tuple[str, ...]) -> News:
    return News(to=Inbox(Whose.EMPLOYER, employer_id), code=code, cause=cause, figures=figures, link=link)
