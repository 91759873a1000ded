"""Words for the steps of `contributions.rules.late_steps`, in the reader's language (Malay msgids)."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.translation import gettext_noop

from kwsp_portal.common.explain import Step
from members import explanations
from members.explanations import Explained as Explained

_SENTENCES: Final[Mapping[str, str]] = {
    "LATE_NO_CHARGE": gettext_noop(
        "Caruman bulan %(contribution_month)s dibayar selewat-lewatnya pada %(due)s: tiada amaun yang lewat, maka tiada caj."
    ),
    "LATE_DAYS": gettext_noop(
        "Caruman bulan %(contribution_month)s perlu dibayar selewat-lewatnya pada %(due)s. Hari lewat dikira mulai %(first)s hingga hari bayaran, "
        "kedua-duanya termasuk."
    ),
    "LATE_PAID": gettext_noop("%(arrears)s dibayar pada %(paid_on)s: %(days)s hari lewat."),
    "LATE_UNDECLARED": gettext_noop("Dividen %(year)s belum diisytiharkan: kadar terakhir yang diisytiharkan, bagi %(of_year)s, digunakan."),
    "LATE_DECLARED_FROM": gettext_noop("Dividen sesuatu tahun dikira sebagai diisytiharkan mulai 1 Mac tahun berikutnya."),
    "LATE_YEAR_CONVENTIONAL": gettext_noop(
        "Dividen %(of_year)s: Simpanan Konvensional %(conventional)s. Bagi 2016 dan sebelumnya kadar ini digunakan."
    ),
    "LATE_YEAR_LOWER": gettext_noop(
        "Dividen %(of_year)s: Simpanan Konvensional %(conventional)s, Simpanan Shariah %(shariah)s; yang terendah ialah %(rate)s."
    ),
    "LATE_POINTS": gettext_noop("Kadar caj %(year)s: %(rate)s + %(points)s = %(together)s setahun."),
    "LATE_PART": gettext_noop("%(first)s hingga %(last)s: %(base)s x %(rate)s x %(days)s/%(days_in_year)s hari = %(exact)s."),
    "LATE_LEAST": gettext_noop("Jumlah %(exact)s kurang daripada caj minimum: caj ialah %(least)s."),
    "LATE_ROUND_UP": gettext_noop("Jumlah %(exact)s digenapkan kepada ringgit yang lebih tinggi: caj ialah %(charge)s."),
    "LATE_WHOLE": gettext_noop("Jumlah %(exact)s sudah dalam ringgit penuh: caj ialah %(charge)s."),
    "LATE_NO_DIVIDEND": gettext_noop(
        "Dibayar pada %(paid_on)s, sehingga %(last_day)s, hari terakhir bulan caruman %(contribution_month)s: ahli tidak kehilangan dividen, maka "
        "tiada dividen atas caruman lewat."
    ),
    "LATE_DIVIDEND_DAYS": gettext_noop(
        "Dividen bagi ahli: %(arrears)s sepatutnya mendapat dividen mulai %(last_day)s, hari terakhir bulan caruman, hingga sehari sebelum bayaran "
        "pada %(paid_on)s."
    ),
    "LATE_DIVIDEND_PART": gettext_noop(
        "%(first)s hingga %(last)s: %(base)s x %(rate)s x %(days)s/%(days_in_year)s hari = %(exact)s, kepada sen terdekat."
    ),
    "LATE_DIVIDEND_TOTAL": gettext_noop("Dividen atas caruman lewat: %(dividend)s, dikreditkan kepada ahli."),
}

LATE: Final = explanations.Words(
    sentences=_SENTENCES,
    kinds={
        **dict.fromkeys(("arrears", "base", "charge", "dividend", "exact", "least"), explanations.amount),
        "contribution_month": explanations.month,
        **dict.fromkeys(("due", "first", "last", "last_day", "paid_on"), explanations.day),
        **dict.fromkeys(("conventional", "points", "rate", "shariah", "together"), explanations.percent),
    },
)


def words(step: Step) -> str:
    """A step as a sentence. Raises KeyError for a code without one."""
    return LATE.say(step.code, step.figures)


def explained(steps: Iterable[Step]) -> Explained:
    """Sentences in order, each step, citation and assumption once: charge and dividend of a year go by the same declared dividends."""
    once: list[Step] = []
    for step in steps:
        if step not in once:
            once.append(step)
    return explanations.explained(once, words)
