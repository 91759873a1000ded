"""What an employer is told of an assessment: that it is served, and how an objection to it is answered."""

from typing import Final

from django.utils.translation import gettext_noop

from contributions.models import Assessment, Filing
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify import kinds
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.services import News
from kwsp_portal.templatetags import formats
from members import explanations

SERVED: Final = "ASSESSMENT_SERVED"
SERVED_ANEW: Final = "ASSESSMENT_SERVED_ANEW"
UPHELD: Final = "ASSESSMENT_UPHELD"
WITHDRAWN: Final = "ASSESSMENT_WITHDRAWN"

_SHOW: Final = {"month": explanations.month, "amount": formats.money}
_SEE: Final = gettext_noop("Lihat taksiran")
_WHY: Final = gettext_noop("Sebab: %(reason)s")
_PAY: Final = gettext_noop(
    "Bayar dengan KWSP 8 (Borang F) di portal ini. Caj lewat bayar dan dividen bagi ahli dikira mengikut hari sehingga dibayar."
)
_OBJECT: Final = gettext_noop("Jika taksiran ini tidak betul, bantah di halamannya dengan dokumen yang menunjukkannya, sebelum membayar.")
KINDS: Final = {
    SERVED: kinds.Kind(
        subject=gettext_noop("KWSP 7 (Borang E): caruman upah %(month)s ditaksir %(amount)s"),
        paragraphs=(gettext_noop("Caruman bagi upah %(month)s belum dibayar. KWSP telah membuat taksiran: %(amount)s."), _WHY, _PAY, _OBJECT),
        show=_SHOW,
        action=_SEE,
    ),
    SERVED_ANEW: kinds.Kind(
        subject=gettext_noop("KWSP 7 (Borang E) baharu: caruman upah %(month)s ditaksir %(amount)s"),
        paragraphs=(
            gettext_noop("Bantahan anda diterima. Taksiran baharu bagi upah %(month)s ialah %(amount)s; yang lama tidak lagi dikira."),
            _WHY,
            _PAY,
        ),
        show=_SHOW,
        action=_SEE,
    ),
    UPHELD: kinds.Kind(
        subject=gettext_noop("Taksiran upah %(month)s dikekalkan"),
        paragraphs=(gettext_noop("Bantahan anda telah disemak. Taksiran bagi upah %(month)s, %(amount)s, dikekalkan."), _WHY, _PAY),
        show=_SHOW,
        action=_SEE,
    ),
    WITHDRAWN: kinds.Kind(
        subject=gettext_noop("Taksiran upah %(month)s ditarik balik"),
        paragraphs=(
            gettext_noop("Taksiran bagi upah %(month)s, %(amount)s, ditarik balik. Jumlah itu tidak lagi terhutang."),
            _WHY,
            gettext_noop("Jika ada upah yang dibayar bagi bulan itu, hantar Borang A dan bayar secepat mungkin."),
        ),
        show=_SHOW,
        action=_SEE,
    ),
}


def served(found: Assessment, filing: Filing) -> News:
    """An assessment that was signed, or one that takes the place of another."""
    return _news(found, SERVED if found.replaces_id is None else SERVED_ANEW, filing, found.grounds)


def upheld(found: Assessment, reason: str) -> News:
    return _news(found, UPHELD, found.filing, reason)


def withdrawn(found: Assessment, reason: str) -> News:
    return _news(found, WITHDRAWN, found.filing, reason)


def _news(found: Assessment, code: str, filing: Filing | None, reason: str) -> News:
    assert filing is not None  # noqa: S101 - assessment_served_is_complete
    return News(
        to=Inbox(Whose.EMPLOYER, found.employer_id),
        code=code,
        cause=f"assessment:{found.pk}",
        figures={"month": str(WageMonth.of(found.wage_month)), "amount": f"{filing.total:.2f}", "reason": reason},
        link=("employer:assessment", found.pk),
    )
