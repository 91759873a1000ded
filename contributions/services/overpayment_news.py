"""What those who act for an employer are told about what it paid too much, at each step (KWSP 14). Members hear from the correction."""

from typing import Final

from django.utils.translation import gettext_noop

from contributions.enums import OverpaymentHow, OverpaymentState
from contributions.models import Overpayment
from kwsp_portal.bank import accounts
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify import kinds
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.services import News
from kwsp_portal.templatetags import formats
from members import explanations
from members import labels as members_labels
from members.models import Payout

REFUSED: Final = "OVERPAYMENT_REFUSED"
HELD: Final = "OVERPAYMENT_HELD"
PARTLY: Final = "OVERPAYMENT_HELD_PARTLY"
OFFSET: Final = "OVERPAYMENT_OFFSET"
OFFSET_PARTLY: Final = "OVERPAYMENT_OFFSET_PARTLY"
TO_CREDIT: Final = "OVERPAYMENT_TO_CREDIT"
TO_ACCOUNT: Final = "OVERPAYMENT_TO_ACCOUNT"
NOTHING: Final = "OVERPAYMENT_NOTHING"
NEEDS_ACCOUNT: Final = "OVERPAYMENT_NEEDS_ACCOUNT"
_OF_PAYOUT: Final = {
    OverpaymentState.SENT: "OVERPAYMENT_SENT",
    OverpaymentState.PAID: "OVERPAYMENT_PAID",
    OverpaymentState.RETURNED: "OVERPAYMENT_RETURNED",
}
_SEE: Final = gettext_noop("Lihat permohonan ini")
_GIVE_BACK: Final = gettext_noop("Syer pekerja dalam jumlah itu mesti dipulangkan kepada pekerja yang gajinya dipotong.")
_NOT_THERE: Final = gettext_noop(
    "Yang lain tidak boleh diambil balik: ahli itu telah mengeluarkan wangnya. Halaman permohonan menunjukkan baris yang mana."
)
_CREDIT: Final = gettext_noop("%(amount)s ialah kredit majikan anda sekarang: ia boleh membayar Borang A bulan kemudian, semuanya atau sebahagian.")
_SHOW: Final = {
    "month": explanations.month,
    "amount": formats.money,
    "claimed": formats.money,
    "reason": lambda code: str(members_labels.NOT_PAID_OUT.get(code, code)),
}
KINDS: Final = {
    REFUSED: kinds.Kind(
        subject=gettext_noop("Permohonan KWSP 14 bagi gaji %(month)s ditolak"),
        paragraphs=(gettext_noop("%(claimed)s tidak dipulangkan."), gettext_noop("Sebab: %(comment)s")),
        show=_SHOW,
        action=_SEE,
    ),
    HELD: kinds.Kind(
        subject=gettext_noop("Permohonan KWSP 14 bagi gaji %(month)s: %(amount)s diambil balik daripada ahli"),
        paragraphs=(gettext_noop("%(amount)s ialah kredit majikan anda dan akan dihantar ke akaun bayaran balik majikan."), _GIVE_BACK),
        show=_SHOW,
        action=_SEE,
    ),
    PARTLY: kinds.Kind(
        subject=gettext_noop("Permohonan KWSP 14 bagi gaji %(month)s: %(amount)s daripada %(claimed)s diambil balik"),
        paragraphs=(
            gettext_noop("%(amount)s ialah kredit majikan anda dan akan dihantar ke akaun bayaran balik majikan."),
            _NOT_THERE,
            _GIVE_BACK,
        ),
        show=_SHOW,
        action=_SEE,
    ),
    OFFSET: kinds.Kind(
        subject=gettext_noop("Permohonan KWSP 14 bagi gaji %(month)s: %(amount)s diambil balik daripada ahli"),
        paragraphs=(_CREDIT, _GIVE_BACK),
        show=_SHOW,
        action=_SEE,
    ),
    OFFSET_PARTLY: kinds.Kind(
        subject=gettext_noop("Permohonan KWSP 14 bagi gaji %(month)s: %(amount)s daripada %(claimed)s diambil balik"),
        paragraphs=(_CREDIT, _NOT_THERE, _GIVE_BACK),
        show=_SHOW,
        action=_SEE,
    ),
    TO_CREDIT: kinds.Kind(
        subject=gettext_noop("Pulangan KWSP 14 bagi gaji %(month)s menjadi kredit majikan"),
        paragraphs=(gettext_noop("Majikan anda memilihnya: wang itu tidak dihantar ke akaun bank."), _CREDIT),
        show=_SHOW,
        action=_SEE,
    ),
    TO_ACCOUNT: kinds.Kind(
        subject=gettext_noop("Kredit KWSP 14 bagi gaji %(month)s akan dihantar ke akaun bank"),
        paragraphs=(gettext_noop("Majikan anda memilihnya: %(amount)s ditahan semula dan akan dihantar ke akaun bayaran balik majikan."),),
        show=_SHOW,
        action=_SEE,
    ),
    NOTHING: kinds.Kind(
        subject=gettext_noop("Permohonan KWSP 14 bagi gaji %(month)s: tiada apa-apa boleh diambil balik"),
        paragraphs=(gettext_noop("Ahli yang menerima %(claimed)s telah mengeluarkannya, jadi tiada apa-apa dipulangkan kepada majikan anda."),),
        show=_SHOW,
        action=_SEE,
    ),
    NEEDS_ACCOUNT: kinds.Kind(
        subject=gettext_noop("Pulangan KWSP 14 bagi gaji %(month)s menunggu akaun bank anda"),
        paragraphs=(
            gettext_noop("%(amount)s ditahan untuk majikan anda."),
            gettext_noop("Pentadbir majikan memberi akaun bank atas nama majikan; bank mengesahkannya, kemudian wang itu dihantar."),
        ),
        show=_SHOW,
        action=gettext_noop("Lihat akaun bayaran balik"),
    ),
    "OVERPAYMENT_SENT": kinds.Kind(
        subject=gettext_noop("Pulangan KWSP 14 bagi gaji %(month)s dihantar ke bank"),
        paragraphs=(gettext_noop("%(amount)s dihantar ke akaun %(bank)s berakhir %(ending)s (%(payout)s). Kami memaklumkan apabila bank menjawab."),),
        show=_SHOW,
        action=_SEE,
    ),
    "OVERPAYMENT_PAID": kinds.Kind(
        subject=gettext_noop("Pulangan KWSP 14 bagi gaji %(month)s telah dibayar"),
        paragraphs=(gettext_noop("%(amount)s dibayar ke akaun %(bank)s berakhir %(ending)s. Rujukan bank: %(bank_id)s."), _GIVE_BACK),
        show=_SHOW,
        action=_SEE,
    ),
    "OVERPAYMENT_RETURNED": kinds.Kind(
        subject=gettext_noop("Pulangan KWSP 14 bagi gaji %(month)s dipulangkan oleh bank"),
        paragraphs=(
            gettext_noop("Bank tidak membayar %(amount)s ke akaun %(bank)s berakhir %(ending)s: %(reason)s"),
            gettext_noop("Wang itu kredit majikan anda semula. Pentadbir majikan memberi akaun lain; kemudian ia dihantar sekali lagi."),
        ),
        show=_SHOW,
        action=gettext_noop("Lihat akaun bayaran balik"),
    ),
}


def of_refused(found: Overpayment) -> News:
    """An officer has said no."""
    return _news(found, REFUSED, _figures(found) | {"comment": found.comment})


def of_held(found: Overpayment) -> News:
    """It came back, all of it or a part."""
    whole, partly = (OFFSET, OFFSET_PARTLY) if found.state == OverpaymentState.OFFSET else (HELD, PARTLY)
    return _news(found, whole if found.amount == found.claimed else partly, _figures(found))


def of_choice(found: Overpayment, times: int) -> News:
    """The employer would have what came back the other way; `times` tells one choice from the next."""
    code = TO_CREDIT if found.how == OverpaymentHow.OFFSET else TO_ACCOUNT
    return _news(found, code, _figures(found), cause=f"overpayment:{found.pk}/{times}")


def of_nothing(found: Overpayment) -> News:
    """The members have none of it any more."""
    return _news(found, NOTHING, _figures(found))


def needs_account(found: Overpayment) -> News:
    """It is there, and there is nowhere to send it."""
    return _news(found, NEEDS_ACCOUNT, _figures(found), ("employer:refund_account",))


def of_payout(found: Overpayment, payout: Payout) -> News:
    """It is on its way, there, or back."""
    figures = _figures(found) | {"bank": accounts.name(payout.bank), "ending": payout.ending, "payout": payout.number}
    figures |= {"bank_id": payout.bank_id} if payout.bank_id else {}
    figures |= {"reason": payout.reason} if payout.reason else {}
    back = found.state == OverpaymentState.RETURNED
    link: tuple[str | int, ...] = ("employer:refund_account",) if back else ("employer:overpayment", found.pk)
    return _news(found, _OF_PAYOUT[OverpaymentState(found.state)], figures, link, f"payout:{payout.pk}")


def _figures(found: Overpayment) -> dict[str, str]:
    figures = {"month": str(WageMonth.of(found.filing.wage_month)), "claimed": f"{found.claimed:.2f}"}
    return figures if found.amount is None else {**figures, "amount": f"{found.amount:.2f}"}


def _news(found: Overpayment, code: str, figures: dict[str, str], link: tuple[str | int, ...] = (), cause: str = "") -> News:
    return News(
        to=Inbox(Whose.EMPLOYER, found.filing.employer_id),
        code=code,
        cause=cause or f"overpayment:{found.pk}",
        figures=figures,
        link=link or ("employer:overpayment", found.pk),
    )
