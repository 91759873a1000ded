"""What employers and members are told about lateness, in plain words."""

import functools
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_noop

from contributions.models import LateCharge, LateDividend, LateRemission
from contributions.selectors.arrears import Quote
from employers.models import Employer
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify import kinds
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.services import News
from kwsp_portal.templatetags import formats
from members import explanations

NOT_FILED: Final = "LATE_NOT_FILED"
NOT_FILED_AGAIN: Final = "LATE_NOT_FILED_AGAIN"
NOT_PAID: Final = "LATE_NOT_PAID"
NOT_PAID_AGAIN: Final = "LATE_NOT_PAID_AGAIN"
CHARGED: Final = "LATE_CHARGED"
CHARGED_ANEW: Final = "LATE_CHARGED_ANEW"
TAKEN_BACK: Final = "LATE_TAKEN_BACK"
LEFT_OUT: Final = "LATE_LEFT_OUT"
MEMBER: Final = "LATE_MEMBER"
MEMBER_LEFT_OUT: Final = "LATE_MEMBER_LEFT_OUT"
MEMBER_CREDITED: Final = "LATE_MEMBER_CREDITED"
REMITTED: Final = "LATE_REMITTED"

_SHOW: Final = {
    "month": explanations.month,
    "due": explanations.day,
    "on": explanations.day,
    "people": lambda text: formats.count(int(text)),
    **dict.fromkeys(("unpaid", "charge", "before", "dividend", "amount", "left"), formats.money),
}
_SEE: Final = gettext_noop("Lihat tunggakan")
_GROWS: Final = gettext_noop(
    "Jika dibayar pada %(on)s: caruman %(unpaid)s, caj lewat bayar %(charge)s dan dividen bagi ahli %(dividend)s. Caj dan dividen bertambah "
    "mengikut hari."
)
_OWED: Final = gettext_noop("Caj lewat bayar: %(charge)s. Dividen atas caruman lewat, bagi ahli: %(dividend)s.")
KINDS: Final = {
    NOT_FILED: kinds.Kind(
        subject=gettext_noop("Borang A bagi upah %(month)s belum diterima"),
        paragraphs=(
            gettext_noop("Caruman bagi upah %(month)s perlu dibayar selewat-lewatnya pada %(due)s, dan tiada Borang A yang diluluskan."),
            gettext_noop("Hantar Borang A dan bayar secepat mungkin: caj lewat bayar dikira mengikut hari."),
        ),
        show=_SHOW,
        action=_SEE,
    ),
    NOT_FILED_AGAIN: kinds.Kind(
        subject=gettext_noop("Peringatan kedua: Borang A bagi upah %(month)s belum diterima"),
        paragraphs=(
            gettext_noop("Caruman bagi upah %(month)s perlu dibayar selewat-lewatnya pada %(due)s, dan tiada Borang A yang diluluskan."),
            gettext_noop("Jika masih tidak dihantar, perkara ini dibawa kepada pemeriksa. Pekerja anda telah dimaklumkan."),
        ),
        show=_SHOW,
        action=_SEE,
    ),
    NOT_PAID: kinds.Kind(
        subject=gettext_noop("Caruman bagi upah %(month)s belum dibayar"),
        paragraphs=(gettext_noop("Borang A telah diluluskan, dan tarikh akhirnya ialah %(due)s."), _GROWS),
        show=_SHOW,
        action=_SEE,
    ),
    NOT_PAID_AGAIN: kinds.Kind(
        subject=gettext_noop("Peringatan kedua: caruman bagi upah %(month)s belum dibayar"),
        paragraphs=(
            gettext_noop("Borang A telah diluluskan, dan tarikh akhirnya ialah %(due)s. Pekerja anda telah dimaklumkan."),
            _GROWS,
        ),
        show=_SHOW,
        action=_SEE,
    ),
    LEFT_OUT: kinds.Kind(
        subject=gettext_noop("Pekerja yang tiada dalam Borang A bagi upah %(month)s: %(people)s"),
        paragraphs=(
            gettext_noop("Mereka pekerja anda dalam rekod bulan itu, dan tiada dalam Borang A yang diluluskan. Mereka telah dimaklumkan."),
            gettext_noop("Jika ada upah, hantar Borang A tambahan bagi mereka. Jika tidak lagi bekerja, kemas kini rekod pekerja anda."),
        ),
        show=_SHOW,
        action=gettext_noop("Lihat Borang A"),
    ),
    CHARGED: kinds.Kind(
        subject=gettext_noop("Caj lewat bayar bagi upah %(month)s: %(charge)s"),
        paragraphs=(gettext_noop("Caruman bagi upah %(month)s dibayar selepas %(due)s."), _OWED),
        show=_SHOW,
        action=_SEE,
    ),
    CHARGED_ANEW: kinds.Kind(
        subject=gettext_noop("Caj lewat bayar bagi upah %(month)s dikira semula: %(charge)s"),
        paragraphs=(gettext_noop("Bayaran bagi bulan itu berubah sejak cajnya dikira. Caj sebelum ini, %(before)s, telah dibalikkan."), _OWED),
        show=_SHOW,
        action=_SEE,
    ),
    TAKEN_BACK: kinds.Kind(
        subject=gettext_noop("Caj lewat bayar bagi upah %(month)s dibatalkan"),
        paragraphs=(gettext_noop("Bank menerima bayaran itu selewat-lewatnya pada %(due)s. Caj %(before)s telah dibalikkan."),),
        show=_SHOW,
        action=_SEE,
    ),
    MEMBER: kinds.Kind(
        subject=gettext_noop("Caruman bagi gaji %(month)s belum diterima"),
        paragraphs=(
            gettext_noop(
                "Majikan anda, %(company)s, sepatutnya membayar caruman bagi gaji %(month)s selewat-lewatnya pada %(due)s. Ia belum diterima."
            ),
            gettext_noop("KWSP telah memperingatkan majikan anda. Apabila caruman itu dibayar, majikan turut membayar dividen yang anda terlepas."),
        ),
        show=_SHOW,
        action=gettext_noop("Buat aduan"),
    ),
    MEMBER_LEFT_OUT: kinds.Kind(
        subject=gettext_noop("Anda tiada dalam Borang A majikan bagi gaji %(month)s"),
        paragraphs=(
            gettext_noop("Majikan anda, %(company)s, menghantar Borang A bagi gaji %(month)s tanpa anda. Tarikh akhirnya ialah %(due)s."),
            gettext_noop("Jika anda tiada gaji bulan itu, tiada caruman perlu dibayar. Jika ada, tanya majikan anda, atau buat aduan."),
        ),
        show=_SHOW,
        action=gettext_noop("Buat aduan"),
    ),
    MEMBER_CREDITED: kinds.Kind(
        subject=gettext_noop("Dividen atas caruman lewat bagi gaji %(month)s dikreditkan: %(amount)s"),
        paragraphs=(
            gettext_noop("Majikan anda, %(company)s, membayar caruman bagi gaji %(month)s pada %(on)s, lewat daripada %(due)s."),
            gettext_noop("Majikan telah membayar dividen yang anda terlepas kerananya. %(amount)s dikreditkan ke akaun anda mulai %(on)s."),
        ),
        show=_SHOW,
    ),
    REMITTED: kinds.Kind(
        subject=gettext_noop("Caj lewat bayar bagi upah %(month)s dikurangkan sebanyak %(amount)s"),
        paragraphs=(gettext_noop("KWSP meremitkan %(amount)s daripada caj %(charge)s. Baki caj: %(left)s."), gettext_noop("Sebab: %(reason)s")),
        show=_SHOW,
        action=_SEE,
    ),
}


def not_filed(employer: Employer, month: WageMonth, *, again: bool) -> News:
    """No approved Borang A, and people employed."""
    return _to_employer(employer.pk, month, NOT_FILED_AGAIN if again else NOT_FILED, f"late:{employer.pk}:{month}", {})


def not_paid(employer: Employer, quote: Quote, *, again: bool, on: date) -> News:
    """An approved Borang A that nobody has paid."""
    figures = {"on": str(on), "unpaid": f"{quote.unpaid:.2f}", "charge": f"{quote.charge:.2f}", "dividend": f"{quote.dividend:.2f}"}
    return _to_employer(employer.pk, quote.month, NOT_PAID_AGAIN if again else NOT_PAID, f"late:{employer.pk}:{quote.month}", figures)


def of_charge(employer_id: int, month: WageMonth, *, before: LateCharge | None, charge: Decimal, dividend: Decimal, on: date) -> News:
    """What a late payment cost, the first time or again; `charge` and `dividend` with two decimals, as the rules make them."""
    code = CHARGED if before is None else CHARGED_ANEW if charge else TAKEN_BACK
    figures = {"charge": str(charge), "dividend": str(dividend), "before": str(before.amount) if before else "0.00"}
    return _to_employer(employer_id, month, code, f"charged:{employer_id}:{month}:{on}", figures)


def left_out(employer: Employer, month: WageMonth, people: int) -> News:
    """A Borang A without some of the people on record."""
    return News(
        to=Inbox(Whose.EMPLOYER, employer.pk),
        code=LEFT_OUT,
        cause=f"late:{employer.pk}:{month}",
        figures={"month": str(month), "people": str(people)},
        link=("employer:filings",),
    )


def member_waits(member_id: int, employer: Employer, month: WageMonth) -> News:
    """A member whose month is missing."""
    return _to_member(member_id, employer, month, MEMBER)


def member_left_out(member_id: int, employer: Employer, month: WageMonth) -> News:
    """A member who is not in the Borang A of the month."""
    return _to_member(member_id, employer, month, MEMBER_LEFT_OUT)


def _to_member(member_id: int, employer: Employer, month: WageMonth, code: str) -> News:
    return News(
        to=Inbox(Whose.MEMBER, member_id),
        code=code,
        cause=f"late:{employer.pk}:{month}",
        figures={**_dates(month), "company": employer.name},
        link=("member:complaint_new",),
    )


def member_credited(member_id: int, row: LateDividend, amount: Decimal) -> News:
    """A member whose part of a dividend was credited."""
    month = WageMonth.of(row.filing.wage_month)
    dates = {**_dates(month), "on": str(row.paid_on)}
    return News(
        to=Inbox(Whose.MEMBER, member_id),
        code=MEMBER_CREDITED,
        cause=f"latedividend:{row.pk}",
        figures={**dates, "company": row.filing.employer.name, "amount": f"{amount:.2f}"},
    )


def of_remission(remission: LateRemission, *, left: Decimal) -> News:
    """A charge of which something was remitted."""
    charge = remission.charge
    figures = {"amount": f"{remission.amount:.2f}", "charge": f"{charge.amount:.2f}", "left": f"{left:.2f}", "reason": remission.reason}
    return _to_employer(charge.employer_id, WageMonth.of(charge.wage_month), REMITTED, f"remission:{remission.pk}", figures)


def _to_employer(employer_id: int, month: WageMonth, code: str, cause: str, figures: dict[str, str]) -> News:
    return News(
        to=Inbox(Whose.EMPLOYER, employer_id),
        code=code,
        cause=cause,
        figures={**_dates(month), **figures},
        link=("employer:arrears",),
    )


@functools.cache
def _dates(month: WageMonth) -> Mapping[str, str]:
    return {"month": str(month), "due": str(month.due_date)}
