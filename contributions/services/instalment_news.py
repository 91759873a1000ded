"""What those who act for an employer are told about its instalment plan, at each step."""

from datetime import date
from typing import Final

from django.utils.translation import gettext_noop

from contributions.models import InstalmentPlan, InstalmentTerms
from contributions.selectors.instalments import Instalment
from kwsp_portal.notify import kinds
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.services import News
from kwsp_portal.templatetags import formats
from members import explanations

OFFERED: Final = "PLAN_OFFERED"
REFUSED: Final = "PLAN_REFUSED"
RUNNING: Final = "PLAN_RUNNING"
COMES: Final = "PLAN_COMES"
MISSED: Final = "PLAN_MISSED"
BROKEN: Final = "PLAN_BROKEN"
DONE: Final = "PLAN_DONE"
LAPSED: Final = "PLAN_LAPSED"
LAPSED_PAID: Final = "PLAN_LAPSED_PAID"


def _months(text: str) -> str:
    return ", ".join(explanations.month(one) for one in text.split(","))


_SHOW: Final = {
    "months": _months,
    **dict.fromkeys(("first", "due", "on", "broken"), explanations.day),
    **dict.fromkeys(("total", "amount"), formats.money),
}
_SEE: Final = gettext_noop("Lihat pelan ansuran")
_GROWS: Final = gettext_noop(
    "Caj dan dividen setiap bulan bertambah mengikut hari sehingga caruman bulan itu dibayar: pelan ini tidak menghentikannya."
)


def _kind(subject: str, *paragraphs: str, action: str = _SEE) -> kinds.Kind:
    return kinds.Kind(subject=subject, paragraphs=paragraphs, show=_SHOW, action=action)


KINDS: Final = {
    OFFERED: _kind(
        gettext_noop("Pelan ansuran anda diluluskan: terima selewat-lewatnya %(first)s"),
        gettext_noop("%(count)s ansuran bulanan mulai %(first)s, dianggarkan %(total)s. Pelan ini belum berjalan: majikan anda perlu menerimanya."),
        _GROWS,
    ),
    REFUSED: _kind(
        gettext_noop("Pelan ansuran tunggakan tidak diluluskan"),
        gettext_noop("Sebab: %(comment)s"),
        gettext_noop("Tunggakan masih perlu dibayar. Anda boleh meminta pelan lain."),
    ),
    RUNNING: _kind(
        gettext_noop("Pelan ansuran bermula: %(count)s ansuran, yang pertama pada %(first)s"),
        gettext_noop("Dianggarkan %(total)s jika setiap ansuran dibayar pada harinya. Kami memperingatkan anda sebelum setiap satu."),
        _GROWS,
    ),
    COMES: _kind(
        gettext_noop("Ansuran %(number)s daripada %(count)s perlu dibayar pada %(due)s: %(amount)s"),
        gettext_noop("Jumlah itu tepat jika dibayar pada %(due)s. Ia membayar caruman, caj lewat bayar dan dividen bagi upah %(months)s."),
        action=gettext_noop("Bayar ansuran ini"),
    ),
    MISSED: _kind(
        gettext_noop("Ansuran %(number)s daripada %(count)s belum dibayar; ia perlu dibayar pada %(due)s"),
        gettext_noop("Hari ini ia %(amount)s, bagi upah %(months)s."),
        gettext_noop("Jika masih belum dibayar pada %(broken)s, pelan ini terputus dan semua tunggakan perlu dibayar sekali gus."),
        action=gettext_noop("Bayar ansuran ini"),
    ),
    BROKEN: _kind(
        gettext_noop("Pelan ansuran anda terputus"),
        gettext_noop("Ansuran %(number)s daripada %(count)s, yang perlu dibayar pada %(due)s, masih belum dibayar pada %(broken)s."),
        gettext_noop("Semua tunggakan perlu dibayar sekarang, dan perkara ini boleh dibawa ke mahkamah. Anda boleh meminta pelan lain."),
        action=gettext_noop("Lihat tunggakan"),
    ),
    DONE: _kind(
        gettext_noop("Pelan ansuran selesai: semua bulannya telah dibayar"),
        gettext_noop("Caruman, caj lewat bayar dan dividen bagi semua bulan dalam pelan ini telah diterima."),
    ),
    LAPSED: _kind(
        gettext_noop("Tawaran pelan ansuran luput: tiada orang menerimanya selewat-lewatnya %(first)s"),
        gettext_noop("Tunggakan masih perlu dibayar. Anda boleh meminta pelan lain."),
    ),
    LAPSED_PAID: _kind(
        gettext_noop("Permintaan pelan ansuran ditutup: bulan-bulannya telah dibayar"),
        gettext_noop("Tiada apa-apa lagi yang perlu dibayar bagi bulan-bulan itu."),
    ),
}


def of_plan(code: str, found: InstalmentPlan, terms: InstalmentTerms, **more: str) -> News:
    """A step of the whole plan."""
    return _news(code, found, f"plan:{found.pk}", _figures(terms) | more)


def of_instalment(code: str, found: InstalmentPlan, terms: InstalmentTerms, one: Instalment, *, on: date) -> News:
    """An instalment that comes, was missed, or broke its plan; told of once."""
    figures = _figures(terms) | {
        "number": str(one.number),
        "due": str(one.due_on),
        "on": str(on),
        "broken": str(one.broken_on),
        "amount": f"{one.total:.2f}",
        "months": ",".join(str(month.month) for month in one.months if month.open),
    }
    link: tuple[str | int, ...] = ("employer:arrears",) if code == BROKEN else ()
    return _news(code, found, f"plan:{found.pk}:{one.number}", figures, link)


def _figures(terms: InstalmentTerms) -> dict[str, str]:
    return {"count": str(terms.count), "first": str(terms.first_on), "total": f"{terms.total:.2f}"}


def _news(code: str, found: InstalmentPlan, cause: str, figures: dict[str, str], link: tuple[str | int, ...] = ()) -> News:
    to = Inbox(Whose.EMPLOYER, found.employer_id)
    return News(to=to, code=code, cause=cause, figures=figures, link=link or ("employer:instalment_plan", found.pk))
