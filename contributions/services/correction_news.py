"""What members and employers are told when a correction is posted: what changed, by how much and why, in plain words."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_noop

from contributions.models import Correction, CorrectionLine
from contributions.selectors import corrections as selectors
from contributions.services import crediting
from kwsp_portal.common import money
from kwsp_portal.common.periods import WageMonth
from kwsp_portal.notify import kinds
from kwsp_portal.notify.enums import Inbox, Whose
from kwsp_portal.notify.services import News
from kwsp_portal.templatetags import formats
from members import explanations

MORE: Final = "CORRECTION_MORE"
LESS: Final = "CORRECTION_LESS"
SAME: Final = "CORRECTION_SAME"
MORE_HELD: Final = "CORRECTION_MORE_HELD"
LESS_HELD: Final = "CORRECTION_LESS_HELD"
EMPLOYER: Final = "CORRECTION_EMPLOYER"
EMPLOYER_PARTLY: Final = "CORRECTION_EMPLOYER_PARTLY"

_SHARES: Final = gettext_noop(
    "Syer majikan: %(then_employer)s menjadi %(now_employer)s. Syer anda: %(then_employee)s menjadi %(now_employee)s. "
    "Jumlah: %(then)s menjadi %(now)s."
)
_WHY: Final = gettext_noop("Sebab: %(reason)s")
_ASK: Final = gettext_noop("Jika anda rasa ini tidak betul, bawa makluman ini ke mana-mana kaunter KWSP.")
_OF_BORANG_A: Final = gettext_noop("Borang A bagi gaji %(month)s dibetulkan oleh KWSP")
_POSTED: Final = gettext_noop("%(posted)s baris dibetulkan. Tambahan yang perlu anda bayar: %(due)s. Kredit anda bertambah: %(credit)s.")
_ADJUST: Final = gettext_noop("Syer majikan berubah sebanyak %(employer)s dan syer pekerja %(employee)s. Laraskan syer pekerja dengan pekerja anda.")
_LEFT: Final = gettext_noop(
    "%(refused)s baris tidak dibetulkan: buat masa ini wang itu tidak boleh diambil balik daripada akaun yang menerimanya. Kredit anda tidak "
    "termasuk baris itu."
)
_SEE_BORANG_A: Final = gettext_noop("Lihat Borang A ini")
_SHOW: Final = {
    "month": explanations.month,
    "value_date": explanations.day,
    **dict.fromkeys(
        (
            "then",
            "now",
            "difference",
            "then_employer",
            "now_employer",
            "then_employee",
            "now_employee",
            "due",
            "credit",
            "employer",
            "employee",
            "held",
            "own",
        ),
        explanations.amount,
    ),
    **dict.fromkeys(("posted", "refused"), lambda text: formats.count(int(text))),
}
KINDS: Final = {
    MORE: kinds.Kind(
        subject=gettext_noop("Caruman bagi gaji %(month)s dibetulkan: tambahan %(difference)s"),
        paragraphs=(
            gettext_noop("Caruman daripada %(company)s bagi gaji %(month)s kurang %(difference)s. Jumlah itu telah ditambah kepada simpanan anda."),
            _SHARES,
            gettext_noop("Dividen atas tambahan ini dikira mulai %(value_date)s, sama seperti caruman asal."),
            _WHY,
            _ASK,
        ),
        show=_SHOW,
        action=gettext_noop("Lihat caruman ini"),
    ),
    LESS: kinds.Kind(
        subject=gettext_noop("Caruman bagi gaji %(month)s dibetulkan: kurang %(difference)s"),
        paragraphs=(
            gettext_noop(
                "Caruman daripada %(company)s bagi gaji %(month)s terlebih %(difference)s. Jumlah itu telah diambil balik daripada akaun yang "
                "menerimanya dan menjadi kredit majikan, yang mesti memulangkan syer anda."
            ),
            _SHARES,
            gettext_noop("Dividen atas jumlah ini tidak lagi dikira mulai %(value_date)s."),
            _WHY,
            _ASK,
        ),
        show=_SHOW,
        action=gettext_noop("Lihat caruman ini"),
    ),
    SAME: kinds.Kind(
        subject=gettext_noop("Caruman bagi gaji %(month)s dibetulkan: simpanan anda tidak berubah"),
        paragraphs=(
            gettext_noop(
                "Jumlah caruman daripada %(company)s bagi gaji %(month)s sama seperti dahulu, tetapi pembahagian antara syer telah dibetulkan."
            ),
            _SHARES,
            _WHY,
            _ASK,
        ),
        show=_SHOW,
        action=gettext_noop("Lihat caruman ini"),
    ),
    MORE_HELD: kinds.Kind(
        subject=gettext_noop("Caruman bagi gaji %(month)s dibetulkan: tambahan %(difference)s tidak dikreditkan"),
        paragraphs=(
            gettext_noop(
                "Caruman daripada %(company)s bagi gaji %(month)s kurang %(difference)s. Jumlah itu tidak boleh lagi dikreditkan kepada anda kerana "
                "umur anda, lalu disimpan dalam akaun tergantung majikan. Simpanan anda tidak berubah."
            ),
            _SHARES,
            _WHY,
            _ASK,
        ),
        show=_SHOW,
        action=gettext_noop("Lihat caruman ini"),
    ),
    LESS_HELD: kinds.Kind(
        subject=gettext_noop("Caruman bagi gaji %(month)s dibetulkan: kurang %(difference)s"),
        paragraphs=(
            gettext_noop(
                "Caruman daripada %(company)s bagi gaji %(month)s terlebih %(difference)s. Daripada jumlah itu, %(held)s diambil daripada akaun "
                "tergantung majikan, yang tidak pernah dikreditkan kepada anda, dan %(own)s daripada simpanan anda. Jumlah itu menjadi kredit "
                "majikan, yang mesti memulangkan syer anda."
            ),
            _SHARES,
            gettext_noop("Dividen atas amaun yang diambil daripada simpanan anda tidak lagi dikira mulai %(value_date)s."),
            _WHY,
            _ASK,
        ),
        show=_SHOW,
        action=gettext_noop("Lihat caruman ini"),
    ),
    EMPLOYER: kinds.Kind(subject=_OF_BORANG_A, paragraphs=(_POSTED, _ADJUST, _WHY), show=_SHOW, action=_SEE_BORANG_A),
    EMPLOYER_PARTLY: kinds.Kind(subject=_OF_BORANG_A, paragraphs=(_POSTED, _ADJUST, _LEFT, _WHY), show=_SHOW, action=_SEE_BORANG_A),
}


def for_members(correction: Correction, lines: Sequence[CorrectionLine], held_sen: Mapping[int, int]) -> Iterator[News]:
    """One notice a line, to its member's inbox, whether or not there is a sign-in yet.

    `held_sen`: by line what went to the employer's SUSPENSE, less than nothing where it came from there: that is nobody's savings.
    """
    for line in lines:
        held = money.from_sen(abs(held_sen.get(line.pk, 0)))
        assert line.row.member_id is not None  # noqa: S101 - a credited row has its member
        difference = line.difference
        yield News(
            to=Inbox(Whose.MEMBER, line.row.member_id),
            code=_code(difference, held),
            cause=f"correctionline:{line.pk}",
            figures={
                "month": str(WageMonth.of(line.row.filing.wage_month)),
                "company": line.row.filing.employer.name,
                "then": str(line.then_employer + line.then_employee),
                "now": str(line.now_employer + line.now_employee),
                "then_employer": str(line.then_employer),
                "now_employer": str(line.now_employer),
                "then_employee": str(line.then_employee),
                "now_employee": str(line.now_employee),
                "difference": str(abs(difference)),
                "held": str(held),
                "own": str(abs(difference) - held),
                "value_date": str(crediting.value_date(line.row.filing)),
                "reason": correction.reason,
            },
            link=("member:contribution", line.row_id),
        )


def _code(difference: Decimal, held: Decimal) -> str:
    if not difference:
        return SAME
    if held:
        return MORE_HELD if difference > 0 else LESS_HELD
    return MORE if difference > 0 else LESS


def for_employers(correction: Correction) -> Iterator[News]:
    """One notice a filing, of what was posted and what was not."""
    filings = list(correction.filings.filter(lines_total__gt=0).select_related("filing"))
    posted = selectors.posted_of(filings)
    for corrected in filings:
        found = posted[corrected.pk]
        yield News(
            to=Inbox(Whose.EMPLOYER, corrected.filing.employer_id),
            code=EMPLOYER_PARTLY if found.refused else EMPLOYER,
            cause=f"correctedfiling:{corrected.pk}",
            figures={
                "month": str(WageMonth.of(corrected.filing.wage_month)),
                "reason": correction.reason,
                **{name: str(value) for name, value in found._asdict().items()},
            },
            link=("employer:filing", corrected.filing_id),
        )
