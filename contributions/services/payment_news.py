"""What those who act for an employer are told about payments that are not as they should be."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext, gettext_noop

from contributions import labels
from contributions.enums import MandateState
from contributions.models import Mandate, Payment, Receipt, Refund
from contributions.services import monthly_news
from kwsp_portal.bank import accounts, agents
from kwsp_portal.bank.fpx import codes
from kwsp_portal.notify import kinds
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.services import News
from kwsp_portal.templatetags import formats
from members import explanations

SECOND: Final = "PAYMENT_SECOND"
DIFFERS: Final = "PAYMENT_DIFFERS"
DEBIT_REFUSED: Final = "DEBIT_REFUSED"
MANDATE_ACTIVE: Final = "MANDATE_ACTIVE"
MANDATE_REFUSED: Final = "MANDATE_REFUSED"
MANDATE_ENDED: Final = "MANDATE_ENDED"
REFUND_APPROVED: Final = "REFUND_APPROVED"
REFUND_REFUSED: Final = "REFUND_REFUSED"
CREDIT_USED: Final = "CREDIT_USED"
RECEIPT_PAID: Final = "RECEIPT_PAID"
RECEIPT_ROWS: Final = "RECEIPT_ROWS"
RECEIPT_TOTAL: Final = "RECEIPT_TOTAL"
RECEIPT_SUSPENDED: Final = "RECEIPT_SUSPENDED"

_SEE: Final = gettext_noop("Lihat bayaran ini")
_SEE_FILING: Final = gettext_noop("Lihat Borang A ini")
_SEE_MANDATE: Final = gettext_noop("Lihat debit terus")


def _bank_reason(code: str) -> str:
    return str(labels.BANK_REASON.get(code, code))


_SHOW: Final = {"month": explanations.month, "amount": formats.money, "asked": formats.money, "left": formats.money}
_SHOW_RECEIPT: Final = {**_SHOW, "agent": agents.name}
KINDS: Final = {
    SECOND: kinds.Kind(
        subject=gettext_noop("Dibayar dua kali: Borang A %(month)s"),
        paragraphs=(
            gettext_noop("Bank meluluskan bayaran %(order_no)s sebanyak %(amount)s, tetapi apa yang dibayarnya sudah dibayar."),
            gettext_noop("Wang itu disimpan sebagai kredit majikan anda. Anda boleh memohon ia dipulangkan ke akaun bank majikan."),
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
    DEBIT_REFUSED: kinds.Kind(
        subject=gettext_noop("Debit terus tidak berjaya: Borang A %(month)s"),
        paragraphs=(
            gettext_noop("Bank tidak mendebit %(amount)s (%(order_no)s): %(reason)s."),
            gettext_noop("Borang A itu belum dibayar. Pilih hari kutipan lain apabila puncanya selesai, atau bayar dengan cara lain."),
        ),
        show={**_SHOW, "reason": lambda code: gettext(codes.meaning(code).words)},
        action=_SEE,
    ),
    MANDATE_ACTIVE: kinds.Kind(
        subject=gettext_noop("Debit terus berkuat kuasa"),
        paragraphs=(
            gettext_noop("Bank mengesahkan akaun %(bank)s berakhir %(ending)s. Borang A yang diluluskan kini boleh dibayar dengan debit terus."),
        ),
        show={},
        action=_SEE_MANDATE,
    ),
    MANDATE_REFUSED: kinds.Kind(
        subject=gettext_noop("Permohonan debit terus ditolak oleh bank"),
        paragraphs=(gettext_noop("Akaun %(bank)s berakhir %(ending)s."), gettext_noop("Sebab: %(reason)s")),
        show={"reason": _bank_reason},
        action=_SEE_MANDATE,
    ),
    MANDATE_ENDED: kinds.Kind(
        subject=gettext_noop("Debit terus ditamatkan oleh bank"),
        paragraphs=(gettext_noop("Akaun %(bank)s berakhir %(ending)s. Tiada apa-apa lagi dikutip daripadanya."), gettext_noop("Sebab: %(reason)s")),
        show={"reason": _bank_reason},
        action=_SEE_MANDATE,
    ),
    REFUND_APPROVED: kinds.Kind(
        subject=gettext_noop("Permohonan bayaran balik %(order_no)s diluluskan"),
        paragraphs=(gettext_noop("%(amount)s akan dipulangkan ke akaun bank majikan anda."),),
        show=_SHOW,
        action=_SEE,
    ),
    REFUND_REFUSED: kinds.Kind(
        subject=gettext_noop("Permohonan bayaran balik %(order_no)s ditolak"),
        paragraphs=(gettext_noop("%(amount)s kekal sebagai kredit majikan anda."), gettext_noop("Sebab: %(reason)s")),
        show=_SHOW,
        action=_SEE,
    ),
    CREDIT_USED: kinds.Kind(
        subject=gettext_noop("Wang majikan pada KWSP digunakan: Borang A %(month)s"),
        paragraphs=(
            gettext_noop("%(amount)s daripada wang majikan anda yang ada pada KWSP membayar Borang A ini (%(order_no)s)."),
            gettext_noop("Bakinya %(left)s. Jika anda tidak tahu tentang bayaran ini, semak siapa yang memulakannya pada resit."),
        ),
        show=_SHOW,
        action=_SEE,
    ),
    RECEIPT_PAID: kinds.Kind(
        subject=gettext_noop("Bayaran melalui ejen bank diterima: Borang A %(month)s"),
        paragraphs=(
            gettext_noop("%(agent)s menerima %(amount)s dengan resit %(receipt)s."),
            gettext_noop("Ia membayar Borang A bulan itu, dan setiap pekerja dikreditkan."),
        ),
        show=_SHOW_RECEIPT,
        action=_SEE,
    ),
    RECEIPT_ROWS: kinds.Kind(
        subject=gettext_noop("Borang A %(month)s daripada ejen bank ada baris salah"),
        paragraphs=(
            gettext_noop("%(agent)s menerima %(amount)s dengan resit %(receipt)s, tetapi Borang A yang diserahkan bersamanya ada baris yang salah."),
            gettext_noop(
                "Belum ada sesiapa dikreditkan. Betulkan baris itu dan luluskan; jika jumlahnya sama dengan resit, wang itu membayarnya sendiri."
            ),
        ),
        show=_SHOW_RECEIPT,
        action=_SEE_FILING,
    ),
    RECEIPT_TOTAL: kinds.Kind(
        subject=gettext_noop("Resit ejen bank tidak sama dengan Borang A %(month)s"),
        paragraphs=(
            gettext_noop("%(agent)s menerima %(amount)s dengan resit %(receipt)s, tetapi jumlah Borang A yang diserahkan bersamanya lain."),
            gettext_noop(
                "Belum ada sesiapa dikreditkan. Betulkan Borang A itu jika barisnya yang salah, atau tunggu keputusan pegawai tentang wang itu."
            ),
        ),
        show=_SHOW_RECEIPT,
        action=_SEE_FILING,
    ),
    RECEIPT_SUSPENDED: kinds.Kind(
        subject=gettext_noop("Wang resit %(receipt)s dalam akaun tergantung"),
        paragraphs=(
            gettext_noop("%(agent)s menerima %(amount)s bagi %(month)s, tetapi wang itu tidak sepadan dengan Borang A yang boleh dikreditkan."),
            gettext_noop("Ia dalam akaun tergantung majikan anda, dan belum dikreditkan kepada sesiapa."),
        ),
        show=_SHOW_RECEIPT,
        action=gettext_noop("Lihat akaun tergantung"),
    ),
}
_OF_ASSESSMENT: Final = "_ASSESSED"
"""What KWSP assessed is paid with KWSP 8 (Borang F): it is no Borang A of the employer's."""
KINDS.update(
    {
        f"{SECOND}{_OF_ASSESSMENT}": KINDS[SECOND]._replace(subject=gettext_noop("Dibayar dua kali: taksiran KWSP 7 bagi upah %(month)s")),
        f"{DIFFERS}{_OF_ASSESSMENT}": KINDS[DIFFERS]._replace(
            subject=gettext_noop("Amaun bayaran berbeza: taksiran KWSP 7 bagi upah %(month)s"),
            paragraphs=(
                KINDS[DIFFERS].paragraphs[0],
                gettext_noop(
                    "Wang itu dalam akaun tergantung majikan anda dan belum dikreditkan kepada sesiapa. "
                    "Taksiran itu masih perlu dibayar dengan KWSP 8 (Borang F)."
                ),
            ),
        ),
        f"{DEBIT_REFUSED}{_OF_ASSESSMENT}": KINDS[DEBIT_REFUSED]._replace(
            subject=gettext_noop("Debit terus tidak berjaya: taksiran KWSP 7 bagi upah %(month)s"),
            paragraphs=(
                KINDS[DEBIT_REFUSED].paragraphs[0],
                gettext_noop("Taksiran itu belum dibayar. Pilih hari kutipan lain apabila puncanya selesai, atau bayar dengan cara lain."),
            ),
        ),
    }
)


def of_second(payment: Payment) -> News:
    """An approved payment of what was paid already."""
    return _about(payment, SECOND, f"payment:{payment.pk}", {"month": _month(payment), "amount": f"{payment.amount:.2f}"})


def of_differing(payment: Payment) -> News:
    """The bank took another amount than was asked."""
    figures = {"month": _month(payment), "amount": f"{payment.debited:.2f}", "asked": f"{payment.amount:.2f}"}
    return _about(payment, DIFFERS, f"payment:{payment.pk}", figures)


def of_credit_used(payment: Payment, left: Decimal) -> News:
    """The employer's own money at the fund has paid; so much of it is left, RM."""
    figures = {"month": _month(payment), "amount": f"{payment.amount:.2f}", "left": f"{left:.2f}"}
    return _about(payment, CREDIT_USED, f"payment:{payment.pk}", figures)


def of_refused_debit(payment: Payment) -> News:
    """A debit that the bank did not make, or that its mandate no more allows."""
    if payment.voluntary is not None:
        return monthly_news.of_refused(payment)
    figures = {"month": _month(payment), "amount": f"{payment.amount:.2f}", "reason": payment.response_code}
    return _about(payment, DEBIT_REFUSED, f"payment:{payment.pk}", figures)


def of_mandate(mandate: Mandate) -> News:
    """What the bank has made of a mandate."""
    if mandate.employer_id is None:
        return monthly_news.of_mandate(mandate)
    code = {MandateState.ACTIVE: MANDATE_ACTIVE, MandateState.REFUSED: MANDATE_REFUSED}.get(MandateState(mandate.state), MANDATE_ENDED)
    figures = {"bank": accounts.name(mandate.bank), "ending": mandate.ending, **({"reason": mandate.reason} if mandate.reason else {})}
    inbox = Inbox(Whose.EMPLOYER, mandate.employer_id)
    return News(to=inbox, code=code, cause=f"mandate:{mandate.pk}:{mandate.state}", figures=figures, link=("employer:direct_debit",))


def of_refund(refund: Refund, *, approved: bool, reason: str) -> News:
    """What became of an application."""
    figures = {"amount": f"{refund.amount:.2f}"}
    if approved:
        return _about(refund.payment, REFUND_APPROVED, f"refund:{refund.pk}", figures)
    return _about(refund.payment, REFUND_REFUSED, f"refund:{refund.pk}", {**figures, "reason": reason})


def of_receipt(receipt: Receipt, code: str, link: Sequence[str | int]) -> News:
    """What became of a receipt of the employer's."""
    assert receipt.employer_id is not None  # noqa: S101 - told where the employer is known
    figures = {"agent": receipt.agent, "receipt": receipt.number, "amount": f"{receipt.amount:.2f}", "month": f"{receipt.month:%Y-%m}"}
    return News(to=Inbox(Whose.EMPLOYER, receipt.employer_id), code=code, cause=f"receipt:{receipt.pk}", figures=figures, link=link)


def _month(payment: Payment) -> str:
    return f"{payment.borang_a.wage_month:%Y-%m}"


def _about(payment: Payment, code: str, cause: str, figures: dict[str, str]) -> News:
    assessed = f"{code}{_OF_ASSESSMENT}"
    return News(
        to=Inbox(Whose.EMPLOYER, payment.borang_a.employer_id),
        code=assessed if payment.borang_a.assessed and assessed in KINDS else code,
        cause=cause,
        figures={"order_no": payment.order_no, **figures},
        link=("employer:payment", payment.order_no),
    )
