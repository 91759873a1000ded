"""What members and employers are told when a correction is posted: what changed, by how much and why, in plain words."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from django.db.models import BigIntegerField, Count, ExpressionWrapper, F, Q, QuerySet, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from contributions.enums import LineState
from contributions.models import Correction, CorrectionLine
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
    "%(refused)s baris tidak dibetulkan kerana wang itu tidak lagi berada dalam akaun ahli; pegawai KWSP akan menghubungi anda."
)
_SEE_BORANG_A: Final = gettext_noop("Lihat Borang A ini")
_SHOW: Final = {
    "month": explanations.month,
    "value_date": explanations.day,
    **dict.fromkeys(
        ("then", "now", "difference", "then_employer", "now_employer", "then_employee", "now_employee", "due", "credit", "employer", "employee"),
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
    EMPLOYER: kinds.Kind(subject=_OF_BORANG_A, paragraphs=(_POSTED, _ADJUST, _WHY), show=_SHOW, action=_SEE_BORANG_A),
    EMPLOYER_PARTLY: kinds.Kind(subject=_OF_BORANG_A, paragraphs=(_POSTED, _ADJUST, _LEFT, _WHY), show=_SHOW, action=_SEE_BORANG_A),
}


def for_members(correction: Correction, lines: Sequence[CorrectionLine]) -> Iterator[News]:
    """One notice a line, to its member's inbox, whether or not there is a sign-in yet."""
    for line in lines:
        assert line.row.member_id is not None  # noqa: S101 - a credited row has its member
        difference = line.difference
        yield News(
            to=Inbox(Whose.MEMBER, line.row.member_id),
            code=SAME if not difference else MORE if difference > 0 else LESS,
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
                "value_date": str(crediting.value_date(line.row.filing)),
                "reason": correction.reason,
            },
            link=("member:contribution", line.row_id),
        )


def for_employers(correction: Correction) -> Iterator[News]:
    """One notice a filing, of what was posted and what was not."""
    for corrected in correction.filings.select_related("filing"):
        lines = CorrectionLine.objects.filter(correction=correction, row__filing=corrected.filing_id)
        found = totals_of_posted(lines)
        yield News(
            to=Inbox(Whose.EMPLOYER, corrected.filing.employer_id),
            code=EMPLOYER_PARTLY if found["refused"] else EMPLOYER,
            cause=f"correctedfiling:{corrected.pk}",
            figures={
                "month": str(WageMonth.of(corrected.filing.wage_month)),
                "reason": correction.reason,
                **{name: str(value) for name, value in found.items()},
            },
            link=("employer:filing", corrected.filing_id),
        )


def totals_of_posted(lines: "QuerySet[CorrectionLine]") -> dict[str, int | Decimal]:
    """Of some lines: how many are posted and refused, and what the posted ones add, RM; `due` and `credit` of the employer, both positive."""
    employer, employee = F("now_employer") - F("then_employer"), F("now_employee") - F("then_employee")
    posted = Q(state=LineState.POSTED)
    found = lines.annotate(adds=ExpressionWrapper(employer + employee, output_field=BigIntegerField())).aggregate(
        posted=Count("pk", filter=posted),
        refused=Count("pk", filter=Q(state=LineState.REFUSED)),
        employer=_sum(employer, posted),
        employee=_sum(employee, posted),
        due=_sum(F("adds"), posted & Q(adds__gt=0)),
        credit=_sum(-F("adds"), posted & Q(adds__lt=0)),
    )
    return {name: value if name in ("posted", "refused") else money.from_sen(value) for name, value in found.items()}


def _sum(of: Combinable, where: Q) -> Coalesce:
    """Sen of the lines to which the condition applies."""
    return Coalesce(Sum(ExpressionWrapper(of, output_field=BigIntegerField()), filter=where), Value(0), output_field=BigIntegerField())
