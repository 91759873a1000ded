"""What those who act for an employer are told about payments that are not as they should be."""

from typing import Final

from django.utils.translation import gettext_noop

from contributions.models import Payment, Refund
from kwsp_portal.notify import kinds
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.services import News
from kwsp_portal.templatetags import formats
from members import explanations

SECOND: Final = "PAYMENT_SECOND"
DIFFERS: Final = "PAYMENT_DIFFERS"
REFUND_APPROVED: Final = "REFUND_APPROVED"
REFUND_REFUSED: Final = "REFUND_REFUSED"

_SEE: Final = gettext_noop("Lihat bayaran ini")
_SHOW: Final = {"month": explanations.month, "amount": formats.money, "asked": formats.money}
KINDS: Final = {
    SECOND: kinds.Kind(
        subject=gettext_noop("Dibayar dua kali: Borang A %(month)s"),
        paragraphs=(
            gettext_noop("Bank meluluskan bayaran %(order_no)s sebanyak %(amount)s, tetapi apa yang dibayarnya sudah dibayar."),
            gettext_noop("Wang itu disimpan sebagai kredit majikan anda. Anda boleh memohon ia dipulangkan ke akaun yang membayarnya."),
        ),
        show=_SHOW,
        action=_SEE,
    ),
    DIFFERS: kinds.Kind(
        subject=gettext_noop("Amaun bayaran berbeza: Borang A %(month)s"),
        paragraphs=(
            gettext_noop("Bagi bayaran %(order_no)s, bank mengambil %(amount)s, bukan %(asked)s yang diminta."),
            gettext_noop("Wang itu dalam akaun tergantung majikan anda dan belum dikreditkan kepada sesiapa. Borang A itu masih perlu dibayar."),
        ),
        show=_SHOW,
        action=_SEE,
    ),
    REFUND_APPROVED: kinds.Kind(
        subject=gettext_noop("Permohonan bayaran balik %(order_no)s diluluskan"),
        paragraphs=(gettext_noop("%(amount)s akan dipulangkan ke akaun yang membayarnya."),),
        show=_SHOW,
        action=_SEE,
    ),
    REFUND_REFUSED: kinds.Kind(
        subject=gettext_noop("Permohonan bayaran balik %(order_no)s ditolak"),
        paragraphs=(gettext_noop("%(amount)s kekal sebagai kredit majikan anda."), gettext_noop("Sebab: %(reason)s")),
        show=_SHOW,
        action=_SEE,
    ),
}


def of_second(payment: Payment) -> News:
    """An approved payment of what was paid already."""
    return _about(payment, SECOND, f"payment:{payment.pk}", {"month": _month(payment), "amount": f"{payment.amount:.2f}"})


def of_differing(payment: Payment) -> News:
    """The bank took another amount than was asked."""
    figures = {"month": _month(payment), "amount": f"{payment.debited:.2f}", "asked": f"{payment.amount:.2f}"}
    return _about(payment, DIFFERS, f"payment:{payment.pk}", figures)


def of_refund(refund: Refund, *, approved: bool, reason: str) -> News:
    """What became of an application."""
    figures = {"amount": f"{refund.amount:.2f}"}
    if approved:
        return _about(refund.payment, REFUND_APPROVED, f"refund:{refund.pk}", figures)
    return _about(refund.payment, REFUND_REFUSED, f"refund:{refund.pk}", {**figures, "reason": reason})


def _month(payment: Payment) -> str:
    return f"{payment.filing.wage_month:%Y-%m}"


def _about(payment: Payment, code: str, cause: str, figures: dict[str, str]) -> News:
    return News(
        to=Inbox(Whose.EMPLOYER, payment.filing.employer_id),
        code=code,
        cause=cause,
        figures={"order_no": payment.order_no, **figures},
        link=("employer:payment", payment.order_no),
    )
