"""What a member is told while officers decide about a withdrawal and the bank pays it: one notice for each step, with what comes next."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_noop

from kwsp_portal.bank import accounts
from kwsp_portal.common.refusal import Refusal
from kwsp_portal.notify import kinds
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.services import News
from kwsp_portal.templatetags import formats
from members import labels as members_labels
from members.models import BankAccount, Payout
from withdrawals import explanations, labels
from withdrawals.enums import StopReason
from withdrawals.models import Application, CreditorAccount, WithdrawalPayment
from withdrawals.selectors import creditors
from withdrawals.services import judging

ASKED: Final = "WITHDRAWAL_DOCUMENTS"
ASKED_WITH_ACCOUNT: Final = "WITHDRAWAL_DOCUMENTS_ACCOUNT"
ACCOUNT_ASKED: Final = "WITHDRAWAL_ACCOUNT_ASKED"
APPROVED: Final = "WITHDRAWAL_APPROVED"
APPROVED_LESS: Final = "WITHDRAWAL_APPROVED_LESS"
REFUSED: Final = "WITHDRAWAL_REFUSED"
TURNED_DOWN: Final = "WITHDRAWAL_TURNED_DOWN"
SMALLER: Final = "WITHDRAWAL_SMALLER"
WAITS: Final = "WITHDRAWAL_WAITS"
NEEDS_ACCOUNT: Final = "WITHDRAWAL_NEEDS_ACCOUNT"
NEXT_WAITS: Final = "WITHDRAWAL_NEXT_WAITS"
SENT: Final = "WITHDRAWAL_SENT"
ORDER_SENT: Final = "WITHDRAWAL_ORDER_SENT"
STRAIGHT_SENT: Final = "WITHDRAWAL_STRAIGHT_SENT"
CREDITED_SENT: Final = "WITHDRAWAL_CREDITED_SENT"
PAID: Final = "WITHDRAWAL_PAID"
RETURNED: Final = "WITHDRAWAL_RETURNED"
ORDER_RETURNED: Final = "WITHDRAWAL_ORDER_RETURNED"
STRAIGHT_RETURNED: Final = "WITHDRAWAL_STRAIGHT_RETURNED"
GAVE_WAY: Final = "WITHDRAWAL_GAVE_WAY"
SHRUNK: Final = "WITHDRAWAL_SHRUNK"
PLAN_GAVE_WAY: Final = "WITHDRAWAL_PLAN_GAVE_WAY"
PLAN_SHRUNK: Final = "WITHDRAWAL_PLAN_SHRUNK"
STOPPED: Final = "WITHDRAWAL_STOPPED"
REPLACED: Final = "WITHDRAWAL_REPLACED"
FINISHED: Final = "WITHDRAWAL_FINISHED"

_SEE: Final = gettext_noop("Lihat permohonan ini")
_REASON: Final = gettext_noop("Sebab: %(comment)s")
_WRITES: Final = gettext_noop("Pegawai yang meneliti permohonan %(kind)s anda menulis: %(comment)s")
_APPEAL: Final = gettext_noop("Anda boleh merayu dengan sebab anda; pegawai lain akan menelitinya.")
_SHOW: Final = {
    "kind": lambda code: str(labels.KINDS[code]),
    "asked": formats.money,
    "amount": formats.money,
    "paid": formats.money,
    "until": lambda text: formats.day(date.fromisoformat(text)),
    "reason": lambda code: str(members_labels.NOT_PAID_OUT.get(code, code)),
    "stop": lambda code: str(labels.STOPPED[code]),
    "why": lambda stored: " ".join(one.words for one in explanations.reasons(judging.refusals_from_json(json.loads(stored)))),
}


def _kind(subject: str, *paragraphs: str, action: str = _SEE) -> kinds.Kind:
    return kinds.Kind(subject=subject, paragraphs=paragraphs, show=_SHOW, action=action)


KINDS: Final = {
    STOPPED: _kind(
        gettext_noop("Permohonan %(number)s dihentikan oleh KWSP"),
        gettext_noop("Bayaran %(kind)s anda dihentikan: %(stop)s."),
        _REASON,
        gettext_noop("Sudah dibayar: %(paid)s. Yang masih ditahan kini bebas dalam akaun anda, dan tiada bayaran lain menyusul."),
        gettext_noop("Jika ini tidak betul, bawa buktinya ke mana-mana kaunter KWSP, atau mohon semula."),
    ),
    ASKED: _kind(
        gettext_noop("Permohonan %(number)s: kami memerlukan dokumen"),
        _WRITES,
        gettext_noop("Masa piagam berhenti sehingga dokumen itu tiba. Muat naik di halaman permohonan, atau bawa ke mana-mana kaunter."),
    ),
    ASKED_WITH_ACCOUNT: _kind(
        gettext_noop("Permohonan %(number)s: akaun penerima perlu dibetulkan"),
        _WRITES,
        gettext_noop("Akaun %(bank)s berakhir %(ending)s atas nama %(holder)s tidak sama seperti pada dokumen, dan tiada wang dihantar ke situ."),
        gettext_noop(
            "Masa piagam berhenti sehingga anda menjawab. Beri akaun yang betul di halaman permohonan, atau di mana-mana kaunter bersama dokumennya."
        ),
    ),
    ACCOUNT_ASKED: _kind(
        gettext_noop("Permohonan %(number)s: akaun penerima perlu dibetulkan"),
        _WRITES,
        gettext_noop("Akaun %(bank)s berakhir %(ending)s atas nama %(holder)s tidak sama seperti pada dokumen, dan tiada wang dihantar ke situ."),
        gettext_noop(
            "Wang itu masih ditahan untuk anda. Beri akaun yang betul, atau minta Arahan Bayaran atas namanya, di halaman permohonan atau di "
            "mana-mana kaunter KWSP."
        ),
    ),
    APPROVED: _kind(
        gettext_noop("Permohonan %(number)s diluluskan: %(amount)s"),
        gettext_noop("%(kind)s anda diluluskan. Kami menyemak sekali lagi pada hari bayaran, kemudian menghantar wang itu ke bank."),
    ),
    APPROVED_LESS: _kind(
        gettext_noop("Permohonan %(number)s diluluskan: %(amount)s daripada %(asked)s"),
        gettext_noop("%(kind)s anda diluluskan untuk sebahagian."),
        _REASON,
        gettext_noop("Yang tidak diluluskan tidak lagi ditahan dalam akaun anda."),
    ),
    REFUSED: _kind(
        gettext_noop("Permohonan %(number)s ditolak"),
        gettext_noop("%(kind)s sebanyak %(asked)s tidak diluluskan. Tiada wang ditahan baginya lagi."),
        _REASON,
        _APPEAL,
    ),
    TURNED_DOWN: _kind(
        gettext_noop("Permohonan %(number)s tidak dapat dibayar"),
        gettext_noop("Pada hari bayaran kami menyemak sekali lagi, dan %(kind)s anda tidak boleh dibayar. Tiada wang ditahan baginya lagi."),
        gettext_noop("Sebab: %(why)s"),
        _APPEAL,
    ),
    SMALLER: _kind(
        gettext_noop("Permohonan %(number)s: %(amount)s dibayar, bukan %(asked)s"),
        gettext_noop("Pada hari bayaran kami menyemak sekali lagi: hanya %(amount)s ada untuk %(kind)s anda. Itulah yang dibayar."),
    ),
    WAITS: _kind(
        gettext_noop("Permohonan %(number)s: wang anda menunggu"),
        gettext_noop("Nombor telefon TAC atau akaun bank anda masih baharu. Untuk melindungi simpanan anda, wang menunggu, kemudian dihantar."),
    ),
    NEEDS_ACCOUNT: _kind(
        gettext_noop("Permohonan %(number)s menunggu akaun bank anda"),
        gettext_noop(
            "%(amount)s ditahan untuk anda. Beri akaun bank atas nama anda; selepas bank mengesahkannya, wang itu dihantar dengan sendirinya."
        ),
        action=gettext_noop("Lihat akaun bank"),
    ),
    NEXT_WAITS: _kind(
        gettext_noop("Permohonan %(number)s: bayaran berikutnya menunggu akaun bank lain"),
        gettext_noop("Bank tidak membayar yang terakhir ke akaun %(bank)s berakhir %(ending)s, jadi %(amount)s tidak dihantar ke situ."),
        gettext_noop("Beri akaun bank lain atas nama anda; selepas bank mengesahkannya, yang menunggu dihantar dengan sendirinya."),
        action=gettext_noop("Lihat akaun bank"),
    ),
    SENT: _kind(
        gettext_noop("Permohonan %(number)s: %(amount)s dihantar ke bank"),
        gettext_noop("Ia dihantar ke akaun %(bank)s berakhir %(ending)s (%(payout)s). Kami memaklumkan apabila bank menjawab."),
    ),
    ORDER_SENT: _kind(
        gettext_noop("Permohonan %(number)s: Arahan Bayaran %(order)s dihantar ke bank"),
        gettext_noop(
            "Ambil Arahan Bayaran %(order)s di cawangan KWSP dengan kad pengenalan anda, dan tunaikan %(amount)s di mana-mana cawangan %(bank)s. "
            "Bank lain tidak menunaikannya."
        ),
        gettext_noop(
            "Tanya tarikh akhirnya apabila mengambilnya. Jika tidak ditunaikan, bank memulangkannya, wang itu ditahan semula, dan anda boleh meminta "
            "yang baharu."
        ),
    ),
    STRAIGHT_SENT: _kind(
        gettext_noop("Permohonan %(number)s: %(amount)s dihantar terus kepada %(holder)s"),
        gettext_noop("Arahan Bayaran %(order)s atas nama %(holder)s ada di %(bank)s. Tiada apa-apa yang perlu anda ambil."),
    ),
    CREDITED_SENT: _kind(
        gettext_noop("Permohonan %(number)s: %(amount)s dihantar terus kepada %(holder)s"),
        gettext_noop("Ia dihantar ke akaun %(bank)s berakhir %(ending)s atas nama %(holder)s (%(payout)s). Kami memaklumkan apabila bank menjawab."),
    ),
    PAID: _kind(
        gettext_noop("Permohonan %(number)s: %(amount)s telah dibayar"),
        gettext_noop("Dibayar oleh %(bank)s, akaun berakhir %(ending)s. Rujukan bank: %(bank_id)s."),
    ),
    RETURNED: _kind(
        gettext_noop("Permohonan %(number)s: bank memulangkan wang anda"),
        gettext_noop("Bank tidak membayar %(amount)s ke akaun %(bank)s berakhir %(ending)s: %(reason)s"),
        gettext_noop("Wang itu ditahan semula dalam akaun KWSP anda. Beri akaun bank lain atas nama anda; kemudian ia dihantar sekali lagi."),
        action=gettext_noop("Lihat akaun bank"),
    ),
    ORDER_RETURNED: _kind(
        gettext_noop("Permohonan %(number)s: Arahan Bayaran %(order)s tidak ditunaikan"),
        gettext_noop("Bank memulangkan %(amount)s: Arahan Bayaran %(order)s tidak dibayar, atau tidak ditunaikan. Ia tidak boleh digunakan lagi."),
        gettext_noop(
            "Wang itu ditahan semula dalam akaun KWSP anda, dan menunggu anda. Minta Arahan Bayaran baharu, atau bayaran ke akaun bank sendiri, di "
            "halaman permohonan atau di mana-mana kaunter KWSP."
        ),
    ),
    STRAIGHT_RETURNED: _kind(
        gettext_noop("Permohonan %(number)s: bayaran kepada %(holder)s dipulangkan"),
        gettext_noop("Bank memulangkan %(amount)s yang dihantar terus kepada %(holder)s."),
        gettext_noop(
            "Wang itu ditahan semula dalam akaun KWSP anda, dan menunggu anda. Tanya %(holder)s bagaimana ia menerima bayaran, kemudian beri "
            "akaunnya, atau minta Arahan Bayaran atas namanya, di halaman permohonan atau di mana-mana kaunter KWSP."
        ),
    ),
    GAVE_WAY: _kind(
        gettext_noop("Permohonan %(number)s memberi laluan kepada permohonan %(by_number)s"),
        gettext_noop("Pengeluaran Khas dibayar sebelum pengeluaran lain. Wang yang ditahan bagi %(kind)s anda digunakan untuknya, dan ia ditolak."),
        gettext_noop("Anda boleh memohon semula apabila simpanan anda mencukupi."),
    ),
    SHRUNK: _kind(
        gettext_noop("Permohonan %(number)s dikurangkan kepada %(amount)s"),
        gettext_noop("Pengeluaran Khas dibayar sebelum pengeluaran lain. Sebahagian wang yang ditahan bagi %(kind)s anda digunakan untuknya."),
        gettext_noop("Selebihnya, %(amount)s, masih ditahan dan permohonan itu diteruskan."),
    ),
    PLAN_GAVE_WAY: _kind(
        gettext_noop("Permohonan %(number)s memberi laluan kepada permohonan %(by_number)s"),
        gettext_noop("Pengeluaran Khas dibayar sebelum pengeluaran lain. Wang yang ditahan bagi %(kind)s anda digunakan untuknya."),
        gettext_noop("Tiada bayaran lagi bagi permohonan ini selepas yang sudah dihantar ke bank. Yang sudah dibayar: %(paid)s."),
    ),
    PLAN_SHRUNK: _kind(
        gettext_noop("Permohonan %(number)s: bayaran berkala dikurangkan"),
        gettext_noop("Pengeluaran Khas dibayar sebelum pengeluaran lain. Sebahagian wang yang ditahan bagi %(kind)s anda digunakan untuknya."),
        gettext_noop("Selebihnya, %(amount)s, masih ditahan dan dibayar pada hari yang dirancang, sehingga habis."),
    ),
    REPLACED: _kind(
        gettext_noop("Permohonan %(number)s diganti oleh permohonan %(by_number)s"),
        gettext_noop("Tiada bayaran lagi bagi permohonan ini. Yang sudah dibayar: %(paid)s. Yang lain dibayar mengikut permohonan baharu."),
    ),
    FINISHED: _kind(
        gettext_noop("Permohonan %(number)s: bayaran berkala selesai"),
        gettext_noop("Bayaran terakhir bagi %(kind)s telah dibuat. Jumlah yang dibayar: %(paid)s."),
    ),
}


def asked(found: Application, comment: str, wrong: CreditorAccount | None = None) -> News:
    """More papers are asked for; `wrong`: also another account than this one."""
    figures = creditors.told(wrong) if wrong is not None else {}
    return _news(found, ASKED_WITH_ACCOUNT if wrong is not None else ASKED, comment=comment, cause=_of_version(found), **figures)


def account_asked(found: Application, comment: str, wrong: CreditorAccount) -> News:
    """What came back is not sent again to this account: another is asked for."""
    return _news(found, ACCOUNT_ASKED, comment=comment, cause=_of_version(found), **creditors.told(wrong))


def register() -> None:
    """Make our kinds known (called once, by work.py)."""
    for code, one in KINDS.items():
        kinds.register(code, one)


def approved(found: Application, comment: str) -> News:
    """It is approved, all of it or a part."""
    code = APPROVED if found.approved == found.asked else APPROVED_LESS
    return _news(found, code, comment=comment, amount=f"{found.approved:.2f}", cause=_of_appeal(found))


def passed(found: Application) -> News:
    """Approved by rule alone: all of it, or what is there."""
    return approved(found, "") if found.approved == found.asked else smaller(found)


def refused(found: Application, comment: str) -> News:
    """An officer has said no."""
    return _news(found, REFUSED, comment=comment, cause=_of_appeal(found))


def stopped(found: Application, reason: StopReason, comment: str) -> News:
    """An officer has ended it."""
    return _news(found, STOPPED, comment=comment, stop=reason.value, paid=f"{found.paid:.2f}", cause=f"application:{found.pk}")


def turned_down(found: Application, refusals: Sequence[Refusal]) -> News:
    """The rules say no at processing."""
    return _news(found, TURNED_DOWN, why=json.dumps(judging.refusals_to_json(refusals)), cause=_of_appeal(found))


def smaller(found: Application) -> News:
    """Less is there at processing than was approved."""
    return _news(found, SMALLER, amount=f"{found.approved:.2f}", cause=_of_appeal(found))


def gave_way(found: Application, to: Application) -> News:
    """What it held goes to a Pengeluaran Khas."""
    return _news(found, GAVE_WAY, by_number=to.number, cause=f"application:{found.pk}/{to.pk}")


def shrunk(found: Application, to: Application, left: Decimal) -> News:
    """Some of what it held goes to a Pengeluaran Khas."""
    return _news(found, SHRUNK, amount=f"{left:.2f}", cause=f"application:{found.pk}/{to.pk}")


def waits(found: Application) -> News:
    """A new telephone number or account makes the money wait."""
    return _news(found, WAITS, cause=_of_appeal(found))


def needs_account(found: Application, *, cause: str = "") -> News:
    """It is there, and there is nowhere to send it."""
    return _news(found, NEEDS_ACCOUNT, link=("member:bank_account",), amount=f"{found.approved:.2f}", cause=cause or _of_appeal(found))


def next_waits(found: Application, payment: WithdrawalPayment, refused: BankAccount) -> News:
    """The next payment of a plan does not go to the account that sent the last one back."""
    figures = {"amount": f"{payment.amount:.2f}", "bank": accounts.name(refused.bank), "ending": refused.ending}
    return _news(found, NEXT_WAITS, link=("member:bank_account",), cause=f"payment:{payment.pk}", **figures)


def plan_gave_way(found: Application, to: Application) -> News:
    """Nothing of a running plan is left: what it held goes to a Pengeluaran Khas."""
    return _news(found, PLAN_GAVE_WAY, by_number=to.number, paid=f"{found.paid:.2f}", cause=f"application:{found.pk}/{to.pk}")


def plan_shrunk(found: Application, to: Application, left: Decimal) -> News:
    """Some of what a running plan held goes to a Pengeluaran Khas; RM that are left of it."""
    return _news(found, PLAN_SHRUNK, amount=f"{left:.2f}", cause=f"application:{found.pk}/{to.pk}")


def of_payout(code: str, found: Application, payout: Payout, *, order: str = "") -> News:
    """It is on its way, there, or back."""
    figures = {"amount": f"{payout.amount:.2f}", "bank": accounts.name(payout.bank), "ending": payout.ending, "payout": payout.number}
    figures |= {"bank_id": payout.bank_id} if payout.bank_id else {}
    figures |= {"reason": payout.reason} if payout.reason else {}
    figures |= {"order": order} if order else {}
    figures |= {"holder": payout.holder} if code in (STRAIGHT_SENT, CREDITED_SENT, STRAIGHT_RETURNED) else {}
    link: tuple[str | int, ...] = ("member:bank_account",) if code == RETURNED else ()
    return _news(found, code, link=link, **figures, cause=f"payout:{payout.pk}")


def of_plan(code: str, found: Application, **figures: str) -> News:
    """Recurring payments have ended."""
    return _news(found, code, cause=f"application:{found.pk}", link=(), paid=f"{found.paid:.2f}", **figures)


def _of_version(found: Application) -> str:
    return f"application:{found.pk}/{found.version}"


def _of_appeal(found: Application) -> str:
    return f"application:{found.pk}/{found.appeals}"


def _news(found: Application, code: str, *, cause: str, link: Sequence[str | int] = (), **figures: str) -> News:
    """Of what is told once of an application; an appeal begins anew."""
    said = {"number": found.number, "kind": str(found.kind), "asked": f"{found.asked:.2f}", **figures}
    return News(to=Inbox(Whose.MEMBER, found.member_id), code=code, cause=cause, figures=said, link=link or ("member:withdrawal", found.number))
